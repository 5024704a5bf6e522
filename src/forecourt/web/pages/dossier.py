"""Everything about one customer that a viewer may see, gathered room by room for one page."""

from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from forecourt.care.models import RepairOrder
from forecourt.care.models import Visit
from forecourt.delivery.models import Appointment
from forecourt.delivery.models import Ownership
from forecourt.journal.models import Entry
from forecourt.journeys import programs
from forecourt.journeys.lines import page_url
from forecourt.journeys.lines import url
from forecourt.journeys.models import Journey
from forecourt.journeys.queries import NextStep
from forecourt.journeys.queries import next_steps
from forecourt.people.masking import masked_vin
from forecourt.people.masking import sees_names
from forecourt.platform.access import opened
from forecourt.platform.actor import Actor
from forecourt.platform.roles import SYSTEM
from forecourt.sales.models import Order
from forecourt.sales.models import TestDrive
from forecourt.supply.models import OFFERED
from forecourt.supply.models import WAITING
from forecourt.supply.models import QueuePlace
from forecourt.supply.queries import place_number
from forecourt.web.naming import Names
from forecourt.web.naming import names_of
from forecourt.web.story import Told
from forecourt.web.story import codes_in
from forecourt.web.story import tell

STORY = 80
RUNS_SHOWN = 4
PLACES_COUNTED = 1


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is next, or that something stands against, and where it is recorded."""

    item: NextStep
    url: str


@dataclass(frozen=True, slots=True)
class Run:
    """A running journey with what is due, what is blocked and what may be done besides."""

    journey: Journey
    title: str
    due: list[Step]
    possible: list[Step]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order with its place and promise; `number` is None where the place is on the queue's own page."""

    order: Order
    trim: str
    place: QueuePlace | None
    number: int | None

    @property
    def waits(self) -> bool:
        return self.place is not None and self.place.state in (WAITING, OFFERED)


@dataclass(slots=True)
class Dossier:
    """One customer's page."""

    runs: list[Run] = field(default_factory=list)
    enquiries: list[tuple[Journey, str]] = field(default_factory=list)
    orders: list[OrderLine] = field(default_factory=list)
    cars: list[dict[str, Any]] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    repairs: list[RepairOrder] = field(default_factory=list)
    drives: list[TestDrive] = field(default_factory=list)
    handovers: list[Appointment] = field(default_factory=list)
    story: list[Told] = field(default_factory=list)
    names: Names = field(default_factory=Names)

    @property
    def is_expected(self) -> bool:
        return bool(self.visits or self.drives or self.handovers)


def dossier_of(person: UUID, actor: Actor, at: datetime) -> Dossier:
    """What the viewer sees of the person."""
    journeys = list(Journey.objects.filter(person_id=person).order_by("-moved_at")[:40])
    orders = list(Order.objects.of_person(person)[:20])
    owned = list(Ownership.objects.filter(person_id=person, until_at=None).order_by("-since_at"))
    entries = list(Entry.objects.of_person(person)[:STORY])
    codes = codes_in(entries)
    codes["stores"] |= {row.store for row in (*journeys, *orders, *owned)}
    codes["staff"] |= {row.owner for row in journeys}
    codes["trims"] |= {row.trim for row in (*orders, *owned)}
    names = names_of(**codes)
    return Dossier(
        runs=[_run(row, actor.role) for row in [one for one in journeys if one.is_running][:RUNS_SHOWN]],
        enquiries=[(row, _outcome(row)) for row in journeys if row.subject_type == "opportunity"],
        orders=_lines(person, orders, names, actor),
        cars=[_car(row, names, actor) for row in owned],
        visits=list(
            Visit.objects.standing().filter(person_id=person, period__endswith__gt=at).order_by("period")[:5]
        ),
        repairs=list(RepairOrder.objects.filter(person_id=person).order_by("-opened_at")[:10]),
        drives=list(
            TestDrive.objects.taken().filter(person_id=person, period__endswith__gt=at).order_by("period")[:5]
        ),
        handovers=list(
            Appointment.objects.standing().filter(person_id=person, period__endswith__gt=at).order_by("period")[:5]
        ),
        story=tell(entries, names),
        names=names,
    )  # fmt: skip


def _run(journey: Journey, role: str) -> Run:
    """Steps that are due or blocked come first; what may be left out stays short."""
    steps = [_step(journey, item, role) for item in next_steps(journey, anytime=False)]
    return Run(
        journey,
        programs.of(journey.playbook, journey.version).title(),
        [one for one in steps if not one.item.optional or one.item.problems],
        [one for one in steps if one.item.optional and not one.item.problems],
    )


def _step(journey: Journey, item: NextStep, role: str) -> Step:
    """What only the system does has no form, nor what is done on a page for other roles."""
    if all(role.text == SYSTEM for role in item.step.roles):
        return Step(item, "")
    effect = item.step.effect.text if item.step.effect else ""
    page = page_url(effect, journey.id, item.name)
    return Step(item, opened(page, role) if page else url("journeys:step", journey.id, item.name))


def _outcome(journey: Journey) -> str:
    if not journey.outcome:
        return ""
    return programs.of(journey.playbook, journey.version).program.word(journey.outcome, programs.spoken())


def _lines(person: UUID, orders: list[Order], names: Names, actor: Actor) -> list[OrderLine]:
    """The orders with their places; only the first waiting one is counted, for counting reads the whole line."""
    places = {row.order: row for row in QueuePlace.objects.filter(Q(person_id=person))} if orders else {}
    waiting = [
        row.id for row in orders if (place := places.get(row.id)) and place.state in (WAITING, OFFERED)
    ]
    numbers = {order: place_number(order, actor) for order in waiting[:PLACES_COUNTED]}
    return [OrderLine(row, names.trim(row.trim), places.get(row.id), numbers.get(row.id)) for row in orders]


def _car(row: Ownership, names: Names, actor: Actor) -> dict[str, Any]:
    vin = row.vin if sees_names(actor) else masked_vin(row.vin)
    return {"row": row, "vin": vin, "title": names.trim(row.trim) or row.model}
