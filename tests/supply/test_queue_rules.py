"""The ranking, what a car may go to, and what moved a place."""

from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from forecourt.supply import rules
from forecourt.supply.rules import Car
from forecourt.supply.rules import Event
from forecourt.supply.rules import Waiting

START = datetime(2026, 3, 1, tzinfo=UTC)


def order(number: int) -> UUID:
    return UUID(int=number)


def waiting(number: int, minute: int, **more: object) -> Waiting:
    return Waiting(order(number), START + timedelta(minutes=minute), **more)  # type: ignore[arg-type]


def car(number: int, minute: int = 0, **more: bool) -> Car:
    return Car(f"VIN{number:014d}", START + timedelta(minutes=minute), **more)


lines = st.lists(
    st.builds(waiting, st.integers(1, 10_000), st.integers(0, 50)),
    max_size=40,
    unique_by=lambda place: place.order,
)
cars = st.lists(
    st.builds(car, st.integers(1, 10_000), st.integers(0, 50)), max_size=40, unique_by=lambda one: one.vin
)


@given(lines, cars)
def test_allocation_order_is_the_ranking(places: list[Waiting], free: list[Car]) -> None:
    found = rules.matches(places, free)
    ranked = rules.in_queue_order(places)
    assert [match.order for match in found] == [place.order for place in ranked[: len(free)]]
    assert len({match.vin for match in found}) == len(found) == min(len(places), len(free))


@given(lines, cars, st.randoms())
def test_the_order_of_the_input_changes_nothing(
    places: list[Waiting], free: list[Car], random: object
) -> None:
    shuffled = list(places)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rules.matches(places, free) == rules.matches(shuffled, free[::-1])


@given(lines, cars, st.sets(st.integers(0, 39)))
def test_nobody_is_passed_over_who_could_have_taken_the_car(
    places: list[Waiting], free: list[Car], refusers: set[int]
) -> None:
    """Whoever has no car, or a car that came later, had refused every car that somebody behind got."""
    one = frozenset(vin.vin for vin in free[:1])
    places = [
        replace(place, refused=one) if index in refusers else place for index, place in enumerate(places)
    ]
    given_to = {match.order: match.vin for match in rules.matches(places, free)}
    ranked = rules.in_queue_order(places)
    for index, place in enumerate(ranked):
        behind = {given_to[other.order] for other in ranked[index + 1 :] if other.order in given_to}
        if place.order not in given_to:
            assert behind <= place.refused


def test_equal_lock_times_are_decided_by_the_order_number_every_time() -> None:
    places = [waiting(2, 5), waiting(1, 5), waiting(3, 4)]
    assert [place.order for place in rules.in_queue_order(places)] == [order(3), order(1), order(2)]
    assert rules.place_number(places, order(2)) == 3
    assert rules.place_number(places, order(9)) is None


def test_an_order_that_named_a_car_gets_that_car_and_no_other() -> None:
    named = car(7, minute=1)
    places = [waiting(1, 0), waiting(2, 1, wanted_vin=named.vin), waiting(3, 2, wanted_vin="ELSEWHERE")]
    found = rules.matches(places, [named, car(8, minute=9)])
    assert [(match.order, match.vin) for match in found] == [(order(1), car(8).vin), (order(2), named.vin)]


def test_a_refused_car_is_offered_to_the_next_and_never_back() -> None:
    refused = car(1, needs_consent=True)
    places = [waiting(1, 0, refused=frozenset({refused.vin})), waiting(2, 1), waiting(3, 2)]
    (match,) = rules.matches(places, [refused])
    assert match == rules.Match(order(2), refused.vin, asks=True)


def test_who_is_being_asked_still_gets_a_fresh_car_first() -> None:
    places = [waiting(1, 0, asked=True), waiting(2, 1)]
    found = rules.matches(places, [car(1, 5), car(2, 0, needs_consent=True)])
    assert [(match.order, match.vin, match.asks) for match in found] == [
        (order(1), car(1).vin, False),
        (order(2), car(2).vin, True),
    ]
    assert rules.matches([waiting(1, 0, asked=True)], [car(2, needs_consent=True)]) == []


def event(number: int, kind: str, locked: int, minute: int) -> Event:
    return Event(order(number), kind, START + timedelta(minutes=locked), START + timedelta(minutes=minute))


def test_what_moved_a_place_is_told_from_the_record() -> None:
    record = [
        event(1, rules.JOINED, 0, 0), event(2, rules.JOINED, 1, 1), event(3, rules.JOINED, 2, 2), event(4, rules.JOINED, 3, 3),
        event(1, rules.ALLOCATED, 0, 10), event(4, rules.LEFT, 3, 11), event(1, rules.RETURNED, 0, 12), event(2, rules.LEFT, 1, 13),
        event(3, rules.OFFERED, 2, 14), event(3, rules.ALLOCATED, 2, 15),
    ]  # fmt: skip
    told = [(move.kind, move.before, move.after) for move in rules.moves(record, order(3))]
    assert told == [
        ("own_joined", None, 3), ("ahead_allocated", 3, 2), ("ahead_returned", 2, 3), ("ahead_left", 3, 2),
        ("own_offered", 2, 2), ("own_allocated", 2, None),
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from(rules.EVENT_KINDS)), max_size=40))
def test_the_story_of_a_place_has_no_gaps(steps: list[tuple[int, str]]) -> None:
    record = [event(number, kind, number, index) for index, (number, kind) in enumerate(steps)]
    told = rules.moves(record, order(3))
    assert all(earlier.after == later.before for earlier, later in pairwise(told))
