"""Figures of a group of journeys as JSON: how many fit, what each step shows, how the flow goes, where it leaks, what standards say.

All groups of a level are cut from one sort, so that a level costs the same whether it has five groups or five thousand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecourt.insight import departing
from forecourt.insight import flow
from forecourt.insight.departing import Departure
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Standard
from forecourt.playbook.standards import NEVER
from forecourt.playbook.standards import Told
from forecourt.playbook.standards import Values
from forecourt.playbook.standards import figure
from forecourt.playbook.standards import fitting
from forecourt.playbook.standards import values_of

DAY = 86_400_000_000
ZONE = 8 * 3_600_000_000  # weeks are those of China, which has one time and no summer time
EPOCH = date(1970, 1, 1)
Numbers = NDArray[np.int64]


def weeks_of(at: NDArray[np.int64]) -> NDArray[np.int64]:
    """The Monday of the week of each moment, in days since 1970-01-01; meaningless for NEVER."""
    days = (at + ZONE) // DAY
    return days - (days + 3) % 7


def day(number: int) -> date:
    """The date of a number of days since 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


@dataclass(frozen=True)
class Frame:
    """All journeys of a version, with what is asked of each of them more than once."""

    told: Told
    standards: tuple[Standard, ...]
    values: dict[str, Values]
    weeks: dict[str, Numbers]
    journey: Numbers
    fits: NDArray[np.bool_]
    departures: list[Departure]
    goal: departing.Sides
    left: Numbers
    fitness: NDArray[np.float64]
    symbol: Numbers

    @property
    def names(self) -> list[str]:
        return [step.name for step in self.told.program.steps]


def framed(told: Told, playbook: Playbook, fitness: NDArray[np.float64], symbol: Numbers) -> Frame:
    """Work out what is asked of each journey; `symbol` is that of each event."""
    standards = told.program.standards
    values = {one.name: values_of(one, told) for one in standards}
    weeks = {name: weeks_of(one.at) for name, one in values.items()}
    journey = told.journey_of(np.arange(len(told.step)))
    goal = departing.reached(told, flow.successes(playbook))
    return Frame(
        told, standards, values, weeks, journey, fitting(told), departing.departures(told), goal,
        _left(told, journey, goal, flow.closing(playbook)), fitness, symbol,
    )  # fmt: skip


def _left(told: Told, journey: Numbers, goal: departing.Sides, closing: frozenset[str]) -> Numbers:
    """Of journeys that ended short of the goal: the last step before they were closed; -1 for all others."""
    open_steps = np.array([step.name not in closing for step in told.program.steps] + [False], bool)
    kept = np.flatnonzero(open_steps[told.step])
    last = np.full(told.journeys, -1, np.int64)
    last[journey[kept]] = told.step[kept]  # of several the last one stays
    return np.where(goal == 0, last, -1)


def groups(keys: NDArray[Any], frame: Frame) -> Iterator[tuple[str, Numbers, Numbers]]:
    """Each key with its journeys and events; journeys with an empty key are in no group."""
    codes, place = np.unique(keys, return_inverse=True)
    journeys, journey_ends = _sorted(place, len(codes))
    events, event_ends = _sorted(place[frame.journey], len(codes))
    for number, code in enumerate(codes):
        if code:
            mine = slice(journey_ends[number], journey_ends[number + 1])
            yield str(code), journeys[mine], events[event_ends[number] : event_ends[number + 1]]


def _sorted(place: Numbers, count: int) -> tuple[Numbers, Numbers]:
    return np.argsort(place, kind="stable"), np.concatenate(
        [[0], np.cumsum(np.bincount(place, minlength=count))]
    )


def of_group(frame: Frame, journeys: Numbers, events: Numbers, inside: NDArray[np.bool_]) -> dict[str, Any]:
    """The figures of some journeys. `inside` is a buffer, one value a journey, that is False everywhere and left so."""
    told = frame.told
    inside[journeys] = True
    goal = frame.goal[journeys]
    said = {
        "journeys": len(journeys), "running": int((told.ended_at[journeys] == NEVER).sum()),
        "fitting": int(frame.fits[journeys].sum()), "ended": int((goal >= 0).sum()), "reached": int((goal == 1).sum()),
        "fitness": mean_of(frame.fitness[journeys]), "ends": _ends(told, journeys), "steps": _steps(frame, journeys, events, inside), "edges": _edges(frame, events, inside),
        "deviations": _deviations(frame, journeys), "standards": standards_of(frame, journeys),
    }  # fmt: skip
    inside[journeys] = False
    return said


def mean_of(fitness: NDArray[np.float64]) -> float | None:
    """The mean fitness of the journeys that have one; each weighs the same."""
    known = fitness[~np.isnan(fitness)]
    return round(float(known.mean()), 4) if len(known) else None


def _ends(told: Told, journeys: Numbers) -> dict[str, int]:
    counts = np.bincount(told.end[journeys] + 1, minlength=len(told.ends) + 1)[1:]
    return {name: int(count) for name, count in zip(told.ends, counts, strict=True) if count}


def _steps(
    frame: Frame, journeys: Numbers, events: Numbers, inside: NDArray[np.bool_]
) -> dict[str, dict[str, Any]]:
    told, names = frame.told, frame.names
    order = events[np.argsort(told.step[events], kind="stable")]
    ends = np.searchsorted(told.step[order], np.arange(len(names) + 1))
    left = np.bincount(frame.left[journeys] + 1, minlength=len(names) + 1)[1:]
    found = {}
    for number, name in enumerate(names):
        mine = order[ends[number] : ends[number + 1]]
        said = _step(frame, mine) | _not_done(told, number, inside) | {"left": int(left[number])}
        if any(said.values()):
            found[name] = {key: value for key, value in said.items() if value}
    return found


def _step(frame: Frame, mine: Numbers) -> dict[str, Any]:
    if not len(mine):
        return {}
    flags, wait = frame.told.flags[mine], frame.told.wait_s[mine]
    known = wait[~np.isnan(wait)] / 60
    said: dict[str, Any] = {"done": len(mine), "journeys": len(np.unique(frame.journey[mine]))}
    said |= {kind: int((flags & bit != 0).sum()) for kind, bit in departing.KINDS.items()}
    if len(known):
        middle, most = np.quantile(known, (0.5, 0.9))
        said |= {"median": round(float(middle), 2), "p90": round(float(most), 2)}
    return said | _outcomes(frame, mine)


def _outcomes(frame: Frame, mine: Numbers) -> dict[str, dict[str, int]]:
    """In how many journeys a deciding step had each outcome."""
    pairs = frame.told.program.symbols.pairs
    found = {}
    for symbol in np.unique(frame.symbol[mine]):
        outcome = pairs[symbol][1] if symbol >= 0 else None
        if outcome is not None:
            found[outcome] = len(np.unique(frame.journey[mine[frame.symbol[mine] == symbol]]))
    return {"outcomes": found} if found else {}


def _not_done(told: Told, step: int, inside: NDArray[np.bool_]) -> dict[str, int]:
    return {
        "skipped": int(inside[told.skipped.of(step)[0]].sum()),
        "overdue": int(inside[told.overdue.of(step)[0]].sum()),
    }


def _edges(frame: Frame, events: Numbers, inside: NDArray[np.bool_]) -> list[list[Any]]:
    """From step to step with counts, as it really went; '' is the start, and the end of journeys that have ended."""
    told, many = frame.told, len(frame.names) + 2
    ordered = np.sort(events)
    journey, step = (
        frame.journey[ordered],
        told.step[ordered] + 1,
    )  # 0 is a step that the playbook does not know
    first = ordered == told.offsets[journey]
    before = np.where(first, many - 1, told.step[np.maximum(ordered - 1, 0)] + 1)
    pairs = before * many + step
    last = (ordered == told.offsets[journey + 1] - 1) & (told.ended_at[journey] != NEVER)
    counts = np.bincount(np.concatenate([pairs, step[last] * many + many - 1]), minlength=many * many)
    names = ["?", *frame.names, ""]
    return [[names[pair // many], names[pair % many], int(counts[pair])] for pair in np.flatnonzero(counts)]


def _deviations(frame: Frame, journeys: Numbers) -> list[dict[str, Any]]:
    found = (departing.counted(one, journeys, frame.goal) for one in frame.departures)
    return sorted((one for one in found if one), key=lambda one: (-one["journeys"], one["kind"], one["step"]))


def standards_of(frame: Frame, journeys: Numbers) -> dict[str, dict[str, Any]]:
    """What each standard says of some journeys, over all and week by week."""
    return {one.name: of_standard(frame, one, journeys) for one in frame.standards}


def of_standard(frame: Frame, standard: Standard, journeys: Numbers) -> dict[str, Any]:
    """One standard: cases, value and interval, whether it is met and whether that is sure; then by week."""
    values, weeks = frame.values[standard.name].value[journeys], frame.weeks[standard.name][journeys]
    cases = ~np.isnan(values)
    values, weeks = values[cases], weeks[cases]
    whole = figure(standard, values)
    said: dict[str, Any] = {"cases": whole.cases, "met": whole.met(standard), "sure": whole.sure(standard)}
    said |= {"value": _round(whole.value), "low": _round(whole.low), "high": _round(whole.high)}
    order = np.argsort(weeks, kind="stable")
    each, starts = np.unique(weeks[order], return_index=True)
    said["weeks"] = [
        _week(standard, int(week), part) for week, part in zip(each, np.split(values[order], starts[1:]), strict=True)
    ] if len(each) else []  # fmt: skip
    return said


def _week(standard: Standard, week: int, values: NDArray[np.float64]) -> list[Any]:
    one = figure(standard, values)
    return [day(week).isoformat(), one.cases, _round(one.value), _round(one.low), _round(one.high)]


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
