"""Takes out of what was read the two signs that the database cannot hold: NUL and halves of surrogate pairs.

Both come from broken senders, most often as `\\u0000` and `\\ud83d` in JSON. The bytes of the document keep them.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from dataclasses import is_dataclass
from dataclasses import replace
from enum import Enum
from typing import Any
from typing import TypeVar

T = TypeVar("T")
_BAD = re.compile("[\x00\ud800-\udfff]")
# Only documents with one of these in their bytes can hold such a sign.
_MARKS = (b"\x00", b"\\u0000", b"\\ud", b"\\uD")


def storable(raw: bytes, read: T) -> T:
    """What was read of `raw`, with such signs shown as a replacement character."""
    return _clean(read) if any(mark in raw for mark in _MARKS) else read


def _clean(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return _BAD.sub("\ufffd", value)
    if isinstance(value, tuple):
        return tuple(map(_clean, value))
    if isinstance(value, Mapping):
        return {_clean(key): _clean(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _clean(getattr(value, one.name)) for one in fields(value)})
    return value
