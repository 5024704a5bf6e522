"""Routes of the workshop: free times, visits, repair orders, the menu."""

from collections.abc import Sequence
from datetime import date
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field
from ninja import Query
from ninja import Router
from ninja import Schema
from pydantic import AwareDatetime

from forecourt.care import booking
from forecourt.care import queries
from forecourt.care.booking_pages import FAR
from forecourt.care.menu import Item
from forecourt.care.menu import menu
from forecourt.care.models import Car
from forecourt.care.models import RepairOrder
from forecourt.care.models import Visit
from forecourt.care.repairing import open_repair_order
from forecourt.care.terms import length_of
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing

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


class CarOut(Schema):
    vin: str
    person_id: UUID
    model: str
    trim: str
    since_at: datetime
    warranty_until_on: date
    warranty_km: int


class VisitIn(Schema):
    store: str
    vin: str
    person: UUID | None = Field(
        None, description="Who brings the car; the owner known from the handover when left out."
    )
    starts_at: AwareDatetime
    wish: str = Field("", max_length=500)
    items: list[str] = Field([], max_length=20)
    bay: int = Field(0, ge=0, le=100, description="0 lets the house choose.")


class MoveIn(Schema):
    starts_at: AwareDatetime
    bay: int = Field(0, ge=0, le=100)


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
    kind: str
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
                "kind": one.kind,
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
    times = queries.offered(request.actor, store, on, length, request.at)  # type: ignore[attr-defined]
    return [{"starts_at": one.starts_at, "ends_at": one.ends_at, "free": len(one.bays)} for one in times]


@router.get("/visits", response=list[VisitOut], summary="Visits of a store on a day")
def visits(request: HttpRequest, store: str, on: date) -> Sequence[Visit]:
    near = abs(on - queries.local(request.at).date()) <= FAR  # type: ignore[attr-defined]
    return queries.day(store, on).visits if near else []


@router.get(
    "/cars", response=list[CarOut], summary="Cars handed over and their warranty, as far as you may see them"
)
def own_cars(request: HttpRequest, vin: str = "", limit: int = Query(50, ge=1, le=200)) -> Sequence[Car]:
    found = Car.objects.order_by("-since_at", "vin")
    return list((found.filter(vin=vin) if vin else found)[:limit])


@router.post("/visits", response=Booked, summary="Book a visit")
def book(request: HttpRequest, payload: VisitIn) -> dict[str, object]:
    return booking.book_visit(
        by=request.actor, at=request.at, key=request.key, store=payload.store, vin=payload.vin,   # type: ignore[attr-defined]
        person=str(payload.person or ""), starts_at=payload.starts_at.isoformat(), wish=payload.wish, items=payload.items,
        bay=payload.bay,
    )  # fmt: skip


@router.post("/visits/{visit}/move", response=Booked, summary="Move a visit to another time")
def move(request: HttpRequest, visit: UUID, payload: MoveIn) -> dict[str, object]:
    return booking.move_visit(
        by=request.actor, at=request.at, key=request.key, visit=str(visit), bay=payload.bay,  # type: ignore[attr-defined]
        starts_at=payload.starts_at.isoformat(),
    )  # fmt: skip


@router.post("/visits/{visit}/cancel", response=Cancelled, summary="Cancel a visit")
def cancel(request: HttpRequest, visit: UUID) -> dict[str, object]:
    return booking.cancel_visit(by=request.actor, at=request.at, key=request.key, visit=str(visit))  # type: ignore[attr-defined]


@router.post(
    "/visits/{visit}/repair-order", response=Opened, summary="The car has arrived: open its repair order"
)
def open_order(request: HttpRequest, visit: UUID) -> dict[str, object]:
    return open_repair_order(by=request.actor, at=request.at, key=request.key, visit=str(visit))  # type: ignore[attr-defined]


@router.get(
    "/repair-orders/{repair_order}", response=RepairOrderOut, summary="One repair order with its lines"
)
def one_repair_order(request: HttpRequest, repair_order: UUID) -> RepairOrder:
    found = RepairOrder.objects.prefetch_related("lines").filter(id=repair_order).first()
    if found is None:
        text = _("There is no repair order {id} that you may see.").format(id=repair_order)
        raise Missing(Blocked("care.unknown_repair_order", text))
    return found


@router.get("/repair-orders", response=RepairOrders, summary="Repair orders, newest first")
def repair_orders(
    request: HttpRequest, state: str = "", cursor: str = "", limit: int = Query(50, ge=1, le=200)
) -> RepairOrders:
    found = RepairOrder.objects.prefetch_related("lines")
    page = page_of(found.filter(state=state) if state else found, order="-id", cursor=cursor, limit=limit)
    return RepairOrders.model_validate(
        {"items": page.items, "next_cursor": page.next_cursor}, from_attributes=True
    )
