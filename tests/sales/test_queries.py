"""Questions asked of orders: by state, by hour, by configuration, deposits held."""

from datetime import timedelta
from decimal import Decimal

import pytest

from forecourt.platform.scope import reading
from forecourt.sales import queries
from forecourt.sales.models import Order
from tests.sales.shop import OTHER_TRIM
from tests.sales.shop import SYSTEM
from tests.sales.shop import TRIM
from tests.sales.shop import enquiry
from tests.sales.shop import record


@pytest.fixture
def launch(shop, at):
    """Three orders in two hours; one made firm, one of these locked a day later."""
    for minutes, trim in ((0, TRIM), (30, TRIM), (90, OTHER_TRIM)):
        when = at + timedelta(minutes=minutes)
        record(shop.adviser, when, enquiry(shop, when), "place_order", trim=trim)
    with reading(SYSTEM.scope):
        first = Order.objects.order_by("placed_at").first()
    record(shop.adviser, at + timedelta(minutes=95), str(first.journey), "confirm_order", method="card")
    record(shop.adviser, at + timedelta(days=1), str(first.journey), "lock_order", understood=True)
    return first


@pytest.fixture
def seen(shop):
    with reading(shop.manager.scope):
        yield


def test_states_are_counted_apart(launch, shop, seen):
    assert queries.orders_by_state(store=shop.store) == {
        "reserved": 2,
        "firm": 0,
        "locked": 1,
        "cancelled": 0,
    }
    assert queries.orders_by_state(brand="luxeed")["reserved"] == 0


def test_the_launch_curve_counts_each_state_at_its_own_time(launch, at, seen):
    end = at + timedelta(days=2)
    assert queries.launch_curve(at, end) == [
        (at, 2, 0, 0), (at + timedelta(hours=1), 1, 1, 0), (at + timedelta(days=1), 0, 0, 1),
    ]  # fmt: skip
    assert len(queries.launch_curve(at, end, grain="minute")) == 5
    assert queries.launch_curve(at, end, model="aito-m5") == [(at + timedelta(hours=1), 1, 0, 0)]
    assert queries.launch_curve(at, at) == []
    with pytest.raises(ValueError, match="grains"):
        queries.launch_curve(at, end, grain="week")


def test_the_mix_and_the_deposits(launch, at, seen):
    assert queries.mix("aito-m9", at, at + timedelta(days=1)) == [(TRIM, 2)]
    held = queries.deposits(Order.objects.values_list("id", flat=True))
    assert sorted(held.values()) == [Decimal(1000), Decimal(1000), Decimal(5000)]


def test_orders_of_a_person_and_a_store(launch, shop, seen):
    assert [order.id for order in queries.orders_of_person(launch.person_id)] == [launch.id]
    assert len(queries.orders_of_store(shop.store)) == 3


def test_what_lapses_soon(launch, shop, at):
    with reading(SYSTEM.scope):
        waiting = Order.objects.filter(state="reserved").first()
    record(shop.adviser, at + timedelta(hours=3), str(waiting.journey), "confirm_order", method="card")
    with reading(shop.manager.scope):
        assert queries.lapsing_soon(at + timedelta(hours=50)) == []
        assert [one.id for one in queries.lapsing_soon(at + timedelta(hours=52))] == [waiting.id]
