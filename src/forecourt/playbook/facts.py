"""The facts that conditions read, put together from what a journey has recorded."""

from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from forecourt.playbook.program import Deviation
from forecourt.playbook.program import Program
from forecourt.playbook.records import Step


def step_facts(program: Program, records: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the facts of the steps: for each step `done`, and the fields it recorded (the last time).

    `records` maps the steps done so far to what they recorded. A step not done has `done` false and no other fact, so that
    a condition on one of its fields is explained as not known yet.
    """
    known = {step.name for step in program.steps}
    facts = {name: {"done": name in records} for name in known}
    return {name: {**own, **records.get(name, {})} for name, own in facts.items()}


def merge_facts(*several: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested facts put together; a later one wins, mappings under the same name are merged."""
    merged: dict[str, Any] = {}
    for facts in several:
        for name, value in facts.items():
            own = merged.get(name)
            both = isinstance(own, Mapping) and isinstance(value, Mapping)
            merged[name] = merge_facts(own, value) if both else value  # type: ignore[arg-type]
    return merged


def dotted(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with dotted names (`{"test_drive.booked": true}`, as effects give them) as nested mappings."""
    nested: dict[str, Any] = {}
    for path, value in facts.items():
        for part in reversed(path.split(".")):
            value = {part: value}
        nested = merge_facts(nested, value)
    return nested


def departures(
    step: Step, *, roles: Iterable[str], holds: Iterable[str], late: bool, evidence: Mapping[str, int]
) -> tuple[Deviation, ...]:
    """Return how the way a step was done departs from the playbook, apart from its order.

    `roles` and `holds` are those of the person who did it; `evidence` counts the pieces of each kind handed in.
    """
    found = [Deviation("late", step.name)] if late else []
    held, worn = set(holds), set(roles)
    wrong = step.roles and not worn.intersection(name.text for name in step.roles)
    if wrong or not held.issuperset(name.text for name in step.holds):
        found.append(Deviation("wrong_role", step.name))
    if any(evidence.get(asked.kind, 0) < asked.count for asked in step.evidence):
        found.append(Deviation("evidence_missing", step.name))
    return tuple(found)
