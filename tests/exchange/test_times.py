"""Moments in every spelling that lead documents use."""

from datetime import UTC
from datetime import date
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.exchange.times import read_day
from forecourt.exchange.times import read_moment

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
CASES = [
    ("2026-11-03T12:00:00Z", ""),
    ("2026-11-03T12:00:00+00:00", ""),
    ("2026-11-03T20:00:00+0800", ""),
    ("2026-11-03T20:00:00+08", ""),
    ("20261103T200000+08:00", None),
    ("2026-11-03 20:00:00", "time.zone_assumed"),
    ("2026-11-03T8:00:00 PM", "time.twelve_hour_clock"),
    ("2026年11月3日 下午8:00", "time.twelve_hour_clock"),
    ("2026/11/3 20:00", "time.zone_assumed"),
    ("11/03/2026 08:00pm", "time.month_first"),
    ("1793707200", "time.unix_seconds"),
    ("1793707200000", "time.unix_milliseconds"),
]


@pytest.mark.parametrize(("raw", "code"), [case for case in CASES if case[1] is not None])
def test_one_moment_in_many_spellings(raw, code):
    assert (read_moment(raw).at, read_moment(raw).code) == (NOON, code)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "time.empty"),
        ("soon", "time.not_a_time"),
        ("2026-13-40", "time.not_a_time"),
        ("1970-01-01T00:00:00Z", "time.out_of_range"),
        ("5", "time.out_of_range"),
        ("9" * 13, "time.out_of_range"),
        ("2026-11-03T12:00:00+99:99", "time.not_a_time"),
    ],
)
def test_what_is_no_moment_is_refused(raw, code):
    assert (read_moment(raw).at, read_moment(raw).code) == (None, code)


def test_a_spreadsheets_day_number():
    moment = read_moment("46332.5")
    assert moment.code == "time.spreadsheet_day"
    assert moment.at == datetime(2026, 11, 6, 4, 0, tzinfo=UTC)


def test_the_day_of_a_moment_is_the_day_as_written():
    assert read_day("2020-05-01T15:30:00-04:00") == date(2020, 5, 1)
    assert read_day("sometime") is None


@given(
    st.text(max_size=60)
    | st.from_regex(r"\d{4}[-/]\d\d?[-/]\d\d?[T ]\d\d?:\d\d(:\d\d)? ?(AM|PM|Z|[+-]\d\d:\d\d)?")
)
def test_nothing_raises(text):
    moment = read_moment(text)
    assert moment.at is None or moment.at.tzinfo is UTC
