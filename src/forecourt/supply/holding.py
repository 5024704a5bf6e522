"""The one order in which rows of the queue are held: the line's lock, the place, then its offer or its car.

Whoever takes them another way round can wait for somebody who waits for him. So nobody takes a place row by itself.
"""

from uuid import UUID

from forecourt.platform.locks import lock
from forecourt.platform.models import as_id
from forecourt.supply.models import Offer
from forecourt.supply.models import QueuePlace
from forecourt.supply.rules import Line


def line_of(order: str | UUID) -> Line | None:
    """The line in which the order stands or stood; it never changes. None when the order never joined."""
    seen = QueuePlace.objects.filter(order=as_id(order)).first()
    return seen.line if seen else None


def hold_place(order: str | UUID) -> QueuePlace | None:
    """The order's place as it is now, held with its line to the end of the transaction; None when there is none."""
    line = line_of(order)
    if line is None:
        return None
    lock(line.lock_name)
    return QueuePlace.objects.select_for_update().get(order=as_id(order))


def hold_offer(offer: Offer) -> tuple[QueuePlace, Offer]:
    """The place and the offer as they are now, both held: what was read before may have been answered meanwhile."""
    place = hold_place(offer.order)
    if place is None:
        raise LookupError(f"The offer {offer.id} is of the order {offer.order}, which has no place.")
    return place, Offer.objects.select_for_update().get(id=offer.id)
