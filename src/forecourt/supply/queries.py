"""Questions asked of the queue and the stock of cars.

How long a line is and which number an order has is the same for everybody who may see the order, so these counts look above
row permissions; whose the other orders are is never told.
"""

from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from uuid import UUID

from django.db.models import Count
from django.db.models import Min
from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.scope import widened
from forecourt.supply import rules
from forecourt.supply.models import ASKED
from forecourt.supply.models import DONE
from forecourt.supply.models import LEFT
from forecourt.supply.models import OFFERED
from forecourt.supply.models import OPEN
from forecourt.supply.models import WAITING
from forecourt.supply.models import Allocation
from forecourt.supply.models import AllocationRequest
from forecourt.supply.models import Offer
from forecourt.supply.models import QueueEvent
from forecourt.supply.models import QueuePlace
from forecourt.supply.models import Vehicle
from forecourt.supply.promises import Band
from forecourt.supply.promises import Delay
from forecourt.supply.promises import compensation
from forecourt.supply.promises import estimate
from forecourt.supply.rules import Line
from forecourt.supply.rules import Move
from forecourt.supply.terms import terms

PICTURE = 120
STORY = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """One order in the queue: its number, the promise, the estimate, what moved it, and what a delay has earned."""

    place: QueuePlace
    number: int | None
    length: int
    promise: Band
    estimate: Band | None
    delay: Delay
    moves: tuple[Move, ...]
    allocation: Allocation | None
    offer: Offer | None

    @property
    def ahead(self) -> int:
        return (self.number or 1) - 1


@dataclass(frozen=True, slots=True)
class LineSummary:
    """A line as one viewer sees it: how long it is for everybody, and how many of the orders the viewer may see."""

    line: Line
    length: int
    own: int
    first_locked_at: datetime
    first_promised_to_on: date
    arrivals: int

    @property
    def weekly(self) -> float:
        """Cars that arrived a week, of late."""
        return self.arrivals * 7 / terms().window_days


@dataclass(frozen=True, slots=True)
class Mark:
    """One place in the picture of a line; `place` only when the viewer may see the order."""

    number: int
    place: QueuePlace | None
    asked: bool


@contextmanager
def _everybody(actor: Actor) -> Iterator[None]:
    with widened(NETWORK_SCOPE, actor.scope):
        yield


def find(order: str | UUID, actor: Actor | None = None) -> QueuePlace:
    """The place of an order. Raises Missing when there is none in sight.

    The store that hands the car over sees it too: the allocation lies there. For that, say who asks.
    """
    try:
        found = QueuePlace.objects.filter(order=as_id(order)).first()
    except ValueError:
        found = None
    if found is None and actor is not None and _hands_over(order):
        with _everybody(actor):
            found = QueuePlace.objects.filter(order=as_id(order)).first()
    if found is None:
        text = _("The order {order} is not in the queue. An order joins it when it is locked.")
        raise Missing(Blocked("supply.no_such_place", text.format(order=str(order)[:40])))
    return found


def _hands_over(order: str | UUID) -> bool:
    try:
        return Allocation.objects.filter(order=as_id(order), ended_at=None).exists()
    except ValueError:
        return False


def standing_of(order: str | UUID, actor: Actor, at: datetime) -> Standing:
    """Where an order stands and why. Raises Missing when the order is out of sight."""
    place = find(order, actor)
    waits = place.state in (WAITING, OFFERED)
    with _everybody(actor):
        number = QueuePlace.objects.ahead_of(place).count() + 1 if waits else None
        length = QueuePlace.objects.of_line(place.line).waiting().count()
        arrivals = arrivals_of(place.line, at)
        told = story(place)
        allocation = Allocation.objects.filter(order=place.order, ended_at=None).first()
        offer = Offer.objects.filter(order=place.order, state=OPEN).first()
    on = at.astimezone(SHANGHAI).date()
    return Standing(
        place, number, length, Band(place.promised_from_on, place.promised_to_on, place.promise_rule, {}),
        estimate(on, number, arrivals, terms()) if number else None, delay_of(place, on), told, allocation, offer,
    )  # fmt: skip


def place_number(order: str | UUID, actor: Actor) -> int | None:
    """1 for the first of the line; None when the order has a car or has left."""
    place = find(order)
    if place.state not in (WAITING, OFFERED):
        return None
    with _everybody(actor):
        return QueuePlace.objects.ahead_of(place).count() + 1


def story(place: QueuePlace) -> tuple[Move, ...]:
    """What moved the place, newest first; only what happened at or before it in the line counts."""
    rows = QueueEvent.objects.filter(
        model=place.model, configuration=place.configuration, city=place.city, locked_at__lte=place.locked_at
    ).order_by("id")
    told = rules.moves([row.as_event() for row in rows.iterator()], place.order)
    return tuple(reversed(told[-STORY:]))


def delay_of(place: QueuePlace, on: date) -> Delay:
    """What the order has earned by waiting beyond its promise, up to the day `on` or its handover. Cancelled: nothing."""
    until = place.left_at.astimezone(SHANGHAI).date() if place.left_at else on
    if place.state == LEFT:
        until = place.promised_to_on
    return compensation(place.promised_to_on, until, terms())


def compensations(on: date, *, month: date | None = None) -> list[tuple[QueuePlace, Delay]]:
    """Orders in sight that are owed something for delay on the day, or that were handed over late in a month."""
    rows = QueuePlace.objects.exclude(state=LEFT).filter(promised_to_on__lt=on)
    if month is not None:
        rows = rows.filter(state=DONE, left_at__year=month.year, left_at__month=month.month)
    owed = ((place, delay_of(place, on)) for place in rows.order_by("promised_to_on", "order"))
    return [(place, delay) for place, delay in owed if delay.amount]


def arrivals_of(line: Line, at: datetime) -> int:
    """Cars of the line that arrived in the last weeks (as many as the terms say)."""
    start_at = at - timedelta(days=terms().window_days)
    return Vehicle.objects.of_line(line).received_between(start_at, at + timedelta(seconds=1)).count()


def lines(
    actor: Actor, at: datetime, *, model: str = "", city: str = "", limit: int = 60
) -> list[LineSummary]:
    """The lines in which the viewer sees orders, those with the most of them first."""
    own = _counts(QueuePlace.objects.all(), model, city)
    keys = sorted(own, key=lambda line: (-own[line][0], line))[:limit]
    wanted = sorted({line.model for line in keys})
    with _everybody(actor):
        every = _counts(QueuePlace.objects.filter(model__in=wanted), model, city)
        came = _arrivals(wanted, at)
    return [
        LineSummary(line, every[line][0], own[line][0], every[line][1], own[line][2], came.get(line, 0))
        for line in keys
    ]


def _counts(rows: "object", model: str, city: str) -> dict[Line, tuple[int, datetime, date]]:
    found = rows.waiting()  # type: ignore[attr-defined]
    found = found.filter(model=model) if model else found
    found = found.filter(city=city) if city else found
    grouped = found.values("model", "configuration", "city").annotate(
        n=Count("order"), first=Min("locked_at"), due=Min("promised_to_on")
    )
    return {
        Line(row["model"], row["configuration"], row["city"]): (row["n"], row["first"], row["due"])
        for row in grouped
    }


def _arrivals(models: Sequence[str], at: datetime) -> dict[Line, int]:
    start_at = at - timedelta(days=terms().window_days)
    rows = Vehicle.objects.filter(model__in=models).received_between(start_at, at + timedelta(seconds=1))
    grouped = rows.values("model", "configuration", "city").annotate(n=Count("vin"))
    return {Line(row["model"], row["configuration"], row["city"]): row["n"] for row in grouped}


def picture(line: Line, actor: Actor) -> list[Mark]:
    """The first places of a line in order; the viewer's own orders stand in it, all others are only places."""
    visible = {place.order: place for place in QueuePlace.objects.of_line(line).waiting().in_order()[:500]}
    with _everybody(actor):
        rows = QueuePlace.objects.of_line(line).waiting().in_order().values_list("order", "state")[:PICTURE]
        return [
            Mark(number, visible.get(order), state == OFFERED)
            for number, (order, state) in enumerate(rows, 1)
        ]


def own_places(line: Line, actor: Actor, limit: int = 100) -> list[tuple[int, QueuePlace]]:
    """The viewer's orders in a line with their numbers."""
    seen = {place.order: place for place in QueuePlace.objects.of_line(line).waiting().in_order()[:limit]}
    if not seen:
        return []
    last = list(seen.values())[-1]
    with _everybody(actor):
        ranked = QueuePlace.objects.ahead_of(last).in_order().values_list("order", flat=True)
        numbers = {order: number for number, order in enumerate(ranked, 1)}
    numbers[last.order] = len(numbers) + 1
    return [(numbers[order], place) for order, place in seen.items() if order in numbers]


def requests_open() -> list[AllocationRequest]:
    """Requests for allocation by hand that wait for a decision."""
    return list(AllocationRequest.objects.filter(state=ASKED).select_related("vehicle").order_by("asked_at"))
