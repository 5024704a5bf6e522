"""Opening hours cut into slots."""

from collections.abc import Iterable
from datetime import datetime
from datetime import timedelta

Span = tuple[datetime, datetime]


def cut(spans: Iterable[Span], length: timedelta) -> list[Span]:
    """The open spans of a day cut into slots of `length`, one after another; what is left at a span's end is no slot.

    Raises ValueError when the length is not positive.
    """
    if length <= timedelta(0):
        raise ValueError(f"a slot cannot last {length}; pass a positive length")
    found: list[Span] = []
    for opens, closes in spans:
        start = opens
        while start + length <= closes:
            found.append((start, start + length))
            start += length
    return found
