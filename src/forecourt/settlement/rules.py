"""What a handover earns whom: pure arithmetic on a fee plan, a price and who did which step."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from forecourt.base.money import yuan
from forecourt.platform.models import Place
from forecourt.settlement.plans import Component
from forecourt.settlement.plans import FeePlan

CARMAKER = "carmaker"
OPERATOR = "operator"
NETWORK = "network"
STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Earner:
    """Who did the step that earns a component, where, and the journal entry that says so."""

    entry: UUID
    place: Place
    staff: str
    role: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of a transaction: what a party receives (positive) or owes (negative)."""

    party_kind: str
    party: str
    component: str
    amount: Decimal
    place: Place
    entry: UUID


def legs(
    plan: FeePlan, price: Decimal, carmaker: Place, handover: Earner, earners: Mapping[str, Earner]
) -> tuple[Leg, ...]:
    """The lines of a handover; they sum to zero.

    `earners` names who did each component's step. Where only the handover was done in the field (the order came from the
    network's own app), the store earns the fulfilment rate.
    """
    lines: list[Leg] = []
    for component in plan.components:
        rate = _rate(plan, component, earners)
        lines += _fee(component, yuan(price * rate), carmaker, earners.get(component.code), handover)
    lines += _staff_pay(plan, earners)
    lines += _pair(
        NETWORK, "network", "network_fee", yuan(price * plan.network_rate), carmaker, Place(), handover.entry
    )
    return tuple(line for line in lines if line.amount)


def _rate(plan: FeePlan, component: Component, earners: Mapping[str, Earner]) -> Decimal:
    if set(earners) == {plan.fulfilment_component}:
        return plan.fulfilment_rate if component.code == plan.fulfilment_component else Decimal(0)
    return component.rate


def _fee(
    component: Component, amount: Decimal, carmaker: Place, earner: Earner | None, handover: Earner
) -> list[Leg]:
    """The carmaker pays the store that did the step; undone, the network when the plan says so, else nobody."""
    if earner is not None:
        return _pair(
            OPERATOR, earner.place.operator, component.code, amount, carmaker, earner.place, earner.entry
        )
    if component.to_network:
        return _pair(NETWORK, "network", component.code, amount, carmaker, Place(), handover.entry)
    return []


def _pair(
    kind: str, party: str, component: str, amount: Decimal, carmaker: Place, place: Place, entry: UUID
) -> list[Leg]:
    return [
        Leg(CARMAKER, carmaker.brand, component, -amount, carmaker, entry),
        Leg(kind, party, component, amount, place, entry),
    ]


def _staff_pay(plan: FeePlan, earners: Mapping[str, Earner]) -> list[Leg]:
    """Out of the store's share. The carmaker must not see who earns what, so these lines carry no brand."""
    lines = []
    for pay in plan.staff_pay:
        earner = earners.get(pay.component)
        if earner is None or earner.role != pay.role:
            continue
        place = Place(region=earner.place.region, operator=earner.place.operator, store=earner.place.store)
        lines.append(Leg(OPERATOR, earner.place.operator, "staff_pay", -pay.per_car, place, earner.entry))
        lines.append(Leg(STAFF, earner.staff, "staff_pay", pay.per_car, place, earner.entry))
    return lines


def reversed_legs(lines: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """The same lines with the opposite sign: a reversal is structural, never an edit."""
    return tuple(
        Leg(leg.party_kind, leg.party, leg.component, -leg.amount, leg.place, leg.entry) for leg in lines
    )
