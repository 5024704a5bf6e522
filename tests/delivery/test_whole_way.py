"""From a real order of the sales room to the handover: four rooms that meet only in journal entries and in one journey."""

from datetime import datetime
from datetime import timedelta

import pytest

from forecourt import journal
from forecourt.delivery import checklists
from forecourt.delivery.models import DeliveryFile
from forecourt.delivery.reading import checklist
from forecourt.exchange.vin import make_vin
from forecourt.journal.models import Entry
from forecourt.journeys import actions as journeys
from forecourt.journeys.models import Journey
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from forecourt.supply.models import QueuePlace
from forecourt.supply.receiving import receive_vehicles
from tests.sales.shop import PLAYBOOKS
from tests.sales.shop import SYSTEM
from tests.sales.shop import TRIM
from tests.sales.shop import Shop
from tests.sales.shop import enquiry
from tests.sales.shop import known_person
from tests.sales.shop import open_shop
from tests.sales.shop import record


@pytest.fixture
def shop(db: None, at: datetime) -> Shop:
    shop = open_shop(at)
    name = "first-month.yaml"
    journeys.publish(by=SYSTEM, at=at, text=(PLAYBOOKS / name).read_text(encoding="utf-8"), file=name)
    return shop


def locked(shop: Shop, at: datetime, **what: str) -> Order:
    """An order placed, paid and locked by an adviser."""
    run = enquiry(shop, at, person=known_person(shop, at))
    record(shop.adviser, at, run, "place_order", **({"trim": TRIM} | what))
    with reading(SYSTEM.scope):
        order = Order.objects.get(sold_in=run)
    record(shop.adviser, at, str(order.journey), "confirm_order", method="card")
    record(shop.adviser, at, str(order.journey), "lock_order", understood="yes")
    journal.drain(at)
    return order


def receive(shop: Shop, at: datetime, number: int, options: str = "") -> str:
    vin = make_vin("LVV", "DB21B", number)
    text = f"vin,trim,options,city\n{vin},{TRIM},{options},{shop.city}\n"
    assert receive_vehicles(by=SYSTEM, at=at, text=text)["accepted"] == 1
    journal.drain(at)
    return vin


def test_from_the_order_to_the_first_month(shop: Shop, at: datetime) -> None:
    order = locked(shop, at, options="paint-pearl,assist-full")
    vin = receive(shop, at, 1, "assist-full paint-pearl")
    with reading(SYSTEM.scope):
        place, file = QueuePlace.objects.get(order=order.id), DeliveryFile.objects.get(order=order.id)
    assert (place.state, file.vin, file.price, file.paid) == ("allocated", vin, order.price, 5000)
    run = str(order.journey)
    record(SYSTEM, at, run, "prepare", items=checklists.in_order(checklist("pdi").for_car("EREV")))
    tomorrow = (at + timedelta(days=1)).date()
    record(SYSTEM, at, run, "appoint", starts_at=f"{tomorrow}T11:00+08:00")
    handed = record(
        SYSTEM, at, run, "hand_over", items=checklists.in_order(checklist("handover").for_car("EREV"))
    )
    assert (handed["outcome"], [one["kind"] for one in handed["deviations"]]) == (
        "handed_over",
        ["evidence_missing"],
    )
    journal.drain(at)
    with reading(SYSTEM.scope):
        assert Order.objects.get(id=order.id).handed_over_at == at
        assert Journey.objects.running().about("vehicle", vin).get().playbook == "first-month"
        kinds = set(Entry.objects.filter(person_id=order.person_id).values_list("kind", flat=True))
    assert {
        "sales.order_locked",
        "supply.vehicle_allocated",
        "delivery.prepared",
        "delivery.handed_over",
    } <= kinds


def test_a_cancelled_order_gives_its_car_to_the_next(shop: Shop, at: datetime) -> None:
    first = locked(shop, at)
    vin = receive(shop, at, 1)
    second = locked(shop, at + timedelta(minutes=5))
    record(shop.adviser, at + timedelta(hours=1), str(first.journey), "cancel_order", reason="private")
    journal.drain(at + timedelta(hours=1))
    with reading(SYSTEM.scope):
        assert DeliveryFile.objects.get(order=first.id).state == "cancelled"
        assert DeliveryFile.objects.get(order=second.id).vin == vin
    with pytest.raises(Refused):
        record(SYSTEM, at, str(first.journey), "prepare")
