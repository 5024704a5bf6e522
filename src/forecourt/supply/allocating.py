"""Allocation: cars go to orders in queue order, one car to one order.

Two things could go wrong when cars arrive and orders lock at the same moment: a car and an order miss each other because neither
sees the other yet, or two runs overtake one another. So a run takes the lock of its line first (a line is model,
configuration and city) and sees everything committed before. Cars that somebody is just giving by hand are skipped
(`SKIP LOCKED`), and two partial unique indexes refuse whatever slips through.
"""

import logging
from collections.abc import Collection
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.journeys.actions import reassign
from forecourt.journeys.actions import record_step
from forecourt.people.actions import relate
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.locks import lock
from forecourt.platform.models import Place
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.supply import rules
from forecourt.supply.handover_store import handover_store
from forecourt.supply.holding import hold_place
from forecourt.supply.models import ALLOCATED
from forecourt.supply.models import DECLINED
from forecourt.supply.models import HAS_CAR
from forecourt.supply.models import IN_STOCK
from forecourt.supply.models import IN_TRANSIT
from forecourt.supply.models import LAPSED
from forecourt.supply.models import OFFERED
from forecourt.supply.models import ONE_ORDER_A_VEHICLE
from forecourt.supply.models import ONE_VEHICLE_AN_ORDER
from forecourt.supply.models import OPEN
from forecourt.supply.models import WAITING
from forecourt.supply.models import Allocation
from forecourt.supply.models import Offer
from forecourt.supply.models import QueuePlace
from forecourt.supply.models import Vehicle
from forecourt.supply.record import note
from forecourt.supply.rules import Line

logger = logging.getLogger(__name__)
CARS_AT_ONCE = 200
CUSTOMER_REFUSED = "customer_refused"


def match_line(do: Doing, line: Line) -> int:
    """Give the free cars of a line to its orders, as far as both reach; how many were given or offered.

    An order whose journey refuses is left out of the rest of the run, so that it does not keep the cars from the others.
    """
    lock(line.lock_name)
    done = 0
    skipped: set[UUID] = set()
    while found := _matches(line, skipped):
        for match in found:
            if _settle(do, match):
                done += 1
            else:
                skipped.add(match.order)
    return done


def _matches(line: Line, skipped: Collection[UUID] = ()) -> list[rules.Match]:
    free = (
        Vehicle.objects.of_line(line)
        .free()
        .exclude(vin__in=QueuePlace.objects.filter(order__in=skipped).values("wanted_vin"))
        .order_by("received_at", "vin")[:CARS_AT_ONCE]
        .select_for_update(skip_locked=True)
    )
    cars = [rules.Car(car.vin, car.received_at or car.listed_at, car.refusals > 0) for car in free]
    if not cars:
        return []
    vins = [car.vin for car in cars]
    refused = refusals_of(vins)
    asked = QueuePlace.objects.of_line(line).filter(state=OFFERED).count()
    return rules.matches(_head(line, vins, len(cars) + len(refused) + asked, refused, skipped), cars)


def refusals_of(vins: Sequence[str]) -> set[tuple[UUID, str]]:
    """Which order has refused which of these cars, after having it or when asked."""
    had = Allocation.objects.filter(vehicle__in=vins, end_reason=CUSTOMER_REFUSED).values_list(
        "order", "vehicle_id"
    )
    asked = Offer.objects.filter(vehicle__in=vins, state__in=(DECLINED, LAPSED)).values_list(
        "order", "vehicle_id"
    )
    return {*had, *asked}


def _head(
    line: Line,
    vins: Sequence[str],
    length: int,
    refused: set[tuple[UUID, str]],
    skipped: Collection[UUID],
) -> list[rules.Waiting]:
    """As much of the line as the cars can reach: each order in it gets a car, or has refused one, or named one."""
    waiting = QueuePlace.objects.of_line(line).waiting().exclude(order__in=skipped).in_order()
    named = list(waiting.filter(wanted_vin__in=vins))
    others = list(waiting.filter(wanted_vin="")[:length])
    return [
        place.as_waiting(frozenset(vin for order, vin in refused if order == place.order))
        for place in named + others
    ]


def _settle(do: Doing, match: rules.Match) -> bool:
    """Offer or give one car; when the order's journey refuses, the order is passed over this time and the log says why."""
    place = QueuePlace.objects.select_for_update().get(order=match.order)
    vehicle = Vehicle.objects.get(vin=match.vin)
    written = len(do.entries)
    try:
        with transaction.atomic():
            _offer(do, place, vehicle) if match.asks else through_journey(do, place, vehicle)
    except ActionError as refusal:
        del do.entries[written:]
        logger.warning("Order %s was passed over for vehicle %s: %s", place.order, vehicle.vin, refusal)
        return False
    return True


def through_journey(do: Doing, place: QueuePlace, vehicle: Vehicle, **facts: Any) -> None:
    """Give the car by recording the step `allocate` of the order's journey; directly when the order has none.

    From here on the store that hands over does the work, so the run and the customer move there first.
    """
    if place.journey is None:
        give(do, place, vehicle, **facts)
        return
    target = handover_store(place, vehicle, do.at)
    if target.store != place.store:
        reassign.inside(
            do, journeys=[place.journey], to="", reason="rerouted", role=DELIVERY_SPECIALIST, place=target
        )
    record = {"vin": vehicle.vin, **facts}
    record_step.inside(do, journey=place.journey, step="allocate", record=record, evidence=[])


def give(
    do: Doing, place: QueuePlace, vehicle: Vehicle, *, by_hand: bool = False, approved_by: str = ""
) -> Allocation:
    """Write the allocation. Of many at once for one car, or for one order, one wins."""
    number = QueuePlace.objects.ahead_of(place).count() + 1
    target = handover_store(place, vehicle, do.at)
    allocation = Allocation(
        id=new_id(do.at), order=place.order, person_id=place.person_id, vehicle=vehicle, number=number, by_hand=by_hand,
        approved_by=approved_by, allocated_at=do.at, **target.columns(),
    )  # fmt: skip
    with (
        do.refusing(constraint=ONE_ORDER_A_VEHICLE, problem=taken(vehicle.vin)),
        do.refusing(constraint=ONE_VEHICLE_AN_ORDER, problem=has_car(place)),
    ):
        allocation.save(force_insert=True)
    _close_offers(do, place, vehicle)
    _move_vehicle(do, place, vehicle, target)
    place.state = HAS_CAR
    place.save(update_fields=["state"])
    note(do, place, rules.ALLOCATED, vehicle.vin, "by_hand" if by_hand else "")
    _tell(do, place, vehicle, number, by_hand)
    return allocation


def taken(vin: str) -> Blocked:
    return Blocked(
        "supply.vehicle_taken",
        _("The car {vin} was given to another order. Choose another car.").format(vin=vin),
    )


def in_transit(vin: str) -> Blocked:
    return Blocked(
        "supply.vehicle_in_transit",
        _("The car {vin} has not arrived. It can be given once it is received.").format(vin=vin),
    )


def has_car(place: QueuePlace) -> Blocked:
    text = _("The order {order} has a car already. The customer must refuse it first.")
    return Blocked("supply.order_has_vehicle", text.format(order=place.order))


def _move_vehicle(do: Doing, place: QueuePlace, vehicle: Vehicle, target: Place) -> None:
    """The car now stands where it is handed over, and that store knows the customer."""
    for name, value in target.columns().items():
        setattr(vehicle, name, value)
    vehicle.state = ALLOCATED
    vehicle.save()
    if place.person_id and target.store != place.store:
        relate(do, person=place.person_id, place=target)


def _close_offers(do: Doing, place: QueuePlace, vehicle: Vehicle) -> None:
    """An order that got a car need not be asked about another; that other car is free again for the next."""
    for offer in (
        Offer.objects.filter(order=place.order, state=OPEN).exclude(vehicle=vehicle).select_related("vehicle")
    ):
        offer.state, offer.answered_at, offer.answered_by = LAPSED, do.at, do.by.code
        offer.save(update_fields=["state", "answered_at", "answered_by"])
        offer.vehicle.state = IN_STOCK
        offer.vehicle.save(update_fields=["state"])


def _tell(do: Doing, place: QueuePlace, vehicle: Vehicle, number: int, by_hand: bool) -> None:
    journal.write(
        do, "supply.vehicle_allocated", stream=place.journey or place.order, place=place.place(), person=place.person_id,
        journey=place.journey, objects={"order": place.order, "vehicle": vehicle.vin},
        data={"order": place.order, "vin": vehicle.vin, "store": vehicle.store, "queue_place": number, "price": place.price,
              "trim": place.trim, "model": place.model, "by_hand": by_hand},
    )  # fmt: skip


def _offer(do: Doing, place: QueuePlace, vehicle: Vehicle) -> None:
    """Ask the order's customer about a car that somebody refused."""
    Offer(
        id=new_id(do.at),
        order=place.order,
        person_id=place.person_id,
        vehicle=vehicle,
        offered_at=do.at,
        **place.place().columns(),
    ).save(force_insert=True)
    place.state = vehicle.state = OFFERED
    place.save(update_fields=["state"])
    vehicle.save(update_fields=["state"])
    note(do, place, rules.OFFERED, vehicle.vin)
    journal.write(
        do, "supply.vehicle_offered", stream=place.journey or place.order, place=place.place(), person=place.person_id,
        journey=place.journey, objects={"order": place.order, "vehicle": vehicle.vin},
        data={"order": place.order, "vin": vehicle.vin},
    )  # fmt: skip


@action("supply.allocate")
def allocate(do: Doing, *, order: str, vin: str) -> Result:
    """Give a certain car to a certain order; only the system may, and people through an approved request."""
    place, vehicle = for_update(order, vin)
    through_journey(do, place, vehicle)
    return {"order": str(place.order), "vin": vehicle.vin}


def for_update(order: str | UUID, vin: str, state: str = IN_STOCK) -> tuple[QueuePlace, Vehicle]:
    """The waiting order and the car in `state`, held for this transaction; a car that another transaction holds is taken."""
    place = hold_place(order)
    if place is None:
        raise Missing(
            Blocked("supply.no_such_place", _("The order {order} is not in the queue.").format(order=order))
        )
    vehicle = Vehicle.objects.filter(vin=vin).select_for_update(skip_locked=True).first()
    if vehicle is None and not Vehicle.objects.filter(vin=vin).exists():
        raise Missing(
            Blocked("supply.no_such_vehicle", _("There is no car with the VIN {vin}.").format(vin=vin))
        )
    if vehicle is None or vehicle.state != state:
        raise Refused(in_transit(vin) if vehicle and vehicle.state == IN_TRANSIT else taken(vin))
    if place.state not in (WAITING, OFFERED):
        raise Refused(has_car(place) if place.state == HAS_CAR else not_waiting(place))
    return place, vehicle


def not_waiting(place: QueuePlace) -> Blocked:
    text = _("The order {order} waits for no car any more: it was cancelled or handed over.")
    return Blocked("supply.not_waiting", text.format(order=place.order))


def free_for(place: QueuePlace) -> Vehicle | None:
    """The car that the queue would give this order now, or None."""
    match = next(
        (found for found in _matches(place.line) if found.order == place.order and not found.asks), None
    )
    return Vehicle.objects.get(vin=match.vin) if match else None
