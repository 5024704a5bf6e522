"""Working calendars as arrays say what the calendars say: when a duration is over, how much open time has passed."""

import csv
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.base.calendars import CalendarUnknown
from forecourt.base.calendars import DayTable
from forecourt.base.calendars import WorkingCalendar
from forecourt.base.calendars import every_day
from forecourt.base.calendars import store_hours
from forecourt.base.calendars import working_days
from forecourt.base.durations import Duration
from forecourt.playbook.replay.hours import Hours
from forecourt.playbook.replay.hours import hours_of

FACTS = Path(__file__).parents[3] / "methodology" / "facts" / "cn_calendar_2022_2026.csv"
BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
FIRST, LAST = datetime(2026, 1, 5, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 6), datetime(2026, 9, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
DAYS = (
    (),
    ((time(10), time(21)),),
    ((time(9), time(12)), (time(13), time(18, 30))),
    ((time(0), time(0)),),
    ((time(18), time(0)),),
)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """Weekly hours with exceptions, in a zone with or without summer time; never closed for long, never overlapping."""
    weekly = {weekday: draw(st.sampled_from(DAYS)) for weekday in range(6)} | {6: DAYS[1]}
    if draw(st.booleans()):
        weekly[4] = ((time(20), time(2)),)
        weekly[5] = DAYS[1]
    dates = st.dates(date(2026, 1, 10), date(2026, 9, 1)).filter(lambda on: on.weekday() not in (4, 5))
    exceptions = draw(st.dictionaries(dates, st.sampled_from(DAYS), max_size=5))
    return store_hours(weekly, zone=draw(st.sampled_from((BERLIN, SHANGHAI))), exceptions=exceptions)


def alone(calendar: WorkingCalendar, first_at: datetime = FIRST, last_at: datetime = LAST) -> Hours:
    return hours_of({("s-1", "store hours"): calendar}, first_at, last_at)


@settings(max_examples=60, deadline=None)
@given(
    calendar=calendars(),
    asked=st.lists(st.tuples(MOMENTS, st.integers(1, 900), st.sampled_from("mhd")), max_size=20),
)
def test_arrays_add_as_the_calendar_does(calendar: WorkingCalendar, asked: Any) -> None:
    hours = alone(calendar)
    for start_at, amount, unit in asked:
        duration = Duration(
            *{"m": (amount, "min"), "h": (amount, "h"), "d": (amount // 25 + 1, "d")}[unit], "store hours"
        )
        assert hours.add("s-1", start_at, duration) == calendar.add(start_at, duration)


@settings(max_examples=60, deadline=None)
@given(calendar=calendars(), asked=st.lists(st.tuples(MOMENTS, MOMENTS), max_size=20))
def test_arrays_count_open_time_as_the_calendar_does(calendar: WorkingCalendar, asked: Any) -> None:
    hours = alone(calendar)
    for start_at, end_at in asked:
        assert hours.elapsed("s-1", "store hours", start_at, end_at) == calendar.elapsed(start_at, end_at)


@settings(max_examples=60, deadline=None)
@given(calendar=calendars(), starts=st.lists(MOMENTS, max_size=20), count=st.integers(1, 5))
def test_within_the_sure_time_nothing_is_over(calendar: WorkingCalendar, starts: Any, count: int) -> None:
    """The screening pass rests on this: so long no deadline in days passes, whatever the start."""
    sure = timedelta(microseconds=alone(calendar).sure("store hours", count))
    duration = Duration(count, "d", "store hours")
    assert all(calendar.add(start_at, duration) - start_at >= sure for start_at in starts)


@pytest.fixture(scope="module")
def office() -> WorkingCalendar:
    with FACTS.open(encoding="utf-8-sig", newline="") as file:
        return working_days(DayTable.from_rows(csv.DictReader(file)))


def test_a_deadline_in_a_year_without_published_days_is_refused_as_the_calendar_does(
    office: WorkingCalendar,
) -> None:
    hours = hours_of({("", "working days"): office}, FIRST, LAST)
    three, late = Duration(3, "d", "working days"), datetime(2026, 12, 30, 2, tzinfo=UTC)
    assert hours.add("", datetime(2026, 9, 30, 9, tzinfo=UTC), three) == datetime(
        2026, 10, 10, 10, tzinfo=UTC
    )
    with pytest.raises(CalendarUnknown):
        office.add(late, three)
    with pytest.raises(ValueError, match=r"3 working days from 2026-12-30 .* no published days.*more years"):
        hours.add("", late, three)
    with pytest.raises(ValueError, match="is known from 2026-01-04 16:00"):
        hours.elapsed("", "working days", FIRST, LAST)


def test_a_window_before_the_published_days_begins_with_them(office: WorkingCalendar) -> None:
    hours = hours_of({("", "working days"): office}, datetime(2021, 6, 1, tzinfo=UTC), FIRST)
    with pytest.raises(ValueError, match="no published days"):
        hours.add("", datetime(2021, 12, 1, tzinfo=UTC), Duration(1, "d", "working days"))
    start_at = datetime(2022, 1, 1, 2, tzinfo=UTC)
    assert hours.add("", start_at, Duration(2, "d", "working days")) == office.add(
        start_at, Duration(2, "d", "working days")
    )


def test_equal_calendars_are_kept_once_and_stores_find_theirs() -> None:
    same = {
        (f"s-{number}", "store hours"): store_hours(every_day(time(10), time(21))) for number in range(50)
    }
    hours = hours_of(same | {("x", "store hours"): store_hours(every_day(time(8), time(9)))}, FIRST, LAST)
    assert len(hours.tables.places) == 3
    assert hours.for_stores(("x", "s-7", "unheard"), ("store hours",)).of.ravel().tolist() == [-1, 1, 0, -1]


def test_hours_that_overlap_are_refused_with_the_moment() -> None:
    weekly = {0: ((time(18), time(3)),), 1: ((time(2), time(8)),)}
    with pytest.raises(ValueError, match=r"'store hours' overlap at 2026-01-06 02:00"):
        alone(store_hours(weekly))


def test_an_endless_window_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 40000 days apart"):
        alone(store_hours(every_day(time(9), time(18))), datetime(1850, 1, 1, tzinfo=UTC), LAST)
