"""Appointments as calendar mails."""

from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest
from icalendar import Calendar

from forecourt.exchange.icalendar import Appointment
from forecourt.exchange.icalendar import Attendee
from forecourt.exchange.icalendar import cancel
from forecourt.exchange.icalendar import request
from tests.exchange.places import shared

START = datetime(2026, 11, 14, 2, 0, tzinfo=UTC)
DRIVE = Appointment(
    id="019a7c",
    kind="test_drive",
    starts_at=START,
    ends_at=START + timedelta(minutes=45),
    stamped_at=datetime(2026, 11, 9, 2, 0, tzinfo=UTC),
    summary="试驾 问界M7; 上海样例用户中心",
    location="样例路 12 号, 上海",
    description="请带驾驶证\n" + "这一行很长, 要按 75 个字节折行。" * 4,
    organizer=Attendee("上海样例用户中心", "shanghai@stores.example"),
    attendee=Attendee("沈若溪, 女士", "ruoxi@mail.example"),
)


def event(data):
    calendar = Calendar.from_ical(data)
    (found,) = calendar.walk("VEVENT")
    return calendar, found


def test_a_request():
    calendar, found = event(request(DRIVE))
    assert (calendar["METHOD"], calendar["VERSION"], str(found["STATUS"])) == ("REQUEST", "2.0", "CONFIRMED")
    assert found.decoded("dtstart") == START and found["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert str(found["summary"]) == DRIVE.summary and str(found["location"]) == DRIVE.location
    assert str(found["description"]) == DRIVE.description
    assert found["attendee"].params["CN"] == "沈若溪, 女士" and found["attendee"].params["RSVP"] == "TRUE"
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai" and len(zone.walk("STANDARD")) == 1


def test_a_change_and_a_cancellation_keep_the_identity_and_raise_the_sequence():
    moved = replace(
        DRIVE, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=1), sequence=1
    )
    off = replace(moved, sequence=2)
    (_, first), (_, second), (calendar, third) = (
        event(request(DRIVE)),
        event(request(moved)),
        event(cancel(off)),
    )
    assert first["UID"] == second["UID"] == third["UID"] == "test_drive-019a7c@forecourt.invalid"
    assert [one["SEQUENCE"] for one in (first, second, third)] == [0, 1, 2]
    assert (calendar["METHOD"], str(third["STATUS"])) == ("CANCEL", "CANCELLED")


def test_the_form_on_the_wire():
    data = request(DRIVE)
    lines = data.split(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"") and max(len(line) for line in lines) <= 75
    assert data.startswith(b"BEGIN:VCALENDAR\r\n") and request(DRIVE) == data


def test_another_zone_carries_its_summer_time():
    calendar, found = event(request(replace(DRIVE, zone="Europe/Berlin")))
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone.walk("DAYLIGHT") and found.decoded("dtstart") == START


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "lunch"},
        {"ends_at": START},
        {"starts_at": START.replace(tzinfo=None)},
    ],
)
def test_what_no_calendar_could_hold_is_refused(wrong):
    with pytest.raises(ValueError, match=r"lunch|not after|time zone"):
        replace(DRIVE, **wrong)


def test_shared_calendars_are_readable_by_the_reader_these_tests_trust():
    assert Calendar.from_ical(shared("ics/example.ics").read_bytes()).walk("VEVENT")
