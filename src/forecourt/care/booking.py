"""Booking a visit: a free bay is found, the database keeps it from being given twice."""

from collections.abc import Sequence
from datetime import datetime
from datetime import timedelta
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.care import queries
from forecourt.care.menu import Item
from forecourt.care.menu import menu
from forecourt.care.models import BAY_FREE
from forecourt.care.models import BOOKED
from forecourt.care.models import CANCELLED
from forecourt.care.models import ONE_A_CAR
from forecourt.care.models import Visit
from forecourt.care.terms import length_of
from forecourt.exchange.vin import check_vin
from forecourt.network.queries import place_of
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import CUSTOMER
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.platform.roles import SERVICE_ADVISER
from forecourt.platform.roles import STORE_MANAGER

DESK = (SERVICE_ADVISER, STORE_MANAGER, DELIVERY_SPECIALIST)
FURTHEST = timedelta(days=60)


def items_of(codes: Sequence[str]) -> list[Item]:
    """The menu items of codes. Refuses a code that the menu does not have."""
    if unknown := [code for code in codes if code not in menu()]:
        text = _("The service menu has no item {code}.").format(code=unknown[0])
        raise Invalid(Blocked("care.unknown_item", text, "items"))
    return [menu()[code] for code in dict.fromkeys(codes)]


@action("care.book_visit", roles=(*DESK, CUSTOMER))
def book_visit(
    do: Doing,
    *,
    store: str,
    vin: str,
    person: str,
    starts_at: str,
    wish: str = "",
    items: Sequence[str] = (),
    bay: int = 0,
) -> Result:
    """Book a car into a store's workshop at a free slot; `bay` 0 lets the house choose."""
    begins = _time(starts_at)
    ends = begins + length_of(items_of(items))
    with do.above():
        place = place_of(store)
        chosen = bay or _free_bay(do, store, begins, ends)
        visit = Visit(
            id=new_id(do.at), person_id=as_id(person), vin=_vin(vin), bay=chosen, period=DateTimeTZRange(begins, ends),
            wish=wish[:500], items=list(items), booked_at=do.at, **place.columns(),
        )  # fmt: skip
        _save(do, visit)
        _note(do, "care.visit_booked", visit)
    return {
        "visit": str(visit.id),
        "bay": chosen,
        "starts_at": begins.isoformat(),
        "ends_at": ends.isoformat(),
    }


@action("care.move_visit", roles=(*DESK, CUSTOMER))
def move_visit(do: Doing, *, visit: str, starts_at: str, bay: int = 0) -> Result:
    """Move a booked visit to another time or bay; its length stays."""
    found = standing(visit)
    begins = _time(starts_at)
    ends = begins + (found.ends_at - found.starts_at)
    with do.above():
        found.bay = bay or _free_bay(do, found.store, begins, ends, but=found.id)
        found.period = DateTimeTZRange(begins, ends)
        _save(do, found)
        _note(do, "care.visit_moved", found)
    return {
        "visit": str(found.id),
        "bay": found.bay,
        "starts_at": begins.isoformat(),
        "ends_at": ends.isoformat(),
    }


@action("care.cancel_visit", roles=(*DESK, CUSTOMER))
def cancel_visit(do: Doing, *, visit: str) -> Result:
    """Give the bay back."""
    found = standing(visit)
    found.state = CANCELLED
    found.save(update_fields=["state"])
    _note(do, "care.visit_cancelled", found)
    return {"visit": str(found.id)}


def standing(visit: str) -> Visit:
    """The booked visit, locked. Refuses one that is unknown, over or cancelled."""
    found = Visit.objects.select_for_update().filter(id=as_id(visit)).first()
    if found is None:
        raise Missing(
            Blocked("care.unknown_visit", _("There is no visit {id} that you may see.").format(id=visit))
        )
    if found.state != BOOKED:
        raise Refused(
            Blocked(
                "care.visit_over",
                _("This visit cannot be changed any more: it is {state}.").format(state=found.state),
            )
        )
    return found


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            Blocked(
                "care.bad_time",
                _("{text} is not a time like 2026-10-12T10:30+08:00.").format(text=text[:40]),
                "starts_at",
            )
        ) from error
    if found.tzinfo is None:
        raise Invalid(
            Blocked(
                "care.bad_time",
                _("The time {text} needs its offset, like +08:00.").format(text=text[:40]),
                "starts_at",
            )
        )
    return found


def _vin(text: str) -> str:
    checked = check_vin(text)
    if checked.vin is None:
        raise Invalid(
            Blocked(
                "care.bad_vin",
                _("{vin} is not a vehicle identification number.").format(vin=text[:20]),
                "vin",
            )
        )
    return checked.vin


def _free_bay(do: Doing, store: str, begins: datetime, ends: datetime, but: UUID | None = None) -> int:
    """The lowest free bay. Refuses a time in the past, too far off, outside workshop hours, or with every bay taken."""
    if not do.at < begins <= do.at + FURTHEST:
        text = _("Choose a time between now and {date}.").format(date=f"{do.at + FURTHEST:%Y-%m-%d}")
        raise Refused(Blocked("care.time_out_of_range", text, "starts_at"))
    if not queries.is_open(store, begins, ends):
        raise Refused(
            Blocked(
                "care.closed", _("The workshop is closed then. Choose one of the free times."), "starts_at"
            )
        )
    free = queries.free_bays(store, begins, ends, but)
    if not free:
        raise Refused(_taken())
    return free[0]


def _taken() -> Blocked:
    return Blocked("care.bay_taken", _("That time is taken. Choose another one."), "starts_at")


def _save(do: Doing, visit: Visit) -> None:
    doubled = Blocked("care.car_booked", _("This car is booked at that time already."), "vin")
    with (
        do.refusing(constraint=ONE_A_CAR, problem=doubled),
        do.refusing(constraint=BAY_FREE, problem=_taken()),
    ):
        visit.save()


def _note(do: Doing, kind: str, visit: Visit) -> None:
    journal.write(
        do, kind, stream=visit.id, place=visit.place(), person=visit.person_id,
        objects={"visit": visit.id, "vehicle": visit.vin},
        data={"vin": visit.vin, "bay": visit.bay, "starts_at": visit.starts_at, "items": visit.items},
    )  # fmt: skip
