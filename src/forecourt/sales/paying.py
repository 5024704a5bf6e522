"""Takes and gives back deposits through the provider, and hears what the provider tells later."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from forecourt.base.ids import new_id
from forecourt.base.money import ZERO
from forecourt.base.money import to_json
from forecourt.base.money import total
from forecourt.journeys.actions import record_step
from forecourt.platform.actions import Doing
from forecourt.platform.actions import action
from forecourt.platform.models import as_id
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import CUSTOMER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.sales import refusing
from forecourt.sales.deals import Deal
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.models import orders
from forecourt.sales.models.payments import DECLINED
from forecourt.sales.models.payments import FIRM_DEPOSIT
from forecourt.sales.models.payments import PAID
from forecourt.sales.models.payments import PENDING
from forecourt.sales.models.payments import PURPOSES
from forecourt.sales.models.payments import REFUNDED
from forecourt.sales.models.payments import RESERVATION
from forecourt.sales.payments import Charge
from forecourt.sales.payments import ChargeState
from forecourt.sales.payments import Intent
from forecourt.sales.payments import ProviderUnavailable
from forecourt.sales.payments import provider
from forecourt.sales.pricing import final_offer
from forecourt.sales.rules import firm_due
from forecourt.sales.sandbox import Sandbox
from forecourt.sales.steps import step_with
from forecourt.sales.terms import terms

logger = logging.getLogger(__name__)
STATES = {
    ChargeState.SUCCEEDED: PAID, ChargeState.PENDING: PENDING, ChargeState.CREATED: PENDING,
    ChargeState.DECLINED: DECLINED, ChargeState.REFUNDED: REFUNDED,
}  # fmt: skip
USUAL_METHOD = "card"
MOST_ATTEMPTS = 50


@action("sales.pay", roles=(ADVISER, STORE_MANAGER, CUSTOMER))
def pay(do: Doing, *, order: UUID | str, purpose: str = FIRM_DEPOSIT, method: str = "") -> dict[str, str]:
    """Take a deposit now, before the step that needs it. The result says whether it is paid, pending or declined.

    A payment that hangs at the provider is kept and confirmed by its webhook; asking again does not charge again. The firm
    deposit is not taken at a price at which the order could not become firm.
    """
    found = Order.objects.select_for_update().filter(id=as_id(order)).first()
    if found is None:
        raise Missing(
            Blocked("sales.order_missing", _("There is no order {order} here.").format(order=order))
        )
    if found.state != orders.RESERVED or purpose not in PURPOSES:
        raise Refused(refusing.wrong_state(found, _("paid for"), _("reserved")))
    payments = list(found.payments.all())
    standing = next(
        (one for one in payments if one.purpose == purpose and one.state in (PENDING, PAID)), None
    )
    if standing is None and (open_one := next((one for one in payments if one.state == PENDING), None)):
        raise Refused(refusing.payment_pending(open_one.amount))  # what is due depends on whether it arrives
    if standing is None and purpose == FIRM_DEPOSIT:
        final_offer(found, do.at.astimezone(refusing.SHANGHAI).date())
    payment = standing or collect(do, Deal.about(found), found, purpose, method, payments)
    return {
        "payment": str(payment.id),
        "state": payment.state,
        "amount": to_json(payment.amount),
        "reason": payment.reason,
    }


def amount_due(purpose: str, payments: list[Payment]) -> Decimal:
    """What `purpose` costs the customer now, given what was paid before."""
    return terms().reservation if purpose == RESERVATION else firm_due(terms(), paid_of(payments))


def paid_of(payments: list[Payment]) -> Decimal:
    """What of these payments lies with us."""
    return total(one.amount - one.refunded for one in payments if one.state == PAID)


def collect(
    do: Doing, deal: Deal, order: Order, purpose: str, method: str, before: list[Payment] | None = None
) -> Payment:
    """Charge what `purpose` costs and keep the payment as the provider tells it: paid, pending or declined."""
    earlier = before or []
    amount = amount_due(purpose, earlier)
    charge = _charge(do, order, purpose, method, amount, earlier)
    payment = Payment(
        id=new_id(do.at), order=order, person_id=order.person_id, purpose=purpose, method=method, amount=amount,
        provider=provider().name, reference=charge.reference, started_at=do.at, state=PENDING, **deal.place.columns(),
    )  # fmt: skip
    _take_over(do, deal, payment, charge)
    payment.save(force_insert=True)
    return payment


def collect_or_refuse(do: Doing, deal: Deal, order: Order, method: str, before: list[Payment]) -> None:
    """The firm deposit, now or from a payment made before; refuses what is declined or has not arrived."""
    if pending := next((one for one in before if one.state == PENDING), None):
        raise Refused(refusing.payment_pending(pending.amount))
    if not amount_due(FIRM_DEPOSIT, before):
        return
    payment = collect(do, deal, order, FIRM_DEPOSIT, method, before)
    if payment.state == PENDING:
        raise Refused(refusing.payment_pending(payment.amount))
    refuse_declined(payment)


def refuse_declined(payment: Payment) -> None:
    if payment.state == DECLINED:
        raise Refused(refusing.payment_declined(payment.amount, payment.reason))


def _charge(
    do: Doing, order: Order, purpose: str, method: str, amount: Decimal, earlier: list[Payment]
) -> Charge:
    """Open and take the charge of the next attempt.

    The keys are those of the deal, not of this action's rows, so an action that was undone after the charge finds it again.
    What an undone action was declined, or what was given back since, is no answer to this attempt: the next key is used.
    """
    known = {one.reference for one in earlier}
    for attempt in range(len(earlier), len(earlier) + MOST_ATTEMPTS):
        charge = _asked(Intent(f"{_subject(order, purpose)}:{purpose}:{attempt}", amount, do.at, method))
        if charge.reference not in known and not _is_over(charge, do.at):
            return charge
    return charge


def _subject(order: Order, purpose: str) -> UUID:
    """What outlives an undone action: an order does not outlive that of its reservation, the retail journey does."""
    return (order.sold_in or order.id) if purpose == RESERVATION else order.id


def _is_over(charge: Charge, at: datetime) -> bool:
    declined_before = charge.state == ChargeState.DECLINED and charge.made_at and charge.made_at < at
    return bool(declined_before) or charge.state == ChargeState.REFUNDED


def _asked(intent: Intent) -> Charge:
    try:
        charge = provider().create(intent)
        taken = (
            provider().confirm(charge.reference, intent.at) if charge.state == ChargeState.CREATED else charge
        )
    except ProviderUnavailable as error:
        raise Refused(refusing.provider_down(provider().name)) from error
    except ValueError as error:
        raise Refused(Blocked("sales.payment_method", str(error), "method")) from error
    return replace(taken, made_at=charge.made_at)


def _take_over(do: Doing, deal: Deal, payment: Payment, charge: Charge) -> None:
    """Put on the payment what the provider told; an arrival is written to the journal."""
    payment.state, payment.reason = STATES[charge.state], charge.reason
    payment.settled_at = None if payment.state == PENDING else do.at
    if payment.state == PAID:
        data = {"order": str(payment.order_id), "amount": to_json(payment.amount), "purpose": payment.purpose}
        deal.write(do, "sales.payment_received", about=payment.order_id, data=data, objects=_objects(payment))


def _objects(payment: Payment) -> dict[str, str]:
    return {"order": str(payment.order_id), "payment": str(payment.id)}


def give_back(do: Doing, payments: list[Payment], amount: Decimal) -> Decimal:
    """Refund up to `amount` over the payments that lie with us; the sum given back."""
    left = amount
    for payment in payments:
        part = min(left, payment.amount - payment.refunded)
        if payment.state == PAID and part > ZERO:
            _refund(do, payment, part)
            left -= part
    return amount - left


def _refund(do: Doing, payment: Payment, amount: Decimal) -> None:
    try:
        provider().refund(payment.reference, amount, f"refund:{payment.id}", do.at)
    except ProviderUnavailable as error:
        raise Refused(refusing.provider_down(payment.provider)) from error
    payment.refunded, payment.state, payment.settled_at = payment.refunded + amount, REFUNDED, do.at
    payment.save(update_fields=["refunded", "state", "settled_at"])


@action("sales.hear_provider")
def hear_provider(do: Doing, *, headers: Mapping[str, str], body: str) -> dict[str, str]:
    """What the provider told by webhook. Only the system may; hearing the same again changes nothing.

    Raises WebhookRejected when the provider did not sign it.
    """
    charge = provider().verify_webhook(headers, body.encode(), do.at)
    payment = (
        Payment.objects.select_for_update()
        .filter(provider=provider().name, reference=charge.reference)
        .first()
    )
    if payment is None:
        text = _("No payment has the provider's reference {reference}.").format(reference=charge.reference)
        raise Missing(Blocked("sales.payment_missing", text))
    if payment.state == PENDING and charge.amount == payment.amount:
        _settle(do, payment, charge)
    return {"payment": str(payment.id), "state": payment.state}


def _settle(do: Doing, payment: Payment, charge: Charge) -> None:
    """A payment that arrives for a cancelled order goes straight back."""
    order = Order.objects.select_for_update().get(id=payment.order_id)
    deal = replace(
        Deal.about(order), journey=order.sold_in if payment.purpose == RESERVATION else order.journey
    )
    _take_over(do, deal, payment, charge)
    payment.save(update_fields=["state", "reason", "settled_at"])
    if payment.state == PAID and order.state == orders.CANCELLED:
        _refund(do, payment, payment.amount)
    elif payment.state == PAID and payment.purpose == FIRM_DEPOSIT and order.journey:
        _go_on(do, order.journey, payment)


def _go_on(do: Doing, journey: UUID, payment: Payment) -> None:
    """The money that a step waited for has come: record the step. When it is refused a person must look; the money stays."""
    written = len(do.entries)
    try:
        with transaction.atomic():
            step = step_with("sales.confirm_order", journey)
            record_step.inside(do, journey=journey, step=step, record={"method": _kind_of(payment.method)})
    except ActionError as refusal:
        del do.entries[written:]  # they tell of rows that were rolled back
        logger.warning("Payment %s arrived, but its order stays reserved: %s", payment.id, refusal)


def _kind_of(method: str) -> str:
    """The kind that a step records: the sandbox's `card-later` is a card."""
    return method.partition("-")[0] or USUAL_METHOD


@action("sales.settle_sandbox")
def settle_sandbox(do: Doing) -> dict[str, int]:
    """Let the sandbox finish what is due and hear its messages; nothing with a real provider."""
    sandbox = provider()
    messages = sandbox.settle(do.at) if isinstance(sandbox, Sandbox) else []
    for headers, body in messages:
        hear_provider.inside(do, headers=headers, body=body.decode())
    return {"settled": len(messages)}
