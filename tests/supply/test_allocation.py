"""Cars go to orders in queue order, one to one, whoever comes first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from forecourt import journal
from forecourt.journal.models import Entry
from forecourt.journeys.models import Journey
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import OutboxMessage
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import NeedsApproval
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.supply import by_hand
from forecourt.supply import queries
from forecourt.supply import refusing
from forecourt.supply.allocating import allocate
from forecourt.supply.models import Allocation
from forecourt.supply.models import Offer
from forecourt.supply.models import QueueEvent
from forecourt.supply.models import QueuePlace
from forecourt.supply.models import Vehicle
from tests.supply.yard import SYSTEM
from tests.supply.yard import Yard
from tests.supply.yard import vin


def cars() -> dict[UUID, str]:
    """Which order has which car."""
    with reading(SYSTEM.scope):
        return dict(Allocation.objects.filter(ended_at=None).values_list("order", "vehicle_id"))


def state(order: UUID) -> str:
    with reading(SYSTEM.scope):
        return QueuePlace.objects.get(order=order).state


def end_run(order: UUID) -> None:
    """The order's journey is over although the order still waits; it refuses every further step."""
    with reading(SYSTEM.scope):
        assert Journey.objects.about("order", order).update(status="ended", outcome="cancelled") == 1


def test_the_earlier_lock_gets_the_car_whoever_joined_first(yard: Yard) -> None:
    late = yard.lock(minutes=9)
    early = yard.lock(minutes=2)
    yard.receive(1)
    assert cars() == {early: vin(1)}
    yard.receive(2)
    assert cars() == {early: vin(1), late: vin(2)}


def test_a_car_in_stock_goes_to_the_order_that_locks(yard: Yard) -> None:
    yard.receive(1, 2)
    order = yard.lock()
    assert len(cars()) == 1
    with reading(SYSTEM.scope):
        entry = Entry.objects.get(kind="supply.vehicle_allocated")
    assert entry.about == {"order": str(order), "vehicle": cars()[order]}
    assert (entry.data["queue_place"], entry.data["store"], entry.data["price"]) == (
        1,
        yard.home,
        "469800.00",
    )


def test_another_configuration_is_another_queue(yard: Yard) -> None:
    order = yard.lock(options="paint-pearl")
    yard.receive(1)
    assert cars() == {}
    yard.receive(2, options="paint-pearl")
    assert cars() == {order: vin(2)}


def test_a_car_in_transit_is_given_when_it_arrives(yard: Yard) -> None:
    order = yard.lock()
    assert yard.receive(1, state="in_transit")["accepted"] == 1
    assert cars() == {}
    assert yard.receive(1)["arrived"] == 1
    assert cars() == {order: vin(1)}


def test_an_order_that_names_a_car_in_stock_gets_that_car(yard: Yard) -> None:
    yard.receive(6, 7)
    named, other = yard.lock(vin=vin(7)), yard.lock(minutes=5)
    assert cars() == {named: vin(7), other: vin(6)}


@pytest.mark.parametrize("listed", [True, False])
def test_naming_a_car_that_has_not_arrived_jumps_no_queue(yard: Yard, listed: bool) -> None:
    if listed:
        yard.receive(7, state="in_transit")
    first, named = yard.lock(), yard.lock(minutes=5, vin=vin(7))
    with reading(SYSTEM.scope):
        assert QueueEvent.objects.filter(order=named, kind="hold_lost", vin=vin(7)).exists()
    yard.receive(7)
    assert cars() == {first: vin(7)}
    yard.receive(8)
    assert cars() == {first: vin(7), named: vin(8)}


def test_naming_a_car_that_has_just_arrived_jumps_no_queue(yard: Yard) -> None:
    """The car is in stock, but the run that its arrival causes has not been heard of yet."""
    first = yard.lock()
    named = yard.lock(minutes=5, vin=vin(7), drain=False)
    yard.receive(7, drain=False)
    journal.drain(yard.at)
    assert cars() == {first: vin(7)}
    assert state(named) == "waiting"


def test_an_order_whose_journey_refuses_keeps_no_car_from_the_others(yard: Yard) -> None:
    stuck = yard.lock(journey=True)
    end_run(stuck)
    second, third = yard.lock(minutes=1), yard.lock(minutes=2)
    yard.receive(1)
    assert cars() == {second: vin(1)}
    yard.receive(2)
    assert cars() == {second: vin(1), third: vin(2)}
    assert state(stuck) == "waiting"


def test_an_order_cancelled_before_its_lock_was_heard_of_does_not_join(yard: Yard) -> None:
    order = yard.lock(drain=False)
    with reading(SYSTEM.scope):
        OutboxMessage.objects.filter(topic="supply.join_queue").update(
            next_try_at=yard.at + timedelta(minutes=1)
        )
    yard.cancel(order)
    journal.drain(yard.at + timedelta(minutes=2))
    with reading(SYSTEM.scope):
        assert not OutboxMessage.objects.exists(), "the lock was heard of in the end"
        assert not QueuePlace.objects.filter(order=order).exists()
    yard.receive(1)
    assert cars() == {}


def test_a_named_car_that_is_gone_leaves_the_order_its_place(yard: Yard) -> None:
    yard.receive(7)
    first = yard.lock()
    second = yard.lock(minutes=1, vin=vin(7))
    yard.receive(8)
    assert cars() == {first: vin(7), second: vin(8)}


def test_allocation_is_a_step_of_the_journey(yard: Yard) -> None:
    order = yard.lock(journey=True)
    yard.receive(1)
    with reading(SYSTEM.scope):
        run = Journey.objects.about("order", order).get()
        done = Entry.objects.get(kind="journeys.step_done", journey=run.id)
        assert done.step == "allocate"
        assert done.actor.startswith("system:")
    assert run.facts["vehicle"] == {
        "allocated": True,
        "id": vin(1),
        "vin": vin(1),
        "store": yard.home,
        "prepared": False,
    }


def test_an_order_of_a_mall_store_moves_to_the_store_that_hands_over(yard: Yard) -> None:
    order = yard.lock(store=yard.mall, journey=True, drain=False)
    journal.drain(yard.at)
    with reading(SYSTEM.scope):
        city = QueuePlace.objects.get(order=order).city
    yard.city = city
    yard.receive(1)
    with reading(SYSTEM.scope):
        run, car = Journey.objects.about("order", order).get(), Vehicle.objects.get(vin=vin(1))
    assert run.store == car.store != yard.mall
    with reading(SYSTEM.scope):
        assert QueuePlace.objects.get(order=order).store == yard.mall


def test_a_cancelled_order_frees_its_car_for_the_next(yard: Yard) -> None:
    first, second = yard.lock(), yard.lock(minutes=1)
    yard.receive(1)
    yard.cancel(first)
    assert cars() == {second: vin(1)}
    assert state(first) == "cancelled"


def test_a_refused_car_is_offered_to_the_next_with_consent(yard: Yard) -> None:
    first, second, third = yard.lock(), yard.lock(minutes=1), yard.lock(minutes=2)
    yard.receive(1)
    refusing.refuse_vehicle(by=yard.specialist, at=yard.at, order=str(first), reason="colour")
    journal.drain(yard.at)
    assert (state(first), state(second), state(third), cars()) == ("waiting", "offered", "waiting", {})
    with reading(SYSTEM.scope):
        offer = Offer.objects.get()
    refusing.answer_offer(by=yard.specialist, at=yard.at, offer=str(offer.id), accepts=False)
    journal.drain(yard.at)
    assert (state(second), state(third)) == ("waiting", "offered")
    with reading(SYSTEM.scope):
        again = Offer.objects.get(state="open")
    refusing.answer_offer(by=yard.specialist, at=yard.at, offer=str(again.id), accepts=True)
    assert cars() == {third: vin(1)}
    yard.receive(2)
    assert cars() == {third: vin(1), first: vin(2)}, "who refused kept the place"


def test_an_offer_nobody_answers_goes_to_the_next(yard: Yard) -> None:
    first, second, third = yard.lock(), yard.lock(minutes=1), yard.lock(minutes=2)
    yard.receive(1)
    refusing.refuse_vehicle(by=yard.specialist, at=yard.at, order=str(first), reason="damage")
    journal.drain(yard.at)
    later = yard.at + refusing.ANSWER_WITHIN
    assert refusing.lapse_offers(by=SYSTEM, at=later) == {"lapsed": 1}
    journal.drain(later)
    assert (state(second), state(third)) == ("waiting", "offered")


def test_by_hand_needs_somebody_elses_approval(yard: Yard) -> None:
    first, second = yard.lock(), yard.lock(minutes=1)
    yard.receive(1, drain=False)
    with pytest.raises(Forbidden):
        allocate(by=yard.manager, at=yard.at, order=str(second), vin=vin(1))
    asked = by_hand.ask_allocation(
        by=yard.manager, at=yard.at, order=str(second), vin=vin(1), reason="wheelchair user, car adapted"
    )
    assert asked["passes"] == 1
    assert cars() == {}
    with pytest.raises(Forbidden):
        by_hand.decide_allocation(by=yard.manager, at=yard.at, request=asked["request"], approved=True)
    by_hand.decide_allocation(by=yard.ops, at=yard.at, request=asked["request"], approved=True)
    assert cars() == {second: vin(1)}
    journal.drain(yard.at)
    assert state(first) == "waiting"
    with reading(SYSTEM.scope):
        row = Allocation.objects.get()
        assert (row.by_hand, row.approved_by) == (True, "ops-1")
        assert QueueEvent.objects.filter(order=second, kind="allocated", reason="by_hand").exists()


def test_nobody_approves_what_they_asked_for(yard: Yard) -> None:
    order = yard.lock()
    yard.receive(1, drain=False)
    asked = by_hand.ask_allocation(
        by=yard.ops, at=yard.at, order=str(order), vin=vin(1), reason="press car, promised"
    )
    with pytest.raises(Refused) as caught:
        by_hand.decide_allocation(by=yard.ops, at=yard.at, request=asked["request"], approved=True)
    assert isinstance(caught.value.problems[0], NeedsApproval)


def test_the_record_of_the_queue_cannot_be_altered(yard: Yard) -> None:
    yard.lock()
    with pytest.raises(Exception, match="append-only"), reading(SYSTEM.scope):
        QueueEvent.objects.update(kind="left")


def test_fifty_orders_for_one_car(busy_yard: Yard, in_threads: Callable[..., list[Any]]) -> None:
    orders = [busy_yard.lock(minutes=number, drain=False) for number in range(50)]
    journal.drain(busy_yard.at)
    busy_yard.receive(1, drain=False)

    def work(number: int) -> str:
        try:
            allocate(by=SYSTEM, at=busy_yard.at, order=str(orders[number]), vin=vin(1))
        except Refused as refusal:
            return refusal.code
        return "won"

    results = in_threads(50, work)
    assert results.count("won") == 1
    assert set(results) == {"won", "supply.vehicle_taken"}
    assert len(cars()) == 1


def test_cars_and_orders_that_come_at_once_all_meet(
    busy_yard: Yard, in_threads: Callable[..., list[Any]]
) -> None:
    """Ten workers share the outbox while ten cars arrive for ten orders: nobody is missed and nobody overtakes."""
    orders = [busy_yard.lock(minutes=number, drain=False) for number in range(10)]
    busy_yard.receive(*range(8), drain=False)
    in_threads(10, lambda number: journal.drain(busy_yard.at))
    for minutes in range(1, 30):
        journal.drain(busy_yard.at.replace(minute=minutes))
    found = cars()
    assert sorted(found.values()) == sorted(vin(number) for number in range(8))
    assert set(found) <= set(orders)


def test_the_store_that_hands_over_can_record_a_refusal(yard: Yard) -> None:
    """The order was sold in a mall; the car stands in a user centre, and there the customer looks at it."""
    order = yard.lock(store=yard.mall, journey=True)
    with reading(SYSTEM.scope):
        yard.city = QueuePlace.objects.get(order=order).city
    yard.receive(1)
    with reading(SYSTEM.scope):
        there = Vehicle.objects.get(vin=vin(1)).store
    assert there != yard.mall
    nearby = Actor("st-9", "delivery_specialist", Scope("store", (there,)))
    refusing.refuse_vehicle(by=nearby, at=yard.at, order=str(order), reason="damage")
    journal.drain(yard.at)
    assert state(order) == "waiting"
    with pytest.raises(Missing):
        refusing.refuse_vehicle(by=yard.stranger, at=yard.at, order=str(order), reason="damage")


def test_a_customer_sees_the_own_place_and_answers_for_it(yard: Yard) -> None:
    first, second = yard.lock(), yard.lock(minutes=1)
    yard.receive(1)
    with reading(SYSTEM.scope):
        people = dict(QueuePlace.objects.values_list("order", "person_id"))
    refusing.refuse_vehicle(by=Actor.customer(people[first]), at=yard.at, order=str(first), reason="colour")
    journal.drain(yard.at)
    customer = Actor.customer(people[second])
    with reading(customer.scope):
        found = queries.standing_of(second, customer, yard.at)
        assert (found.number, found.length) == (2, 2)
        assert not QueuePlace.objects.filter(order=first).exists()
        with pytest.raises(Missing):
            queries.standing_of(first, customer, yard.at)
    assert found.offer is not None
    refusing.answer_offer(by=customer, at=yard.at, offer=str(found.offer.id), accepts=False)
    journal.drain(yard.at)
    yard.receive(2, 3)
    with reading(customer.scope):
        after = queries.standing_of(second, customer, yard.at)
    assert after.allocation is not None
    assert after.allocation.vehicle_id == vin(3)
