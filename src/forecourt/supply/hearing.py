"""What supply does when something happens elsewhere: orders join and leave the queue, cars that arrive are given out."""

from datetime import date
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from forecourt import journal
from forecourt.base.calendars import SHANGHAI
from forecourt.journal.models import Entry
from forecourt.network.models import VehicleModel
from forecourt.platform import ticks
from forecourt.platform.actions import Doing
from forecourt.platform.actor import Actor
from forecourt.platform.locks import lock
from forecourt.platform.models import as_id
from forecourt.supply import effects
from forecourt.supply import rules
from forecourt.supply.allocating import match_line
from forecourt.supply.holding import hold_place
from forecourt.supply.models import ALLOCATED
from forecourt.supply.models import DELIVERED
from forecourt.supply.models import DONE
from forecourt.supply.models import HAS_CAR
from forecourt.supply.models import IN_STOCK
from forecourt.supply.models import LAPSED
from forecourt.supply.models import LEFT
from forecourt.supply.models import OPEN
from forecourt.supply.models import PREPARED
from forecourt.supply.models import Allocation
from forecourt.supply.models import Offer
from forecourt.supply.models import QueuePlace
from forecourt.supply.models import Vehicle
from forecourt.supply.promises import promise
from forecourt.supply.record import note
from forecourt.supply.refusing import lapse_offers
from forecourt.supply.terms import terms


def listen() -> None:
    """Register effects and subscriptions. Called once, when the apps are ready."""
    effects.register()
    journal.subscribe("sales.order_locked", "supply.join_queue", join_queue)
    journal.subscribe("sales.order_cancelled", "supply.leave_queue", leave_queue)
    journal.subscribe("supply.vehicle_received", "supply.match_received", match_vehicle)
    journal.subscribe("supply.vehicle_refused", "supply.match_refused", match_vehicle)
    journal.subscribe("delivery.prepared", "supply.mark_prepared", mark_prepared)
    journal.subscribe("delivery.handed_over", "supply.mark_delivered", mark_delivered)
    ticks.register("supply.lapse_offers", lapse)


def join_queue(do: Doing, entry: Entry) -> None:
    """A locked order takes its place, with its promise, and gets a car at once when one stands free for it."""
    place = _place_from(entry)
    lock(place.line.lock_name)
    if QueuePlace.objects.filter(order=place.order).exists() or _cancelled(place.order):
        return
    if place.wanted_vin:
        match_line(do, place.line)  # whoever waits already comes first
    place.save(force_insert=True)
    note(do, place, rules.JOINED)
    if place.wanted_vin:
        _hold(do, place)
    match_line(do, place.line)


def _cancelled(order: UUID) -> bool:
    """Messages come in no certain order: a cancellation may be heard before the lock that it follows."""
    return Entry.objects.filter(kind="sales.order_cancelled", about__order=str(order)).exists()


def _place_from(entry: Entry) -> QueuePlace:
    data, locked_on = entry.data, entry.happened_at.astimezone(SHANGHAI).date()
    band = promise(locked_on, _launched_on(data["model"]), terms())
    journey = data.get("journey") or entry.journey
    return QueuePlace(
        order=as_id(data["order"]), person_id=entry.person_id, journey=as_id(journey) if journey else None, trim=data["trim"],
        model=data["model"], configuration=data["configuration"], city=data["city"], price=Decimal(str(data["price"])),
        wanted_vin=data.get("vin") or "", locked_at=entry.happened_at, promised_from_on=band.from_on, promised_to_on=band.to_on,
        promise_rule=band.rule, **entry.place().columns(),
    )  # fmt: skip


def _launched_on(model: str) -> date | None:
    return VehicleModel.objects.filter(code=model).values_list("launched_on", flat=True).first()


def _hold(do: Doing, place: QueuePlace) -> None:
    """The order named a car. Unless that car stands here free, the order waits like everybody else, from its lock time.

    A car that has not arrived is owed to whoever is first when it does: naming it would jump the queue.
    """
    vehicle = Vehicle.objects.filter(vin=place.wanted_vin).first()
    earlier = (
        QueuePlace.objects.waiting().filter(wanted_vin=place.wanted_vin).exclude(order=place.order).exists()
    )
    gone = earlier or vehicle is None or vehicle.line != place.line or vehicle.state != IN_STOCK
    note(do, place, rules.HOLD_LOST if gone else rules.HELD, place.wanted_vin)
    if gone:
        place.wanted_vin = ""
        place.save(update_fields=["wanted_vin"])


def leave_queue(do: Doing, entry: Entry) -> None:
    """A cancelled order leaves; the car it had is free for the next."""
    place = _joined(as_id(entry.data["order"]))
    if place is None or place.state in (LEFT, DONE):
        return
    _free(do, place)
    place.state, place.left_at = LEFT, entry.happened_at
    place.save(update_fields=["state", "left_at"])
    note(do, place, rules.LEFT)
    match_line(do, place.line)


def _joined(order: UUID) -> QueuePlace | None:
    """The order's place; when it is just being joined, wait until it is."""
    if place := hold_place(order):
        return place
    locked = Entry.objects.filter(kind="sales.order_locked", about__order=str(order)).first()
    if locked is not None:
        lock(_place_from(locked).line.lock_name)
    return hold_place(order)


def _free(do: Doing, place: QueuePlace) -> None:
    """End what ties cars to the place: its allocation and a question that is open."""
    for allocation in Allocation.objects.filter(order=place.order, ended_at=None).select_related("vehicle"):
        allocation.ended_at, allocation.end_reason = do.at, "order_cancelled"
        allocation.save(update_fields=["ended_at", "end_reason"])
        Vehicle.objects.filter(vin=allocation.vehicle_id).update(state=IN_STOCK)
    for offer in Offer.objects.filter(order=place.order, state=OPEN):
        offer.state, offer.answered_at, offer.answered_by = LAPSED, do.at, do.by.code
        offer.save(update_fields=["state", "answered_at", "answered_by"])
        Vehicle.objects.filter(vin=offer.vehicle_id).update(state=IN_STOCK)


def match_vehicle(do: Doing, entry: Entry) -> None:
    """A car arrived, or its customer refused it: give or offer it to the first of its line."""
    vehicle = Vehicle.objects.filter(vin=entry.data["vin"]).first()
    if vehicle is not None:
        match_line(do, vehicle.line)


def lapse(at: datetime) -> object:
    """Questions that nobody answered are closed as time passes."""
    return lapse_offers(by=Actor.system("supply.lapse_offers"), at=at)


def mark_prepared(do: Doing, entry: Entry) -> None:
    Vehicle.objects.filter(vin=entry.data["vin"], state=ALLOCATED).update(state=PREPARED)


def mark_delivered(do: Doing, entry: Entry) -> None:
    """The customer drove away: the place is done and the car is theirs."""
    hold_place(entry.data["order"])
    places = QueuePlace.objects.filter(order=as_id(entry.data["order"]), state=HAS_CAR)
    places.update(state=DONE, left_at=entry.happened_at)
    Vehicle.objects.filter(vin=entry.data["vin"]).update(state=DELIVERED)
