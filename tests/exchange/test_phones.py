"""Telephone numbers: masks before parsing, keys only for what identifies a person."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.exchange.phones import is_masked
from forecourt.exchange.phones import normalise_phone
from forecourt.exchange.phones import split_phones
from tests.exchange.places import DOCUMENTS
from tests.exchange.places import shared

OWN = list(csv.DictReader((DOCUMENTS / "phones.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", OWN, ids=[row["note"] for row in OWN])
def test_own_vectors(row):
    phone = normalise_phone(row["input"])
    assert (phone.e164 or "", phone.extension, phone.reason) == (row["e164"], row["extension"], row["reason"])
    assert phone.usable_as_key == (row["reason"] == "")


def test_vectors_of_the_library_except_where_it_is_wrong():
    """The shared vectors hold what the library answers; where it reads a mask or a short code as a number we differ."""
    rows = list(csv.DictReader(shared("phone_vectors.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) >= 20
    for row in rows:
        phone = normalise_phone(row["input"], row["default_region"])
        if row["valid"] == "1":
            assert phone.e164 == row["e164"], row
        elif "转" not in row["input"] and "-8001" not in row["input"]:
            assert phone.e164 is None and phone.reason, row
        if "masked" in row["note_and_phonenumbers_9.0.43_result"]:
            assert phone.reason == "phone.masked"


def test_extension_is_kept_apart_and_is_no_key():
    phone = normalise_phone("(021)61000000-8001")
    assert (phone.e164, phone.extension, phone.usable_as_key) == ("+862161000000", "8001", False)


def test_two_numbers_in_one_field():
    assert normalise_phone("13800138000/13900139000").reason == "phone.several"
    assert split_phones("13800138000/13900139000") == ("13800138000", "13900139000")
    assert split_phones("021-61000000") == ("021-61000000",)


MASKS = st.sampled_from(["*", "＊", "x", "X", "×", "●", "#", "_", "•", "?"])


@given(mask=MASKS, hidden=st.integers(2, 8), start=st.integers(0, 3), spaces=st.booleans())
def test_a_masked_mobile_is_never_a_key(mask, hidden, start, spaces):
    digits = "13812345678"
    masked = digits[: 3 + start] + mask * hidden + digits[3 + start + hidden :]
    text = " ".join(masked) if spaces else masked
    assert is_masked(text)
    assert normalise_phone(text) == normalise_phone(text)
    assert normalise_phone(text).e164 is None
    assert normalise_phone(text).reason == "phone.masked"


@given(st.text(max_size=150))
def test_nothing_raises_and_a_key_is_always_e164(text):
    phone = normalise_phone(text)
    assert phone.usable_as_key == (phone.reason == "")
    if phone.usable_as_key:
        assert (
            phone.e164 is not None
            and phone.e164[0] == "+"
            and phone.e164[1:].isascii()
            and phone.e164[1:].isdecimal()
        )
