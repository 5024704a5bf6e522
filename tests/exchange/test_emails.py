"""E-mail addresses: normal form and placeholders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.exchange.emails import normalise_email

CASES = [
    (" Mei.Tang@Mail.Example ", "Mei.Tang@mail.example", ""),
    ("mailto:mei@mail.example", "mei@mail.example", ""),
    ("Mei Tang <mei@mail.example>", "mei@mail.example", ""),
    ("mei＠mail.example", "mei@mail.example", ""),
    ("梅@邮件.中国", "梅@邮件.中国", ""),
    ("none@none.com", "none@none.com", "email.placeholder"),
    ("test@test.example", "test@test.example", "email.placeholder"),
    ("noreply@club.example", "noreply@club.example", "email.role"),
    ("m***@mail.example", None, "email.masked"),
    ("无", None, "email.placeholder"),
    ("", None, "email.empty"),
    ("mei at mail.example", None, "email.not_an_address"),
    ("mei@localhost", None, "email.not_an_address"),
    ("mei@mail..example", None, "email.not_an_address"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), CASES)
def test_addresses(raw, value, reason):
    email = normalise_email(raw)
    assert (email.value, email.reason, email.usable_as_key) == (value, reason, not reason)


@given(st.text(max_size=500))
def test_nothing_raises(text):
    email = normalise_email(text)
    assert email.usable_as_key == (email.reason == "")
