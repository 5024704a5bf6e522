"""What a customer keeps with us, as their own page shows it: orders with their way so far, appointments, cars, what is open."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.care.models import BOOKED
from forecourt.care.models import Visit
from forecourt.delivery.models import Appointment
from forecourt.delivery.models import Ownership
from forecourt.journal.models import Entry
from forecourt.journeys.models import Journey
from forecourt.journeys.queries import NextStep
from forecourt.journeys.queries import next_steps
from forecourt.platform.actor import Actor
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.models import TestDrive
from forecourt.sales.models.orders import CANCELLED
from forecourt.sales.models.orders import LOCKED
from forecourt.sales.models.orders import RESERVED
from forecourt.sales.models.payments import FIRM_DEPOSIT
from forecourt.sales.models.payments import PENDING
from forecourt.sales.paying import amount_due
from forecourt.supply.drawing import draw
from forecourt.supply.models import QueuePlace
from forecourt.supply.queries import Standing
from forecourt.supply.queries import standing_of
from forecourt.supply.words import MOVES
from forecourt.supply.words import RULES

STORY = 40
MOVES_SHOWN = 12
TEST_DRIVE = "sales.test_drive_book"
KEPT_TO_OURSELVES = ("journeys.", "settlement.", "demand.", "network.", "supply.allocation_")


@dataclass(frozen=True, slots=True)
class Stage:
    """One station of an order's way: reached when, or not yet."""

    title: str | Promise
    at: datetime | None
    here: bool


@dataclass(frozen=True, slots=True)
class OwnOrder:
    """An order as its customer sees it; `standing` only for the newest one in the queue."""

    order: Order
    stages: list[Stage]
    standing: Standing | None
    drawing: Any
    moves: list[tuple[datetime, str, str | Promise, str]]
    to_pay: Decimal | None
    pending: bool

    @property
    def rules(self) -> dict[str, str | Promise]:
        return RULES


@dataclass(frozen=True, slots=True)
class Expected:
    """An appointment that lies ahead."""

    kind: str
    id: UUID
    starts_at: datetime
    ends_at: datetime
    store: str
    movable: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A journey that waits for the customer to choose a time for a test drive."""

    journey: Journey
    item: NextStep


def orders_of(person: UUID, actor: Actor, at: datetime) -> list[OwnOrder]:
    """The customer's orders, newest first; cancelled ones last."""
    rows = list(Order.objects.of_person(person)[:10])
    rows.sort(key=lambda row: row.state == CANCELLED)
    locked = any(row.state == LOCKED for row in rows)
    queued = (
        set(QueuePlace.objects.filter(person_id=person).values_list("order", flat=True)) if locked else set()
    )
    told = next((row.id for row in rows if row.id in queued and row.state == LOCKED), None)
    payments = _payments([row for row in rows if row.state == RESERVED])
    return [_own(row, actor, at, payments.get(row.id, []), counted=row.id == told) for row in rows]


def _payments(orders: list[Order]) -> dict[UUID, list[Payment]]:
    found: dict[UUID, list[Payment]] = {}
    for row in Payment.objects.filter(order__in=orders) if orders else ():
        found.setdefault(row.order_id, []).append(row)
    return found


def _own(order: Order, actor: Actor, at: datetime, payments: list[Payment], *, counted: bool) -> OwnOrder:
    standing = standing_of(order.id, actor, at) if counted else None
    pays = order.state == RESERVED
    return OwnOrder(
        order, _stages(order), standing, _drawn(standing, at), _moves(standing),
        amount_due(FIRM_DEPOSIT, payments) if pays else None, any(one.state == PENDING for one in payments),
    )  # fmt: skip


def _stages(order: Order) -> list[Stage]:
    found = [
        (_("Reserved"), order.placed_at), (_("Firm"), order.confirmed_at), (_("Locked"), order.locked_at),
        (_("Car allocated"), order.allocated_at), (_("Handed over"), order.handed_over_at),
    ]  # fmt: skip
    reached = max((number for number, (_title, moment) in enumerate(found) if moment), default=0)
    return [Stage(title, moment, number == reached) for number, (title, moment) in enumerate(found)]


def _drawn(standing: Standing | None, at: datetime) -> Any:
    if standing is None:
        return None
    locked_on, today = (moment.astimezone(SHANGHAI).date() for moment in (standing.place.locked_at, at))
    return draw(locked_on, today, standing.promise, standing.estimate)


def _moves(standing: Standing | None) -> list[tuple[datetime, str, str | Promise, str]]:
    if standing is None:
        return []
    shown = standing.moves[:MOVES_SHOWN]
    return [
        (move.at, *MOVES.get(move.kind, ("quiet", move.kind)), _step(move.before, move.after))
        for move in shown
    ]


def _step(before: int | None, after: int | None) -> str:
    if after and before and before != after:
        return _("from place {before} to place {after}").format(before=before, after=after)
    return _("at place {after}").format(after=after) if after else ""


def expected_of(person: UUID, at: datetime) -> list[Expected]:
    """Test drives, handovers and service visits that lie ahead, by time."""
    ahead = {"person_id": person, "period__endswith__gt": at}
    drives = TestDrive.objects.taken().filter(**ahead)
    handovers = Appointment.objects.standing().filter(**ahead)
    visits = Visit.objects.filter(state=BOOKED, **ahead)
    found = [
        *(Expected("test_drive", row.id, row.starts_at, row.ends_at, row.store) for row in drives),
        *(Expected("handover", row.id, row.starts_at, row.ends_at, row.store) for row in handovers),
        *(Expected("service_visit", row.id, row.starts_at, row.ends_at, row.store, True) for row in visits),
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.starts_at)


def cars_of(person: UUID) -> list[Ownership]:
    """The cars the customer owns, newest first."""
    return list(Ownership.objects.filter(person_id=person, until_at=None).order_by("-since_at"))


def test_drives_waiting(person: UUID) -> list[Waiting]:
    """The enquiries in which a test drive can be booked now."""
    runs = Journey.objects.running().filter(person_id=person, subject_type="opportunity")
    return [found for run in runs.order_by("-started_at")[:3] if (found := _waiting(run))]


def _waiting(run: Journey) -> Waiting | None:
    for item in next_steps(run, anytime=False):
        if item.step.effect and item.step.effect.text == TEST_DRIVE and item.allowed:
            return Waiting(run, item)
    return None


def story_of(person: UUID) -> list[Entry]:
    """What is told to the customer: their orders, cars, appointments and data, not how the store works inside."""
    rows = Entry.objects.of_person(person)
    for prefix in KEPT_TO_OURSELVES:
        rows = rows.exclude(kind__startswith=prefix)
    return list(rows[:STORY])
