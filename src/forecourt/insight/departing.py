"""Deviations beside what became of the journey: how often each happens, and how often journeys with it reach their goal.

An association, not a cause: journeys with and without a deviation differ in other ways too. So that they differ in no needless one, a
deviation is compared within the journeys that came past its step: a skip with journeys that did the step and went on afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecourt.base.intervals import difference
from forecourt.playbook.standards import EARLY
from forecourt.playbook.standards import LATE
from forecourt.playbook.standards import NEVER
from forecourt.playbook.standards import REPEATED
from forecourt.playbook.standards import Told

WRONG_ROLE, EVIDENCE_MISSING = 32, 64
KINDS = {
    "early": EARLY, "repeated": REPEATED, "late": LATE, "wrong_role": WRONG_ROLE, "evidence_missing": EVIDENCE_MISSING,
}  # fmt: skip
FEWEST = 10  # journeys on each side; below that a comparison says nothing

Sides = NDArray[np.int8]  # of journeys: 1 with the deviation, 0 comparable without it, -1 neither


@dataclass(frozen=True)
class Departure:
    """A kind of deviation of a step, and on which side each journey is."""

    kind: str
    step: str
    sides: Sides

    @property
    def code(self) -> str:
        return f"{self.kind}:{self.step}"


def departures(told: Told) -> list[Departure]:
    """Every deviation that some journey has, in the order of the steps."""
    last = told.offsets[1:] - 1
    found: list[Departure] = []
    for number, step in enumerate(told.program.steps):
        events = np.flatnonzero(told.step == number)
        journeys = told.journey_of(events)
        found += _of_step(told, step.name, events, journeys)
        over = np.unique(told.skipped.of(number)[0])
        if len(over):
            went_on = journeys[events < last[journeys]]
            found.append(Departure("skipped", step.name, _sides(told.journeys, over, went_on)))
        missed = told.overdue.of(number)[0]
        if len(missed):
            found.append(Departure("overdue", step.name, _sides(told.journeys, missed, journeys)))
    return found


def _of_step(
    told: Told, step: str, events: NDArray[np.int64], journeys: NDArray[np.int64]
) -> Iterator[Departure]:
    flags = told.flags[events]
    for kind, bit in KINDS.items():
        having = np.unique(journeys[flags & bit != 0])
        if len(having):
            yield Departure(kind, step, _sides(told.journeys, having, journeys))


def _sides(count: int, having: NDArray[np.int64], comparable: NDArray[np.int64]) -> Sides:
    sides = np.full(count, -1, np.int8)
    sides[comparable] = 0
    sides[having] = 1
    return sides


def of_each(found: list[Departure], journeys: int) -> list[list[str]]:
    """The deviations of each journey, as `kind:step`."""
    said: list[list[str]] = [[] for _ in range(journeys)]
    for one in found:
        for journey in np.flatnonzero(one.sides == 1):
            said[journey].append(one.code)
    return said


def reached(told: Told, goals: frozenset[str]) -> Sides:
    """Of journeys: 1 ended as the playbook wants it, 0 ended otherwise, -1 still under way."""
    wanted = np.array([name in goals for name in told.ends] + [False], bool)
    return np.where(told.ended_at == NEVER, -1, wanted[told.end].astype(int)).astype(np.int8)


def counted(one: Departure, mine: NDArray[np.int64], goal: Sides) -> dict[str, Any] | None:
    """How often a deviation happens among some journeys, with its association; None where it does not happen."""
    sides = one.sides[mine]
    having = int((sides == 1).sum())
    if not having:
        return None
    said = {"kind": one.kind, "step": one.step, "journeys": having, "of": int((sides >= 0).sum())}
    # What is overdue has not been done yet: that such a journey is not at its goal says nothing.
    return said if one.kind == "overdue" else said | _association(sides, goal[mine])


def _association(sides: Sides, goal: Sides) -> dict[str, Any]:
    """Of the journeys that ended: how many of each side reached the goal, and the difference in points with its interval."""
    with_it, without = goal[(sides == 1) & (goal >= 0)], goal[(sides == 0) & (goal >= 0)]
    if min(len(with_it), len(without)) < FEWEST:
        return {}
    pairs = [(int(side.sum()), len(side)) for side in (with_it, without)]
    low, high = difference(*pairs[0], *pairs[1])
    apart = pairs[0][0] / pairs[0][1] - pairs[1][0] / pairs[1][1]
    return {
        "with": pairs[0],
        "without": pairs[1],
        "difference": 100 * apart,
        "low": 100 * low,
        "high": 100 * high,
    }
