"""Routes that tell how the work goes: notices, late steps, adherence, live numbers of a playbook."""

from dataclasses import asdict
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from typing import Any
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field
from ninja import Query
from ninja import Router
from ninja import Schema

from forecourt.base.calendars import SHANGHAI
from forecourt.journeys import actions
from forecourt.journeys import programs
from forecourt.journeys import queries
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Notice
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import CUSTOMER

router = Router()  # hung into the router of the room, with its tag

WINDOW_DAYS = 28


class NoticeOut(Schema):
    """Something that the caller should know."""

    id: UUID
    kind: str = Field(description="late or assigned")
    journey: UUID
    playbook: str
    step: str
    title: str
    store: str
    made_at: datetime


class NoticePage(Schema):
    items: list[NoticeOut]
    next_cursor: str


class NoticesIn(Schema):
    notices: list[UUID] = Field(min_length=1, max_length=200)


class ReadOut(Schema):
    read: int


class LateOut(Schema):
    """An open step whose deadline is missed."""

    id: UUID
    journey: UUID
    playbook: str
    version: str
    step: str
    title: str
    roles: list[str]
    assigned_to: str
    store: str
    region: str
    opened_at: datetime
    due_at: datetime
    late_minutes: int


class LatePage(Schema):
    """Late steps, the longest late first, and how many there are of them in each store and region that the caller sees."""

    items: list[LateOut]
    next_cursor: str
    stores: dict[str, int]
    regions: dict[str, int]


class KeptOut(Schema):
    """Of the steps with a deadline that were done, how many were done in time."""

    of: str
    done: int
    on_time: int
    share: float | None = Field(description="between 0 and 1; null when nothing was done")


class AdherenceOut(Schema):
    by: str
    since: date
    until: date
    items: list[KeptOut]


class NumbersOut(Schema):
    """The live numbers of one step."""

    step: str
    title: str
    open: int
    late: int
    done: int
    median_minutes: float | None
    late_share: float | None


@router.get("/notices", response=NoticePage, summary="What the caller has not read yet")
def notices(
    request: HttpRequest, cursor: str = Query("", max_length=300), limit: int = Query(50, ge=1, le=200)
) -> dict[str, Any]:
    """Newest first: steps that went late, journeys that were handed over."""
    actor = _employed(request)
    page = page_of(
        Notice.objects.unread_by(actor.code, actor.role), order="-made_at", cursor=cursor, limit=limit
    )
    return {"items": [_notice(row) for row in page.items], "next_cursor": page.next_cursor}


def _notice(row: Notice) -> dict[str, Any]:
    known = programs.of(row.playbook, row.version)
    title = known.step_title(row.step) if row.step else known.title()
    plain = {name: getattr(row, name) for name in ("id", "kind", "playbook", "step", "store", "made_at")}
    return plain | {"journey": row.journey_id, "title": title}


@router.post("/notices/read", response=ReadOut, summary="Mark notices as read")
def read_notices(request: HttpRequest, payload: NoticesIn) -> dict[str, Any]:
    """Only the caller's own are marked; others are passed over."""
    given = [str(one) for one in payload.notices]
    return actions.read_notices(by=request.actor, at=request.at, key=request.key, notices=given)  # type: ignore[attr-defined]


@router.get("/steps/late", response=LatePage, summary="Steps that are late now")
def late(
    request: HttpRequest,
    store: str = Query("", max_length=32, pattern=r"^[a-z0-9-]*$"),
    region: str = Query("", max_length=32, pattern=r"^[a-z0-9-]*$"),
    cursor: str = Query("", max_length=300),
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    """Of everything in sight, or of one store or region of it."""
    _employed(request)
    at: datetime = request.at  # type: ignore[attr-defined]
    asked = {name: value for name, value in (("store", store), ("region", region)) if value}
    page = page_of(queries.late_steps(at).filter(**asked), order="due_at", cursor=cursor, limit=limit)
    return {
        "items": [_late(row, at) for row in page.items], "next_cursor": page.next_cursor,
        "stores": queries.late_by_store(at), "regions": queries.late_by_region(at),
    }  # fmt: skip


def _late(row: DueStep, at: datetime) -> dict[str, Any]:
    columns = (
        "id",
        "playbook",
        "version",
        "step",
        "roles",
        "assigned_to",
        "store",
        "region",
        "opened_at",
        "due_at",
    )
    assert row.due_at is not None
    return {name: getattr(row, name) for name in columns} | {
        "journey": row.journey_id,
        "title": programs.of(row.playbook, row.version).step_title(row.step),
        "late_minutes": int((at - row.due_at).total_seconds() // 60),
    }


@router.get("/adherence", response=AdherenceOut, summary="The share of steps done in time")
def adherence(
    request: HttpRequest,
    by: Literal["store", "step", "region"] = "store",
    since: date | None = None,
    until: date | None = None,
    playbook: str = Query("", max_length=60, pattern=r"^[a-z0-9-]*$"),
) -> dict[str, Any]:
    """From the day `since` to the day `until`, both included, in the time of the stores; the last 28 days when left out."""
    _employed(request)
    if by == "step" and not playbook:
        text = _("Adherence by step needs the playbook whose steps are meant.")
        raise Invalid(Blocked("journeys.adherence_playbook", text, "playbook"))
    first, last = _window(request, since, until)
    kept = _KEPT[by](_midnight(first), _midnight(last + timedelta(days=1)), playbook)
    items = [
        {"of": name, "done": one.done, "on_time": one.on_time, "share": one.share}
        for name, one in sorted(kept.items())
    ]
    return {"by": by, "since": first, "until": last, "items": items}


_KEPT = {
    "store": queries.adherence_by_store,
    "step": queries.adherence_by_step,
    "region": queries.adherence_by_region,
}


def _window(request: HttpRequest, since: date | None, until: date | None) -> tuple[date, date]:
    last = until or request.at.astimezone(SHANGHAI).date()  # type: ignore[attr-defined]
    first = since or (last - timedelta(days=WINDOW_DAYS - 1) if last.year >= 2000 else last)
    if not (first.year >= 2000 and first <= last and last.year < 2100):
        text = _("A window ends after it begins, and lies in this century.")
        raise Invalid(Blocked("journeys.window", text, "since"))
    return first, last


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), SHANGHAI)


@router.get(
    "/playbooks/{name}/versions/{version}/numbers",
    response=list[NumbersOut],
    summary="Live numbers of a playbook",
)
def numbers(
    request: HttpRequest, name: str, version: str, days: int = Query(WINDOW_DAYS, ge=1, le=366)
) -> list[dict[str, Any]]:
    """For each step: open and late now; done, median minutes and share late over the last `days`. In the caller's scope."""
    _employed(request)
    at: datetime = request.at  # type: ignore[attr-defined]
    known = programs.of(name, version)
    found = queries.numbers(name, version, at, at - timedelta(days=days))
    return [
        {
            "step": step.name,
            "title": known.step_title(step.name),
            **asdict(found.get(step.name, queries.StepNumbers())),
        }
        for step in known.program.steps
    ]


def _employed(request: HttpRequest) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    if actor.role == CUSTOMER:
        raise Forbidden(Blocked("platform.role", _("Playbooks are shown to the people of the network.")))
    return actor
