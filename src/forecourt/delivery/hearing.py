"""What delivery does when something happens elsewhere: files open, get their car, lose it, are closed."""

from decimal import Decimal
from uuid import UUID

from forecourt import journal
from forecourt.delivery import effects
from forecourt.delivery.appointing import end
from forecourt.delivery.models import BOOKED
from forecourt.delivery.models import CANCELLED
from forecourt.delivery.models import HANDED_OVER
from forecourt.delivery.models import HAS_CAR
from forecourt.delivery.models import WAITING
from forecourt.delivery.models import Appointment
from forecourt.delivery.models import DeliveryFile
from forecourt.journal.models import Entry
from forecourt.network.models import Store
from forecourt.platform.actions import Doing
from forecourt.platform.models import as_id

EFFECTS = (effects.prepare, effects.appoint, effects.hand_over)


def listen() -> None:
    """Register subscriptions; importing the effects has registered them. Called once, when the apps are ready."""
    journal.subscribe("sales.order_locked", "delivery.open_file", open_file)
    journal.subscribe("sales.payment_received", "delivery.count_payment", count_payment)
    journal.subscribe("sales.order_cancelled", "delivery.cancel_file", cancel_file)
    journal.subscribe("supply.vehicle_allocated", "delivery.take_vehicle", take_vehicle)
    journal.subscribe("supply.vehicle_refused", "delivery.lose_vehicle", lose_vehicle)


def _file(entry: Entry) -> DeliveryFile:
    """The file of the entry's order, locked; a new one when it is the first to be heard of."""
    order = as_id(entry.data["order"])
    columns = entry.place().columns() | {"person_id": entry.person_id, "sold_in": entry.store}
    file, _made = DeliveryFile.objects.select_for_update().get_or_create(order=order, defaults=columns)
    return file


def _journey(entry: Entry) -> UUID | None:
    named = entry.data.get("journey") or entry.journey
    return as_id(named) if named else None


def open_file(do: Doing, entry: Entry) -> None:
    """An order was locked: what is handed over, at which price."""
    file, data = _file(entry), entry.data
    file.trim, file.model, file.configuration = data["trim"], data["model"], data["configuration"]
    file.price, file.locked_at = Decimal(str(data["price"])), entry.happened_at
    file.journey = _journey(entry) or file.journey
    file.person_id, file.sold_in = entry.person_id or file.person_id, entry.store
    file.save()


def count_payment(do: Doing, entry: Entry) -> None:
    file = _file(entry)
    file.paid += Decimal(str(entry.data["amount"]))
    file.save(update_fields=["paid"])


def take_vehicle(do: Doing, entry: Entry) -> None:
    """A car was given to the order; the file moves to the store that hands it over."""
    file, data = _file(entry), entry.data
    if file.state in (CANCELLED, HANDED_OVER) or _refused_since(entry):
        return
    store = Store.objects.filter(code=data["store"]).first()
    if store is not None:
        for name, value in store.place(entry.brand).columns().items():
            setattr(file, name, value)
    file.vin, file.state, file.allocated_at, file.prepared_at = data["vin"], HAS_CAR, entry.happened_at, None
    file.price = file.price if file.price is not None else Decimal(str(data["price"]))
    file.trim, file.model = file.trim or data.get("trim", ""), file.model or data.get("model", "")
    file.journey = file.journey or _journey(entry)
    file.save()


def _refused_since(entry: Entry) -> bool:
    """Messages come in no certain order: the refusal may be heard before the allocation that it ends."""
    later = Entry.objects.of_stream(entry.stream).filter(seq__gt=entry.seq, kind="supply.vehicle_refused")
    return later.filter(about__order=entry.data["order"], about__vehicle=entry.data["vin"]).exists()


def lose_vehicle(do: Doing, entry: Entry) -> None:
    """The customer refused the car: the order waits again.

    The file is held whatever its car: it may be that the car is just being written into it.
    """
    file = _file(entry)
    if file.vin != entry.data["vin"] or file.state in (CANCELLED, HANDED_OVER):
        return
    _call_off(do, file)
    file.vin, file.state, file.allocated_at, file.prepared_at = "", WAITING, None, None
    file.save()


def cancel_file(do: Doing, entry: Entry) -> None:
    file = DeliveryFile.objects.select_for_update().filter(order=as_id(entry.data["order"])).first()
    if file is None or file.state == HANDED_OVER:
        return
    _call_off(do, file)
    file.state = CANCELLED
    file.save(update_fields=["state"])


def _call_off(do: Doing, file: DeliveryFile) -> None:
    for row in Appointment.objects.select_for_update().filter(order=file.order, state=BOOKED):
        end(do, file, row)
