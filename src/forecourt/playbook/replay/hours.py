"""Working calendars as arrays, so that the kernel counts working time by binary search.

For a bounded window of days each calendar becomes its open spans in order, each with the open time before it,
its local midnights with the open days so far, and the closing time of each open day. What `WorkingCalendar.add`
and `elapsed` say within the window, these arrays say too; a property test holds them against one another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from typing import Any
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecourt.base.calendars import WorkingCalendar
from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.base.durations import Duration

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
MOST_DAYS = 40_000
NOT_KNOWN = np.iinfo(np.int64).min
FAR = np.iinfo(np.int64).max
_ONE_DAY = timedelta(days=1)
Moments = NDArray[np.int64]


def micros(at: datetime) -> int:
    """Return an aware moment as microseconds since 1970-01-01 UTC. Raises ValueError without a time zone."""
    if at.tzinfo is None:
        raise ValueError(f"the time {at.isoformat()} has no time zone; pass an aware datetime")
    return (at - EPOCH) // MICRO


def moment(at: int) -> datetime:
    """Return microseconds since 1970-01-01 UTC as an aware moment."""
    return EPOCH + int(at) * MICRO


class Calendars(NamedTuple):
    """Calendars as arrays.

    `of`: stores + 1 (row 0: no store) by names of calendars: number of the calendar, -1 where not given.
    `places`: calendars + 1 by where its spans, days and closes begin, and what a count beyond its end gives
    (NOT_KNOWN: no published days, FAR: after the window). `spans`: opening, closing, open time before. `days`:
    midnight, open days so far (this one included); the last row of a calendar is the end of its window.
    `closes`: the last closing time of each open day.
    """

    of: NDArray[np.int32]
    places: Moments
    spans: Moments
    days: Moments
    closes: Moments


@dataclass(frozen=True)
class Hours:
    """The working calendars of stores from `first_at` to `last_at`. Make one with `hours_of`.

    `numbers` maps store and name of a calendar to its place in `tables`; the store "" is for events that name none.
    """

    first_at: datetime
    last_at: datetime
    numbers: Mapping[tuple[str, str], int]
    tables: Calendars

    def add(self, store: str, start_at: datetime, duration: Duration) -> datetime:
        """Return when a duration that starts at `start_at` is over, as the store's calendar of that name says.

        Raises KeyError for a calendar that was not given, ValueError where its published days or the window end
        before that.
        """
        from forecourt.playbook.replay import kernel

        if duration.calendar == ROUND_THE_CLOCK:
            return start_at.astimezone(UTC) + duration.span
        number = self.numbers[store, duration.calendar]
        count = duration.amount if duration.unit == "d" else 0
        _, *tables = self.tables
        found = kernel.add(*tables, number, micros(start_at), count, duration.span // MICRO)
        if found in (NOT_KNOWN, FAR):
            raise self._refusal(store, duration, start_at)
        return moment(found)

    def elapsed(self, store: str, name: str, start_at: datetime, end_at: datetime) -> timedelta:
        """Return the open time between two moments of the window on a store's calendar; zero when the end is not after the
        start.
        """
        from forecourt.playbook.replay import kernel

        if end_at <= start_at or name == ROUND_THE_CLOCK:
            return max(end_at - start_at, timedelta())
        number = self.numbers[store, name]
        self._covers(number, store, name, start_at, end_at)
        _, places, spans, _, _ = self.tables
        both = [kernel.open_until(places, spans, number, micros(at)) for at in (start_at, end_at)]
        return int(both[1] - both[0]) * MICRO

    def for_stores(self, stores: tuple[str, ...], names: tuple[str, ...]) -> Calendars:
        """Return the tables with `of` for stores and calendars in that order; the first row is for events without a store."""
        rows = [[self.numbers.get((store, name), -1) for name in names] for store in ("", *stores)]
        return self.tables._replace(of=np.array(rows, np.int32).reshape(len(stores) + 1, len(names)))

    def check(self, first: int, last: int) -> None:
        """Raise ValueError where moments from `first` to `last` (microseconds) are not all in the window."""
        if micros(self.first_at) <= first and last <= micros(self.last_at):
            return
        asked = " to ".join(str(np.datetime64(at, "us").astype("datetime64[s]")) for at in (first, last))
        raise ValueError(
            f"the log has times from {asked} UTC, but the working calendars are laid out from {self.first_at} to {self.last_at}: "
            "lay them out for the whole log with hours_of, and leave out events whose times cannot be right"
        )

    def sure(self, name: str, count: int) -> int:
        """Return the microseconds that pass at least until `count` open days after the day of any start are over, in every
        store.
        """
        places, days, closes = self.tables.places, self.tables.days, self.tables.closes
        numbers = {number for (_, given), number in self.numbers.items() if given == name}
        shortest = FAR
        for number in numbers:
            own = days[places[number, 1] : places[number + 1, 1]]
            due = own[:-1, 1] + count - 1
            within = due < places[number + 1, 2] - places[number, 2]
            ends = closes[places[number, 2] + due[within]] - own[1:, 0][within]
            shortest = min(shortest, int(ends.min(initial=FAR)))
        return max(0, shortest) if shortest < FAR else 0

    def _covers(self, number: int, store: str, name: str, start_at: datetime, end_at: datetime) -> None:
        low, high = self.tables.places[number, 1], self.tables.places[number + 1, 1] - 1
        first, last = moment(self.tables.days[low, 0]), moment(self.tables.days[high, 0])
        if start_at < first or end_at >= last:
            raise ValueError(
                f"the calendar {name} of {store or 'the network'} is known from {first} to {last}, not from {start_at} to {end_at}"
            )

    def _refusal(self, store: str, duration: Duration, start_at: datetime) -> ValueError:
        place = f"{duration} from {start_at} in {store or 'the network'}"
        return ValueError(
            f"{place} begins or ends where the working calendar has no published days, or outside the window from {self.first_at} "
            f"to {self.last_at}: give the calendar more years, or take a longer window"
        )


def no_hours(stores: int, names: int) -> Calendars:
    """Return tables that know no calendar: what is not counted round the clock is not judged."""
    return _tables([])._replace(of=np.full((stores + 1, names), -1, np.int32))


def hours_of(
    calendars: Mapping[tuple[str, str], WorkingCalendar], first_at: datetime, last_at: datetime
) -> Hours:
    """Return the working calendars of stores as arrays, from the day of `first_at` to that of `last_at`.

    `calendars` maps a store and the name of a calendar, as playbooks say it, to the calendar; the store "" is
    for events without one. Equal calendars are kept once. Raises ValueError for a window of more than 40,000
    days and for opening hours that overlap.
    """
    if not timedelta() <= last_at - first_at <= MOST_DAYS * _ONE_DAY:
        raise ValueError(
            f"the times from {first_at} to {last_at} are not in order or lie more than {MOST_DAYS} days apart"
        )
    places: dict[Any, int] = {}
    made: list[_Spread] = []
    numbers = {}
    for key, calendar in calendars.items():
        alike = _likeness(calendar)
        if alike not in places:
            places[alike] = len(made)
            made.append(_spread(calendar, first_at, last_at))
        numbers[key] = places[alike]
    return Hours(first_at, last_at, numbers, _tables(made))


@dataclass(frozen=True)
class _Spread:
    """One calendar laid out over the window; see `Calendars`."""

    spans: Moments
    days: Moments
    closes: Moments
    beyond: int


def _likeness(calendar: WorkingCalendar) -> Any:
    """What two calendars have in common when they say the same."""
    weekly, exceptions = sorted(calendar.weekly.items()), sorted(calendar.exceptions.items())
    return calendar.kind, calendar.zone.key, tuple(weekly), tuple(exceptions), id(calendar.table)


def _spread(calendar: WorkingCalendar, first_at: datetime, last_at: datetime) -> _Spread:
    first, last = (at.astimezone(calendar.zone).date() for at in (first_at, last_at))
    earliest, beyond = first - _ONE_DAY, FAR
    if calendar.table is not None:
        earliest, first = max(earliest, calendar.table.first_on), max(first, calendar.table.first_on)
        beyond = FAR if last <= calendar.table.last_on else NOT_KNOWN
        last = min(last, calendar.table.last_on)
    days = [calendar.spans(on) for on in _dates(earliest, last)]
    inside = days[(first - earliest).days :]
    midnights = [_midnight(calendar, on) for on in _dates(first, max(first, last + _ONE_DAY))]
    open_days = np.cumsum([bool(day) for day in inside] + [False], dtype=np.int64)
    return _Spread(
        spans=_spans(calendar, days),
        days=np.stack([np.array(midnights, np.int64), open_days], axis=1),
        closes=np.array([micros(day[-1][1]) for day in inside if day], np.int64),
        beyond=int(beyond),
    )


def _spans(calendar: WorkingCalendar, days: list[list[tuple[datetime, datetime]]]) -> Moments:
    rows = [[micros(start), micros(end)] for day in days for start, end in day]
    spans = np.array(rows, np.int64).reshape(-1, 2)
    _check_order(calendar, spans)
    lengths = spans[:, 1] - spans[:, 0]
    return np.concatenate([spans, (np.cumsum(lengths) - lengths)[:, None]], axis=1)


def _dates(first: date, last: date) -> list[date]:
    return [first + day * _ONE_DAY for day in range((last - first).days + 1)]


def _midnight(calendar: WorkingCalendar, on: date) -> int:
    return micros(datetime.combine(on, time.min, calendar.zone))


def _check_order(calendar: WorkingCalendar, spans: Moments) -> None:
    """Overlapping hours would be counted twice."""
    wrong = np.flatnonzero(spans[1:, 0] < spans[:-1, 1])
    if len(wrong):
        at = moment(spans[wrong[0] + 1, 0]).astimezone(calendar.zone)
        raise ValueError(
            f"the opening hours of {calendar.name!r} overlap at {at}: correct the hours of that weekday or date"
        )


def _tables(made: list[_Spread]) -> Calendars:
    places = np.zeros((len(made) + 1, 4), np.int64)
    for number, one in enumerate(made):
        lengths = (len(one.spans), len(one.days), len(one.closes))
        places[number + 1, :3] = places[number, :3] + lengths
        places[number, 3] = one.beyond
    return Calendars(
        of=np.empty((0, 0), np.int32),
        places=places,
        spans=np.concatenate([np.empty((0, 3), np.int64), *(one.spans for one in made)]),
        days=np.concatenate([np.empty((0, 2), np.int64), *(one.days for one in made)]),
        closes=np.concatenate([np.empty(0, np.int64), *(one.closes for one in made)]),
    )
