"""A fee plan: what a handed-over car earns, for whom, and by which step. Text that headquarters edits, read into records."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from decimal import InvalidOperation
from pathlib import Path
from typing import Any

import yaml

ONE = Decimal(1)


class PlanError(ValueError):
    """A fee plan breaks a rule; the text names the plan, the value and the rule."""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the agency fee, earned by the store whose people did a step; `to_network` when nobody did it."""

    code: str
    title: dict[str, str]
    rate: Decimal
    playbook: str
    step: str
    to_network: bool


@dataclass(frozen=True, slots=True)
class StaffPay:
    """A fixed amount a car for the person who did the component's step, out of the store's share."""

    role: str
    component: str
    per_car: Decimal


@dataclass(frozen=True, slots=True)
class FeePlan:
    """One version of a fee plan. Rates are shares of the price paid, tax included."""

    plan: str
    version: str
    valid_from: date
    title: dict[str, str]
    components: tuple[Component, ...]
    fulfilment_component: str
    fulfilment_rate: Decimal
    network_rate: Decimal
    staff_pay: tuple[StaffPay, ...]
    clawback_days: int

    def __post_init__(self) -> None:
        codes = [component.code for component in self.components]
        if len(set(codes)) != len(codes):
            raise PlanError(
                f"Fee plan {self.plan} {self.version}: a component code is used twice in {codes}."
            )
        unknown = {pay.component for pay in self.staff_pay} | {self.fulfilment_component}
        if missing := sorted(unknown - set(codes)):
            raise PlanError(
                f"Fee plan {self.plan} {self.version}: no component {missing[0]!r}; there are {codes}."
            )

    def title_of(self, code: str, language: str = "en") -> str:
        """The title of a component in a language."""
        short = "zh" if language.startswith("zh") else "en"
        found = next((component for component in self.components if component.code == code), None)
        return found.title[short] if found else code


def read_plan(path: Path) -> FeePlan:
    """Read a fee plan file. Raises `PlanError` naming the file and what is wrong."""
    try:
        return _plan(yaml.safe_load(path.read_text()))
    except (KeyError, TypeError, InvalidOperation, yaml.YAMLError) as error:
        raise PlanError(
            f"Fee plan {path.name}: {type(error).__name__} {error}. Compare with the sample plan."
        ) from error


def plans_in(folder: Path) -> tuple[FeePlan, ...]:
    """Every plan in a folder, oldest first."""
    return tuple(
        sorted((read_plan(path) for path in folder.glob("*.yaml")), key=lambda plan: plan.valid_from)
    )


def plan_on(plans: tuple[FeePlan, ...], day: date) -> FeePlan:
    """The plan in force on a day. Raises `PlanError` when there is none."""
    valid = [plan for plan in plans if plan.valid_from <= day]
    if not valid:
        raise PlanError(
            f"No fee plan is valid on {day}; the first starts on {plans[0].valid_from if plans else 'no day'}."
        )
    return valid[-1]


def _plan(text: dict[str, Any]) -> FeePlan:
    plan = FeePlan(
        plan=text["plan"],
        version=str(text["version"]),
        valid_from=text["valid_from"],
        title=text["title"],
        components=tuple(_component(part) for part in text["components"]),
        fulfilment_component=text["fulfilment_only"]["component"],
        fulfilment_rate=Decimal(text["fulfilment_only"]["rate"]),
        network_rate=Decimal(text["network_fee"]["rate"]),
        staff_pay=tuple(
            StaffPay(role, pay["component"], Decimal(pay["per_car"]))
            for role, pay in text["staff_pay"].items()
        ),
        clawback_days=int(text["clawback"]["within_days"]),
    )
    _check_total(plan, Decimal(text["limits"]["total_rate_max"]))
    return plan


def _component(part: dict[str, Any]) -> Component:
    step = part["step"]
    return Component(
        part["code"], part["title"], Decimal(part["rate"]), step["playbook"], step["step"],
        to_network=part.get("otherwise") == "network",
    )  # fmt: skip


def _check_total(plan: FeePlan, most: Decimal) -> None:
    total = sum((component.rate for component in plan.components), Decimal(0))
    if not 0 < total <= most <= ONE:
        raise PlanError(
            f"Fee plan {plan.plan} {plan.version}: the rates sum to {total}, the limit is {most}."
        )
