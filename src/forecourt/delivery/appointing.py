"""Appointments for handover: free slots, booking, moving, calling off.

Two exclusion constraints keep a bay and a specialist from being taken twice. Bookings of one store and day also wait for one
another on a named lock, because two inserts that both violate two exclusion constraints can deadlock in PostgreSQL.
"""

from collections.abc import Iterator
from datetime import UTC
from datetime import date
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.calendars import SHANGHAI
from forecourt.base.ids import new_id
from forecourt.base.slots import cut
from forecourt.delivery import slots as cutting
from forecourt.delivery.files import with_car
from forecourt.delivery.models import BAY_FREE
from forecourt.delivery.models import BOOKED
from forecourt.delivery.models import CALLED_OFF
from forecourt.delivery.models import ONE_AN_ORDER
from forecourt.delivery.models import SPECIALIST_FREE
from forecourt.delivery.models import Appointment
from forecourt.delivery.models import DeliveryFile
from forecourt.delivery.reading import handover_length
from forecourt.delivery.slots import Slot
from forecourt.network.calendars import store_calendar
from forecourt.network.models import Store
from forecourt.network.queries import able
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.locks import lock
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER

CERTIFICATE = "delivery"


def free_slots(store: str, brand: str, on: date, at: datetime, *, without: UUID | None = None) -> list[Slot]:
    """The handover slots of a local date in a store, with what is free in each. `without` leaves one appointment out."""
    times = cut(store_calendar(store).spans(on), handover_length())
    return _slots(store, brand, on, times, at, without)


def _slots(
    store: str,
    brand: str,
    on: date,
    times: list[tuple[datetime, datetime]],
    at: datetime,
    without: UUID | None,
) -> list[Slot]:
    if not times:
        return []
    bays = Store.objects.filter(code=store).values_list("delivery_bays", flat=True).first() or 0
    specialists = [person.code for person in able(store, DELIVERY_SPECIALIST, on, (CERTIFICATE,), brand)]
    return cutting.slots(times, bays, specialists, _booked(store, times[0][0], times[-1][1], without), at)


def _booked(store: str, start_at: datetime, end_at: datetime, without: UUID | None) -> list[cutting.Booked]:
    rows = Appointment.objects.standing().filter(store=store).between(start_at, end_at).exclude(id=without)
    return [row.as_booked() for row in rows]


def moment(text: object) -> datetime:
    """A moment from ISO 8601; without a zone it is the store's time. Raises Invalid."""
    try:
        found = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
        return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        said = _("“{text}” is no time. Write it like 2026-03-11T10:00.").format(text=str(text)[:40])
        raise Invalid(Blocked("delivery.bad_time", said, "starts_at")) from error


def book(
    do: Doing, file: DeliveryFile, starts_at: datetime, *, bay: int = 0, specialist: str = ""
) -> Appointment:
    """Take a bay and a specialist for the handover of the file's car; the appointment that stands is moved."""
    standing = Appointment.objects.select_for_update().filter(order=file.order, state=BOOKED).first()
    slot = _slot_at(do, file, starts_at, standing.id if standing else None)
    for free_bay, free_person in _choices(do, slot, bay, specialist):
        if (made := _try(do, file, slot, free_bay, free_person, standing)) is not None:
            return made
    raise Refused(_taken(slot.starts_at, bay, specialist))


def _slot_at(do: Doing, file: DeliveryFile, starts_at: datetime, without: UUID | None) -> Slot:
    """The slot that begins then. Raises Refused when it is past or the store is not open all through it."""
    ends_at = starts_at + handover_length()
    local = starts_at.astimezone(SHANGHAI)
    if starts_at <= do.at:
        text = _("{time} is past. Choose a later time.").format(time=f"{local:%Y-%m-%d %H:%M}")
        raise Refused(Blocked("delivery.slot_past", text, "starts_at"))
    lock(f"delivery.slots:{file.store}:{local.date()}")
    spans = store_calendar(file.store).spans(local.date())
    if not any(opens <= starts_at and ends_at <= closes for opens, closes in spans):
        text = _("The store {store} is not open all the hour from {time}. Choose one of the free slots.")
        said = text.format(store=file.store, time=f"{local:%Y-%m-%d %H:%M}")
        raise Refused(Blocked("delivery.slot_closed", said, "starts_at"))
    found = _slots(file.store, file.brand, local.date(), [(starts_at, ends_at)], do.at, without)
    return found[0]


def _choices(do: Doing, slot: Slot, bay: int, specialist: str) -> Iterator[tuple[int, str]]:
    """Bay and specialist in order of preference: what was asked for, else the first free bay and whoever books."""
    people = [code for code in slot.specialists if specialist in ("", code)]
    if not specialist and do.by.code in people:
        people.remove(do.by.code)
        people.insert(0, do.by.code)
    bays = [number for number in slot.bays if bay in (0, number)]
    yield from zip(bays, people, strict=False)


def _taken(starts_at: datetime, bay: int, specialist: str) -> Blocked:
    what = ", ".join(
        part for part in (_("bay {bay}").format(bay=bay) if bay else "", specialist) if part
    ) or _("every bay or specialist")
    text = _("At {time} {what} is taken. Choose another slot.")
    said = text.format(time=f"{starts_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", what=what)
    return Blocked("delivery.slot_taken", said, "starts_at")


def _try(
    do: Doing, file: DeliveryFile, slot: Slot, bay: int, specialist: str, standing: Appointment | None
) -> Appointment | None:
    """Write it, or None when somebody was quicker."""
    row = standing or Appointment(
        id=new_id(do.at), order=file.order, person_id=file.person_id, **file.place().columns()
    )
    row.vin, row.bay, row.specialist, row.period = file.vin, bay, specialist, (slot.starts_at, slot.ends_at)
    row.booked_at, row.booked_by, row.sequence = do.at, do.by.code, row.sequence + 1 if standing else 0
    taken = _taken(slot.starts_at, bay, specialist)
    twice = Blocked(
        "delivery.appointed_already",
        _("The order {order} has an appointment. Move it instead.").format(order=file.order),
    )
    try:
        with (
            transaction.atomic(),
            do.refusing(constraint=BAY_FREE, problem=taken),
            do.refusing(constraint=SPECIALIST_FREE, problem=taken),
            do.refusing(constraint=ONE_AN_ORDER, problem=twice),
        ):
            row.save(force_insert=standing is None)
    except Refused as refusal:
        if refusal.code != taken.code:
            raise
        return None
    row.refresh_from_db(fields=["period"])
    tell(do, file, row, "delivery.appointment_moved" if standing else "delivery.appointment_made")
    return row


def tell(do: Doing, file: DeliveryFile, row: Appointment, kind: str) -> None:
    journal.write(
        do, kind, stream=file.journey or file.order, place=file.place(), person=file.person_id, journey=file.journey,
        objects={"order": file.order, "vehicle": row.vin, "appointment": row.id},
        data={"vin": row.vin, "starts_at": row.starts_at.isoformat(), "bay": row.bay, "specialist": row.specialist},
    )  # fmt: skip


@action("delivery.move_appointment", roles=(DELIVERY_SPECIALIST, STORE_MANAGER, NETWORK_OPS))
def move_appointment(
    do: Doing, *, appointment: str, starts_at: str, bay: int = 0, specialist: str = ""
) -> Result:
    """Move an appointment to another time, bay or specialist; what is not said stays where it can."""
    row = _standing(appointment)
    file = with_car(row.order)
    start = moment(starts_at)
    keep = start == row.starts_at
    made = book(do, file, start, bay=bay or (row.bay if keep else 0), specialist=specialist)
    return as_json(made)


@action("delivery.call_off", roles=(DELIVERY_SPECIALIST, STORE_MANAGER, NETWORK_OPS))
def call_off(do: Doing, *, appointment: str) -> Result:
    """Call an appointment off; bay and specialist are free again."""
    row = _standing(appointment)
    end(do, with_car(row.order), row)
    return as_json(row)


def end(do: Doing, file: DeliveryFile, row: Appointment) -> None:
    """Close an appointment that will not take place."""
    row.state, row.sequence = CALLED_OFF, row.sequence + 1
    row.save(update_fields=["state", "sequence"])
    tell(do, file, row, "delivery.appointment_called_off")


def _standing(appointment: str) -> Appointment:
    try:
        row = Appointment.objects.select_for_update().filter(id=as_id(appointment)).first()
    except ValueError:
        row = None
    if row is None:
        text = _("There is no appointment {id} that you may see.").format(id=str(appointment)[:40])
        raise Missing(Blocked("delivery.no_appointment", text))
    if row.state != BOOKED:
        text = _("The appointment is over: {state}.").format(state=row.state)
        raise Refused(Blocked("delivery.appointment_over", text))
    return row


def as_json(row: Appointment) -> Result:
    """An appointment as actions and routes give it."""
    return {
        "appointment": str(row.id), "order": str(row.order), "vin": row.vin, "store": row.store, "bay": row.bay,
        "specialist": row.specialist, "starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat(), "state": row.state,
    }  # fmt: skip
