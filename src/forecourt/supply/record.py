"""The queue's own record: one line for everything that happens to a place, never altered."""

from forecourt.platform.actions import Doing
from forecourt.supply.models import QueueEvent
from forecourt.supply.models import QueuePlace


def note(do: Doing, place: QueuePlace, kind: str, vin: str = "", reason: str = "") -> None:
    """Write down that `kind` happened to the place."""
    QueueEvent(
        order=place.order, person_id=place.person_id, model=place.model, configuration=place.configuration, city=place.city,
        kind=kind, locked_at=place.locked_at, vin=vin, reason=reason, actor=do.by.code, at=do.at, **place.place().columns(),
    ).save(force_insert=True)  # fmt: skip
