"""Pages of orders: the list, one order with its three states and its money, and what can be done with it."""

from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from typing import Any
from uuid import UUID
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forecourt.journeys.actions import record_step
from forecourt.network.models import VehicleModel
from forecourt.people.queries import display
from forecourt.platform.access import page
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import ActionError
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import EMPLOYED
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.sales import ordering
from forecourt.sales import paying
from forecourt.sales import queries
from forecourt.sales import rules
from forecourt.sales import showing
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.models.catalogue import PLACEHOLDER
from forecourt.sales.models.orders import FIRM
from forecourt.sales.models.orders import LOCKED
from forecourt.sales.models.orders import RESERVED
from forecourt.sales.models.orders import STATES
from forecourt.sales.models.payments import FIRM_DEPOSIT
from forecourt.sales.offer_pages import Configure
from forecourt.sales.offer_pages import methods
from forecourt.sales.payments import provider
from forecourt.sales.pricing import options_on
from forecourt.sales.steps import run_of_order
from forecourt.sales.steps import step_with
from forecourt.sales.terms import terms

CURVE = timedelta(days=14)
ACTING = (ADVISER, STORE_MANAGER, NETWORK_OPS)


@page(roles=EMPLOYED)
def orders(request: Any) -> HttpResponse:
    """Orders that the viewer may see, newest first, by state and model."""
    state, model = request.GET.get("state", ""), request.GET.get("model", "")
    rows = queries.orders(state=state if state in STATES else "", model=model)
    found = page_of(rows, order="-placed_at", cursor=request.GET.get("cursor", ""), limit=50)
    people = display([order.person_id for order in found.items], request.actor)
    titles = showing.trim_titles(order.trim for order in found.items)
    context = {
        "state": state, "model": model, "models": VehicleModel.objects.order_by("code"), "next": found.next_cursor,
        "counts": queries.orders_by_state(), "curve": _curve(request.at, model),
        "columns": [_("Day"), _("Reserved"), _("Made firm"), _("Locked")],
        "rows": [(order, people.get(order.person_id), titles.get(order.trim, order.trim)) for order in found.items],
    }  # fmt: skip
    return render(request, "sales/orders.html", context)


def _curve(now: datetime, model: str) -> list[list[Any]]:
    """The last two weeks by day: what was reserved, made firm and locked on it."""
    rows = queries.launch_curve(now - CURVE, now, model=model, grain="day")
    return [[f"{at:%m-%d}", reserved, firm, locked] for at, reserved, firm, locked in rows]


@page(roles=EMPLOYED)
def order(request: Any, order: UUID) -> HttpResponse:
    """One order."""
    return _shown(request, queries.order(order))


def _shown(request: Any, found: Order, problems: Any = (), status: int = 200) -> HttpResponse:
    payments = list(found.payments.order_by("started_at", "id"))
    person = display([found.person_id], request.actor).get(found.person_id)
    context = {
        "title": _("Order {number}").format(number=found.number), "order": found, "person": person, "lines": showing.titled(found.lines), "stages": stages(found), "problems": problems,
        "payments": [(payment, purpose(payment)) for payment in payments], "paid": paying.paid_of(payments),
        "due": rules.firm_due(terms(), paying.paid_of(payments)), "firm_deposit": terms().firm_deposit,
        "pending": any(payment.state == "pending" for payment in payments), "provider": provider(),
        "run_url": showing.run_url(found.journey), "methods": methods(), "key": f"page-{uuid4()}",
        "cancel_reasons": cancel_reasons(), "refund_reasons": refund_reasons(), "acts": request.actor.role in ACTING,
        "approves": request.actor.role in (rules.approver_of(found.state), NETWORK_OPS) and bool(rules.approver_of(found.state)),
        "change": _change_form(request, found),
    }  # fmt: skip
    return render(request, "sales/order.html", context, status=status)


def _change_form(request: Any, order: Order) -> Configure | None:
    """The form for another configuration, while there may be one."""
    if order.state not in (RESERVED, FIRM) or order.vin or request.actor.role not in (ADVISER, STORE_MANAGER):
        return None
    on = showing.today_of(request)
    offers = [offer for offer in queries.catalogue(on, brand=order.brand) if offer.price.kind != PLACEHOLDER]
    options = options_on(order.brand, on)
    chosen = {f"option_{option.group}": option.code for option in options if option.code in order.options}
    return Configure(offers, options, initial={"trim": order.trim} | chosen)


def stages(order: Order) -> list[dict[str, Any]]:
    """The three states in order: when each was reached, and whether the order is in it now."""
    reached = {RESERVED: order.placed_at, FIRM: order.confirmed_at, LOCKED: order.locked_at}
    said = {
        RESERVED: _("The reservation is refunded whenever the customer cancels."),
        FIRM: _("The deposit is at risk. The configuration can still be changed."),
        LOCKED: _("The configuration is fixed. The place in the queue counts from here."),
    }
    return [
        {
            "state": state,
            "at": at,
            "now": order.state == state and not order.handed_over_at,
            "text": said[state],
        }
        for state, at in reached.items()
    ]


def purpose(payment: Payment) -> str:
    """The word for what a payment is for."""
    return _("Firm deposit") if payment.purpose == FIRM_DEPOSIT else _("Reservation")


def cancel_reasons() -> list[tuple[str, str]]:
    """Why orders are cancelled, in the playbook's codes."""
    words = {
        "price": _("Price"), "wait": _("Waiting time"), "product": _("The car itself"), "service": _("Service"),
        "other_brand": _("Another brand"), "finance_refused": _("Loan refused"), "private": _("Private reasons"),
        "other": _("Other"),
    }  # fmt: skip
    return [(code, words[code]) for code in rules.CANCEL_REASONS]


def refund_reasons() -> list[tuple[str, str]]:
    """Why a deposit is given back although the rule forfeits it."""
    words = {
        "price_rose": _("The price rose"), "delay": _("The promised date was missed"), "hardship": _("Hardship"),
        "mistake": _("Our mistake"), "goodwill": _("Goodwill"),
    }  # fmt: skip
    return [(code, words[code]) for code in rules.REFUND_REASONS]


Act = Callable[[Any, Order], str]


def _acting(act: Act, roles: tuple[str, ...] = ACTING) -> Callable[..., HttpResponse]:
    """A view that does one thing with an order and shows it again: with what was done, or why not."""

    @page(roles=roles)
    @require_POST
    def view(request: Any, order: UUID) -> HttpResponse:
        found = queries.order(order)
        try:
            messages.success(request, act(request, found))
        except ActionError as refusal:
            return _shown(request, queries.order(order), refusal.problems, refusal.status)
        return redirect("sales:order", order)

    return view


def _record(request: Any, order: Order, effect: str, **record: Any) -> None:
    run = run_of_order(order)
    kept = {name: value for name, value in record.items() if value not in ("", None)}
    key = request.POST.get("key", "")
    what = {"journey": str(run.id), "step": step_with(effect, run), "record": kept}
    record_step(by=request.actor, at=request.at, key=key and f"{key}-{effect}", **what)


def _confirm(request: Any, order: Order) -> str:
    given = request.POST
    _record(
        request,
        order,
        "sales.confirm_order",
        method=given.get("method"),
        accept_price=given.get("accept_price"),
    )
    return _("The firm deposit is paid. Order {number} is firm.").format(number=order.number)


def _lock(request: Any, order: Order) -> str:
    _record(request, order, "sales.lock_order", understood=request.POST.get("understood") == "on")
    return _("Order {number} is locked and in the queue.").format(number=order.number)


def _cancel(request: Any, order: Order) -> str:
    given = request.POST
    _record(request, order, "sales.cancel_order", reason=given.get("reason"), refund=given.get("refund"))
    return _("Order {number} is cancelled.").format(number=order.number)


def _pay(request: Any, order: Order) -> str:
    what = {"order": str(order.id), "purpose": FIRM_DEPOSIT, "method": request.POST.get("method", "")}
    done = paying.pay(by=request.actor, at=request.at, key=request.POST.get("key", ""), **what)
    words = {
        "paid": _("The payment has arrived."),
        "pending": _("The payment is under way."),
        "declined": _("The payment was declined."),
    }
    return words.get(done["state"], done["state"])


def _approve(request: Any, order: Order) -> str:
    what = {"order": str(order.id), "reason": request.POST.get("reason", "")}
    ordering.approve_refund(by=request.actor, at=request.at, key=request.POST.get("key", ""), **what)
    return _("The refund is approved. Cancelling now gives the whole deposit back.")


def _change(request: Any, order: Order) -> str:
    options = [value for name, value in request.POST.items() if name.startswith("option_") and value]
    what = {"order": str(order.id), "trim": request.POST.get("trim", order.trim), "options": options}
    ordering.change_configuration(by=request.actor, at=request.at, key=request.POST.get("key", ""), **what)
    return _("The configuration is changed, at today's price.")


confirm = _acting(_confirm)
lock = _acting(_lock)
cancel = _acting(_cancel)
pay = _acting(_pay, (ADVISER, STORE_MANAGER))
approve = _acting(_approve, (STORE_MANAGER, NETWORK_OPS))
change = _acting(_change, (ADVISER, STORE_MANAGER))
