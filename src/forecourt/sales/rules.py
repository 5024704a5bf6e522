"""The rules of deposits, lock windows and refunds as plain functions: facts in, answer out, no database."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from forecourt.base.money import ZERO
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.sales.models.orders import FIRM
from forecourt.sales.models.orders import LOCKED
from forecourt.sales.models.orders import RESERVED
from forecourt.sales.terms import Terms

REFUND_REASONS = ("price_rose", "delay", "hardship", "mistake", "goodwill")
CANCEL_REASONS = ("price", "wait", "product", "service", "other_brand", "finance_refused", "private", "other")
LOSS_REASONS = ("price", "wait", "product", "service", "other_brand", "later", "unreachable")


@dataclass(frozen=True, slots=True)
class Refund:
    """What a cancelled order gives back. `approver` names the role that must agree first; empty: by rule."""

    amount: Decimal
    approver: str = ""


def firm_due(terms: Terms, paid: Decimal) -> Decimal:
    """What is still to be paid, in yuan, to make an order firm: the reservation counts towards the firm deposit."""
    return max(terms.firm_deposit - paid, ZERO)


def lock_by(terms: Terms, confirmed_at: datetime) -> datetime:
    """Until when the configuration is to be locked so that the order keeps its priority."""
    return confirmed_at + terms.lock_window


def approver_of(state: str) -> str:
    """Who may except an order in that state from the rule: the closer to the plant, the higher."""
    return {FIRM: STORE_MANAGER, LOCKED: NETWORK_OPS}.get(state, "")


def refund(state: str, paid: Decimal, *, wants_all: bool, approved: bool, role: str) -> Refund:
    """What is given back when an order in `state` is cancelled.

    A reservation is refundable, always and wholly. Once firm the deposit is forfeited; giving it back is an exception:
    the store manager's for a firm order, network operations' for a locked one.
    """
    if state == RESERVED:
        return Refund(paid)
    if not wants_all:
        return Refund(ZERO)
    approver = approver_of(state)
    return Refund(paid) if approved or role in (approver, NETWORK_OPS) else Refund(ZERO, approver)
