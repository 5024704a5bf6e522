"""Appointments as calendar mails: RFC 5545 with the methods of RFC 5546, REQUEST and CANCEL.

A calendar recognises an appointment by its UID and takes the message with the highest SEQUENCE, so both are the
caller's facts: the same appointment keeps its id, every change and the cancellation raise the sequence.
"""

from dataclasses import dataclass
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event
from icalendar import Timezone
from icalendar import TimezoneStandard
from icalendar import vCalAddress
from icalendar import vText

PRODUCT = "-//Forecourt//Appointments//EN"
KINDS = ("test_drive", "handover", "service_visit")


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited: a name and a mail address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a calendar must know of a test drive, a handover or a service visit.

    `starts_at`, `ends_at` and `stamped_at` (when this message is written) are timezone-aware; `zone` is that of the
    store. ValueError when a moment has no zone, the end is not after the start, or the kind is not one of `KINDS`.
    """

    id: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    summary: str
    location: str
    organizer: Attendee
    attendee: Attendee
    description: str = ""
    sequence: int = 0
    domain: str = "forecourt.invalid"
    zone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r} is not one of {', '.join(KINDS)}")
        if None in (self.starts_at.tzinfo, self.ends_at.tzinfo, self.stamped_at.tzinfo):
            raise ValueError(f"appointment {self.id}: starts_at, ends_at and stamped_at need a time zone")
        if self.ends_at <= self.starts_at:
            raise ValueError(
                f"appointment {self.id}: ends_at {self.ends_at} is not after starts_at {self.starts_at}"
            )

    @property
    def uid(self) -> str:
        """The identity that survives every change."""
        return f"{self.kind}-{self.id}@{self.domain}"


def request(appointment: Appointment) -> bytes:
    """Invite to, or change, an appointment. Send as `text/calendar; method=REQUEST; charset=UTF-8`."""
    return _calendar(appointment, "REQUEST", "CONFIRMED")


def cancel(appointment: Appointment) -> bytes:
    """Call an appointment off; its sequence must be higher than that of the last request."""
    return _calendar(appointment, "CANCEL", "CANCELLED")


def _calendar(appointment: Appointment, method: str, status: str) -> bytes:
    calendar = Calendar()
    for name, value in (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", method),
    ):
        calendar.add(name, value)
    calendar.add_component(_timezone(appointment))
    calendar.add_component(_event(appointment, status))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, status: str) -> Event:
    zone, event = ZoneInfo(appointment.zone), Event()
    event.add("uid", appointment.uid)
    event.add("dtstamp", appointment.stamped_at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(zone))
    event.add("dtend", appointment.ends_at.astimezone(zone))
    event.add("sequence", appointment.sequence)
    event.add("status", status)
    event.add("categories", [appointment.kind.replace("_", "-").upper()])
    for name in ("summary", "location", "description"):
        if getattr(appointment, name):
            event.add(name, getattr(appointment, name))
    event.add("organizer", _address(appointment.organizer))
    event.add("attendee", _address(appointment.attendee, invited=True))
    return event


def _address(who: Attendee, *, invited: bool = False) -> vCalAddress:
    address = vCalAddress(f"mailto:{who.email}")
    address.params["CN"] = vText(who.name)
    if invited:
        for name, value in (("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", "NEEDS-ACTION"), ("RSVP", "TRUE")):
            address.params[name] = vText(value)
    return address


def _timezone(appointment: Appointment) -> Timezone:
    if appointment.zone == "Asia/Shanghai":
        return _china()
    around: date = appointment.starts_at.date()
    return Timezone.from_tzid(
        appointment.zone, first_date=around - timedelta(days=366), last_date=around + timedelta(days=366)
    )


def _china() -> Timezone:
    """China has had one offset and no summer time since 1991-09-15."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "Asia/Shanghai")
    standard.add("dtstart", datetime(1991, 9, 15, 1))  # noqa: DTZ001 - RFC 5545 wants local time without zone here
    standard.add("tzoffsetfrom", timedelta(hours=9))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone
