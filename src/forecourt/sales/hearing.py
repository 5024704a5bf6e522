"""What sales hears from other rooms: a car was allocated or handed over, a journey ended with a drive still booked."""

from datetime import datetime
from uuid import UUID

from forecourt import journal
from forecourt.journal.models import Entry
from forecourt.platform import ticks
from forecourt.platform.actions import Doing
from forecourt.platform.actor import Actor


def listen() -> None:
    """Register effects and subscriptions. Called once, when the apps are ready."""
    from forecourt.sales import effects  # noqa: F401 - importing registers them; models must be loaded first

    journal.subscribe("supply.vehicle_allocated", "sales.note_allocation", note_allocation)
    journal.subscribe("delivery.handed_over", "sales.note_handover", note_handover)
    journal.subscribe("journeys.ended", "sales.free_test_drives", free_test_drives)
    ticks.register("sales.expire_locks", expire_locks)
    ticks.register("sales.settle_sandbox", settle_sandbox)


def expire_locks(at: datetime) -> dict[str, int]:
    """Record lock windows that have passed, in portions."""
    from forecourt.sales import ordering

    lapsed = 0
    while count := ordering.expire_locks(by=Actor.system("sales.locks"), at=at)["lapsed"]:
        lapsed += count
    return {"lapsed": lapsed}


def settle_sandbox(at: datetime) -> dict[str, int]:
    """Let the sandbox confirm what hangs."""
    from forecourt.sales import paying

    return paying.settle_sandbox(by=Actor.system("sales.payments"), at=at)


def note_allocation(do: Doing, entry: Entry) -> None:
    """The order has a car: cancelling now tells of the car too."""
    _orders(entry).update(allocated_at=entry.happened_at, vin=str(entry.data.get("vin", "")))


def note_handover(do: Doing, entry: Entry) -> None:
    """The order is fulfilled and can no longer be cancelled."""
    _orders(entry).update(handed_over_at=entry.happened_at)


def free_test_drives(do: Doing, entry: Entry) -> None:
    """Who withdrew or ordered keeps no car from others."""
    from forecourt.sales.models import TestDrive
    from forecourt.sales.models.drives import BOOKED
    from forecourt.sales.models.drives import CANCELLED

    TestDrive.objects.filter(journey=entry.journey, state=BOOKED).update(state=CANCELLED)


def _orders(entry: Entry):
    from forecourt.sales.models import Order

    return Order.objects.filter(id=UUID(str(entry.data["order"])))
