"""A free bay for a time: asked for under a lock, so that of many at once as many get one as there are bays."""

from datetime import datetime
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from forecourt.care import queries
from forecourt.care.terms import FURTHEST
from forecourt.network.models import Store
from forecourt.platform.actions import Doing
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused


def moment(text: str) -> datetime:
    """A time written with its offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        said = _("{text} is not a time like 2026-10-12T10:30+08:00.").format(text=text[:40])
        raise Invalid(Blocked("care.bad_time", said, "starts_at")) from error
    if found.tzinfo is None:
        said = _("The time {text} needs its offset, like +08:00.").format(text=text[:40])
        raise Invalid(Blocked("care.bad_time", said, "starts_at"))
    return found


def take(
    do: Doing, store: Store, vin: str, begins: datetime, length: timedelta, bay: int = 0, but: UUID | None = None
) -> tuple[int, datetime]:  # fmt: skip
    """A bay that is free from `begins` for `length`, and the end: the lowest one, or `bay` when it is named.

    Refuses a time in the past, too far off, outside workshop hours, or with every bay taken. Ask above row permissions.
    """
    if not do.at < begins <= do.at + FURTHEST:
        last = queries.local(do.at + FURTHEST)
        text = _("Choose a time between now and {date}.").format(date=f"{last:%Y-%m-%d}")
        raise Refused(Blocked("care.time_out_of_range", text, "starts_at"))
    ends = begins + length
    if not queries.is_open(store.code, begins, ends):
        text = _("The workshop is closed then. Choose one of the free times.")
        raise Refused(Blocked("care.closed", text, "starts_at"))
    _one_at_a_time(store.code, queries.local(begins).date().isoformat(), vin)
    free = queries.free_bays(store.code, begins, ends, but)
    if bay and not 1 <= bay <= store.service_bays:
        text = _("There is no bay {bay}; the workshop has {count}.").format(bay=bay, count=store.service_bays)
        raise Invalid(Blocked("care.no_bay", text, "bay"))
    if not free or (bay and bay not in free):
        raise Refused(taken())
    return bay or free[0], ends


def _one_at_a_time(store: str, on: str, vin: str) -> None:
    """Let bookings of one workshop day or one car wait for each other, locked in one order so that none deadlock."""
    with connection.cursor() as cursor:
        for name in sorted((f"care.day:{store}:{on}", f"care.vin:{vin}")):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def taken() -> Blocked:
    return Blocked("care.bay_taken", _("That time is taken. Choose another one."), "starts_at")
