"""Routes: worklist, runs, steps, hand-over, playbooks."""

import json
from datetime import datetime
from typing import Any
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import File
from ninja import Form
from ninja import Path
from ninja import Query
from ninja import Router
from ninja import UploadedFile

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import in_order
from forecourt.journeys import actions
from forecourt.journeys import asking
from forecourt.journeys import diagrams
from forecourt.journeys import programs
from forecourt.journeys import queries
from forecourt.journeys import vocabulary
from forecourt.journeys.models import Journey
from forecourt.journeys.models import PlaybookVersion
from forecourt.journeys.schemas import AssignedOut
from forecourt.journeys.schemas import AssignIn
from forecourt.journeys.schemas import AssignManyIn
from forecourt.journeys.schemas import CaseIn
from forecourt.journeys.schemas import CaseOut
from forecourt.journeys.schemas import CheckedOut
from forecourt.journeys.schemas import FinishedOut
from forecourt.journeys.schemas import JourneyOut
from forecourt.journeys.schemas import MigratedOut
from forecourt.journeys.schemas import MigrateIn
from forecourt.journeys.schemas import PlaybookIn
from forecourt.journeys.schemas import ProofOut
from forecourt.journeys.schemas import PublishedOut
from forecourt.journeys.schemas import StepIn
from forecourt.journeys.schemas import StepOut
from forecourt.journeys.schemas import TakenOut
from forecourt.journeys.schemas import TextOut
from forecourt.journeys.schemas import VersionOut
from forecourt.journeys.schemas import WithdrawnOut
from forecourt.journeys.schemas import WorklistOut
from forecourt.people.queries import display
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import CUSTOMER
from forecourt.platform.scope import reading
from forecourt.playbook.checks import check
from forecourt.playbook.parser import load

router = Router(tags=["journeys"])
router.add_router("", asking.router)

StepName = Path(..., max_length=60, pattern=r"^[a-z][a-z0-9_]*$")


@router.get("/worklist", response=WorklistOut, summary="My steps by due time")
def worklist(
    request: HttpRequest, limit: int = Query(50, ge=1, le=200), cursor: str = Query("", max_length=100)
) -> HttpResponse:
    """What the caller should do: own steps and those in the pool of their role, by deadline."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    found = queries.worklist(actor, at, limit, cursor)
    persons = display([row.person_id for row in found.rows], actor)
    items = [_due(row, persons.get(row.person_id), at) for row in found.rows]  # type: ignore[arg-type]
    # Written out by hand: validating fifty rows again would cost more than reading them.
    return HttpResponse(
        json.dumps({"items": items, "next": found.next}, ensure_ascii=False), content_type="application/json"
    )


def _due(row: queries.Row, person: Any, at: datetime) -> dict[str, Any]:
    return {
        "id": str(row.id), "journey": str(row.journey), "playbook": row.playbook, "version": row.version, "step": row.step,
        "title": row.title, "group": row.group(at), "roles": row.roles, "assigned_to": row.assigned_to, "store": row.store,
        "subject_type": row.subject_type, "subject_id": row.subject_id,
        "person": {"id": str(person.id), "name": person.name, "phone": person.phone} if person else None,
        "opened_at": row.opened_at.isoformat(), "due_at": row.due_at.isoformat() if row.due_at else None,
        "late": row.is_late(at),
    }  # fmt: skip


@router.get("/journeys/{uuid:journey}", response=JourneyOut, summary="A journey and what is next in it")
def journey(request: HttpRequest, journey: UUID) -> dict[str, Any]:
    """A run with its open steps, their forms, and the reasons why a step is blocked."""
    run = _found(journey)
    known = programs.of(run.playbook, run.version)
    person = display([run.person_id], request.actor).get(run.person_id) if run.person_id else None  # type: ignore[attr-defined]
    columns = (
        "id",
        "playbook",
        "version",
        "subject_type",
        "subject_id",
        "store",
        "owner",
        "team",
        "status",
        "outcome",
    )
    shown = {name: getattr(run, name) for name in (*columns, "started_at", "ended_at")}
    who = {"id": person.id, "name": person.name, "phone": person.phone} if person else None
    return shown | {
        "title": known.title(),
        "person": who,
        "about": (run.facts.get("case") or {}).get("about", "") if run.subject_type == "case" else "",
        "next": [_next(item) for item in queries.next_steps(run)],
    }


def _next(item: queries.NextStep) -> dict[str, Any]:
    step, due = item.step, item.due
    return {
        "step": step.name,
        "title": item.title,
        "roles": [role.text for role in step.roles],
        "optional": item.optional,
        "anytime": item.anytime,
        "assigned_to": due.assigned_to if due else "",
        "opened_at": due.opened_at if due else None,
        "due_at": due.due_at if due else None,
        "record": [
            {"name": one.name, "kind": one.kind, "optional": one.optional, "choices": list(one.choices)}
            for one in step.record
        ],
        "evidence": [{"kind": one.kind, "count": one.count} for one in step.evidence],
        "effect": step.effect.text if step.effect else None,
        "blocked": [problem.text for problem in item.problems],
        "advice": [advice.text for advice in item.advice],
    }


@router.post("/journeys", response=CaseOut, summary="Begin a case")
def begin(request: HttpRequest, payload: CaseIn) -> dict[str, Any]:
    """A complaint, an audit, a store to open: 403 for who may not do its first step, 404 for a store out of sight."""
    return actions.open_case(**_doing(request), **payload.dict())


@router.post(
    "/journeys/{uuid:journey}/evidence", response=ProofOut, summary="Keep a file as proof for a step"
)
def keep_evidence(
    request: HttpRequest,
    journey: UUID,
    kind: str = Form(..., max_length=40, description="photo, signature, document, audio, video, …"),
    file: UploadedFile = File(...),
) -> dict[str, Any]:
    """At most 5 MB; photo, PDF, recording, video or plain text. Give what is answered to the step as its `evidence`."""
    content, media_type = file.read(), file.content_type or ""
    facts = {"journey": str(journey), "kind": kind, "content": content, "media_type": media_type}
    return actions.keep_evidence(**_doing(request), **facts)


@router.post("/journeys/{uuid:journey}/steps/{step}", response=StepOut, summary="Record a step")
def record_step(request: HttpRequest, journey: UUID, payload: StepIn, step: str = StepName) -> HttpResponse:
    """Record a step: 403 for the wrong role, 409 with reasons when a gate blocks, 422 for a wrong record."""
    done = actions.record_step(
        **_doing(request), journey=str(journey), step=step, record=payload.record, evidence=payload.evidence
    )
    return HttpResponse(json.dumps(done, ensure_ascii=False), content_type="application/json")


@router.post("/journeys/{uuid:journey}/withdrawal", response=WithdrawnOut, summary="Take back the last step")
def withdraw_step(request: HttpRequest, journey: UUID) -> dict[str, Any]:
    """Within ten minutes, by whoever recorded it, when nothing followed."""
    return actions.withdraw_step(**_doing(request), journey=str(journey))


@router.post(
    "/journeys/{uuid:journey}/end", response=FinishedOut, summary="End a journey that has nothing due"
)
def finish(request: HttpRequest, journey: UUID) -> dict[str, Any]:
    return actions.finish(**_doing(request), journey=str(journey))


@router.post(
    "/journeys/{uuid:journey}/take", response=TakenOut, summary="Take steps from the pool of my role"
)
def take(request: HttpRequest, journey: UUID) -> dict[str, Any]:
    return actions.take(**_doing(request), journey=str(journey))


@router.post("/journeys/{uuid:journey}/assign", response=AssignedOut, summary="Hand a journey over")
def assign(request: HttpRequest, journey: UUID, payload: AssignIn) -> dict[str, Any]:
    return actions.reassign(**_doing(request), journeys=[str(journey)], **payload.dict())


@router.post("/journeys/assign", response=AssignedOut, summary="Hand many journeys over")
def assign_many(request: HttpRequest, payload: AssignManyIn) -> dict[str, Any]:
    facts = payload.dict()
    facts["journeys"] = [str(one) for one in facts["journeys"]]
    return actions.reassign(**_doing(request), **facts)


@router.post(
    "/journeys/{uuid:journey}/migrate", response=MigratedOut, summary="Move a journey to another version"
)
def migrate(request: HttpRequest, journey: UUID, payload: MigrateIn) -> dict[str, Any]:
    return actions.migrate_journey(**_doing(request), journey=str(journey), version=payload.version)


@router.get("/playbooks", response=list[VersionOut], summary="Published playbooks")
def playbooks(request: HttpRequest) -> list[dict[str, Any]]:
    """Every version, the latest of each playbook first."""
    _employed(request)
    return [_version(row) for row in PlaybookVersion.objects.latest_first()]


@router.get("/playbooks/{name}/versions/{version}", response=TextOut, summary="The text of a version")
def playbook(request: HttpRequest, name: str, version: str) -> dict[str, Any]:
    _employed(request)
    row = programs.published(name, version)
    return _version(row) | {"text": row.text}


@router.get(
    "/playbooks/{name}/versions/{version}/bpmn",
    summary="A version as BPMN 2.0",
    response={200: None},
    openapi_extra={"responses": {200: {"content": {"application/xml": {"schema": {"type": "string"}}}}}},
)
def bpmn(
    request: HttpRequest, name: str, version: str, language: Literal["zh", "en"] | None = None
) -> HttpResponse:
    """XML with its diagram, names in the language asked for. What BPMN has no words for stands in an extension."""
    _employed(request)
    return diagrams.download(programs.of(name, version), language or programs.spoken())


@router.post("/playbooks", response=PublishedOut, summary="Publish a playbook")
def publish(request: HttpRequest, payload: PlaybookIn) -> dict[str, Any]:
    """422 with every diagnostic when the text has errors, 409 when the version is published with another text."""
    return actions.publish(**_doing(request), text=payload.text, file=payload.file)


@router.post("/playbooks/check", response=CheckedOut, summary="Check a playbook without publishing it")
def check_playbook(request: HttpRequest, payload: PlaybookIn) -> dict[str, Any]:
    _employed(request)
    with reading(request.actor.scope):  # type: ignore[attr-defined]
        found = diagnostics(payload.text, payload.file)
    return {"ok": not any(item.is_error for item in found), "diagnostics": found}


def diagnostics(text: str, file: str) -> list[Diagnostic]:
    """Everything that is wrong with a text, held against the words of this installation."""
    loaded = load(text, file)
    return in_order([*loaded.diagnostics, *check(loaded.playbook, vocabulary.current())])


def _version(row: PlaybookVersion) -> dict[str, Any]:
    columns = ("playbook", "version", "about", "published_at", "published_by", "digest")
    title = programs.of(row.playbook, row.version).title()
    return {name: getattr(row, name) for name in columns} | {"title": title}


def _found(journey: UUID) -> Journey:
    run = queries.find(journey)
    if run is None:
        raise Missing(
            Blocked("journeys.missing", _("There is no journey {id} that you may see.").format(id=journey))
        )
    return run


def _employed(request: HttpRequest) -> None:
    if request.actor.role == CUSTOMER:  # type: ignore[attr-defined]
        raise Forbidden(Blocked("platform.role", _("Playbooks are shown to the people of the network.")))


def _doing(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": request.at, "key": request.key}  # type: ignore[attr-defined]
