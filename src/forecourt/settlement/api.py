"""Routes of the ledger: statements and the postings under them."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Query
from ninja import Router
from ninja import Schema

from forecourt.platform.paging import page_of
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.settlement.actions import issue_statements
from forecourt.settlement.models import Posting
from forecourt.settlement.models import Statement

router = Router(tags=["settlement"])


class StatementOut(Schema):
    id: UUID
    operator: str
    month: date
    issued_at: str
    total: str
    lines: int

    @staticmethod
    def resolve_total(row: Statement) -> str:
        return str(row.total)

    @staticmethod
    def resolve_issued_at(row: Statement) -> str:
        return row.issued_at.isoformat()


class PostingOut(Schema):
    id: UUID
    transaction_id: UUID
    order_id: UUID
    party_kind: str
    party: str
    component: str
    amount: str
    month: date
    store: str
    entry_id: UUID

    @staticmethod
    def resolve_amount(row: Posting) -> str:
        return str(row.amount)


class Postings(Schema):
    items: list[PostingOut]
    next_cursor: str


class Close(Schema):
    month: str


class Closed(Schema):
    month: str
    issued: int


@router.get("/statements", response=list[StatementOut], summary="Statements issued, newest first")
def statements(request: HttpRequest, month: str = "") -> list[Statement]:
    found = Statement.objects.order_by("-month", "operator")
    return list(found.filter(month=_month(month)) if month else found[:500])


@router.get("/postings", response=Postings, summary="Lines of the ledger, newest first")
def postings(
    request: HttpRequest,
    month: str = "",
    party: str = "",
    cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> Postings:
    found = Posting.objects.all()
    found = found.in_month(_month(month)) if month else found
    found = found.filter(party=party) if party else found
    page = page_of(found, order="-id", cursor=cursor, limit=limit)
    return Postings.model_validate(
        {"items": page.items, "next_cursor": page.next_cursor}, from_attributes=True
    )


@router.post("/statements", response=Closed, summary="Close a month: issue its statements")
def close(request: HttpRequest, payload: Close) -> dict[str, object]:
    month = _month(payload.month).isoformat()
    return issue_statements(by=request.actor, at=request.at, key=request.key, month=month)  # type: ignore[attr-defined]


def _month(text: str) -> date:
    """The first day of a month written like 2026-09."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Invalid(
            Blocked("settlement.bad_month", f"{text[:20]!r} is not a month; write it like 2026-09.", "month")
        ) from error
