"""Values of attributes: from what a file holds to what its type declares, and back to text."""

import math
import re
from datetime import datetime

from forecourt.exchange.logs.ocel.records import BOOLEAN
from forecourt.exchange.logs.ocel.records import FLOAT
from forecourt.exchange.logs.ocel.records import INTEGER
from forecourt.exchange.logs.ocel.records import STRING
from forecourt.exchange.logs.ocel.records import TIME
from forecourt.exchange.logs.ocel.records import Value
from forecourt.exchange.logs.ocel.times import iso
from forecourt.exchange.logs.ocel.times import micros
from forecourt.exchange.logs.ocel.times import moment
from forecourt.exchange.logs.ocel.times import read_time

# Words that tools write for the five types of the standard.
SPELLINGS = {
    "string": STRING, "str": STRING, "text": STRING, "varchar": STRING,
    "time": TIME, "date": TIME, "datetime": TIME, "timestamp": TIME,
    "integer": INTEGER, "int": INTEGER, "long": INTEGER, "bigint": INTEGER, "int64": INTEGER,
    "float": FLOAT, "double": FLOAT, "real": FLOAT, "number": FLOAT, "numeric": FLOAT, "decimal": FLOAT,
    "boolean": BOOLEAN, "bool": BOOLEAN,
}  # fmt: skip
_TRUTH = {"true": True, "false": False, "1": True, "0": False}
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def typed(raw: str | int | float | bool, type_: str) -> Value | None:
    """Return the value as its type declares it; None if it is not such a value (64-bit integers, finite numbers)."""
    text = as_text(raw)
    if type_ == STRING:
        return text
    if type_ == BOOLEAN:
        return _TRUTH.get(text.strip().lower())
    if type_ == INTEGER:
        return _integer(text.strip())
    return _float(text) if type_ == FLOAT else _time(text)


def _integer(text: str) -> int | None:
    if not _INTEGER.fullmatch(text):
        return None
    number = int(text)
    return number if -(1 << 63) <= number < 1 << 63 else None


def _float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _time(text: str) -> datetime | None:
    found = read_time(text)
    return moment(found[0]) if found else None


def as_text(value: Value) -> str:
    """The value as the standard writes it in JSON and XML."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return iso(micros(value)) if isinstance(value, datetime) else repr(value)


def storable(text: str) -> str:
    """The text without what XML cannot hold (control characters, halves of surrogate pairs), each replaced by U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    return _FORBIDDEN.sub("\ufffd", text)
