"""Routes of the workshop: free times, visits, repair orders, the menu."""

from collections.abc import Sequence
from datetime import date
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query
from ninja import Router
from ninja import Schema

from forecourt.care import booking
from forecourt.care import queries
from forecourt.care.menu import Item
from forecourt.care.menu import menu
from forecourt.care.models import RepairOrder
from forecourt.care.models import Visit
from forecourt.care.repairing import open_repair_order
from forecourt.care.terms import length_of
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.paging import page_of
from forecourt.platform.scope import widened

router = Router(tags=["care"])


class ItemOut(Schema):
    code: str
    title: dict[str, str]
    kind: str
    labour_hours: str
    price: str

    @staticmethod
    def resolve_labour_hours(item: Item) -> str:
        return str(item.labour_hours)

    @staticmethod
    def resolve_price(item: Item) -> str:
        return str(item.price)


class FreeTimeOut(Schema):
    starts_at: datetime
    ends_at: datetime
    free: int


class VisitOut(Schema):
    id: UUID
    store: str
    vin: str
    person_id: UUID
    bay: int
    starts_at: datetime
    ends_at: datetime
    state: str
    items: list[str]


class VisitIn(Schema):
    store: str
    vin: str
    person: UUID
    starts_at: datetime
    wish: str = ""
    items: list[str] = []


class MoveIn(Schema):
    starts_at: datetime


class Booked(Schema):
    visit: UUID
    bay: int
    starts_at: datetime
    ends_at: datetime


class Cancelled(Schema):
    visit: UUID


class Opened(Schema):
    repair_order: UUID
    journey: UUID


class LineOut(Schema):
    code: str
    title_zh: str
    title_en: str
    labour: str
    parts: str


class RepairOrderOut(Schema):
    id: UUID
    store: str
    vin: str
    person_id: UUID
    state: str
    odometer_km: int | None
    amount: str
    opened_at: datetime
    closed_at: datetime | None
    lines: list[LineOut]

    @staticmethod
    def resolve_amount(row: RepairOrder) -> str:
        return str(row.amount)

    @staticmethod
    def resolve_lines(row: RepairOrder) -> list[dict[str, str]]:
        return [
            {
                "code": one.code,
                "title_zh": one.title_zh,
                "title_en": one.title_en,
                "labour": str(one.labour),
                "parts": str(one.parts),
            }
            for one in row.lines.all()
        ]


class RepairOrders(Schema):
    items: list[RepairOrderOut]
    next_cursor: str


@router.get("/service-menu", response=list[ItemOut], summary="Service items and their uniform prices")
def service_menu(request: HttpRequest) -> list[Item]:
    return list(menu().values())


@router.get("/visits/slots", response=list[FreeTimeOut], summary="Free times of a store's workshop on a day")
def slots(
    request: HttpRequest, store: str, on: date, items: list[str] = Query([])
) -> list[dict[str, object]]:
    length = length_of(booking.items_of(items))
    with widened(NETWORK_SCOPE, request.actor.scope):  # type: ignore[attr-defined]
        times = queries.free_times(store, on, length, request.at)  # type: ignore[attr-defined]
    return [{"starts_at": one.starts_at, "ends_at": one.ends_at, "free": len(one.bays)} for one in times]


@router.get("/visits", response=list[VisitOut], summary="Visits of a store on a day")
def visits(request: HttpRequest, store: str, on: date) -> Sequence[Visit]:
    return queries.day(store, on).visits


@router.post("/visits", response=Booked, summary="Book a visit")
def book(request: HttpRequest, payload: VisitIn) -> dict[str, object]:
    return booking.book_visit(
        by=request.actor, at=request.at, key=request.key, store=payload.store, vin=payload.vin, person=str(payload.person),  # type: ignore[attr-defined]
        starts_at=payload.starts_at.isoformat(), wish=payload.wish, items=payload.items,
    )  # fmt: skip


@router.post("/visits/{visit}/move", response=Booked, summary="Move a visit to another time")
def move(request: HttpRequest, visit: UUID, payload: MoveIn) -> dict[str, object]:
    return booking.move_visit(
        by=request.actor,
        at=request.at,
        key=request.key,
        visit=str(visit),
        starts_at=payload.starts_at.isoformat(),  # type: ignore[attr-defined]
    )


@router.post("/visits/{visit}/cancel", response=Cancelled, summary="Cancel a visit")
def cancel(request: HttpRequest, visit: UUID) -> dict[str, object]:
    return booking.cancel_visit(by=request.actor, at=request.at, key=request.key, visit=str(visit))  # type: ignore[attr-defined]


@router.post(
    "/visits/{visit}/repair-order", response=Opened, summary="The car has arrived: open its repair order"
)
def open_order(request: HttpRequest, visit: UUID) -> dict[str, object]:
    return open_repair_order(by=request.actor, at=request.at, key=request.key, visit=str(visit))  # type: ignore[attr-defined]


@router.get("/repair-orders", response=RepairOrders, summary="Repair orders, newest first")
def repair_orders(
    request: HttpRequest, state: str = "", cursor: str = "", limit: int = Query(50, ge=1, le=200)
) -> RepairOrders:
    found = RepairOrder.objects.prefetch_related("lines")
    page = page_of(found.filter(state=state) if state else found, order="-id", cursor=cursor, limit=limit)
    return RepairOrders.model_validate(
        {"items": page.items, "next_cursor": page.next_cursor}, from_attributes=True
    )
