"""Moves an order on: reserved to firm to locked, or cancelled; and changes its configuration while that is free."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.base.money import to_json
from forecourt.platform.actions import Doing
from forecourt.platform.actions import action
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.rows import Rows
from forecourt.sales import paying
from forecourt.sales import refusing
from forecourt.sales import rules
from forecourt.sales.deals import Deal
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.models import VehicleHold
from forecourt.sales.models.catalogue import LIST
from forecourt.sales.models.orders import CANCELLED
from forecourt.sales.models.orders import FIRM
from forecourt.sales.models.orders import LOCKED
from forecourt.sales.models.orders import RESERVED
from forecourt.sales.placing import told
from forecourt.sales.pricing import final_offer
from forecourt.sales.pricing import priced
from forecourt.sales.queries import payments_of
from forecourt.sales.terms import terms

REFUND_APPROVAL = ("refund_approved_by", "refund_approved_at", "refund_reason")


_TAKEN = Rows(Order, "WHERE id = %s FOR UPDATE")


def taken(order: UUID | str) -> Order:
    """The order, locked until the transaction ends. Raises Missing."""
    found = _TAKEN.one(as_id(order))
    if found is None:
        raise Missing(
            Blocked("sales.order_missing", _("There is no order {order} here.").format(order=order))
        )
    return found


def _tell(do: Doing, deal: Deal, kind: str, order: Order, data: dict[str, object]) -> None:
    objects = {"order": str(order.id)} | (
        {"opportunity": str(order.opportunity)} if order.opportunity else {}
    )
    deal.write(do, kind, about=order.id, objects=objects, data={"order": str(order.id)} | data)


@action("sales.confirm_order", roles=(ADVISER, STORE_MANAGER))
def confirm_order(
    do: Doing, *, order: UUID | str, deal: Deal | None = None, method: str = "", accept_price: str = ""
) -> dict[str, str]:
    """Reserved to firm: the firm deposit is paid, the 72 hours until the lock begin.

    An order reserved at a pre-sale price becomes firm at the list price; when that is higher the customer must accept it.
    """
    found = taken(order)
    if found.state != RESERVED:
        raise Refused(refusing.wrong_state(found, _("confirmed"), _("reserved")))
    here = deal or Deal.about(found)
    changed = _reprice(found, do.at, accept_price)
    paying.collect_or_refuse(do, here, found, method, payments_of(found.id))
    found.state, found.confirmed_at, found.lock_by_at = FIRM, do.at, rules.lock_by(terms(), do.at)
    found.save(update_fields=["state", "confirmed_at", "lock_by_at", *changed])
    data = {"state": FIRM, "lock_by_at": found.lock_by_at.isoformat(), "price": to_json(found.price)}
    _tell(do, here, "sales.order_confirmed", found, data)
    return {"order": str(found.id), "state": FIRM, "lock_by_at": found.lock_by_at.isoformat()}


def _reprice(order: Order, at: datetime, accept_price: str) -> list[str]:
    """Put a pre-sale order on the list price. The names of the columns changed."""
    offer = final_offer(order, at.astimezone(refusing.SHANGHAI).date(), accept_price)
    if offer is None:
        return []
    order.price, order.price_kind, order.lines = offer.total, LIST, offer.lines
    return ["price", "price_kind", "lines"]


@action("sales.lock_order", roles=(ADVISER, STORE_MANAGER))
def lock_order(do: Doing, *, order: UUID | str, deal: Deal | None = None) -> dict[str, object]:
    """Firm to locked: the configuration is fixed and the order joins the queue. Late means without priority, not refused."""
    found = taken(order)
    if found.state != FIRM:
        raise Refused(refusing.wrong_state(found, _("locked"), _("firm")))
    found.state, found.locked_at = LOCKED, do.at
    # Whoever excepted the firm order did not except the locked one, which another role approves.
    found.refund_approved_by, found.refund_approved_at, found.refund_reason = "", None, ""
    found.save(update_fields=["state", "locked_at", *REFUND_APPROVAL])
    here = deal or Deal.about(found)
    data = told(found) | {
        "journey": str(found.journey) if found.journey else None,
        "late": found.late_lock,
        "vin": found.vin,
    }
    data["locked_at"] = do.at.isoformat()
    _tell(do, here, "sales.order_locked", found, data)
    return {"order": str(found.id), "state": LOCKED, "late": found.late_lock}


@action("sales.change_configuration", roles=(ADVISER, STORE_MANAGER))
def change_configuration(
    do: Doing, *, order: UUID | str, trim: str, options: Sequence[str] = ()
) -> dict[str, str]:
    """Another configuration at today's price; only before the lock, and not for a car that stands in stock."""
    found = taken(order)
    if found.state == LOCKED:
        raise Refused(refusing.configuration_fixed(found))
    if found.state == CANCELLED:
        raise Refused(refusing.wrong_state(found, _("changed"), _("reserved or firm")))
    if found.vin:
        text = _(
            "Order {number} is for the car {vin} as it stands. Cancel it and order anew to change the car."
        )
        raise Refused(Blocked("sales.configuration_of_car", text.format(number=found.number, vin=found.vin)))
    before = found.configuration
    offer = priced(trim, options, do.at.astimezone(refusing.SHANGHAI).date())
    _same_brand(found, offer.price.brand)
    if found.state == FIRM and offer.price.kind != LIST:
        raise Refused(refusing.price_not_final(found))
    columns = offer.columns() | {"price": offer.total}
    for name, value in columns.items():
        setattr(found, name, value)
    found.save(update_fields=list(columns))
    _tell(do, Deal.about(found), "sales.order_changed", found, told(found) | {"before": before})
    return {"order": str(found.id), "configuration": found.configuration, "price": to_json(found.price)}


def _same_brand(order: Order, brand: str) -> None:
    if brand != order.brand:
        text = _("Order {number} is for the brand {brand}; a car of {other} needs an order of its own.")
        said = text.format(number=order.number, brand=order.brand, other=brand)
        raise Refused(Blocked("sales.other_brand", said, "trim"))


@action("sales.approve_refund", roles=(STORE_MANAGER, NETWORK_OPS))
def approve_refund(do: Doing, *, order: UUID | str, reason: str) -> dict[str, str]:
    """Except an order from the rule that its deposit is forfeited; the cancellation that follows gives all back."""
    found = taken(order)
    if reason not in rules.REFUND_REASONS:
        text = _("The reason {value} of an exception is none of {known}.")
        said = text.format(value=reason, known=", ".join(rules.REFUND_REASONS))
        raise Invalid(Blocked("sales.refund_reason", said, "reason"))
    approver = rules.approver_of(found.state)
    if not approver:
        raise Refused(refusing.wrong_state(found, _("excepted from the refund rule"), _("firm or locked")))
    if not do.by.is_system and do.by.role not in (approver, NETWORK_OPS):
        raise Refused(refusing.refund_needs_approval(found, approver))
    found.refund_approved_by, found.refund_approved_at, found.refund_reason = do.by.code, do.at, reason
    found.save(update_fields=REFUND_APPROVAL)
    _tell(do, Deal.about(found), "sales.refund_approved", found, {"reason": reason, "state": found.state})
    return {"order": str(found.id), "approved_by": do.by.code}


@action("sales.cancel_order", roles=(ADVISER, STORE_MANAGER))
def cancel_order(
    do: Doing, *, order: UUID | str, deal: Deal | None = None, reason: str = "other", refund: str = "rule"
) -> dict[str, str]:
    """Cancel and give back what the rule says; `refund="full"` asks for the whole deposit as an exception."""
    found = taken(order)
    _may_be_cancelled(found, reason, refund)
    was, payments = found.state, list(found.payments.all())
    given = paying.give_back(do, payments, _refund_of(do, found, payments, wants_all=refund == "full"))
    found.state, found.cancelled_at, found.cancel_reason = CANCELLED, do.at, reason
    found.save(update_fields=["state", "cancelled_at", "cancel_reason"])
    if found.vin:
        VehicleHold.objects.filter(order=found).delete()
    data = {"was": was, "refund": to_json(given), "reason": reason, "vin": found.vin}
    _tell(do, deal or Deal.about(found), "sales.order_cancelled", found, data)
    return {"order": str(found.id), "state": CANCELLED, "refund": to_json(given)}


def _may_be_cancelled(order: Order, reason: str, refund: str) -> None:
    if order.state == CANCELLED:
        raise Refused(refusing.wrong_state(order, _("cancelled"), _("standing")))
    if order.handed_over_at:
        raise Refused(refusing.handed_over(order))
    if reason not in rules.CANCEL_REASONS:
        text = _("The reason {value} of a cancellation is none of {known}.")
        raise Invalid(
            Blocked(
                "sales.cancel_reason",
                text.format(value=reason, known=", ".join(rules.CANCEL_REASONS)),
                "reason",
            )
        )
    if refund not in ("rule", "full"):
        raise Invalid(
            Blocked(
                "sales.refund_kind",
                _("A refund is by rule or full, not {value}.").format(value=refund),
                "refund",
            )
        )


def _refund_of(do: Doing, order: Order, payments: list[Payment], *, wants_all: bool) -> Decimal:
    excepted = order.refund_approved_at is not None
    paid, wants_all = paying.paid_of(payments), wants_all or excepted
    approved = excepted or do.by.is_system
    answer = rules.refund(order.state, paid, wants_all=wants_all, approved=approved, role=do.by.role)
    if answer.approver:
        raise Refused(refusing.refund_needs_approval(order, answer.approver))
    return answer.amount


@action("sales.expire_locks")
def expire_locks(do: Doing, *, limit: int = 500) -> dict[str, int]:
    """Record for each firm order whose lock window is over, once, that it lost its priority. It stays firm."""
    rows = Order.objects.lapsing(do.at).select_for_update(skip_locked=True).order_by("lock_by_at")[:limit]
    orders = list(rows)
    for order in orders:
        lock_by_at = order.lock_by_at.isoformat() if order.lock_by_at else None
        _tell(
            do,
            Deal.about(order),
            "sales.lock_window_passed",
            order,
            {"lock_by_at": lock_by_at, "state": order.state},
        )
    Order.objects.filter(id__in=[order.id for order in orders]).update(lapsed_at=do.at)
    return {"lapsed": len(orders)}
