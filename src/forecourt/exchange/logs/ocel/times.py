"""Moments as OCEL files write them, to microseconds since 1970-01-01 UTC and back."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta
from zoneinfo import ZoneInfo

from forecourt.exchange.logs.times import from_iso

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST = 60
ZONE = ZoneInfo("UTC")


def read_time(text: str, zone: ZoneInfo = ZONE) -> tuple[int, bool] | None:
    """Return the moment and whether the text named its zone (without one it is time of `zone`); None if this is not a time.

    Takes ISO 8601 with `T` or a space, any offset, up to nanoseconds (cut to microseconds), and a trailing ` UTC`.
    """
    written = text.strip()
    if not written or len(written) > _LONGEST:
        return None
    if written.endswith(" UTC"):
        written = written[:-4] + "Z"
    try:
        at = from_iso(written)
        zoned = at.tzinfo is not None
        return micros(at if zoned else at.replace(tzinfo=zone)), zoned
    except (ValueError, OverflowError):
        return None


def micros(at: datetime) -> int:
    """Microseconds since 1970-01-01 UTC of a moment with a zone."""
    return (at - EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """The moment in UTC that lies `at` microseconds after 1970-01-01."""
    return EPOCH + at * _MICROSECOND


def iso(at: int) -> str:
    """The moment as ISO 8601 in UTC, closed by `Z`; fractions only where there are any."""
    return moment(at).isoformat().replace("+00:00", "Z")
