"""Where things stand on the drawn band of dates, in per cent of its width; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import timedelta

from forecourt.supply.promises import Band

MARGIN = timedelta(days=4)
LONGEST = timedelta(days=400)
LAST_LABEL = 90.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the drawing: where it begins and how wide it is."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A time axis with the promise, the estimate and today on it."""

    promise: Bar
    estimate: Bar | None
    today: float
    months: Sequence[tuple[float, date]]


def draw(locked_on: date, today: date, promise: Band, estimate: Band | None) -> Drawing:
    """Lay promise, estimate and today on one axis that begins with the lock."""
    last = max(today, promise.to_on, estimate.to_on if estimate else promise.to_on)
    first, last = locked_on - MARGIN, min(last, locked_on + LONGEST) + MARGIN
    days = (last - first).days

    def at(on: date) -> float:
        return round(min(max((on - first).days / days, 0.0), 1.0) * 100, 2)

    def bar(band: Band) -> Bar:
        return Bar(at(band.from_on), max(round(at(band.to_on) - at(band.from_on), 2), 0.8))

    return Drawing(
        bar(promise),
        bar(estimate) if estimate else None,
        at(today),
        [(at(on), on) for on in _months(first, last) if at(on) < LAST_LABEL],
    )


def _months(first: date, last: date) -> list[date]:
    """The first day of each month within, at most a dozen."""
    found, on = [], date(first.year, first.month, 1)
    while on <= last:
        if on >= first:
            found.append(on)
        on = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    return found[:: max(1, len(found) // 12)]
