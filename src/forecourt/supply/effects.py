"""What the step `allocate` of an order's journey does, and the facts it gives to gates."""

from typing import Any

from django.utils.translation import gettext as _

from forecourt.journeys.effects import effect
from forecourt.journeys.models import Journey
from forecourt.platform.actions import Doing
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import NeedsApproval
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import NETWORK_OPS
from forecourt.supply import allocating
from forecourt.supply.holding import hold_place
from forecourt.supply.models import HAS_CAR
from forecourt.supply.models import Allocation
from forecourt.supply.models import QueuePlace
from forecourt.supply.models import Vehicle

GIVES = ("vehicle.allocated", "vehicle.id", "vehicle.vin", "vehicle.store", "vehicle.prepared")


def register() -> None:
    """Importing this module has registered the effect."""


@effect("supply.allocate", gives=GIVES)
def allocate(do: Doing, journey: Journey, step: str, record: dict[str, Any]) -> dict[str, Any]:
    """Give the car that the record names, or the one that the queue gives this order now."""
    if not do.by.is_system:
        text = _(
            "Cars are given in queue order by the system. Ask for an allocation by hand; network operations decides."
        )
        raise Refused(NeedsApproval("supply.queue_order", text, NETWORK_OPS))
    place = hold_place(journey.subject_id)
    if place is None:
        text = _("The order {order} is not in the queue: lock it first.")
        raise Refused(Blocked("supply.not_in_queue", text.format(order=journey.subject_id)))
    vehicle = _vehicle(place, record)
    allocation = allocating.give(
        do, place, vehicle, by_hand=bool(record.get("by_hand")), approved_by=record.get("approved_by", "")
    )
    return facts_of(allocation)


def _vehicle(place: QueuePlace, record: dict[str, Any]) -> Vehicle:
    if vin := record.get("vin"):
        return Vehicle.objects.get(vin=vin)
    if place.state == HAS_CAR:
        raise Refused(allocating.has_car(place))
    vehicle = allocating.free_for(place)
    if vehicle is None:
        text = _("No free car of this configuration in {city} is due to this order now.")
        raise Refused(Blocked("supply.no_vehicle", text.format(city=place.city)))
    return vehicle


def facts_of(allocation: Allocation) -> dict[str, Any]:
    """Facts for gates; `vehicle.id` is what the next journey is about.

    A car given anew is not prepared, whatever was done to the one before.
    """
    vehicle = allocation.vehicle
    return {
        "vehicle.allocated": True,
        "vehicle.id": vehicle.vin,
        "vehicle.vin": vehicle.vin,
        "vehicle.store": vehicle.store,
        "vehicle.prepared": False,
    }
