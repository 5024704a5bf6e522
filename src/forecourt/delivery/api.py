"""Routes of delivery: preparation of cars, slots and appointments for handover, the handover itself."""

from datetime import date
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field
from ninja import Query
from ninja import Router
from ninja import Schema

from forecourt.base.money import to_json
from forecourt.delivery import appointing
from forecourt.delivery import preparing
from forecourt.delivery import queries
from forecourt.delivery.checklists import PDI
from forecourt.delivery.files import file_of
from forecourt.delivery.files import problem
from forecourt.delivery.models import DeliveryFile
from forecourt.journeys.actions import record_step
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading

router = Router(tags=["delivery"])


class SlotOut(Schema):
    """An hour in which a handover fits, with the bays and how many can begin then."""

    starts_at: datetime
    ends_at: datetime
    bays: list[int]
    free: int


class AppointmentOut(Schema):
    appointment: UUID
    order: UUID
    vin: str
    store: str
    bay: int
    specialist: str
    starts_at: datetime
    ends_at: datetime
    state: str


class AppointIn(Schema):
    """Appoint the handover of an order; bay and specialist are chosen when left out."""

    order: UUID
    starts_at: datetime
    bay: int = Field(0, ge=0, le=200)
    specialist: str = Field("", max_length=32)


class MoveIn(Schema):
    starts_at: datetime
    bay: int = Field(0, ge=0, le=200)
    specialist: str = Field("", max_length=32)


class StepOut(Schema):
    """What recording a step of the order's journey answered."""

    journey: UUID
    step: str
    status: str
    outcome: str
    deviations: list[dict[str, Any]]
    started: UUID | None


class FileOut(Schema):
    """A car to hand over. Amounts in yuan."""

    order: UUID
    vin: str
    model: str
    trim: str
    store: str
    state: str
    price: str | None
    paid: str
    allocated_at: datetime | None
    prepared_at: datetime | None
    handed_over_at: datetime | None


class FilePage(Schema):
    items: list[FileOut]
    next_cursor: str


class ItemOut(Schema):
    """An item of a checklist: what is asked for, what was recorded, what is wrong."""

    code: str
    title: str
    required: bool
    law: str
    evidence: str
    unit: str
    outcome: str
    value: str
    problem: str


class SheetOut(Schema):
    order: UUID
    vin: str
    checklist: str
    closed: bool
    left: int
    items: list[ItemOut]


class MarkIn(Schema):
    """What was found at an item: done, skipped (with a reason) or fault; `evidence` names proofs."""

    checklist: str = PDI
    item: str = Field(max_length=40)
    outcome: str = "done"
    value: str = Field("", max_length=80)
    reason: str = Field("", max_length=200)
    evidence: list[str | dict[str, str]] = Field(default_factory=list, max_length=20)


class UndoIn(Schema):
    checklist: str = PDI
    item: str = Field(max_length=40)
    reason: str = Field(max_length=200)


class MarkOut(Schema):
    sheet: UUID
    item: str
    outcome: str
    mark: int
    left: list[str]


class ItemsIn(Schema):
    """What was not recorded before: item code to outcome, value, reason, evidence; and proofs of the step as a whole."""

    items: dict[str, dict[str, Any]] = Field(default_factory=dict)
    evidence: list[str | dict[str, str]] = Field(default_factory=list, max_length=20)


@router.get("/handovers/slots", response=list[SlotOut], summary="Free handover slots of a store on a day")
def slots(request: HttpRequest, store: str, on: date, brand: str = "") -> list[dict[str, Any]]:
    if not 2000 <= on.year <= 2100:
        raise Invalid(Blocked("delivery.bad_date", _("Choose a day in this century."), "on"))
    found = queries.free_slots(store, brand, on, request.at)  # type: ignore[attr-defined]
    return [
        {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "bays": slot.bays, "free": slot.free}
        for slot in found
        if slot.free
    ]


@router.get(
    "/handovers",
    response=FilePage,
    summary="Cars allocated, prepared and handed over, those that came first on top",
)
def handovers(
    request: HttpRequest,
    store: str = "",
    state: str = "",
    cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    asked = {name: value for name, value in (("store", store), ("state", state)) if value}
    rows = DeliveryFile.objects.filter(allocated_at__isnull=False, **asked)
    found = page_of(rows, order="allocated_at", cursor=cursor, limit=limit)
    return {"items": [_file(row) for row in found.items], "next_cursor": found.next_cursor}


def _file(row: DeliveryFile) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in FileOut.model_fields if name not in ("price", "paid")}
    return plain | {"price": to_json(row.price) if row.price is not None else None, "paid": to_json(row.paid)}


@router.post("/handovers", response=AppointmentOut, summary="Appoint the handover of an order")
def appoint(request: HttpRequest, payload: AppointIn) -> dict[str, Any]:
    facts = {"starts_at": payload.starts_at.isoformat(), "bay": payload.bay, "specialist": payload.specialist}
    _record(request, payload.order, "appoint", facts)
    with reading(request.actor.scope):  # type: ignore[attr-defined]
        row = queries.appointment_of(payload.order)
        assert row is not None
        return appointing.as_json(row)


@router.post("/handovers/{appointment}/move", response=AppointmentOut, summary="Move an appointment")
def move(request: HttpRequest, appointment: UUID, payload: MoveIn) -> dict[str, Any]:
    facts = {
        "appointment": str(appointment), "starts_at": payload.starts_at.isoformat(), "bay": payload.bay, "specialist": payload.specialist,
    }  # fmt: skip
    return appointing.move_appointment(by=request.actor, at=request.at, key=request.key, **facts)  # type: ignore[attr-defined]


@router.post("/handovers/{appointment}/call-off", response=AppointmentOut, summary="Call an appointment off")
def call_off(request: HttpRequest, appointment: UUID) -> dict[str, Any]:
    """Bay and specialist are free again; the order waits for another appointment."""
    return appointing.call_off(
        by=request.actor, at=request.at, key=request.key, appointment=str(appointment)  # type: ignore[attr-defined]
    )  # fmt: skip


@router.post(
    "/handovers/{order}/done",
    response=StepOut,
    summary="Hand the car over; refused while anything is missing",
)
def hand_over(request: HttpRequest, order: UUID, payload: ItemsIn) -> dict[str, Any]:
    return _record(request, order, "hand_over", {"items": payload.items}, payload.evidence)


@router.get(
    "/preparations/{order}", response=SheetOut, summary="The checklist of an order's car, item by item"
)
def preparation(request: HttpRequest, order: UUID, checklist: str = PDI) -> dict[str, Any]:
    view = queries.sheet_view(file_of(order, locked=False), preparing.known_checklist(checklist))
    return {
        "order": order, "vin": view.file.vin, "checklist": view.code, "closed": view.closed, "left": view.left,
        "items": [_item(line) for line in view.lines],
    }  # fmt: skip


def _item(line: queries.ItemLine) -> dict[str, Any]:
    item, mark = line.item, line.mark
    return {
        "code": item.code, "title": item.say(get_language() or "zh"), "required": item.required, "law": item.law,
        "evidence": item.evidence, "unit": item.unit, "outcome": mark.outcome if mark else "", "value": mark.value if mark else "",
        "problem": problem(line.lack).text if line.lack else "",
    }  # fmt: skip


@router.post("/preparations/{order}/items", response=MarkOut, summary="Record one item")
def check(request: HttpRequest, order: UUID, payload: MarkIn) -> dict[str, Any]:
    facts = payload.dict()
    return preparing.check_item(by=request.actor, at=request.at, key=request.key, order=str(order), **facts)  # type: ignore[attr-defined]


@router.post(
    "/preparations/{order}/corrections", response=MarkOut, summary="Take back what was recorded for an item"
)
def undo(request: HttpRequest, order: UUID, payload: UndoIn) -> dict[str, Any]:
    facts = payload.dict()
    return preparing.undo_item(by=request.actor, at=request.at, key=request.key, order=str(order), **facts)  # type: ignore[attr-defined]


@router.post("/preparations/{order}/done", response=StepOut, summary="Close the pre-delivery inspection")
def prepare(request: HttpRequest, order: UUID, payload: ItemsIn) -> dict[str, Any]:
    return _record(request, order, "prepare", {"items": payload.items}, payload.evidence)


def _record(
    request: HttpRequest, order: UUID, step: str, record: dict[str, Any], evidence: Any = ()
) -> dict[str, Any]:
    """Record a step of the order's journey."""
    with reading(request.actor.scope):  # type: ignore[attr-defined]
        journey = file_of(order, locked=False).journey
    if journey is None:
        text = _("The order {order} has no journey in which this could be recorded.").format(order=order)
        raise Refused(Blocked("delivery.no_journey", text))
    return record_step(
        by=request.actor,
        at=request.at,
        key=request.key,
        journey=str(journey),
        step=step,
        record=record,
        evidence=list(evidence),  # type: ignore[attr-defined]
    )
