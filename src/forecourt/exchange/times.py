"""Moments as lead documents write them: four spellings of ISO 8601, twelve-hour clocks, Unix seconds and milliseconds,
Chinese dates, spreadsheet day numbers. What had to be assumed is said."""

import re
from dataclasses import dataclass
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from decimal import Decimal
from decimal import InvalidOperation

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_SPREADSHEET_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's day number has no zone until we give it one
_CLOCK = (
    r"(?:[T\s]*(?:(?P<am>上午|早上|凌晨|am)|(?P<pm>下午|晚上|pm))?\s*(?P<hour>\d{1,2})(?:[:时点](?P<minute>\d{1,2}))?"
    r"(?:[:分](?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9}))?)?[秒分]?\s*(?:(?P<am2>am)|(?P<pm2>pm))?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
)
_YEAR_FIRST = re.compile(
    r"^(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?|(?P<month2>\d{2})(?P<day2>\d{2}))"
    + _CLOCK
    + "$",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"^(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})" + _CLOCK + "$", re.IGNORECASE
)
_NUMBER = re.compile(r"^\d{1,13}(?:\.\d{1,12})?$")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC, or None; `code` names what was assumed ("" if nothing) or why it was refused."""

    at: datetime | None
    code: str = ""


def read_moment(raw: str, zone: timezone = CHINA) -> Moment:
    """Understand a moment; `zone` is assumed where the text has none. Never raises."""
    text = " ".join(raw.split())
    if not text:
        return Moment(None, "time.empty")
    if len(text) > 40:
        return Moment(None, "time.not_a_time")
    if _NUMBER.match(text) and len(text) != 8:
        return _from_number(Decimal(text), zone)
    return _from_text(text, zone)


def read_day(raw: str, zone: timezone = CHINA) -> date | None:
    """Understand a date. Of a moment the day as written counts, whatever its zone."""
    moment = read_moment(raw, zone)
    if moment.at is None:
        return None
    found = _YEAR_FIRST.match(" ".join(raw.split()))
    if found is None:
        return moment.at.astimezone(zone).date()
    parts = found.groupdict()
    return date(*(int(parts.get(k) or parts.get(k + "2") or 0) for k in ("year", "month", "day")))


def _from_number(number: Decimal, zone: timezone) -> Moment:
    if 20_000 <= number < 80_000:
        at = (_SPREADSHEET_EPOCH + timedelta(days=float(number))).replace(tzinfo=zone)
        return _plausible(at, "time.spreadsheet_day")
    milliseconds = number >= 100_000_000_000
    try:
        at = datetime.fromtimestamp(float(number / 1000 if milliseconds else number), UTC)
    except (ValueError, OverflowError, OSError, InvalidOperation):
        return Moment(None, "time.not_a_time")
    return _plausible(at, "time.unix_milliseconds" if milliseconds else "time.unix_seconds")


def _from_text(text: str, zone: timezone) -> Moment:
    found = _YEAR_FIRST.match(text)
    american = None if found else _MONTH_FIRST.match(text)
    match = found or american
    if match is None:
        return Moment(None, "time.not_a_time")
    parts = match.groupdict()
    try:
        at = _assembled(parts, zone)
    except (ValueError, OverflowError):
        return Moment(None, "time.not_a_time")
    return _plausible(at, _assumed(parts, american is not None))


def _assembled(parts: dict[str, str | None], zone: timezone) -> datetime:
    year, month, day = (int(parts.get(k) or parts.get(k + "2") or 0) for k in ("year", "month", "day"))
    hour, minute, second = (int(parts[k] or 0) for k in ("hour", "minute", "second"))
    if (parts["pm"] or parts["pm2"]) and hour < 12:
        hour += 12
    if (parts["am"] or parts["am2"]) and hour == 12:
        hour = 0
    micro = int(((parts["fraction"] or "") + "000000")[:6])
    return datetime(
        year, month, day, hour, minute, second, micro, tzinfo=_zone(parts["zone"], zone)
    ).astimezone(UTC)


def _zone(text: str | None, assumed: timezone) -> timezone:
    if not text:
        return assumed
    if text[0] not in "+-":
        return UTC
    sign, digits = (-1 if text[0] == "-" else 1), text[1:].replace(":", "").ljust(4, "0")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _assumed(parts: dict[str, str | None], american: bool) -> str:
    if american:
        return "time.month_first"
    if parts["hour"] is None:
        return "time.day_only"
    if parts["am2"] or parts["pm2"] or parts["am"] or parts["pm"]:
        return "time.twelve_hour_clock"
    return "" if parts["zone"] else "time.zone_assumed"


def _plausible(at: datetime, code: str) -> Moment:
    return Moment(at.astimezone(UTC), code) if EARLIEST <= at < LATEST else Moment(None, "time.out_of_range")
