"""What the routes of this room take and give."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field
from ninja import Schema

from forecourt.journeys.actions.assigning import REASONS


class PersonOut(Schema):
    """A customer as the caller may see them."""

    id: UUID
    name: str
    phone: str


class DueOut(Schema):
    """One line of a worklist."""

    id: UUID
    journey: UUID
    playbook: str
    version: str
    step: str
    title: str
    group: str = Field(description="now, next or later")
    roles: list[str]
    assigned_to: str
    store: str
    subject_type: str
    subject_id: str
    person: PersonOut | None
    opened_at: datetime
    due_at: datetime | None
    late: bool


class WorklistOut(Schema):
    items: list[DueOut]
    next: str = Field(description="cursor of the next page; empty at the end")


class NextOut(Schema):
    """A step that can be recorded now."""

    step: str
    title: str
    roles: list[str]
    optional: bool
    anytime: bool
    assigned_to: str
    opened_at: datetime | None
    due_at: datetime | None
    record: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    effect: str | None
    blocked: list[str]
    advice: list[str]


class JourneyOut(Schema):
    id: UUID
    playbook: str
    version: str
    title: str
    subject_type: str
    subject_id: str
    store: str
    owner: str
    team: dict[str, str]
    status: str
    outcome: str
    started_at: datetime
    ended_at: datetime | None
    about: str = Field(description="what a case is about; empty for other journeys")
    person: PersonOut | None
    next: list[NextOut]


class CaseIn(Schema):
    """A case to begin: with which playbook, in which store, about what in a few words, carried by whom."""

    playbook: str = Field(min_length=1, max_length=60)
    store: str = Field(min_length=1, max_length=32)
    about: str = Field(min_length=1, max_length=200, description="in a few words; no personal data")
    owner: str = Field("", max_length=32, description="staff code; left out, the caller or the pool")


class CaseOut(Schema):
    journey: UUID
    playbook: str
    version: str
    case: str
    store: str
    owner: str


class ProofOut(Schema):
    """A proof that is kept; give it to the step as one of its `evidence`."""

    kind: str
    id: UUID
    digest: str = Field(description="SHA-256 of the file")


class StepIn(Schema):
    """What is recorded with a step, and its proofs."""

    record: dict[str, Any] = {}
    evidence: list[dict[str, str]] = []


class StepOut(Schema):
    journey: UUID
    step: str
    status: str
    outcome: str
    state: int
    deviations: list[dict[str, Any]]
    next: list[dict[str, Any]]
    entry: UUID
    started: UUID | None


class AssignIn(Schema):
    to: str = Field(min_length=1, max_length=32)
    reason: str = Field("other", description=", ".join(REASONS))
    role: str = Field("", max_length=32)


class AssignManyIn(AssignIn):
    journeys: list[UUID] = Field(min_length=1, max_length=500)


class AssignedOut(Schema):
    journeys: int
    steps: int
    to: str


class FinishedOut(Schema):
    journey: UUID
    outcome: str
    started: UUID | None


class WithdrawnOut(Schema):
    journey: UUID
    step: str
    state: int


class TakenOut(Schema):
    journey: UUID
    steps: int


class MigrateIn(Schema):
    version: str = Field(min_length=1, max_length=32)


class MigratedOut(Schema):
    journey: UUID
    version: str
    state: int


class VersionOut(Schema):
    playbook: str
    version: str
    about: str
    title: str
    published_at: datetime
    published_by: str
    digest: str


class TextOut(VersionOut):
    text: str


class PlaybookIn(Schema):
    text: str = Field(min_length=1, max_length=200_000)
    file: str = Field("playbook.yaml", max_length=200)


class PublishedOut(Schema):
    id: UUID
    playbook: str
    version: str
    published: bool
    warnings: list[str]


class DiagnosticOut(Schema):
    code: str
    severity: str
    message: str
    hint: str
    file: str
    line: int
    column: int
    near: list[str]


class CheckedOut(Schema):
    ok: bool
    diagnostics: list[DiagnosticOut]
