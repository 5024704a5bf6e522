"""What the room's routes take and give."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from forecourt.demand import veiling
from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.reporting import field_reports
from forecourt.demand.reporting import refusal_shown
from forecourt.platform.actor import Actor

CODE = r"^[A-Za-z0-9._:-]*$"


class ReasonsOut(Schema):
    """A store's place in the ranking; `behind` names the part in which the store chosen was better."""

    store: str
    km: float | None
    open: bool
    opens_at: datetime | None
    advisers: int
    open_each: float
    named: bool
    behind: str


class TakenLead(Schema):
    """What became of one lead. Of a lead that belongs out of your sight there is only position, outcome and report."""

    position: str
    outcome: str
    report: dict[str, int]
    lead: UUID | None = None
    reason: str = ""
    known: bool | None = None
    brand: str = ""
    model: str = ""
    near: str = ""
    opportunity: UUID | None = None
    journey: UUID | None = None
    store: str = ""
    owner: str = ""
    reasons: ReasonsOut | None = None
    next: list[ReasonsOut] = []


class RefusedOut(Schema):
    code: str
    message: str
    line: int | None
    column: int | None
    position: str
    hint: str


class TakenDocument(Schema):
    document: UUID
    status: str
    format: str
    repeated: bool
    total: int
    taken: int
    outcomes: dict[str, int]
    fields: dict[str, int]
    leads: list[TakenLead]
    refused: list[RefusedOut]
    refused_count: int


class FieldOut(Schema):
    path: str
    raw: str
    outcome: str
    code: str
    line: int | None


class LeadOut(Schema):
    id: UUID
    document_id: UUID
    position: str
    person_id: UUID | None
    channel: str
    source: str
    format: str
    external_id: str
    brand: str
    model: str
    city: str
    store: str
    requested_at: datetime | None
    received_at: datetime
    outcome: str
    reason: str
    opportunity: UUID | None


class LeadDetail(LeadOut):
    wish: str
    comment: str
    reasons: ReasonsOut | None
    next: list[ReasonsOut]
    near: str
    activity: list[dict[str, Any]]
    fields: list[FieldOut]

    @staticmethod
    def resolve_reasons(row: Lead) -> Any:
        return row.routing.get("reasons")

    @staticmethod
    def resolve_next(row: Lead) -> Any:
        return row.routing.get("next", [])

    @staticmethod
    def resolve_near(row: Lead) -> str:
        return str(row.routing.get("near", ""))

    @staticmethod
    def resolve_wish(row: Lead) -> str:
        return veiling.veiled(row.wish)

    @staticmethod
    def resolve_comment(row: Lead) -> str:
        return veiling.shown_words(row.comment, viewer(row))

    @staticmethod
    def resolve_activity(row: Lead) -> list[dict[str, Any]]:
        return [{**one, "text": veiling.shown_words(one["text"], viewer(row))} for one in row.activity]

    @staticmethod
    def resolve_fields(row: Lead) -> list[dict[str, Any]]:
        return [
            {
                "path": one.path, "raw": veiling.shown_field(one.path, one.raw, viewer(row)), "outcome": one.outcome.value,
                "code": one.code, "line": one.line,
            }
            for one in field_reports(row)
        ]  # fmt: skip


def viewer(row: Lead) -> Actor:
    """Who asked for the lead: the route puts it there."""
    found: Actor = row.viewer  # type: ignore[attr-defined]
    return found


class Leads(Schema):
    items: list[LeadOut]
    next_cursor: str


class DocumentOut(Schema):
    id: UUID
    digest: str
    size: int
    format: str
    filename: str
    content_type: str
    source: str
    status: str
    total: int
    taken: int
    received_at: datetime
    received_by: str
    outcomes: dict[str, int]
    refused: list[RefusedOut]

    @staticmethod
    def resolve_outcomes(row: Document) -> dict[str, int]:
        return dict(row.report["outcomes"])

    @staticmethod
    def resolve_refused(row: Document) -> list[dict[str, Any]]:
        return [refusal_shown(one) for one in row.report["refused"]]


class OpportunityOut(Schema):
    id: UUID
    person_id: UUID
    brand: str
    model: str
    store: str
    owner: str
    state: str
    journey: UUID | None
    opened_at: datetime
    closed_at: datetime | None


class Opportunities(Schema):
    items: list[OpportunityOut]
    next_cursor: str


class RouteIn(Schema):
    """At least a model or a brand; a store where it should be a certain one."""

    model: str = Field("", max_length=64, pattern=CODE)
    brand: str = Field("", max_length=32, pattern=CODE)
    store: str = Field("", max_length=32, pattern=CODE)


class Routed(Schema):
    lead: UUID
    outcome: str
    opportunity: UUID
    store: str
    owner: str


class ReassignIn(Schema):
    to: str = Field(max_length=32, pattern=CODE)
    reason: str = Field("workload", max_length=32, pattern="^[a-z_]+$")


class Reassigned(Schema):
    opportunity: UUID
    store: str
    owner: str


class WalkInIn(Schema):
    name: str = Field("", max_length=80)
    phone: str = Field("", max_length=60)
    email: str = Field("", max_length=200)
    model: str = Field("", max_length=80)
    comment: str = Field("", max_length=1000)


class ReasonIn(Schema):
    reason: str = Field(max_length=200)
