"""A customer refuses a car, or answers whether to take a car that somebody refused.

Whoever refuses keeps the place. The refused car goes to the next order of the same line with that customer's consent.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.actor import Actor
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import CUSTOMER
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.platform.roles import STORE_MANAGER
from forecourt.supply import rules
from forecourt.supply.allocating import CUSTOMER_REFUSED
from forecourt.supply.allocating import for_update
from forecourt.supply.allocating import through_journey
from forecourt.supply.holding import hold_offer
from forecourt.supply.holding import hold_place
from forecourt.supply.holding import line_of
from forecourt.supply.models import ACCEPTED
from forecourt.supply.models import DECLINED
from forecourt.supply.models import DELIVERED
from forecourt.supply.models import HAS_CAR
from forecourt.supply.models import IN_STOCK
from forecourt.supply.models import LAPSED
from forecourt.supply.models import OFFERED
from forecourt.supply.models import OPEN
from forecourt.supply.models import WAITING
from forecourt.supply.models import Allocation
from forecourt.supply.models import Offer
from forecourt.supply.models import QueuePlace
from forecourt.supply.models import Vehicle
from forecourt.supply.queries import find
from forecourt.supply.record import note

FRONT = (ADVISER, DELIVERY_SPECIALIST, STORE_MANAGER)
ANSWER_WITHIN = timedelta(hours=48)
REASONS = ("colour", "damage", "wrong_car", "not_now", "other")


@action("supply.refuse_vehicle", roles=(*FRONT, CUSTOMER))
def refuse_vehicle(do: Doing, *, order: str, reason: str) -> Result:
    """The customer does not take the car. The order waits again where it was; the car is offered to the next."""
    if reason not in REASONS:
        known = ", ".join(REASONS)
        raise Refused(
            Blocked(
                "supply.unknown_reason",
                _("“{reason}” is no reason. Choose one of {known}.").format(reason=reason, known=known),
                "reason",
            )
        )
    find(order, do.by)
    with across_stores(do) as wide:
        place = _with_car(order)
        vehicle = _give_back(wide, place, reason)
    return {"order": str(place.order), "vin": vehicle.vin, "state": place.state}


@contextmanager
def across_stores(do: Doing) -> Iterator[Doing]:
    """What concerns two stores at once (one sold, one hands over) is written above row permissions, by the same actor."""
    with do.above():
        wide = Doing(do.by, do.at, do.action, do.key, do.scope)
        yield wide
        wide.finish()


def _with_car(order: str) -> QueuePlace:
    place = hold_place(order)
    if place is None or place.state != HAS_CAR:
        raise Refused(
            Blocked(
                "supply.no_car_to_refuse",
                _("The order {order} has no car that could be refused.").format(order=order),
            )
        )
    return place


def _give_back(do: Doing, place: QueuePlace, reason: str) -> Vehicle:
    allocation = Allocation.objects.get(order=place.order, ended_at=None)
    vehicle = Vehicle.objects.select_for_update().get(vin=allocation.vehicle_id)
    if vehicle.state == DELIVERED:
        text = _("The car {vin} is handed over and can no longer be refused here.")
        raise Refused(Blocked("supply.handed_over", text.format(vin=vehicle.vin)))
    allocation.ended_at, allocation.end_reason = do.at, CUSTOMER_REFUSED
    allocation.save(update_fields=["ended_at", "end_reason"])
    vehicle.state, vehicle.refusals = IN_STOCK, vehicle.refusals + 1
    vehicle.save(update_fields=["state", "refusals"])
    place.state, place.wanted_vin = WAITING, ""
    place.save(update_fields=["state", "wanted_vin"])
    note(do, place, rules.RETURNED, vehicle.vin, reason)
    _tell(do, place, vehicle, reason)
    return vehicle


def _tell(do: Doing, place: QueuePlace, vehicle: Vehicle, reason: str) -> None:
    journal.write(
        do, "supply.vehicle_refused", stream=place.journey or place.order, place=place.place(), person=place.person_id,
        journey=place.journey, objects={"order": place.order, "vehicle": vehicle.vin},
        data={"order": place.order, "vin": vehicle.vin, "reason": reason},
    )  # fmt: skip


@action("supply.answer_offer", roles=(*FRONT, CUSTOMER))
def answer_offer(do: Doing, *, offer: str, accepts: bool) -> Result:
    """The customer takes the refused car, or keeps waiting at the same place."""
    found = Offer.objects.filter(id=as_id(offer)).first()
    if found is None:
        raise Missing(Blocked("supply.no_such_offer", _("There is no offer {offer}.").format(offer=offer)))
    with across_stores(do) as wide:
        place, found = hold_offer(found)
        _must_be_open(found)
        _accept(wide, found) if accepts else _decline(wide, place, found, DECLINED)
    return {"order": str(found.order), "vin": found.vehicle_id, "state": found.state}


def _must_be_open(offer: Offer) -> None:
    if offer.state != OPEN:
        text = _("This offer was answered or has lapsed: {state}.").format(state=offer.state)
        raise Refused(Blocked("supply.offer_closed", text))


def _accept(do: Doing, offer: Offer) -> None:
    place, vehicle = for_update(offer.order, offer.vehicle_id, OFFERED)
    _close(do, offer, ACCEPTED)
    as_system(do, place, vehicle)


def as_system(do: Doing, place: QueuePlace, vehicle: Vehicle, **facts: object) -> None:
    """Give the car as the system does, within what a person decided; the person stands in the queue's record."""
    own = Doing(Actor.system("supply.allocate"), do.at, "supply.allocate", scope=do.scope)
    through_journey(own, place, vehicle, **facts)
    own.finish()


def _decline(do: Doing, place: QueuePlace, offer: Offer, state: str) -> None:
    """The place is kept; the car is offered to the next by whoever hears of the refusal."""
    _close(do, offer, state)
    vehicle = Vehicle.objects.select_for_update().get(vin=offer.vehicle_id)
    vehicle.state = IN_STOCK
    vehicle.save(update_fields=["state"])
    place.state = WAITING
    place.save(update_fields=["state"])
    note(do, place, rules.DECLINED, vehicle.vin, state)
    journal.write(
        do, "supply.vehicle_refused", stream=place.journey or place.order, place=place.place(), person=place.person_id,
        journey=place.journey, objects={"order": place.order, "vehicle": vehicle.vin},
        data={"vin": vehicle.vin, "order": offer.order, "reason": "offer_" + state},
    )  # fmt: skip


def _close(do: Doing, offer: Offer, state: str) -> None:
    offer.state, offer.answered_at, offer.answered_by = state, do.at, do.by.code
    offer.save(update_fields=["state", "answered_at", "answered_by"])


@action("supply.lapse_offers")
def lapse_offers(do: Doing) -> Result:
    """Who has not answered for 48 hours keeps the place, and the next is asked. Run by the worker."""
    late = Offer.objects.filter(state=OPEN, offered_at__lte=do.at - ANSWER_WITHIN).order_by("offered_at")
    return {"lapsed": sum(_lapse(do, offer) for offer in sorted(late, key=_line_name))}


def _line_name(offer: Offer) -> str:
    """Runs that close questions of several lines take the lines in one order, so that none waits for another in a ring."""
    line = line_of(offer.order)
    return line.lock_name if line else ""


def _lapse(do: Doing, offer: Offer) -> bool:
    place, offer = hold_offer(offer)
    if offer.state != OPEN:
        return False
    _decline(do, place, offer, LAPSED)
    return True
