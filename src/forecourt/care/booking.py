"""Booking a visit, moving it, cancelling it, noticing that nobody came. The database keeps a bay from being given twice."""

from collections.abc import Sequence
from datetime import date
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.care import bays
from forecourt.care import cars
from forecourt.care import words
from forecourt.care.menu import Item
from forecourt.care.menu import menu
from forecourt.care.models import BAY_FREE
from forecourt.care.models import BOOKED
from forecourt.care.models import CANCELLED
from forecourt.care.models import MISSED
from forecourt.care.models import ONE_A_CAR
from forecourt.care.models import Car
from forecourt.care.models import Visit
from forecourt.care.queries import local
from forecourt.care.terms import GRACE
from forecourt.care.terms import length_of
from forecourt.network.models import Store
from forecourt.network.queries import store_of
from forecourt.people.actions import relate
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.actor import Actor
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
BATCH = 200


def items_of(codes: Sequence[str]) -> list[Item]:
    """The menu items of codes. Refuses a code that the menu does not have."""
    if unknown := [code for code in codes if code not in menu()]:
        text = _("The service menu has no item {code}.").format(code=str(unknown[0])[:40])
        raise Invalid(Blocked("care.unknown_item", text, "items"))
    return [menu()[code] for code in dict.fromkeys(codes)]


@action("care.book_visit", roles=(*DESK, CUSTOMER))
def book_visit(
    do: Doing, *, store: str, vin: str, starts_at: str, person: str = "", wish: str = "", items: Sequence[str] = (),
    bay: int = 0,
) -> Result:  # fmt: skip
    """Book a car into a store's workshop at a free time; `bay` 0 lets the house choose.

    A customer books their own car, wherever they like. Staff book any car into their own workshop; without `person` it is
    the owner whom the handover named.
    """
    chosen, vin, begins = items_of(items), cars.checked(vin), bays.moment(starts_at)
    with do.above():
        car = cars.find(vin)
    owner = cars.owner(do, vin, car, person)
    with do.above():
        workshop = _workshop(do, store, car)
        bay, ends = bays.take(do, workshop, vin, begins, length_of(chosen), bay)
        place = workshop.place(car.brand if car else "")
        visit = Visit(
            id=new_id(do.at), person_id=owner, vin=vin, bay=bay, period=DateTimeTZRange(begins, ends), wish=_plain(wish),
            items=[item.code for item in chosen], booked_at=do.at, **place.columns(),
        )  # fmt: skip
        _save(do, visit)
        if person or do.by.role == CUSTOMER:
            # A VIN read through a windscreen is no acquaintance: the store knows such an owner when the car is there.
            relate(do, person=owner, place=place)
    _note(do, "care.visit_booked", visit)
    return _told(visit)


@action("care.move_visit", roles=(*DESK, CUSTOMER))
def move_visit(do: Doing, *, visit: str, starts_at: str, bay: int = 0) -> Result:
    """Move a booked visit to another time or bay; its length stays."""
    found, begins = standing(visit), bays.moment(starts_at)
    with do.above():
        length = found.ends_at - found.starts_at
        found.bay, ends = bays.take(do, store_of(found.store), found.vin, begins, length, bay, but=found.id)
        found.period = DateTimeTZRange(begins, ends)
        _save(do, found)
    _note(do, "care.visit_moved", found)
    return _told(found)


@action("care.cancel_visit", roles=(*DESK, CUSTOMER))
def cancel_visit(do: Doing, *, visit: str) -> Result:
    """Give the bay back."""
    found = standing(visit)
    found.state = CANCELLED
    found.save(update_fields=["state"])
    _note(do, "care.visit_cancelled", found)
    return {"visit": str(found.id)}


def miss_all(at: datetime) -> int:
    """Mark the visits whose car never came; how many."""
    return int(miss_visits(by=Actor.system("care.miss_visits"), at=at)["missed"])


@action("care.miss_visits")
def miss_visits(do: Doing) -> Result:
    """Mark booked visits as missed once their time is over by the grace; two workers never mark one twice."""
    over = Visit.objects.filter(state=BOOKED, period__endswith__lte=do.at - GRACE).order_by("id")
    found = list(over.select_for_update(skip_locked=True)[:BATCH])
    Visit.objects.filter(id__in=[visit.id for visit in found]).update(state=MISSED)
    for visit in found:
        _note(do, "care.visit_missed", visit)
    return {"missed": len(found)}


def standing(visit: str) -> Visit:
    """The booked visit, locked. Refuses one that is unknown, over or cancelled."""
    found = Visit.objects.select_for_update().filter(id=as_id(visit)).first()
    if found is None:
        text = _("There is no visit {id} that you may see.").format(id=visit)
        raise Missing(Blocked("care.unknown_visit", text))
    if found.state != BOOKED:
        text = _("This visit cannot be changed any more: it is {state}.")
        raise Refused(Blocked("care.visit_over", text.format(state=words.of(found.state).lower())))
    return found


def _workshop(do: Doing, code: str, car: Car | None) -> Store:
    """The store, if it may take this car in. Staff book into their own workshop."""
    store = store_of(code)
    mine = do.by.is_system or do.by.role == CUSTOMER or code in do.by.scope.ids
    if not mine:
        text = _("You can book into your own workshop only, not into {store}.").format(store=code)
        raise Refused(Blocked("care.other_store", text, "store"))
    if not store.service_bays:
        text = _("Store {store} has no workshop. Choose a store with service bays.").format(store=code)
        raise Refused(Blocked("care.no_workshop", text, "store"))
    if car and car.brand and not _services(store, car.brand, local(do.at).date()):
        text = _("Store {store} does not service {brand}. Choose another store.")
        raise Refused(Blocked("care.brand_not_serviced", text.format(store=code, brand=car.brand), "store"))
    return store


def _services(store: Store, brand: str, on: date) -> bool:
    return Store.objects.servicing(brand, on).filter(code=store.code).exists()


def _plain(wish: str) -> str:
    """The wish as it can be stored."""
    return wish.replace("\0", "").strip()[:500]


def _save(do: Doing, visit: Visit) -> None:
    doubled = Blocked("care.car_booked", _("This car is booked at that time already."), "vin")
    with (
        do.refusing(constraint=ONE_A_CAR, problem=doubled),
        do.refusing(constraint=BAY_FREE, problem=bays.taken()),
    ):
        visit.save()


def _told(visit: Visit) -> Result:
    return {
        "visit": str(visit.id),
        "bay": visit.bay,
        "starts_at": visit.starts_at.isoformat(),
        "ends_at": visit.ends_at.isoformat(),
    }


def _note(do: Doing, kind: str, visit: Visit) -> None:
    journal.write(
        do, kind, stream=visit.id, place=visit.place(), person=visit.person_id,
        objects={"visit": visit.id, "vehicle": visit.vin},
        data={"vin": visit.vin, "bay": visit.bay, "starts_at": visit.starts_at, "items": visit.items},
    )  # fmt: skip
