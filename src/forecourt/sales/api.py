"""Routes of sales: orders, prices, quotes, test drives, payments. What acts on a journey records a step of it."""

from datetime import date
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query
from ninja import Router
from ninja import Status

from forecourt.base.money import to_json
from forecourt.journeys.actions import record_step
from forecourt.platform import clock
from forecourt.platform.actor import Actor
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.scope import reading
from forecourt.sales import ordering
from forecourt.sales import paying
from forecourt.sales import queries
from forecourt.sales.models import Option
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.models import Price
from forecourt.sales.models import Quote
from forecourt.sales.models import TestDrive
from forecourt.sales.payments import WebhookRejected
from forecourt.sales.pricing import options_on
from forecourt.sales.refusing import SHANGHAI
from forecourt.sales.shapes import CancelIn
from forecourt.sales.shapes import ConfigurationIn
from forecourt.sales.shapes import ConfirmIn
from forecourt.sales.shapes import LockIn
from forecourt.sales.shapes import OptionOut
from forecourt.sales.shapes import OrderDetail
from forecourt.sales.shapes import OrderIn
from forecourt.sales.shapes import OrderOut
from forecourt.sales.shapes import OrderPage
from forecourt.sales.shapes import PaidOut
from forecourt.sales.shapes import PayIn
from forecourt.sales.shapes import PriceOut
from forecourt.sales.shapes import PricesOut
from forecourt.sales.shapes import QuoteIn
from forecourt.sales.shapes import QuoteOut
from forecourt.sales.shapes import RefundIn
from forecourt.sales.shapes import SlotOut
from forecourt.sales.shapes import TestDriveIn
from forecourt.sales.shapes import TestDriveOut
from forecourt.sales.steps import run_id_of
from forecourt.sales.steps import run_of_order
from forecourt.sales.steps import step_with

router = Router(tags=["sales"])


def _payment(payment: Payment) -> dict[str, Any]:
    plain = ("id", "purpose", "state", "provider", "reason", "started_at", "settled_at")
    money = {"amount": to_json(payment.amount), "refunded": to_json(payment.refunded)}
    return (
        {name: getattr(payment, name) for name in plain} | money | {"sandbox": payment.provider == "sandbox"}
    )


def _order(order: Order) -> dict[str, Any]:
    plain = {name: getattr(order, name) for name in OrderOut.model_fields if name != "price"}
    return plain | {"price": to_json(order.price)}


def _detail(order: Order) -> dict[str, Any]:
    payments = [_payment(payment) for payment in queries.payments_of(order.id)]
    return _order(order) | {"lines": order.lines, "payments": payments}


def _shown(actor: Actor, order: UUID | str) -> dict[str, Any]:
    """The order as it stands after a write, read in the caller's scope."""
    with reading(actor.scope):
        return _detail(queries.order(order))


def _record(request: Any, journey: UUID, step: str, record: dict[str, Any]) -> None:
    kept = {name: value for name, value in record.items() if value not in ("", [], None)}
    record_step(
        by=request.actor, at=request.at, key=request.key, journey=str(journey), step=step, record=kept
    )


def _on_run(request: Any, journey: UUID, effect: str, record: dict[str, Any]) -> None:
    with reading(request.actor.scope):
        step = step_with(effect, journey)
    _record(request, journey, step, record)


def _on_order(request: Any, order: UUID, effect: str, record: dict[str, Any]) -> dict[str, Any]:
    with reading(request.actor.scope):
        run = run_id_of(order) or run_of_order(queries.order(order)).id
        step = step_with(effect, run)
    _record(request, run, step, record)
    return _shown(request.actor, order)


@router.get("/orders", response=OrderPage, summary="Orders, newest first")
def list_orders(
    request: HttpRequest,
    state: str = "",
    model: str = "",
    person: UUID | None = None,
    cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    rows = queries.orders(state=state, model=model, person=person or "")
    page = page_of(rows, order="-placed_at", cursor=cursor, limit=limit)
    return {"items": [_order(order) for order in page.items], "next_cursor": page.next_cursor}


@router.post("/orders", response={201: OrderDetail}, summary="Place an order")
def place_order(request: Any, body: OrderIn) -> Status[dict[str, Any]]:
    quote = str(body.quote) if body.quote else ""
    record = {
        "trim": body.trim,
        "options": body.options,
        "quote": quote,
        "vin": body.vin,
        "method": body.method,
    }
    _on_run(request, body.journey, "sales.place_order", record)
    with reading(request.actor.scope):
        return Status(201, _detail(queries.order_sold_in(body.journey)))


@router.get("/orders/{order}", response=OrderDetail, summary="One order")
def get_order(request: HttpRequest, order: UUID) -> dict[str, Any]:
    return _detail(queries.order(order))


@router.post(
    "/orders/{order}/confirm", response=OrderDetail, summary="Pay the firm deposit: reserved to firm"
)
def confirm_order(request: Any, order: UUID, body: ConfirmIn) -> dict[str, Any]:
    return _on_order(request, order, "sales.confirm_order", body.dict())


@router.post("/orders/{order}/lock", response=OrderDetail, summary="Fix the configuration: firm to locked")
def lock_order(request: Any, order: UUID, body: LockIn) -> dict[str, Any]:
    return _on_order(request, order, "sales.lock_order", body.dict())


@router.post("/orders/{order}/cancel", response=OrderDetail, summary="Cancel, and refund by rule")
def cancel_order(request: Any, order: UUID, body: CancelIn) -> dict[str, Any]:
    return _on_order(request, order, "sales.cancel_order", body.dict())


@router.post(
    "/orders/{order}/configuration", response=OrderDetail, summary="Another configuration, before the lock"
)
def change_configuration(request: Any, order: UUID, body: ConfigurationIn) -> dict[str, Any]:
    what = {"order": str(order), "trim": body.trim, "options": body.options}
    ordering.change_configuration(by=request.actor, at=request.at, key=request.key, **what)
    return _shown(request.actor, order)


@router.post(
    "/orders/{order}/refund-approval", response=OrderDetail, summary="Except an order from the refund rule"
)
def approve_refund(request: Any, order: UUID, body: RefundIn) -> dict[str, Any]:
    what = {"order": str(order), "reason": body.reason}
    ordering.approve_refund(by=request.actor, at=request.at, key=request.key, **what)
    return _shown(request.actor, order)


@router.post(
    "/orders/{order}/payments",
    response={201: PaidOut},
    summary="Take a deposit before the step that needs it",
)
def pay(request: Any, order: UUID, body: PayIn) -> Status[dict[str, Any]]:
    what = {"order": str(order), "purpose": body.purpose, "method": body.method}
    return Status(201, paying.pay(by=request.actor, at=request.at, key=request.key, **what))


@router.get("/prices", response=PricesOut, summary="The price list of a day")
def prices(request: Any, on: date | None = None, brand: str = "", model: str = "") -> dict[str, Any]:
    day = on or request.at.astimezone(SHANGHAI).date()
    rows = [offer.price for offer in queries.catalogue(day, brand=brand, model=model)]
    return {
        "on": day,
        "prices": [_price(row) for row in rows],
        "options": [_option(row) for row in options_on(brand, day)],
    }


def _price(price: Price) -> dict[str, Any]:
    return {name: getattr(price, name) for name in PriceOut.model_fields} | {"amount": to_json(price.amount)}


def _option(option: Option) -> dict[str, Any]:
    return {name: getattr(option, name) for name in OptionOut.model_fields} | {
        "amount": to_json(option.amount)
    }


@router.post("/quotes", response={201: QuoteOut}, summary="Quote a configuration from the price list")
def quote(request: Any, body: QuoteIn) -> Status[dict[str, Any]]:
    _on_run(request, body.journey, "sales.quote", {"trim": body.trim, "options": body.options})
    with reading(request.actor.scope):
        found = Quote.objects.filter(journey=body.journey).order_by("-quoted_at", "-id")[0]
    plain = {name: getattr(found, name) for name in QuoteOut.model_fields if name not in ("total",)}
    return Status(201, plain | {"total": to_json(found.total)})


@router.get("/test-drives/slots", response=list[SlotOut], summary="A day's test drive slots in a store")
def slots(request: Any, store: str, on: date, model: str = "", free: bool = True) -> list[dict[str, Any]]:
    find = queries.free_slots if free else queries.slots
    return [
        {name: getattr(slot, name) for name in SlotOut.model_fields}
        for slot in find(store, on, request.at, model=model)
    ]


@router.post("/test-drives", response={201: TestDriveOut}, summary="Book a test drive")
def book_test_drive(request: Any, body: TestDriveIn) -> Status[dict[str, Any]]:
    record = {"car": body.car, "starts_at": _aware(body.starts_at).isoformat(), "adviser": body.adviser}
    _on_run(request, body.journey, "sales.test_drive_book", record)
    with reading(request.actor.scope):
        return Status(
            201, _drive(TestDrive.objects.filter(journey=body.journey).order_by("-booked_at", "-id")[0])
        )


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _drive(drive: TestDrive) -> dict[str, Any]:
    plain = ("id", "adviser", "starts_at", "ends_at", "state", "journey")
    return {name: getattr(drive, name) for name in plain} | {"car": drive.car_id}


@router.get(
    "/payments/webhook", auth=None, response=dict[str, Any], summary="Which provider sends its messages here"
)
def webhook_of(request: HttpRequest) -> dict[str, Any]:
    from forecourt.sales.payments import provider

    return {"provider": provider().name, "sandbox": provider().is_sandbox}


@router.post(
    "/payments/webhook",
    auth=None,
    response=dict[str, str],
    summary="A message of the payment provider, signed by it",
)
def webhook(request: HttpRequest) -> dict[str, str]:
    try:
        body = request.body.decode()
        by, at = Actor.system("sales.payments"), clock.now()
        return paying.hear_provider(by=by, at=at, headers=dict(request.headers), body=body)
    except WebhookRejected as error:
        raise Invalid(Blocked(error.code, str(error))) from error
    except UnicodeDecodeError as error:
        raise Invalid(Blocked("sales.webhook_body", _("The message is no UTF-8 text."))) from error
