"""Routes: figures of playbooks, standards by place, journeys behind a figure, one journey replayed, drafts tried on the past."""

from datetime import date
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query
from ninja import Router
from ninja import Schema

from forecourt.insight import queries
from forecourt.insight import walking
from forecourt.insight.actions import try_draft
from forecourt.insight.boards import READERS as LOOKERS
from forecourt.insight.boards import TRIERS
from forecourt.insight.models import PERSON
from forecourt.insight.models import Case
from forecourt.insight.models import Report
from forecourt.insight.models import TrialCase
from forecourt.insight.queries import Seat
from forecourt.insight.stepping import Line
from forecourt.insight.trying import trial_of
from forecourt.platform.access import only_for
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import EMPLOYED
from forecourt.platform.roles import ENGINEER

READERS = (*LOOKERS, ENGINEER)
router = Router(tags=["insight"])


class FigureOut(Schema):
    """A figure with its 95 % interval, in the standard's unit; null while there is no case or no interval."""

    cases: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    met: bool | None = None
    sure: bool = False


class MeasureOut(Schema):
    playbook: str
    version: str
    level: str
    code: str
    journeys: int
    running: int
    fitting: int
    standards: dict[str, FigureOut]
    made_at: str


class MeasuredOut(MeasureOut):
    figures: dict[str, Any]


class PlaceFigureOut(FigureOut):
    level: str
    code: str
    brand: str
    weeks: list[list[Any]]


class CaseOfOut(Schema):
    journey: UUID
    playbook: str
    version: str
    store: str
    owner: str
    started_at: str
    ended_at: str | None
    outcome: str
    steps: int
    fits: bool
    deviations: list[str]
    values: dict[str, list[Any]]


class CasesOut(Schema):
    items: list[CaseOfOut]
    next_cursor: str


class ReplayedStepOut(Schema):
    step: str
    at: str
    fits: bool
    deviations: list[str]
    opened_at: str | None
    due_at: str | None
    late_minutes: int | None
    actor: str


class ReplayOut(Schema):
    journey: UUID
    playbook: str
    version: str
    fits: bool
    state: int
    outcome: str
    steps: list[ReplayedStepOut]


class DraftIn(Schema):
    text: str
    since: date
    until: date


class DraftAskedOut(Schema):
    trial: UUID
    playbook: str
    version: str
    against: str


class TrialOut(Schema):
    id: UUID
    playbook: str
    version: str
    against: str
    since: date
    until: date
    status: str
    progress: int
    figures: dict[str, Any]
    problem: str


class ChangedOut(Schema):
    journey: UUID
    store: str
    fits_before: bool
    fits_after: bool
    before: list[str]
    after: list[str]


class ChangesOut(Schema):
    items: list[ChangedOut]
    next_cursor: str


Code = Query("", max_length=32, pattern=r"^[\w.-]*$")
Level = Query("", pattern=r"^(network|brand|region|operator|store)?$")
Version = Query("", max_length=32, pattern=r"^[\w.-]*$")


def _seat(request: HttpRequest, level: str, code: str) -> Seat:
    return queries.seat_of(request.actor, level, code)  # type: ignore[attr-defined]


@router.get("/measures", response=list[MeasureOut], summary="Figures of every playbook at a place")
def measures(request: HttpRequest, level: str = Level, code: str = Code) -> list[dict[str, Any]]:
    """The widest place that the caller sees, unless a level and a code are given."""
    only_for(request, READERS)
    rows = queries.reports_at(_seat(request, level, code)).order_by("playbook", "version")
    return [_measure(row) for row in rows]


def _measure(row: Report) -> dict[str, Any]:
    said = row.figures
    return {
        "playbook": row.playbook, "version": row.version, "level": row.level, "code": row.code, "journeys": said["journeys"],
        "running": said["running"], "fitting": said["fitting"], "standards": said["standards"], "made_at": row.made_at.isoformat(),
    }  # fmt: skip


@router.get("/measures/{playbook}", response=MeasuredOut, summary="All figures of a playbook at a place")
def measure(
    request: HttpRequest, playbook: str, version: str = Version, level: str = Level, code: str = Code
) -> dict[str, Any]:
    only_for(request, READERS)
    made = queries.version_of(playbook[:60], version)
    row = queries.report_of(made.playbook, made.version, _seat(request, level, code))
    if row is None:
        text = _("There are no figures of {playbook} {version} at this place that you may see.")
        raise Missing(
            Blocked("insight.no_figures", text.format(playbook=made.playbook, version=made.version))
        )
    return _measure(row) | {"figures": row.figures}


@router.get(
    "/measures/{playbook}/standards/{standard}", response=list[PlaceFigureOut], summary="A standard, place by place and week by week"
)  # fmt: skip
def standard(
    request: HttpRequest, playbook: str, standard: str, version: str = Version
) -> list[dict[str, Any]]:
    """Every brand, region, dealer group and store that the caller sees; weeks as [Monday, cases, value, low, high]."""
    only_for(request, READERS)
    made = queries.version_of(playbook[:60], version)
    rows = Report.objects.of(made.playbook, made.version).exclude(level=PERSON).with_standard(standard[:60])
    return [
        {**row.said, "level": row.level, "code": row.code, "brand": row.brand}
        for row in rows.order_by("level", "code", "brand")
        if row.said
    ]


@router.get(
    "/measures/{playbook}/people",
    response=list[PlaceFigureOut],
    summary="A standard, person by person in a store",
)
def people(
    request: HttpRequest, playbook: str, standard: str, store: str, version: str = Version
) -> list[dict[str, Any]]:
    only_for(request, tuple(role for role in READERS if role != CARMAKER))
    made = queries.version_of(playbook[:60], version)
    rows = queries.persons_of(made.playbook, made.version, store[:32])
    found = [(row, row.figures["standards"].get(standard)) for row in rows]
    return [{**said, "level": PERSON, "code": row.code, "brand": ""} for row, said in found if said]


@router.get(
    "/measures/{playbook}/journeys", response=CasesOut, summary="Journeys behind a figure, newest first"
)
def cases(
    request: HttpRequest,
    playbook: str,
    version: str = Version,
    level: str = Level,
    code: str = Code,
    deviation: str = Query("", max_length=90),
    standard: str = Query("", max_length=60),
    met: bool | None = None,
    fits: bool | None = None,
    cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    """`deviation` is written `kind:step`, as in `skipped:learn_needs`."""
    only_for(request, READERS)
    made, seat = queries.version_of(playbook[:60], version), _seat(request, level, code)
    rows = Case.objects.of(made.playbook, made.version).at(seat.level, seat.code)
    rows = rows.departing(deviation) if deviation else rows
    rows = rows.saying(standard, met=met) if standard else rows
    rows = rows.filter(fits=fits) if fits is not None else rows
    page = page_of(rows, order="-id", cursor=cursor, limit=limit)
    return {"items": [_case(row) for row in page.items], "next_cursor": page.next_cursor}


def _case(row: Case) -> dict[str, Any]:
    columns = ("playbook", "version", "store", "owner", "outcome", "steps", "fits", "deviations", "values")
    return {name: getattr(row, name) for name in columns} | {
        "journey": row.id, "started_at": row.started_at.isoformat(), "ended_at": _moment(row.ended_at),
    }  # fmt: skip


@router.get("/replays/{uuid:journey}", response=ReplayOut, summary="One journey replayed step by step")
def replay(request: HttpRequest, journey: UUID) -> dict[str, Any]:
    only_for(request, EMPLOYED)
    found = walking.walked(journey, request.at)  # type: ignore[attr-defined]
    if found is None:
        raise Missing(Blocked("insight.no_journey", _("There is no such journey that you may see.")))
    return {
        "journey": journey, "playbook": found.known.playbook.name, "version": found.known.playbook.version, "state": found.state,
        "fits": all(line.fits for line in found.lines), "outcome": found.run.outcome, "steps": [_line(line) for line in found.lines],
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    late = line.late_by
    return {
        "step": line.step, "at": line.at.isoformat(), "fits": line.fits, "deviations": list(line.deviations),
        "opened_at": _moment(line.opened_at), "due_at": _moment(line.due_at), "actor": line.done.actor if line.done else "",
        "late_minutes": None if late is None else int(late.total_seconds() // 60),
    }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


@router.post("/drafts", response=DraftAskedOut, summary="Hold a draft of a playbook against the past")
def draft(request: HttpRequest, payload: DraftIn) -> dict[str, Any]:
    """The worker does it; ask for the trial until its status is `done`. Nothing is published."""
    facts = {"text": payload.text, "since": payload.since, "until": payload.until}
    return try_draft(by=request.actor, at=request.at, key=request.key, **facts)  # type: ignore[attr-defined]


@router.get(
    "/drafts/{uuid:trial}",
    response=TrialOut,
    summary="What a draft would have said, or how far that has come",
)
def trial(request: HttpRequest, trial: UUID) -> dict[str, Any]:
    only_for(request, (*TRIERS, ENGINEER))
    row = trial_of(trial)
    columns = ("id", "playbook", "version", "against", "status", "progress", "figures", "problem")
    return {name: getattr(row, name) for name in columns} | {"since": row.since_on, "until": row.until_on}


@router.get(
    "/drafts/{uuid:trial}/journeys",
    response=ChangesOut,
    summary="Journeys of which a draft says something else",
)
def changes(
    request: HttpRequest, trial: UUID, cursor: str = "", limit: int = Query(50, ge=1, le=200)
) -> dict[str, Any]:
    only_for(request, (*TRIERS, ENGINEER))
    page = page_of(TrialCase.objects.filter(trial=trial_of(trial)), order="id", cursor=cursor, limit=limit)
    columns = ("journey", "store", "fits_before", "fits_after", "before", "after")
    return {
        "items": [{name: getattr(row, name) for name in columns} for row in page.items], "next_cursor": page.next_cursor,
    }  # fmt: skip
