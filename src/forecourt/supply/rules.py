"""The rules of the queue, pure: who is first, who may take a car, and what moved a place.

The queue is counted by lock time within model, configuration and city (the *line*). A customer who refuses a car keeps
the place; the car goes to the next order of the same line that agrees to take it, which is no queue-jumping, because
everybody ahead of that order was asked first.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Line(NamedTuple):
    """One queue: cars and orders that are the same for everybody in it."""

    model: str
    configuration: str
    city: str

    @property
    def lock_name(self) -> str:
        """Under this name allocations of the line wait for one another."""
        return "supply.line:" + "/".join(self)


class Rank(NamedTuple):
    """The ranking key. Smaller comes first; the parts are compared in this order and there are no weights."""

    locked_at: datetime
    order: str
    """The order's id as text: time-ordered, so it breaks a tie of equal lock times the same way every time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that waits for a car, as the rules see it."""

    order: UUID
    locked_at: datetime
    wanted_vin: str = ""
    refused: frozenset[str] = frozenset()
    asked: bool = False
    """Its customer is being asked about a refused car, and is not asked about two at once."""

    @property
    def rank(self) -> Rank:
        return Rank(self.locked_at, str(self.order))


@dataclass(frozen=True, slots=True)
class Car:
    """A free car, as the rules see it. `needs_consent`: somebody refused it, so the next one is asked first."""

    vin: str
    received_at: datetime
    needs_consent: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """One order and the car it gets, or is asked about when `asks`."""

    order: UUID
    vin: str
    asks: bool = False


def in_queue_order(places: Iterable[Waiting]) -> list[Waiting]:
    """The line from first to last."""
    return sorted(places, key=lambda place: place.rank)


def place_number(places: Iterable[Waiting], order: UUID) -> int | None:
    """1 for the first of the line; None when the order does not wait in it."""
    for number, place in enumerate(in_queue_order(places), 1):
        if place.order == order:
            return number
    return None


def may_take(place: Waiting, car: Car, named: frozenset[str] = frozenset()) -> bool:
    """Whether the order may be given this car: the one it named, or any that nobody named and it has not refused."""
    if place.wanted_vin:
        return place.wanted_vin == car.vin
    if car.needs_consent and place.asked:
        return False
    return car.vin not in named and car.vin not in place.refused


def matches(places: Iterable[Waiting], cars: Iterable[Car]) -> list[Match]:
    """Give the cars to the orders in queue order: the first order gets the car that came first among those it may take.

    A car that was refused before is only asked about. Every order gets at most one car and every car goes to one order.
    """
    line = in_queue_order(places)
    named = frozenset(place.wanted_vin for place in line if place.wanted_vin)
    free = sorted(cars, key=lambda car: (car.needs_consent, car.received_at, car.vin))
    found = []
    for place in line:
        car = next((car for car in free if may_take(place, car, named)), None)
        if car is not None:
            free.remove(car)
            found.append(Match(place.order, car.vin, car.needs_consent))
    return found


JOINED, LEFT, ALLOCATED, RETURNED, OFFERED, DECLINED, HELD, HOLD_LOST = (
    "joined", "left", "allocated", "returned", "offered", "declined", "held", "hold_lost",
)  # fmt: skip
EVENT_KINDS = (JOINED, LEFT, ALLOCATED, RETURNED, OFFERED, DECLINED, HELD, HOLD_LOST)
_IN = {JOINED, RETURNED}
_OUT = {LEFT, ALLOCATED}


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the queue's record, in the order it was written."""

    order: UUID
    kind: str
    locked_at: datetime
    at: datetime

    @property
    def rank(self) -> Rank:
        return Rank(self.locked_at, str(self.order))


@dataclass(frozen=True, slots=True)
class Move:
    """What changed the place of one order: when, from which number to which, and why.

    `before` is None when the order enters, `after` is None when it leaves the queue. `kind` is `own_…` for what
    happened to the order itself and `ahead_…` for what happened to an order before it.
    """

    at: datetime
    kind: str
    before: int | None
    after: int | None


def moves(events: Sequence[Event], order: UUID) -> list[Move]:
    """Replay the record of a line and tell what moved the place of `order`; what changed nothing for it is left out."""
    line: set[Rank] = set()
    own = next((event.rank for event in events if event.order == order), None)
    told: list[Move] = []
    for event in events:
        before = _number(line, own)
        if event.kind in _IN:
            line.add(event.rank)
        elif event.kind in _OUT:
            line.discard(event.rank)
        after = _number(line, own)
        if event.order == order:
            told.append(Move(event.at, f"own_{event.kind}", before, after))
        elif before is not None and before != after:
            told.append(Move(event.at, f"ahead_{event.kind}", before, after))
    return told


def _number(line: set[Rank], own: Rank | None) -> int | None:
    if own is None or own not in line:
        return None
    return 1 + sum(1 for rank in line if rank < own)
