"""Many at the same moment, each with a connection of its own: exactly one wins, the others are refused, none errors."""

from collections import Counter
from datetime import timedelta

import pytest

from forecourt.platform.actor import Actor
from forecourt.platform.models import Place
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.sales.deals import Deal
from forecourt.sales.drives import book_test_drive
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.models import SandboxCharge
from forecourt.sales.models import TestDrive
from forecourt.sales.models import VehicleHold
from forecourt.sales.ordering import expire_locks
from tests.sales.shop import SYSTEM
from tests.sales.shop import TRIM
from tests.sales.shop import enquiry
from tests.sales.shop import record

MANY = 50


def outcome(act, *args, **what):
    """ "won", or the code of the refusal. Anything else is raised."""
    try:
        act(*args, **what)
    except Refused as refused:
        return refused.code
    return "won"


@pytest.fixture
def vin():
    from forecourt.exchange.vin import make_vin

    return make_vin("LSZ", "ATM9E", 7)


def test_fifty_bookings_for_one_slot(busy_shop, at, in_threads):
    shop, slot = busy_shop, at + timedelta(hours=4)
    runs = [enquiry(shop, at) for _ in range(MANY)]

    def book(number):
        what = {"car": shop.cars[0], "starts_at": slot.isoformat()}
        return outcome(record, shop.adviser, at, runs[number], "book_test_drive", **what)

    assert Counter(in_threads(MANY, book)) == {"won": 1, "sales.slot_taken": MANY - 1}
    with reading(SYSTEM.scope):
        assert TestDrive.objects.count() == 1


def test_fifty_bookings_of_one_adviser_in_two_cars(busy_shop, at, in_threads):
    shop, slot = busy_shop, at + timedelta(hours=4)

    def book(number):
        deal = Deal(shop.place, adviser="st-99999")
        shifted = slot + timedelta(minutes=number % 40)
        return outcome(
            book_test_drive, by=SYSTEM, at=at, deal=deal, car=shop.cars[number % 2], starts_at=shifted
        )

    found = Counter(in_threads(MANY, book))
    assert found["won"] == 1
    assert set(found) <= {"won", "sales.slot_taken", "sales.adviser_taken"}


def test_fifty_orders_for_one_car(busy_shop, at, in_threads, vin):
    shop = busy_shop
    runs = [enquiry(shop, at) for _ in range(MANY)]

    def order(number):
        return outcome(record, shop.adviser, at, runs[number], "place_order", trim=TRIM, vin=vin)

    assert Counter(in_threads(MANY, order)) == {"won": 1, "sales.car_taken": MANY - 1}
    with reading(SYSTEM.scope):
        assert (Order.objects.count(), VehicleHold.objects.get().vin) == (1, vin)
        assert (Payment.objects.count(), SandboxCharge.objects.count()) == (1, 1)


def test_one_key_fifty_times(busy_shop, at, in_threads):
    from forecourt.journeys.actions import record_step

    shop = busy_shop
    run = enquiry(shop, at)
    what = {"journey": run, "step": "place_order", "record": {"trim": TRIM}}
    answers = in_threads(MANY, lambda _: record_step(by=shop.adviser, at=at, key="web-1", **what))
    assert all(answer == answers[0] for answer in answers)
    with reading(SYSTEM.scope):
        assert (Order.objects.count(), Payment.objects.count()) == (1, 1)


def test_lapsing_at_once_tells_once(busy_shop, at, in_threads):
    shop = busy_shop
    run = enquiry(shop, at)
    record(shop.adviser, at, run, "place_order", trim=TRIM)
    with reading(SYSTEM.scope):
        own = str(Order.objects.get().journey)
    record(shop.adviser, at, own, "confirm_order", method="card")
    later = at + timedelta(hours=73)
    done = in_threads(8, lambda _: expire_locks(by=SYSTEM, at=later)["lapsed"])
    assert sum(done) == 1


def test_a_car_is_free_again_after_cancelling(busy_shop, at, vin):
    shop = busy_shop
    first, second = enquiry(shop, at), enquiry(shop, at)
    record(shop.adviser, at, first, "place_order", trim=TRIM, vin=vin)
    with reading(SYSTEM.scope):
        own = str(Order.objects.get().journey)
    assert outcome(record, shop.adviser, at, second, "place_order", trim=TRIM, vin=vin) == "sales.car_taken"
    record(shop.adviser, at, own, "cancel_order", reason="other")
    assert outcome(record, shop.adviser, at, second, "place_order", trim=TRIM, vin=vin) == "won"


def test_the_hold_of_another_store_refuses_too(busy_shop, at, vin):
    """Row-level security hides the other store's order; the constraint still knows of it."""
    shop = busy_shop
    record(shop.adviser, at, enquiry(shop, at), "place_order", trim=TRIM, vin=vin)
    from forecourt.sales.placing import place_order

    [store] = shop.stranger.scope.ids
    with reading(SYSTEM.scope):
        from forecourt.network.models import Store

        place: Place = Store.objects.get(code=store).place("aito")
    stranger: Actor = shop.stranger
    assert outcome(place_order, by=stranger, at=at, deal=Deal(place), trim=TRIM, vin=vin) == "sales.car_taken"
