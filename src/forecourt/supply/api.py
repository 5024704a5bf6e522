"""Routes of supply: vehicles and their import, the queue, offers of refused cars, allocation by hand."""

from datetime import date
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field
from ninja import Query
from ninja import Router
from ninja import Schema

from forecourt.base.money import to_json
from forecourt.platform.paging import page_of
from forecourt.supply import by_hand
from forecourt.supply import queries
from forecourt.supply import receiving
from forecourt.supply import refusing
from forecourt.supply.models import Vehicle
from forecourt.supply.promises import Band

router = Router(tags=["supply"])


class VehicleOut(Schema):
    """A car of the stock."""

    vin: str
    trim: str
    model: str
    configuration: str
    city: str
    store: str
    state: str
    built_on: date | None
    received_at: datetime | None


class VehiclePage(Schema):
    items: list[VehicleOut]
    next_cursor: str


class VehiclesIn(Schema):
    """A list of cars as CSV text; columns vin, trim, options, city, store, built_on, state, in any order."""

    csv: str = Field(max_length=4_000_000)


class LineOut(Schema):
    """What became of one line: accepted, arrived, known or refused, with the reason."""

    line: int
    vin: str
    outcome: str
    code: str
    text: str


class ImportOut(Schema):
    accepted: int
    arrived: int
    known: int
    refused: int
    rows: list[LineOut]


class BandOut(Schema):
    """A band of dates, both included, and the rule that gave it."""

    from_on: date
    to_on: date
    rule: str


class MoveOut(Schema):
    """What moved a place, from which number to which."""

    at: datetime
    kind: str
    before: int | None
    after: int | None


class StandingOut(Schema):
    """An order in the queue. `number` is null when it has a car or has left. Compensation in yuan."""

    order: UUID
    state: str
    model: str
    configuration: str
    city: str
    locked_at: datetime
    number: int | None
    length: int
    promise: BandOut
    estimate: BandOut | None
    delay_days: int
    compensation: str
    vin: str
    offer: UUID | None
    moves: list[MoveOut]


class LineSummaryOut(Schema):
    """One queue: its length for everybody, and how many of its orders you may see."""

    model: str
    configuration: str
    city: str
    length: int
    own: int
    first_locked_at: datetime
    arrivals: int


class RefusalIn(Schema):
    """Why the customer refuses: colour, damage, wrong_car, not_now, other."""

    reason: str


class RefusalOut(Schema):
    order: UUID
    vin: str
    state: str


class AnswerIn(Schema):
    accepts: bool


class RequestIn(Schema):
    """Give this car to this order out of turn, and why."""

    order: UUID
    vin: str
    reason: str = Field(max_length=500)


class RequestOut(Schema):
    request: UUID
    passes: int
    approver: str


class DecisionIn(Schema):
    approved: bool


class DecisionOut(Schema):
    request: UUID
    state: str
    vin: str


@router.get("/vehicles", response=VehiclePage, summary="Cars, newest first")
def vehicles(
    request: HttpRequest,
    state: str = "",
    model: str = "",
    city: str = "",
    cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    asked = {name: value for name, value in (("state", state), ("model", model), ("city", city)) if value}
    found = page_of(Vehicle.objects.filter(**asked), order="-listed_at", cursor=cursor, limit=limit)
    return {"items": [_vehicle(row) for row in found.items], "next_cursor": found.next_cursor}


def _vehicle(row: Vehicle) -> dict[str, Any]:
    return {name: getattr(row, name) for name in VehicleOut.model_fields}


@router.post(
    "/vehicles", response=ImportOut, summary="Take a list of cars; the same list again changes nothing"
)
def receive(request: HttpRequest, payload: VehiclesIn) -> dict[str, Any]:
    return receiving.receive_vehicles(by=request.actor, at=request.at, key=request.key, text=payload.csv)  # type: ignore[attr-defined]


@router.get("/queue", response=list[LineSummaryOut], summary="The queues in which you see orders")
def lines(request: HttpRequest, model: str = "", city: str = "") -> list[dict[str, Any]]:
    found = queries.lines(request.actor, request.at, model=model, city=city)  # type: ignore[attr-defined]
    return [
        {
            **row.line._asdict(), "length": row.length, "own": row.own, "first_locked_at": row.first_locked_at, "arrivals": row.arrivals,
        }
        for row in found
    ]  # fmt: skip


@router.get("/queue/{order}", response=StandingOut, summary="Where an order stands, and what moved it")
def standing(request: HttpRequest, order: UUID) -> dict[str, Any]:
    found = queries.standing_of(order, request.actor, request.at)  # type: ignore[attr-defined]
    place = found.place
    return {
        "order": place.order, "state": place.state, **place.line._asdict(), "locked_at": place.locked_at, "number": found.number,
        "length": found.length, "promise": _band(found.promise), "estimate": _band(found.estimate) if found.estimate else None,
        "delay_days": found.delay.days, "compensation": to_json(found.delay.amount),
        "vin": found.allocation.vehicle_id if found.allocation else "", "offer": found.offer.id if found.offer else None,
        "moves": [{"at": m.at, "kind": m.kind, "before": m.before, "after": m.after} for m in found.moves],
    }  # fmt: skip


def _band(band: Band) -> dict[str, Any]:
    return {"from_on": band.from_on, "to_on": band.to_on, "rule": band.rule}


@router.post(
    "/queue/{order}/refusal", response=RefusalOut, summary="The customer refuses the car and keeps the place"
)
def refuse(request: HttpRequest, order: UUID, payload: RefusalIn) -> dict[str, Any]:
    facts = {"order": str(order), "reason": payload.reason}
    return refusing.refuse_vehicle(by=request.actor, at=request.at, key=request.key, **facts)  # type: ignore[attr-defined]


@router.post(
    "/offers/{offer}/answer",
    response=RefusalOut,
    summary="Take a refused car that is offered, or keep waiting",
)
def answer(request: HttpRequest, offer: UUID, payload: AnswerIn) -> dict[str, Any]:
    facts = {"offer": str(offer), "accepts": payload.accepts}
    return refusing.answer_offer(by=request.actor, at=request.at, key=request.key, **facts)  # type: ignore[attr-defined]


@router.post("/allocation-requests", response=RequestOut, summary="Ask for an allocation out of turn")
def ask(request: HttpRequest, payload: RequestIn) -> dict[str, Any]:
    facts = {"order": str(payload.order), "vin": payload.vin, "reason": payload.reason}
    return by_hand.ask_allocation(by=request.actor, at=request.at, key=request.key, **facts)  # type: ignore[attr-defined]


@router.post(
    "/allocation-requests/{id}/decision", response=DecisionOut, summary="Approve or refuse what was asked"
)
def decide(request: HttpRequest, id: UUID, payload: DecisionIn) -> dict[str, Any]:
    facts = {"request": str(id), "approved": payload.approved}
    return by_hand.decide_allocation(by=request.actor, at=request.at, key=request.key, **facts)  # type: ignore[attr-defined]
