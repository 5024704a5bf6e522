"""A log as distinct traces with their counts, and what is worth knowing of each activity: how often, how long, by whom."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.discovery.graphs import Traces
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log


@dataclass(frozen=True)
class Habit:
    """How an activity goes in a log: the journeys it is in, half and nine tenths of the waits before it (seconds), its commonest role."""

    journeys: int
    median_s: float | None
    p90_s: float | None
    role: str = ""


@dataclass(frozen=True)
class Observed:
    """Distinct traces over `names`, the mean place of each activity (0 to 1), habits, and what was left out."""

    names: tuple[str, ...]
    traces: Traces
    usual: dict[int, float]
    habits: tuple[Habit, ...]
    journeys: int
    left_out: tuple[str, ...] = ()
    variants: int = 0


def observe(log: Log, most_activities: int = 120, most_variants: int = 20_000) -> Observed:
    """Return the traces of a log. The rarest activities beyond `most_activities` and variants beyond `most_variants` are left out;
    `left_out` names the activities, `variants` counts all distinct traces there were."""
    order = np.lexsort((log.at, log.case.numbers))
    order = order[(log.case.numbers[order] >= 0) & (log.activity.numbers[order] >= 0)]
    kept, names, left_out = _commonest(log.activity, order, most_activities)
    order = order[kept[log.activity.numbers[order]] >= 0]
    activity, case = kept[log.activity.numbers[order]], log.case.numbers[order]
    found, usual = _variants(activity, case, len(names))
    traces = dict(found.most_common(most_variants))
    habits = _habits(log, order, activity, case, len(names))
    return Observed(names, traces, usual, habits, sum(found.values()), left_out, len(found))


def _commonest(
    column: Coded, order: NDArray[np.intp], most: int
) -> tuple[NDArray[np.int32], tuple[str, ...], tuple[str, ...]]:
    """Return old number -> new number (-1: left out), the names kept in order of first appearance, and those left out."""
    count = np.bincount(column.numbers[order], minlength=len(column.words))
    present = np.flatnonzero(count)
    by_count = sorted(present.tolist(), key=lambda number: (-count[number], number))
    chosen = set(by_count[:most])
    first = {number: place for place, number in reversed(list(enumerate(column.numbers[order].tolist())))}
    in_order = sorted(chosen, key=lambda number: first[number])
    table = np.full(len(column.words), -1, np.int32)
    table[in_order] = np.arange(len(in_order))
    return table, tuple(column.words[n] for n in in_order), tuple(column.words[n] for n in by_count[most:])


def _variants(
    activity: NDArray[np.int32], case: NDArray[np.int32], width: int
) -> tuple[Counter[tuple[int, ...]], dict[int, float]]:
    bounds = np.flatnonzero(np.diff(case, prepend=-1, append=-1))
    packed = activity.astype(np.uint8)
    found: Counter[bytes] = Counter(packed[begin:end].tobytes() for begin, end in pairwise(bounds.tolist()))
    length = np.repeat(np.diff(bounds), np.diff(bounds))
    place = (np.arange(len(case)) - np.repeat(bounds[:-1], np.diff(bounds))) / np.maximum(length - 1, 1)
    mean = np.bincount(activity, place, width) / np.maximum(np.bincount(activity, minlength=width), 1)
    return Counter({tuple(trace): count for trace, count in found.items()}), dict(enumerate(mean.tolist()))


def _habits(
    log: Log, order: NDArray[np.intp], activity: NDArray[np.int32], case: NDArray[np.int32], width: int
) -> tuple[Habit, ...]:
    at = log.at[order]
    wait = np.where(np.diff(case, prepend=-1) == 0, np.diff(at, prepend=at[:1]) / 1e6, np.nan)
    return tuple(_habit(log, order, activity == number, case, wait) for number in range(width))


def _habit(
    log: Log,
    order: NDArray[np.intp],
    own: NDArray[np.bool_],
    case: NDArray[np.int32],
    wait: NDArray[np.float64],
) -> Habit:
    waits = wait[own & ~np.isnan(wait)]
    half, most = np.quantile(waits, (0.5, 0.9)).tolist() if len(waits) else (None, None)
    return Habit(len(np.unique(case[own])), half, most, _role(log.role, order[own]))


def _role(column: Coded | None, rows: NDArray[np.intp]) -> str:
    numbers = column.numbers[rows] if column is not None else np.empty(0, np.int32)
    numbers = numbers[numbers >= 0]
    return column.words[int(np.bincount(numbers).argmax())] if column is not None and len(numbers) else ""
