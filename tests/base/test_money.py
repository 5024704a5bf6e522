"""Money: two places, half up, never a float; amounts as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.base.money import format_yuan
from forecourt.base.money import parse_yuan
from forecourt.base.money import shares
from forecourt.base.money import to_json
from forecourt.base.money import total
from forecourt.base.money import yuan

AMOUNTS = st.decimals(Decimal(-(10**9)), Decimal(10**9), places=2)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("279800", "279800.00"),
        ("¥279,800.00", "279800.00"),
        ("27.98万", "279800.00"),
        ("5000 元", "5000.00"),
        ("-¥1,200.5", "-1200.50"),
        ("￥ 3.1 万元", "31000.00"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert parse_yuan(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "about 5000", "5000 USD", "1.005", "5000-6000", "--3", "1e5"])
def test_what_is_no_amount_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an amount|parts of a fen") as caught:
        parse_yuan(text)
    assert repr(text) in str(caught.value)


def test_rounding_is_half_up_and_floats_are_refused() -> None:
    assert (yuan("2.675"), yuan("-2.675"), yuan(3)) == (Decimal("2.68"), Decimal("-2.68"), Decimal("3.00"))
    with pytest.raises(TypeError, match="float"):
        yuan(2.675)  # type: ignore[arg-type]


def test_amounts_are_shown_for_people_and_machines() -> None:
    assert format_yuan(Decimal("279800")) == "¥279,800.00"
    assert format_yuan(Decimal("-1234.5"), places=0) == "-¥1,235"
    assert to_json(Decimal("279800")) == "279800.00"


@given(AMOUNTS)
def test_what_is_shown_can_be_read(amount: Decimal) -> None:
    assert parse_yuan(format_yuan(amount)) == amount


@given(AMOUNTS, st.integers(1, 60))
def test_shares_sum_to_the_amount_and_differ_by_a_fen(amount: Decimal, parts: int) -> None:
    split = shares(amount, parts)
    assert total(split) == amount
    assert max(split) - min(split) <= Decimal("0.01")


def test_an_amount_is_not_split_into_nothing() -> None:
    with pytest.raises(ValueError, match="0 parts"):
        shares(Decimal(1), 0)
    assert total([]) == Decimal("0.00")
