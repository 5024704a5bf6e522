"""Money: Decimal yuan with two places, never a float; a string in JSON.

Rounding is half up, the way invoices in this trade are rounded (and not Python's default, half to even).
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP
from decimal import Decimal

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
_WAN = Decimal(10_000)
_AMOUNT = re.compile(
    r"(?P<minus>-)?(?:[¥￥]|CNY|RMB)?\s*(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>万元|万|元)?"
)


def yuan(value: Decimal | int | str) -> Decimal:
    """Return `value` as yuan with two places, rounded half up. Raises TypeError for a float: it has lost its cents."""
    if isinstance(value, float):
        raise TypeError(f"money cannot be made of the float {value!r}; pass a Decimal, an int or a string")
    return Decimal(value).quantize(FEN, ROUND_HALF_UP)


def parse_yuan(text: str) -> Decimal:
    """Read an amount as people write it: `279,800`, `¥279800.00`, `27.98万`, `5000 元`.

    Returns yuan with two places. Raises ValueError naming the text when it is not one amount, or has parts of a fen.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an amount of money; write it like 279800.00, 279,800 or 27.98万")
    amount = Decimal(match["number"].replace(",", ""))
    amount = amount * _WAN if (match["unit"] or "").startswith("万") else amount
    if amount != amount.quantize(FEN):
        raise ValueError(f"{text!r} has parts of a fen; money has two places")
    return -amount.quantize(FEN) if match["minus"] else amount.quantize(FEN)


def format_yuan(amount: Decimal, places: int = 2) -> str:
    """Return the amount for people: `¥279,800.00`, with `places` decimal places (0 or 2), the minus sign first."""
    rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    sign = "-" if rounded < 0 else ""
    return f"{sign}¥{abs(rounded):,}"


def to_json(amount: Decimal) -> str:
    """Return the amount as the text that JSON carries: `279800.00`."""
    return str(yuan(amount))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum in yuan; `0.00` for none."""
    return sum(amounts, ZERO)


def shares(amount: Decimal, parts: int) -> tuple[Decimal, ...]:
    """Split an amount into `parts` that differ by at most one fen and sum to it exactly; the first get the rest."""
    if parts < 1:
        raise ValueError(f"an amount cannot be split into {parts} parts")
    fen = int(yuan(amount) * 100)
    each, left = divmod(fen, parts)
    return tuple(Decimal(each + (index < left)) / 100 for index in range(parts))
