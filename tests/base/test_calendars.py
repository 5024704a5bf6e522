"""Working calendars: open time, make-up days, holidays, midnight, and what is not known."""

import csv
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.base.calendars import SHANGHAI
from forecourt.base.calendars import CalendarUnknown
from forecourt.base.calendars import DayTable
from forecourt.base.calendars import NeverOpen
from forecourt.base.calendars import WorkingCalendar
from forecourt.base.calendars import every_day
from forecourt.base.calendars import round_the_clock
from forecourt.base.calendars import store_hours
from forecourt.base.calendars import working_days
from forecourt.base.durations import parse_duration

FACTS = Path(__file__).parents[2] / "methodology" / "facts" / "cn_calendar_2022_2026.csv"
STORE = store_hours(every_day(time(10), time(21)))


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def office() -> WorkingCalendar:
    with FACTS.open(encoding="utf-8-sig", newline="") as file:
        return working_days(DayTable.from_rows(csv.DictReader(file)))


def test_store_hours_count_only_while_open() -> None:
    due_at = STORE.add(shanghai("2026-11-24 20:50"), parse_duration("15 min of store hours"))
    assert due_at == shanghai("2026-11-25 10:05")
    assert due_at.tzinfo is UTC


def test_a_start_before_opening_counts_from_the_opening() -> None:
    assert STORE.add(shanghai("2026-11-24 03:00"), parse_duration("15 min")) == shanghai("2026-11-24 10:15")


def test_a_duration_that_fills_the_day_is_due_at_closing() -> None:
    assert STORE.add(shanghai("2026-11-24 10:00"), parse_duration("11 h")) == shanghai("2026-11-24 21:00")


def test_stores_are_open_on_holidays_but_for_exceptions() -> None:
    closed = store_hours(every_day(time(10), time(21)), exceptions={date(2026, 2, 17): ()})
    assert STORE.is_open(shanghai("2026-10-01 12:00"))
    assert not closed.is_open(shanghai("2026-02-17 12:00"))
    assert closed.next_open(shanghai("2026-02-17 12:00")) == shanghai("2026-02-18 10:00")


def test_opening_counts_as_open_and_closing_as_closed() -> None:
    assert STORE.is_open(shanghai("2026-11-24 10:00"))
    assert not STORE.is_open(shanghai("2026-11-24 21:00"))


def test_a_lunch_break_is_not_counted() -> None:
    day = ((time(9), time(12)), (time(13), time(18)))
    workshop = store_hours(dict.fromkeys(range(7), day))
    assert workshop.add(shanghai("2026-11-24 11:30"), parse_duration("1 h")) == shanghai("2026-11-24 13:30")
    assert workshop.elapsed(shanghai("2026-11-24 11:30"), shanghai("2026-11-24 13:30")) == timedelta(hours=1)


def test_hours_past_midnight_belong_to_the_evening_before() -> None:
    late = store_hours({4: ((time(18), time(2)),)})
    assert late.is_open(shanghai("2026-11-28 01:00"))
    assert late.add(shanghai("2026-11-28 01:00"), parse_duration("30 min")) == shanghai("2026-11-28 01:30")
    assert late.elapsed(shanghai("2026-11-28 00:00"), shanghai("2026-11-28 12:00")) == timedelta(hours=2)


def test_working_days_follow_the_published_table(office: WorkingCalendar) -> None:
    """National Day 2026 is off from 1 to 7 October; Saturday 10 October is a make-up working day."""
    assert not office.is_open(shanghai("2026-10-05 10:00"))
    assert office.is_open(shanghai("2026-10-10 10:00"))
    due_at = office.add(shanghai("2026-09-30 17:00"), parse_duration("3 working days"))
    assert due_at == shanghai("2026-10-10 18:00")


def test_working_days_do_not_count_the_day_of_the_start(office: WorkingCalendar) -> None:
    assert office.add(shanghai("2026-11-24 09:00"), parse_duration("3 working days")) == shanghai(
        "2026-11-27 18:00"
    )
    assert office.add(shanghai("2026-11-28 09:00"), parse_duration("1 working day")) == shanghai(
        "2026-11-30 18:00"
    )


def test_beyond_the_table_nothing_is_assumed(office: WorkingCalendar) -> None:
    with pytest.raises(CalendarUnknown, match="unknown from 2027") as caught:
        office.add(shanghai("2026-12-30 10:00"), parse_duration("3 working days"))
    assert caught.value.diagnostic.code == "CA001"
    with pytest.raises(CalendarUnknown, match="unknown before 2022-01-01"):
        office.is_open(shanghai("2021-12-31 10:00"))
    assert office.is_open(shanghai("2026-12-31 10:00"))


def test_a_table_with_gaps_or_doubles_is_refused() -> None:
    rows = [{"date": "2026-01-01", "is_workday": "0"}, {"date": "2026-01-03", "is_workday": "1"}]
    with pytest.raises(ValueError, match="gaps"):
        DayTable.from_rows(rows)
    with pytest.raises(ValueError, match="twice"):
        DayTable.from_rows([rows[0], rows[0]])
    with pytest.raises(ValueError, match="no rows"):
        DayTable.from_rows([])


def test_what_never_opens_says_so() -> None:
    shut = store_hours({})
    for asked in (shut.next_open, lambda at: shut.add(at, parse_duration("1 h"))):
        with pytest.raises(NeverOpen):
            asked(shanghai("2026-11-24 10:00"))
    with pytest.raises(NeverOpen):
        shut.add(shanghai("2026-11-24 10:00"), parse_duration("1 d"))


def test_round_the_clock_counts_everything() -> None:
    always = round_the_clock()
    assert always.add(shanghai("2026-11-24 10:00"), parse_duration("1 d")) == shanghai("2026-11-25 10:00")
    assert always.is_open(shanghai("2030-01-01 00:00"))


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        STORE.is_open(datetime(2026, 11, 24, 10))  # noqa: DTZ001 - the mistake under test


MOMENTS = st.datetimes(datetime(2026, 1, 5), datetime(2026, 6, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@given(start_at=MOMENTS, minutes=st.integers(1, 6000))
def test_what_is_added_has_elapsed_and_is_due_in_open_time(start_at: datetime, minutes: int) -> None:
    due_at = STORE.add(start_at, parse_duration(f"{minutes} min of store hours"))
    assert STORE.elapsed(start_at, due_at) == timedelta(minutes=minutes)
    assert STORE.is_open(due_at - timedelta(seconds=1))


@given(start_at=MOMENTS, middle=st.integers(0, 10_000), end=st.integers(0, 10_000))
def test_elapsed_time_adds_up(start_at: datetime, middle: int, end: int) -> None:
    first, last = start_at + timedelta(minutes=middle), start_at + timedelta(minutes=middle + end)
    assert STORE.elapsed(start_at, first) + STORE.elapsed(first, last) == STORE.elapsed(start_at, last)
