"""The sentences with which sales says no: which thing, which value, which rule, what to do next."""

from collections.abc import Iterable
from datetime import date
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from forecourt.base.money import format_yuan
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import NeedsApproval
from forecourt.sales.models.orders import Order

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shown(at: datetime) -> str:
    """A moment as people in the store read it."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def state_word(state: str) -> str:
    """A state of an order or a test drive inside a sentence."""
    words = {
        "reserved": _("reserved"), "firm": _("firm"), "locked": _("locked"), "cancelled": _("cancelled"),
        "booked": _("booked"), "driven": _("driven"), "no_show": _("missed by the customer"),
    }  # fmt: skip
    return words.get(state, state)


def role_word(role: str) -> str:
    """Who approves, inside a sentence."""
    return {"store_manager": _("the store manager"), "network_ops": _("network operations")}.get(role, role)


def price_not_listed(trim: str, on: date) -> Blocked:
    text = _(
        "No price of {trim} holds on {on}. Choose a trim of the catalogue or ask network operations for its price."
    )
    return Blocked("sales.price_not_listed", text.format(trim=trim, on=on), "trim")


def placeholder_price(trim: str, amount: Decimal) -> Blocked:
    text = _(
        "{trim} stands in the catalogue at the placeholder {amount}, which sells nothing. Wait for its pre-sale price."
    )
    return Blocked("sales.price_placeholder", text.format(trim=trim, amount=format_yuan(amount, 0)), "trim")


def option_not_offered(codes: Iterable[str], on: date) -> Blocked:
    text = _("Not offered on {on}: {codes}. Choose options of the catalogue.")
    return Blocked("sales.option_not_offered", text.format(on=on, codes=", ".join(sorted(codes))), "options")


def one_of_a_group(group: str, codes: Iterable[str]) -> Blocked:
    text = _("Only one option of the group {group} can be built, but {codes} were chosen. Drop all but one.")
    return Blocked(
        "sales.options_exclude", text.format(group=group, codes=", ".join(sorted(codes))), "options"
    )


def price_not_final(order: Order) -> Blocked:
    text = _(
        "Order {number} was reserved at a pre-sale price and {trim} has no list price yet. It can be locked from launch."
    )
    return Blocked("sales.price_not_final", text.format(number=order.number, trim=order.trim))


def price_rose(order: Order, price: Decimal) -> Blocked:
    text = _(
        "The list price of order {number} is {price}, above the pre-sale price {before}. Ask the customer; then record"
        " accept_price {amount}, or cancel the order with a full refund."
    )
    said = text.format(
        number=order.number, price=format_yuan(price, 0), before=format_yuan(order.price, 0), amount=price
    )
    return Blocked("sales.price_rose", said, "accept_price")


def not_sold_here(brand: str, store: str) -> Blocked:
    text = _(
        "Store {store} may not sell the brand {brand}. Choose a trim of its brands or hand the customer over."
    )
    return Blocked("sales.brand_not_sold_here", text.format(brand=brand, store=store), "trim")


def quote_not_valid(reason: str) -> Blocked:
    return Blocked("sales.quote_not_valid", reason, "quote")


def car_taken(vin: str) -> Blocked:
    text = _(
        "The car {vin} is already promised to another order. Choose another car or order from the factory."
    )
    return Blocked("sales.car_taken", text.format(vin=vin), "vin")


def vin_wrong(vin: str, why: str) -> Blocked:
    return Blocked(
        "sales.vin_wrong",
        _("{vin} is no vehicle identification number: {why}").format(vin=vin, why=why),
        "vin",
    )


def wrong_state(order: Order, action: str, need: str) -> Blocked:
    text = _("Order {number} is {state}; only a {need} order can be {action}.")
    said = text.format(number=order.number, state=state_word(order.state), need=need, action=action)
    return Blocked("sales.order_state", said)


def handed_over(order: Order) -> Blocked:
    text = _("Order {number} was handed over on {at} and cannot be cancelled. Open a complaint case instead.")
    return Blocked(
        "sales.order_handed_over",
        text.format(number=order.number, at=shown(order.handed_over_at or order.placed_at)),
    )


def configuration_fixed(order: Order) -> Blocked:
    text = _(
        "Order {number} was locked on {at}, so its configuration is fixed. Cancel it and order anew to change the car."
    )
    return Blocked(
        "sales.configuration_fixed",
        text.format(number=order.number, at=shown(order.locked_at or order.placed_at)),
    )


def refund_needs_approval(order: Order, approver: str) -> NeedsApproval:
    text = _(
        "The deposit of order {number} ({state}) is not refundable by rule. A full refund is an exception that"
        " {approver} must approve first."
    )
    said = text.format(number=order.number, state=state_word(order.state), approver=role_word(approver))
    return NeedsApproval("sales.refund_exception", said, approver)


def slot_taken(car: str, at: datetime) -> Blocked:
    text = _("The car {car} is taken at {at}. Choose a free slot.")
    return Blocked("sales.slot_taken", text.format(car=car, at=shown(at)), "starts_at")


def adviser_taken(adviser: str, at: datetime) -> Blocked:
    text = _(
        "Adviser {adviser} accompanies another test drive at {at}. Choose another slot or another adviser."
    )
    return Blocked("sales.adviser_taken", text.format(adviser=adviser, at=shown(at)), "starts_at")


def store_closed(store: str, at: datetime) -> Blocked:
    text = _(
        "Store {store} is not open for a whole test drive from {at}. Choose a slot within its opening hours."
    )
    return Blocked("sales.store_closed", text.format(store=store, at=shown(at)), "starts_at")


def slot_past(at: datetime) -> Blocked:
    text = _("{at} has passed. Choose a later slot.")
    return Blocked("sales.slot_past", text.format(at=shown(at)), "starts_at")


def payment_declined(amount: Decimal, reason: str) -> Blocked:
    text = _("The payment of {amount} was declined ({reason}). Nothing was charged; try another way to pay.")
    return Blocked("sales.payment_declined", text.format(amount=format_yuan(amount), reason=reason), "method")


def payment_pending(amount: Decimal) -> Blocked:
    text = _("The payment of {amount} is not confirmed by the provider yet. Try again when it has arrived.")
    return Blocked("sales.payment_pending", text.format(amount=format_yuan(amount)), "method")


def provider_down(name: str) -> Blocked:
    text = _("The payment provider {name} does not answer. Nothing was charged; try again in a few minutes.")
    return Blocked("sales.payment_unavailable", text.format(name=name), "method")


def not_understood() -> Blocked:
    text = _(
        "Explain first that after the lock the configuration is fixed and the deposit is at risk; then record understood."
    )
    return Blocked("sales.not_understood", text, "understood")
