"""Lines of a worklist made ready for the screen: who, what, why, until when, and how it is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import NoReverseMatch
from django.urls import reverse

from forecourt.journeys import effects
from forecourt.journeys import forms
from forecourt.journeys import programs
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.journeys.reading.worklist import Row
from forecourt.people.queries import Display
from forecourt.people.queries import display
from forecourt.platform.actor import Actor

SPOKEN = ("vehicle", "case")


@dataclass(frozen=True, slots=True)
class Line:
    """One due step on the screen. `quick` are buttons that record it at once; `page` is the form of an effect."""

    due: Row | DueStep
    journey: UUID
    title: str
    playbook: str
    person: Display | None
    late: bool
    in_pool: bool
    waits: bool
    quick: list[tuple[str, str, str]]
    page: str
    customer: str

    @property
    def anchor(self) -> str:
        return f"step-{self.due.id}"

    @property
    def about(self) -> str:
        """The subject where its id is one that people use: a VIN, the code of a case."""
        kind = getattr(self.due, "subject_type", "")
        return self.due.subject_id if kind in SPOKEN else ""  # type: ignore[union-attr]

    @property
    def url(self) -> str:
        return reverse("journeys:step", args=[self.journey, self.due.step])


def lines(rows: Iterable[Row], actor: Actor, at: datetime) -> list[Line]:
    """The rows as lines; persons as the actor may see them."""
    found = list(rows)
    persons = display([row.person_id for row in found], actor)
    return [line(row, row.journey, persons.get(row.person_id), at) for row in found]  # type: ignore[arg-type]


def line(row: Row | DueStep, journey: UUID, person: Display | None, at: datetime) -> Line:
    """One row as a line."""
    known = programs.of(row.playbook, row.version)
    step = known.program.step(row.step)
    page = page_url(step.effect.text if step.effect else "", journey, row.step)
    buttons = [] if page else (forms.quick(known, step) or [])
    return Line(
        due=row, journey=journey, title=known.step_title(row.step), playbook=known.title(), person=person,
        late=row.is_late(at), in_pool=not row.assigned_to, waits=row.opened_at > at, quick=buttons, page=page,
        customer=url("people:customer", row.person_id) if person else "",
    )  # fmt: skip


def line_of(run: Journey, due: DueStep, actor: Actor, at: datetime) -> Line:
    """One open step of a run as a line."""
    person = display([run.person_id], actor).get(run.person_id) if run.person_id else None
    return line(due, run.id, person, at)


def page_url(effect: str, journey: UUID, step: str) -> str:
    """The address of the form that an effect brings; '' when it brings none."""
    found = effects.find(effect) if effect else None
    address = url(found.page) if found and found.page else ""
    return f"{address}?{urlencode({'journey': journey, 'step': step})}" if address else ""


def url(name: str, *args: Any) -> str:
    """The address of that name; '' while no room provides it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
