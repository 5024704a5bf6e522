"""Routes of the ledger: statements and the postings under them."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query
from ninja import Router
from ninja import Schema

from forecourt.base.money import to_json
from forecourt.platform.access import only_for
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import ENGINEER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.settlement import queries
from forecourt.settlement.actions import issue_statements
from forecourt.settlement.models import Posting
from forecourt.settlement.models import Statement

READERS = (OPERATOR_MANAGER, CARMAKER, NETWORK_OPS, ENGINEER)
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


class ComponentOut(Schema):
    component: str
    amount: str
    postings: int


class AccountOut(Schema):
    operator: str
    month: date
    issued: bool
    gross: str
    net: str
    components: list[ComponentOut]


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
    only_for(request, READERS)
    found = Statement.objects.order_by("-month", "operator")
    return list(found.filter(month=_month(month)) if month else found[:500])


@router.get(
    "/statements/{operator}/{month}", response=AccountOut, summary="An operator's month from gross to net"
)
def statement(request: HttpRequest, operator: str, month: str) -> dict[str, object]:
    only_for(request, READERS)
    found = queries.account(operator, _month(month))
    if not found.bars:
        text = _("There is nothing booked for {operator} in {month}.")
        said = text.format(operator=operator[:40], month=month[:20])
        raise Missing(Blocked("settlement.nothing_booked", said))
    return {
        "operator": found.operator, "month": found.month, "issued": found.statement is not None,
        "gross": to_json(found.gross), "net": to_json(found.net),
        "components": [
            {"component": bar.component, "amount": to_json(bar.amount), "postings": bar.postings} for bar in found.bars
        ],
    }  # fmt: skip


@router.get("/postings", response=Postings, summary="Lines of the ledger, newest first")
def postings(
    request: HttpRequest,
    month: str = "",
    party: str = "",
    component: str = "",
    order: UUID | None = None,
    cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> Postings:
    only_for(request, READERS)
    found = Posting.objects.all()
    found = found.in_month(_month(month)) if month else found
    found = found.filter(party=party) if party else found
    found = found.filter(component=component) if component else found
    found = found.filter(order_id=order) if order else found
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
            Blocked(
                "settlement.bad_month",
                _("{text} is not a month; write it like 2026-09.").format(text=text[:20]),
                "month",
            )
        ) from error
