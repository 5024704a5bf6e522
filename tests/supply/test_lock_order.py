"""Who answers, refuses, decides or cancels at one moment: rows are held in one order, and one answer counts."""

from collections.abc import Callable
from time import monotonic
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from forecourt import journal
from forecourt.platform.locks import lock
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.supply import by_hand
from forecourt.supply import refusing
from forecourt.supply.models import Allocation
from forecourt.supply.models import Offer
from forecourt.supply.models import QueuePlace
from forecourt.supply.models import Vehicle
from tests.supply.yard import SYSTEM
from tests.supply.yard import Yard
from tests.supply.yard import vin

PATIENCE = 120


def until_waiting(count: int) -> None:
    """Return when `count` others wait for a lock in this database."""
    end = monotonic() + PATIENCE
    sql = (
        "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN"
        " (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
    )
    with connection.cursor() as cursor:
        while monotonic() < end:
            cursor.execute(sql)
            if cursor.fetchone()[0] >= count:
                return
            sleep(0.02)
    raise AssertionError(f"{count} others never waited at once")


def offered(yard: Yard) -> tuple[UUID, UUID, str]:
    """The order that refused the first car, the order that is asked about it, and the offer."""
    first, second = yard.lock(), yard.lock(minutes=1)
    yard.receive(1)
    refusing.refuse_vehicle(by=yard.specialist, at=yard.at, order=str(first), reason="colour")
    journal.drain(yard.at)
    with reading(SYSTEM.scope):
        return first, second, str(Offer.objects.get(state="open").id)


def test_of_two_answers_at_once_one_counts(busy_yard: Yard, in_threads: Callable[..., list[Any]]) -> None:
    _, second, offer = offered(busy_yard)

    def work(number: int) -> str:
        if number == 2:
            with reading(SYSTEM.scope):
                QueuePlace.objects.select_for_update().get(order=second)
                until_waiting(2)
            return "held"
        try:
            refusing.answer_offer(by=busy_yard.specialist, at=busy_yard.at, offer=offer, accepts=number == 0)
        except Refused as refusal:
            return refusal.code
        return "won"

    assert sorted(in_threads(3, work)) == ["held", "supply.offer_closed", "won"]
    with reading(SYSTEM.scope):
        place, car = QueuePlace.objects.get(order=second), Vehicle.objects.get(vin=vin(1))
        given = Allocation.objects.filter(ended_at=None).exists()
        answer = Offer.objects.get(id=offer).state
    expected = {"accepted": ("allocated", "allocated", True), "declined": ("waiting", "in_stock", False)}
    assert (place.state, car.state, given) == expected[answer]


def _refuse(yard: Yard) -> tuple[UUID, Callable[[], object]]:
    order = yard.lock()
    yard.receive(1)
    return order, lambda: refusing.refuse_vehicle(
        by=yard.specialist, at=yard.at, order=str(order), reason="colour"
    )


def _accept(yard: Yard) -> tuple[UUID, Callable[[], object]]:
    _, order, offer = offered(yard)
    return order, lambda: refusing.answer_offer(by=yard.specialist, at=yard.at, offer=offer, accepts=True)


def _lapse(yard: Yard) -> tuple[UUID, Callable[[], object]]:
    _, order, _offer = offered(yard)
    return order, lambda: refusing.lapse_offers(by=SYSTEM, at=yard.at + refusing.ANSWER_WITHIN)


def _decide(yard: Yard) -> tuple[UUID, Callable[[], object]]:
    order = yard.lock()
    yard.receive(1, drain=False)
    asked = by_hand.ask_allocation(
        by=yard.manager, at=yard.at, order=str(order), vin=vin(1), reason="wheelchair user, car adapted"
    )
    return order, lambda: by_hand.decide_allocation(
        by=yard.ops, at=yard.at, request=asked["request"], approved=True
    )


def _cancel(yard: Yard) -> tuple[UUID, Callable[[], object]]:
    order = yard.lock()
    return order, lambda: yard.cancel(order)


@pytest.mark.parametrize(
    "prepared", [_refuse, _accept, _lapse, _decide, _cancel], ids=lambda one: one.__name__
)
def test_who_waits_for_a_line_holds_nothing_of_it(
    busy_yard: Yard,
    in_threads: Callable[..., list[Any]],
    prepared: Callable[[Yard], tuple[UUID, Callable[[], object]]],
) -> None:
    """A run of the line holds its lock and takes places, cars and offers; NOWAIT says whether somebody has them."""
    order, act = prepared(busy_yard)
    with reading(SYSTEM.scope):
        name = QueuePlace.objects.get(order=order).line.lock_name

    def work(number: int) -> str:
        if number == 1:
            with reading(SYSTEM.scope):
                QueuePlace.objects.get(order=order)
                sleep(0.3)  # the run has its lock by now; were it late, the wait below would fail and say so
            act()
            return "done"
        with reading(SYSTEM.scope):
            lock(name)
            until_waiting(1)
            for rows in (QueuePlace.objects.filter(order=order), Offer.objects.all(), Vehicle.objects.all()):
                list(rows.select_for_update(nowait=True))
        return "run"

    assert in_threads(2, work) == ["run", "done"]
