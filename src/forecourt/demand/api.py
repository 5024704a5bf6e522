"""Routes of demand: send leads in any format, read what became of them, route and reassign by hand."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query
from ninja import Router
from ninja import Status

from forecourt.demand import actions
from forecourt.demand import queries
from forecourt.demand import shapes
from forecourt.demand.desk import download
from forecourt.demand.models import REFUSED
from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.models import Opportunity
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.scope import reading

router = Router(tags=["demand"])

_TEXT = {"schema": {"type": "string"}}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The document as it is: Forecourt JSON or a WeCom body, ADF 1.0, a table, or a whole mail. Its format is found by"
        " content; the content type only gives a charset where the bytes do not.",
        "content": {
            "application/json": {"schema": {"type": ["object", "array"]}},
            "application/xml": _TEXT,
            "text/csv": _TEXT,
            "message/rfc822": _TEXT,
        },
    }
}

_BYTES = {
    "responses": {
        200: {"description": "OK", "content": {"application/octet-stream": {"schema": {"type": "string"}}}}
    }
}

_BYTES = {
    "responses": {
        200: {
            "description": "The document, byte for byte",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class Unreadable(Invalid):
    """A document in which no lead could be read; it is kept."""

    title = "Document refused"


@router.post(
    "/leads",
    response={201: shapes.TakenDocument},
    summary="Send a document of enquiries",
    openapi_extra=_BODY,
)
def send(request: HttpRequest, source: str = Query("", max_length=80)) -> Status[Any]:
    result = actions.intake(
        by=request.actor, at=request.at, key=request.key, raw=request.body, source=source,  # type: ignore[attr-defined]
        content_type=request.headers.get("Content-Type", ""), filename=filename_of(request),
    )  # fmt: skip
    if result["status"] == REFUSED and not result["leads"]:
        raise Unreadable(*(_problem(one, result["document"]) for one in result["refused"][:50]))
    return Status(201, result)


def filename_of(request: HttpRequest) -> str:
    """The name that a sender gives the document; kept to be shown, never believed."""
    _, _, name = request.headers.get("Content-Disposition", "").partition("filename=")
    return name.strip().strip('"')[:200]


def _problem(refused: dict[str, Any], document: str) -> Blocked:
    where = refused["position"]
    if refused["line"]:
        where = _("line {line}, column {column}").format(line=refused["line"], column=refused["column"] or 1)
    text = f"{where}: {refused['message']}" if where else refused["message"]
    kept = _("Kept as document {document}.").format(document=document)
    return Blocked(refused["code"], " ".join(filter(None, (text, refused["hint"], kept))))


@router.get("/leads", response=shapes.Leads, summary="Leads, newest first")
def leads(
    request: HttpRequest, outcome: str = "", source: str = "", brand: str = "", store: str = "", cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:  # fmt: skip
    rows = queries.leads(outcome=outcome, source=source, brand=brand, store=store)
    page = page_of(rows.defer("report", "comment"), order="-received_at", cursor=cursor, limit=limit)
    return {"items": page.items, "next_cursor": page.next_cursor}


@router.get(
    "/leads/{uuid:lead}", response=shapes.LeadDetail, summary="A lead, its field report and its routing"
)
def lead(request: HttpRequest, lead: UUID) -> Lead:
    found = queries.lead_of(lead)
    found.viewer = request.actor  # type: ignore[attr-defined]
    return found


@router.post("/leads/{uuid:lead}/route", response=shapes.Routed, summary="Route a lead that is waiting")
def route(request: HttpRequest, lead: UUID, payload: shapes.RouteIn) -> dict[str, Any]:
    return actions.route(
        by=request.actor, at=request.at, key=request.key, lead=str(lead), **payload.dict()  # type: ignore[attr-defined]
    )  # fmt: skip


@router.post(
    "/walk-ins", response={201: shapes.TakenDocument}, summary="Enter a customer who stands in your store"
)
def walk_in(request: HttpRequest, payload: shapes.WalkInIn) -> Status[Any]:
    result = actions.take_walk_in(by=request.actor, at=request.at, key=request.key, **payload.dict())  # type: ignore[attr-defined]
    if result["status"] == REFUSED:
        raise Unreadable(*(_problem(one, result["document"]) for one in result["refused"]))
    return Status(201, result)


@router.get(
    "/documents/{uuid:document}", response=shapes.DocumentOut, summary="What arrived and what became of it"
)
def document(request: HttpRequest, document: UUID) -> Document:
    return queries.document_of(document)


@router.post(
    "/documents/{uuid:document}/content",
    summary="The bytes as they arrived; asks why, for they are personal data",
    openapi_extra=_BYTES,
)
def content(request: HttpRequest, document: UUID, payload: shapes.ReasonIn) -> HttpResponse:
    actions.open_document(by=request.actor, at=request.at, document=str(document), reason=payload.reason)  # type: ignore[attr-defined]
    with reading(request.actor.scope):  # type: ignore[attr-defined]
        return download(queries.document_of(document))


@router.get("/opportunities", response=shapes.Opportunities, summary="Opportunities, newest first")
def opportunities(
    request: HttpRequest, state: str = "", owner: str = "", brand: str = "", person: UUID | None = None, cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:  # fmt: skip
    rows = queries.opportunities(state=state, owner=owner, brand=brand, person=person)
    page = page_of(rows, order="-opened_at", cursor=cursor, limit=limit)
    return {"items": page.items, "next_cursor": page.next_cursor}


@router.get("/opportunities/{uuid:opportunity}", response=shapes.OpportunityOut, summary="An opportunity")
def opportunity(request: HttpRequest, opportunity: UUID) -> Opportunity:
    return queries.opportunity_of(opportunity)


@router.post(
    "/opportunities/{uuid:opportunity}/reassign",
    response=shapes.Reassigned,
    summary="Hand it to another adviser",
)
def reassign(request: HttpRequest, opportunity: UUID, payload: shapes.ReassignIn) -> dict[str, Any]:
    return actions.reassign(
        by=request.actor, at=request.at, key=request.key, opportunity=str(opportunity), **payload.dict()  # type: ignore[attr-defined]
    )  # fmt: skip
