"""Working calendars: when a store, an office or a hotline is open, and how deadlines count in open time.

Three kinds. `24 h` is always open. `store hours` follows the opening hours of each weekday with exceptions by date; car
retail is open, and busiest, on weekends and holidays. `working days` follows the country's published table of working days
with its make-up working days. The table is passed in. Outside it nothing is assumed: asking raises `CalendarUnknown`.

Hours in minutes count open time only. Days on a calendar that closes count open days: `3 working days` from a
Tuesday is due on Friday when the office closes; the day of the start is not counted, whatever the hour.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from zoneinfo import ZoneInfo

from forecourt.base.diagnostics import ERROR
from forecourt.base.diagnostics import Diagnostic
from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.base.durations import STORE_HOURS
from forecourt.base.durations import WORKING_DAYS
from forecourt.base.durations import Duration

Spans = tuple[tuple[time, time], ...]
SHANGHAI = ZoneInfo("Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 400


class CalendarUnknown(ValueError):
    """The calendar has no facts for a date; `diagnostic` carries code, sentence and hint."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(f"{diagnostic.message}. {diagnostic.hint}")
        self.diagnostic = diagnostic


class NeverOpen(ValueError):
    """The calendar does not open within 400 days, so nothing can be counted on it."""


@dataclass(frozen=True, slots=True)
class DayTable:
    """The published working days between two dates (both included); what lies outside is unknown."""

    first_on: date
    last_on: date
    working: frozenset[date]

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> "DayTable":
        """Build the table from rows with the columns `date` (ISO) and `is_workday` (0 or 1), one for each day.

        Raises ValueError when there are no rows, a day is missing or twice, or a value is neither 0 nor 1.
        """
        days: dict[date, bool] = {}
        for row in rows:
            on, value = date.fromisoformat(row["date"]), row["is_workday"]
            if on in days or value not in ("0", "1"):
                raise ValueError(
                    f"the working calendar has {on} twice, or is_workday {value!r} is neither 0 nor 1"
                )
            days[on] = value == "1"
        return cls._complete(days)

    @classmethod
    def _complete(cls, days: Mapping[date, bool]) -> "DayTable":
        if not days:
            raise ValueError("the working calendar has no rows")
        first, last = min(days), max(days)
        if len(days) != (last - first).days + 1:
            raise ValueError(
                f"the working calendar from {first} to {last} has gaps: {len(days)} days are given"
            )
        return cls(first, last, frozenset(on for on, works in days.items() if works))

    def is_working(self, on: date) -> bool:
        """Say whether the date is a working day. Raises CalendarUnknown outside the table."""
        if not self.first_on <= on <= self.last_on:
            raise CalendarUnknown(self._unknown(on))
        return on in self.working

    def _unknown(self, on: date) -> Diagnostic:
        edge = (
            f"unknown from {self.last_on.year + 1}"
            if on > self.last_on
            else f"unknown before {self.first_on}"
        )
        message = f"working calendar {edge}: no working days are published for {on}"
        hint = f"Add the official table for {on.year} to the calendar facts, or count this deadline on another calendar."
        return Diagnostic("CA001", ERROR, message, hint)


@dataclass(frozen=True)
class WorkingCalendar:
    """When something is open. Make one with `round_the_clock`, `store_hours` or `working_days`.

    `weekly` maps a weekday (Monday is 0) to its open spans in local time; `exceptions` maps a date to the spans of that
    day instead (none: closed); `table`, where given, closes the days that are not working days. A span that closes before
    it opens runs past midnight.
    """

    name: str
    kind: str
    zone: ZoneInfo = SHANGHAI
    weekly: Mapping[int, Spans] = field(default_factory=dict)
    exceptions: Mapping[date, Spans] = field(default_factory=dict)
    table: DayTable | None = None

    def is_open(self, at: datetime) -> bool:
        """Say whether it is open at the moment `at` (aware). Opening counts as open, closing as closed."""
        if self.kind == ROUND_THE_CLOCK:
            return True
        return any(start <= at < end for start, end in self._spans_until(at, at))

    def next_open(self, at: datetime) -> datetime:
        """Return `at` when open then, otherwise the next opening in UTC. Raises CalendarUnknown or NeverOpen."""
        if self.is_open(at):
            return _utc(at)
        return next(start for start, _ in self._spans_from(at) if start > at)

    def add(self, start_at: datetime, duration: Duration) -> datetime:
        """Return when a duration that starts at `start_at` is over, in UTC, counting open time only.

        The duration's own calendar name is the caller's concern: it chose this calendar. Raises CalendarUnknown
        when the count runs beyond the published days, NeverOpen when it never opens.
        """
        if self.kind == ROUND_THE_CLOCK:
            return _utc(start_at) + duration.span
        if duration.unit == "d":
            return self._close_of_nth_day(start_at, duration.amount)
        return self._after_open_time(start_at, duration.span)

    def elapsed(self, start_at: datetime, end_at: datetime) -> timedelta:
        """Return the open time between two moments; zero when the end is not after the start."""
        if end_at <= start_at:
            return timedelta()
        if self.kind == ROUND_THE_CLOCK:
            return end_at - start_at
        passed = timedelta()
        for start, end in self._spans_until(start_at, end_at):
            passed += max(min(end, end_at) - max(start, start_at), timedelta())
        return passed

    def spans(self, on: date) -> list[tuple[datetime, datetime]]:
        """Return the open spans of a local date as pairs of moments in UTC, in order. Raises CalendarUnknown."""
        return [self._moments(on, opens, closes) for opens, closes in self._hours(on)]

    def open_time(self, on: date) -> timedelta:
        """Return how long it is open on a local date."""
        return sum((end - start for start, end in self.spans(on)), timedelta())

    def _hours(self, on: date) -> Spans:
        if self.kind == ROUND_THE_CLOCK:
            return ((time.min, time.min),)
        if on in self.exceptions:
            return self.exceptions[on]
        closed = self.table is not None and not self.table.is_working(on)
        return () if closed else self.weekly.get(on.weekday(), ())

    def _moments(self, on: date, opens: time, closes: time) -> tuple[datetime, datetime]:
        start = datetime.combine(on, opens, self.zone).astimezone(UTC)
        end_on = on if closes > opens else on + _ONE_DAY
        return start, datetime.combine(end_on, closes, self.zone).astimezone(UTC)

    def _day(self, at: datetime) -> date:
        return _utc(at).astimezone(self.zone).date()

    def _first_day(self, at: datetime) -> date:
        before = self._day(at) - _ONE_DAY  # its last span may run past midnight into the day of `at`
        known = self.table is None or before >= self.table.first_on
        return before if known else self._day(at)

    def _spans_until(self, start_at: datetime, end_at: datetime) -> Iterator[tuple[datetime, datetime]]:
        on, last = self._first_day(start_at), self._day(end_at)
        while on <= last:
            yield from self.spans(on)
            on += _ONE_DAY

    def _spans_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        on = self._first_day(at)
        for day in range(_LONGEST_CLOSURE):
            yield from self.spans(on + day * _ONE_DAY)
        raise NeverOpen(f"calendar {self.name!r} is not open on any of the {_LONGEST_CLOSURE} days from {on}")

    def _after_open_time(self, start_at: datetime, left: timedelta) -> datetime:
        on, closed_days = self._first_day(start_at), 0
        while closed_days < _LONGEST_CLOSURE:
            spans = self.spans(on)
            closed_days = 0 if spans else closed_days + 1
            for start, end in spans:
                begin = max(start, start_at)
                if begin < end and end - begin >= left:
                    return _utc(begin + left)
                left -= max(end - begin, timedelta())
            on += _ONE_DAY
        raise NeverOpen(
            f"calendar {self.name!r} is not open on any of the {_LONGEST_CLOSURE} days before {on}"
        )

    def _close_of_nth_day(self, start_at: datetime, amount: int) -> datetime:
        on, left, closed_days = self._day(start_at), amount, 0
        while closed_days < _LONGEST_CLOSURE:
            on += _ONE_DAY
            spans = self.spans(on)
            closed_days = 0 if spans else closed_days + 1
            left -= bool(spans)
            if left == 0:
                return spans[-1][1]
        raise NeverOpen(
            f"calendar {self.name!r} is not open on any of the {_LONGEST_CLOSURE} days before {on}"
        )


def round_the_clock(name: str = ROUND_THE_CLOCK) -> WorkingCalendar:
    """Return the calendar that is always open."""
    return WorkingCalendar(name, ROUND_THE_CLOCK)


def store_hours(
    weekly: Mapping[int, Spans],
    *,
    name: str = STORE_HOURS,
    zone: ZoneInfo = SHANGHAI,
    exceptions: Mapping[date, Spans] | None = None,
) -> WorkingCalendar:
    """Return a store's opening hours: spans for each weekday (Monday is 0), other spans or none on single dates."""
    return WorkingCalendar(name, STORE_HOURS, zone, dict(weekly), dict(exceptions or {}))


def working_days(
    table: DayTable,
    *,
    name: str = WORKING_DAYS,
    hours: tuple[time, time] = (time(9), time(18)),
    zone: ZoneInfo = SHANGHAI,
) -> WorkingCalendar:
    """Return office hours on the working days of the table; a make-up Saturday or Sunday has the same hours."""
    weekly = dict.fromkeys(range(7), (hours,))
    return WorkingCalendar(name, WORKING_DAYS, zone, weekly, {}, table)


def every_day(opens: time, closes: time) -> dict[int, Spans]:
    """Return weekly hours that are the same on all seven days: `store_hours(every_day(time(10), time(21)))`."""
    return dict.fromkeys(range(7), ((opens, closes),))


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"the time {at.isoformat()} has no time zone; pass an aware datetime")
    return at.astimezone(UTC)
