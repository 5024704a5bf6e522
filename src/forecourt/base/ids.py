"""Identifiers: UUIDv7 for what happens, short readable codes for what headquarters names.

A UUIDv7 (RFC 9562, section 5.7) begins with the time, so that rows written together lie together in the index. The time
is the caller's: no function here reads a clock.
"""

import os
import re
import threading
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from itertools import count
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_lock = threading.Lock()
_sequence = count()


def new_id(at: datetime) -> UUID:
    """Return a UUIDv7 for the moment `at` (timezone-aware), with 46 bits from the operating system.

    Within one process ids of the same microsecond rise too: 12 bits hold the fraction of the millisecond (RFC 9562
    section 6.2, method 3) and 16 bits a counter. Raises ValueError for a naive datetime or one before 1970.
    """
    milliseconds, microseconds = divmod(_microseconds(at), 1000)
    with _lock:
        turn = next(_sequence) & 0xFFFF
    tail = (turn << 46) | int.from_bytes(os.urandom(6), "big") >> 2
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80
    value |= 0x7 << 76 | (microseconds * 4096 // 1000) << 64
    return UUID(int=value | 0b10 << 62 | tail)


def time_of(value: UUID) -> datetime:
    """Return the moment (UTC, to the millisecond) that a UUIDv7 carries; ValueError for another version."""
    if value.version != 7:
        raise ValueError(f"{value} is a UUID of version {value.version}; only version 7 carries a time")
    return _EPOCH + timedelta(milliseconds=value.int >> 80)


def _microseconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError(f"the time {at.isoformat()} has no time zone; pass an aware datetime")
    passed = (at - _EPOCH) // _MICROSECOND
    if passed < 0:
        raise ValueError(f"the time {at.isoformat()} lies before 1970; a UUIDv7 cannot hold it")
    return passed


def is_code(text: str) -> bool:
    """Say whether `text` is a code: lower-case letters and digits in parts joined by hyphens, as in `sh-003`."""
    return len(text) <= 64 and _CODE.fullmatch(text) is not None


def code(prefix: str, number: int, width: int = 3) -> str:
    """Return the code of the `number`-th thing of a kind: `code("sh", 3)` is `sh-003`.

    `width` is the least number of digits. Raises ValueError for a negative number or a malformed prefix.
    """
    if number < 0 or not is_code(prefix):
        raise ValueError(f"no code can be made of prefix {prefix!r} and number {number}")
    return f"{prefix}-{number:0{width}d}"


def slug(text: str) -> str:
    """Return `text` as a code: `slug("AITO M7 (2025)")` is `aito-m7-2025`. ValueError when nothing is left of it."""
    parts = re.findall(r"[a-z0-9]+", text.lower())
    if not parts or not is_code("-".join(parts)):
        raise ValueError(
            f"{text!r} holds no letters or digits that a code could be made of; name one yourself"
        )
    return "-".join(parts)
