"""Times of a log as microseconds since 1970-01-01 UTC: many at once where they are written as ISO 8601, one by one where not.

What is read without being asked: ISO 8601 with and without a zone, year-first dates with slashes or in Chinese, German dates with
dots, whole numbers of 10, 13, 16 or 19 digits (seconds to nanoseconds since 1970), and of 8, 14, 17 or 20 digits (a day, to
the second, the millisecond, the microsecond). Ten digits are always seconds since 1970, never `2026010310`. `03/04/2026` is not
read: it is March in one country and April in another, so that it wants a `time_format`.
"""

import re
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

EMPTY = np.iinfo(np.int64).min
UNREADABLE = EMPTY + 1
EPOCHS = {"epoch s": 1_000_000, "epoch ms": 1_000, "epoch us": 1, "epoch ns": 0}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEAST = -62_135_424_000_000_000  # 0001-01-03: room for an offset on either side of what Python can date
_MOST = 253_402_041_600_000_000  # 9999-12-29
_QUARTER = 900_000_000  # microseconds: no zone has changed its offset within a quarter of an hour since 1900
_MICROSECOND = timedelta(microseconds=1)
_ISO = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_ZONED = _ISO + r"(Z|[+-]\d{2}:?\d{2})$"
_NAIVE = _ISO + "$"
_DIGITS = {10: 1_000_000, 13: 1_000, 16: 1, 19: 0}
_COMPACT = re.compile(
    r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,](\d{1,9})|(\d{3}|\d{6}))?(Z|[+-]\d\d:?\d\d)?"
)
_RUN = re.compile(r"\d{9}|\d{4}-\d\d-\d{3}")  # for Python a digit may stand between a day and its time
_YEAR_FIRST = re.compile(
    r"(\d{4})[/年.-](\d{1,2})[/月.-](\d{1,2})日?"
    r"(?:[T ]*(\d{1,2})[:时点](\d{1,2})分?(?:[:]?(\d{1,2})秒?(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_DAY_FIRST = re.compile(
    r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?"
)


@dataclass(frozen=True, slots=True)
class Moments:
    """Times read: `at` holds EMPTY where nothing was written and UNREADABLE where it was no time.

    `assumed` counts times without a zone, `days` those without a time of day.
    """

    at: NDArray[np.int64]
    assumed: int = 0
    days: int = 0


def of_texts(texts: pa.Array, zone: ZoneInfo, form: str = "") -> Moments:
    """Read an Arrow array of strings. `zone` is for times that name none; `form` as in a mapping's `time_format`."""
    at, local, days = _of_texts(texts, zone, form)
    return Moments(at, int(local.sum()), int(days.sum()))


def from_iso(text: str) -> datetime:
    """Return the time that a text says in ISO 8601, or in 14, 17 or 20 digits. Raises ValueError for any other text.

    `datetime.fromisoformat` alone would take the ninth digit of `20260103103015` for a separator and give a wrong time.
    """
    if _RUN.match(text) is None:
        return datetime.fromisoformat(text)
    match = _COMPACT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:60]!r} is no time")
    year, month, day, hour, minute, second, point, fraction, zone = match.groups()
    written = (
        f"{year}-{month}-{day}T{hour}:{minute}:{second}.{(point or fraction or '0')[:6]:<06}{zone or ''}"
    )
    return datetime.fromisoformat(written)


_Masks = tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]


def _of_texts(texts: pa.Array, zone: ZoneInfo, form: str) -> _Masks:
    """The times, which of them named no zone, which are days only."""
    texts = pc.utf8_trim_whitespace(texts)
    empty = pc.fill_null(pc.equal(texts, ""), True)
    if not form:
        for kind in (pa.timestamp("us", "UTC"), pa.timestamp("us")):
            at = _cast(texts.filter(pc.invert(empty)), kind)
            if at is not None and (kind.tz or not _has_days(texts)):
                return _spread(at, empty, zone if kind.tz is None else None)
    return _of_mixed(texts, empty, zone, form)


def of_words(column: pa.DictionaryArray, zone: ZoneInfo, form: str = "") -> Moments:
    """Read an Arrow dictionary of strings: each different text once, so that repeated ones take no room."""
    at, local, days = _of_texts(column.dictionary, zone, form)
    numbers = pc.fill_null(column.indices.cast(pa.int64()), -1).to_numpy()
    times = np.bincount(numbers[numbers >= 0], minlength=len(at))
    return Moments(np.append(at, EMPTY)[numbers], int(times[local].sum()), int(times[days].sum()))


def of_timestamps(column: pa.Array, zone: ZoneInfo) -> Moments:
    """Read an Arrow array of timestamps or dates; those of a type without a zone are local times of `zone`."""
    if pa.types.is_date(column.type):
        days = pc.fill_null(column.cast(pa.date32()).cast(pa.int32()), 0).to_numpy().astype(np.int64)
        at = _scaled(days, 86_400_000_000)
    else:
        whole = column.cast(pa.int64())
        numbers = (pc.fill_null(whole, 0) if whole.null_count else whole).to_numpy()
        at = _scaled(numbers, {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 0}[column.type.unit])
    naive = pa.types.is_date(column.type) or column.type.tz is None
    if column.null_count:
        at = np.where(pc.is_null(column).to_numpy(zero_copy_only=False), EMPTY, at)
    if not naive:
        return Moments(at)
    good = at > UNREADABLE
    at = np.where(good, 0, at) + np.where(good, to_utc(np.where(good, at, 0), zone), 0)
    return Moments(at, int(good.sum()), int(good.sum()) if pa.types.is_date(column.type) else 0)


def of_numbers(column: pa.Array, form: str = "") -> Moments:
    """Read an Arrow array of whole numbers or floats since 1970; without `form` the unit follows from the digits."""
    empty = pc.is_null(column).to_numpy(zero_copy_only=False)
    if pa.types.is_floating(column.type):
        values = pc.fill_null(column, 0.0).to_numpy().astype(np.float64)
        values[~np.isfinite(values)] = 1e30
        scale = EPOCHS.get(form) if form else _unit_of(np.abs(values[~empty]))
        at = _scaled_floats(values, scale)
    else:
        numbers = pc.fill_null(column, 0).to_numpy()
        scale = EPOCHS.get(form) if form else _unit_of(np.abs(numbers[~empty].astype(np.float64)))
        at = np.full(len(numbers), UNREADABLE) if scale is None else _scaled(numbers, scale)
    return Moments(np.where(empty, EMPTY, at))


def to_utc(local: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """Return local times of a zone, in microseconds, as UTC. Of an hour that comes twice the first is meant."""
    if zone.key == "UTC" or not len(local):
        return local
    quarters, place = np.unique(local // _QUARTER, return_inverse=True)
    offsets = np.array([_offset(int(quarter) * _QUARTER, zone) for quarter in quarters], dtype=np.int64)
    return np.asarray(local - offsets[place], dtype=np.int64)


def _offset(local: int, zone: ZoneInfo) -> int:
    at = (_EPOCH + timedelta(microseconds=local)).replace(tzinfo=zone)
    offset = at.utcoffset()
    assert offset is not None
    return offset // _MICROSECOND


def _cast(texts: pa.Array, kind: pa.DataType) -> NDArray[np.int64] | None:
    """All at once by Arrow, or None where one of them is not of this kind."""
    try:
        found = texts.cast(kind).cast(pa.int64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return np.where((found < _LEAST) | (found > _MOST), UNREADABLE, found)


def _has_days(texts: pa.Array) -> bool:
    """Whether some are so short that they can only be days."""
    shortest = pc.min(pc.if_else(pc.equal(texts, ""), None, pc.utf8_length(texts))).as_py()
    return shortest is not None and shortest <= len("2026-11-01")


def _spread(found: NDArray[np.int64], empty: pa.Array, zone: ZoneInfo | None) -> _Masks:
    at, none = np.full(len(empty), EMPTY), np.zeros(len(empty), dtype=bool)
    at[~empty.to_numpy(zero_copy_only=False)] = found
    if zone is None:
        return at, none, none
    good = at > UNREADABLE
    at[good] = to_utc(at[good], zone)
    return at, good, none


def _of_mixed(texts: pa.Array, empty: pa.Array, zone: ZoneInfo, form: str) -> _Masks:
    """Not all alike: what looks like ISO 8601 by Arrow, the rest one by one, each spelling once."""
    at = np.full(len(texts), EMPTY)
    local = np.zeros(len(texts), dtype=bool)
    left = ~empty.to_numpy(zero_copy_only=False)
    if not form:
        for pattern, kind in ((_ZONED, pa.timestamp("us", "UTC")), (_NAIVE, pa.timestamp("us"))):
            match = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
            mask = match.to_numpy(zero_copy_only=False) & left
            found = _cast(texts.filter(pa.array(mask)), kind) if mask.any() else None
            if found is not None:
                at[mask], local[mask] = found, kind.tz is None
                left &= ~mask
    days = _one_by_one(texts, left, form, at, local)
    local &= at > UNREADABLE
    at[local] = to_utc(at[local], zone)
    return at, local, days


def _one_by_one(
    texts: pa.Array, left: NDArray[np.bool_], form: str, at: NDArray[np.int64], local: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Fill `at` and `local` where `left`; which are days without a time of day."""
    days = np.zeros(len(at), dtype=bool)
    if not left.any():
        return days
    encoded = texts.filter(pa.array(left)).dictionary_encode()
    read = [_one(word, form) for word in encoded.dictionary.to_pylist()]
    numbers = encoded.indices.to_numpy()
    at[left] = np.array([item[0] for item in read], dtype=np.int64)[numbers]
    local[left] = np.array([item[1] for item in read], dtype=bool)[numbers]
    days[left] = np.array([item[2] for item in read], dtype=bool)[numbers]
    return days


Read = tuple[int, bool, bool]
_NOTHING: Read = (UNREADABLE, False, False)


def _one(text: str, form: str) -> Read:
    """Microseconds, whether they are local time, whether it was a day only."""
    if form in EPOCHS:
        return _of_number(text, EPOCHS[form])
    try:
        if form:
            at = datetime.strptime(text, form)  # noqa: DTZ007 - without a zone it is local time of the mapping
            return _of_datetime(at, "%H" not in form and "%I" not in form)
        if text.isascii() and text.isdigit() and len(text) in _DIGITS:
            return _of_number(text, _DIGITS[len(text)])
        return _of_datetime(from_iso(text), len(text) <= len("2026-11-01"))
    except (ValueError, OverflowError):
        return _NOTHING if form else _of_parts(text)


def _of_number(text: str, scale: int) -> Read:
    try:
        value = float(text) if not text.isdigit() or len(text) > 30 else int(text)
        at = int(value * scale) if scale else int(value // 1000)
    except (ValueError, OverflowError):
        return _NOTHING
    return (at, False, False) if _LEAST <= at <= _MOST else _NOTHING


def _of_parts(text: str) -> Read:
    if len(text) > 60:
        return _NOTHING
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        year, month, day, hour, minute, second, fraction, zone = match.groups()
    else:
        match = _DAY_FIRST.fullmatch(text)
        if match is None:
            return _NOTHING
        day, month, year, hour, minute, second, fraction = match.groups()
        zone = None
    written = f"{year}-{month:>02}-{day:>02}T{hour or '0':>02}:{minute or '0':>02}:{second or '0':>02}"
    try:
        at = datetime.fromisoformat(f"{written}.{(fraction or '0')[:6]:<06}{zone or ''}")
    except ValueError:
        return _NOTHING
    return _of_datetime(at, hour is None)


def _of_datetime(at: datetime, day_only: bool) -> Read:
    naive = at.tzinfo is None
    found = ((at.replace(tzinfo=UTC) if naive else at) - _EPOCH) // _MICROSECOND
    return (found, naive, day_only) if _LEAST <= found <= _MOST else _NOTHING


def _unit_of(values: NDArray[np.float64]) -> int | None:
    """Which unit makes the middle value a time between 2001 and 2286; None: it is not a time."""
    if not len(values):
        return None
    digits = len(str(int(min(float(np.median(values)), 1e25))))
    return _DIGITS.get(digits)


def _scaled(numbers: NDArray[np.int64], scale: int) -> NDArray[np.int64]:
    """Numbers of a unit as microseconds; 0 for nanoseconds. What no calendar holds is UNREADABLE."""
    if scale == 0:
        numbers, scale = np.asarray(numbers // 1000).astype(np.int64), 1
    least, most = _LEAST // scale, _MOST // scale
    if not len(numbers) or (numbers.min() >= least and numbers.max() <= most):
        return np.asarray(numbers if scale == 1 else numbers.astype(np.int64) * scale).astype(
            np.int64, copy=False
        )
    bad = (numbers < least) | (numbers > most)
    return np.where(bad, UNREADABLE, np.where(bad, 0, numbers).astype(np.int64) * scale)


def _scaled_floats(values: NDArray[np.float64], scale: int | None) -> NDArray[np.int64]:
    if scale is None:
        return np.full(len(values), UNREADABLE)
    found = np.floor(values * scale if scale else values / 1000)
    bad = (found < _LEAST) | (found > _MOST)
    return np.where(bad, UNREADABLE, np.where(bad, 0, found).astype(np.int64))
