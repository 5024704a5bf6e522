"""Which store hands the car over: the order's own when it delivers, else the nearest that does, in the same city first."""

from datetime import datetime
from typing import Protocol

from forecourt.base.calendars import SHANGHAI
from forecourt.network.models import Store
from forecourt.network.rules import distance_km
from forecourt.platform.models import Place
from forecourt.supply.models import QueuePlace


class Standing(Protocol):
    """A car that stands somewhere."""

    store: str
    city: str


def handover_store(place: QueuePlace, vehicle: Standing, at: datetime) -> Place:
    """The place of the store that hands over; the order's own place when no store of the region delivers the brand."""
    on = at.astimezone(SHANGHAI).date()
    able = Store.objects.delivering(place.brand, on).filter(delivery_bays__gt=0, region=place.region)
    found = {store.code: store for store in able}
    own = found.get(place.store)
    if own is None and found:
        seller = Store.objects.filter(code=place.store).first()
        own = min(found.values(), key=lambda store: _preference(store, seller, place, vehicle))
    return own.place(place.brand) if own else place.place()


def _preference(
    store: Store, seller: Store | None, place: QueuePlace, vehicle: Standing
) -> tuple[bool, bool, float, str]:
    """Smaller is better: in the order's city, where the car stands already, near the store that sold it, by code."""
    distance = distance_km(seller.lat, seller.lon, store.lat, store.lon) if seller else 0.0
    return store.city_id != place.city, store.code != vehicle.store, distance, store.code
