"""A program as the arrays that the search reads, with what lies ahead of every state."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop
from heapq import heappush
from typing import Any
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.alignment.costs import Weights
from forecourt.playbook.compiling import MAX_STATES
from forecourt.playbook.program import Program

FAR = 1 << 62


class Graph(NamedTuple):
    """A program without the states from which no end can be reached. `table` has `width` values for a row.

    Edges stand in `out_*` by origin, without loops, and in `in_*` by target, each row in order of symbol and state. States
    of the same `kind` have the same symbols ahead: `ahead[kind, symbol]` is 0 where no way to an end has the symbol,
    1 where some has, 2 where each has. numba keeps code compiled for these fields: touch `kernel.py` when they change.
    """

    states: int
    width: int
    start: int
    table: NDArray[np.int32]
    accepts: NDArray[np.bool_]
    out: NDArray[np.int32]
    out_symbol: NDArray[np.int16]
    out_state: NDArray[np.int32]
    into: NDArray[np.int32]
    in_symbol: NDArray[np.int16]
    in_state: NDArray[np.int32]
    kind: NDArray[np.int32]
    ahead: NDArray[np.int8]
    log_cost: NDArray[np.int64]
    model_cost: NDArray[np.int64]


@dataclass(frozen=True)
class Ahead:
    """What lies ahead of each state, as masks of symbols: on some way to an end, on every way; FAR from an end or not."""

    some: list[int]
    every: list[int]
    away: list[int]


def graph_of(program: Program, weights: Weights) -> tuple[Graph, int]:
    """Return the arrays of a program, and the cost of its cheapest run. Raises ValueError when no run reaches an end."""
    if program.states > MAX_STATES:
        raise ValueError(
            f"Program {program.name!r} has {program.states:,} states; at most {MAX_STATES:,} can be aligned. "
            "Compile it with compile_playbook, which names the block at fault."
        )
    origin, symbol, target = _edges(program)
    ahead = _ahead(program, weights, origin, symbol, target)
    if ahead.away[program.start] == FAR:
        raise ValueError(
            f"Program {program.name!r} has no way to an end (PB042); nothing can be aligned to it."
        )
    alive = np.array([away < FAR for away in ahead.away])
    graph = _arrays(program, weights, ahead, (alive, origin, symbol, target))
    return graph, ahead.away[program.start]


def _edges(program: Program) -> tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.int32]]:
    table = np.array(program.table, np.int32)
    places = np.flatnonzero(table >= 0)
    origin, symbol = np.divmod(places, max(program.width, 1))
    return origin.astype(np.int32), symbol.astype(np.int16), table[places]


def _ahead(program: Program, weights: Weights, origin: Any, symbol: Any, target: Any) -> Ahead:
    into: list[list[tuple[int, int]]] = [[] for _ in range(program.states)]
    out: list[list[tuple[int, int]]] = [[] for _ in range(program.states)]
    for before, step, after in zip(origin.tolist(), symbol.tolist(), target.tolist(), strict=True):
        into[after].append((step, before))
        out[before].append((step, after))
    ends = [state for state in range(program.states) if program.outcomes[state] >= 0]
    away = _distances(ends, into, weights.model.tolist())
    out = [[(step, after) for step, after in row if away[after] < FAR] for row in out]
    some = _until_settled([0] * program.states, out, into, lambda state, masks: _union(masks))
    full = (1 << program.width) - 1
    fixed = frozenset(ends)
    every = _until_settled(
        [0 if state in fixed else full for state in range(program.states)],
        out,
        into,
        lambda state, masks: 0 if state in fixed else _meet(masks, full),
    )
    return Ahead(some, every, away)


def _distances(ends: list[int], into: list[list[tuple[int, int]]], model: list[int]) -> list[int]:
    """Return what the cheapest way from each state to an end costs (Dijkstra, backwards)."""
    away = [FAR] * len(into)
    queue: list[tuple[int, int]] = []
    for state in ends:
        away[state] = 0
        heappush(queue, (0, state))
    while queue:
        cost, state = heappop(queue)
        if cost > away[state]:
            continue
        for step, before in into[state]:
            if cost + model[step] < away[before]:
                away[before] = cost + model[step]
                heappush(queue, (away[before], before))
    return away


def _until_settled(masks: list[int], out: Any, into: Any, join: Any) -> list[int]:
    """Recompute each state's mask from those after it, until none changes."""
    waiting = dict.fromkeys(reversed(range(len(masks))))
    while waiting:
        state = next(iter(waiting))
        del waiting[state]
        mask = join(state, (masks[after] | 1 << step for step, after in out[state]))
        if mask != masks[state]:
            masks[state] = mask
            waiting.update(dict.fromkeys(before for _, before in into[state]))
    return masks


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _meet(masks: Iterable[int], full: int) -> int:
    for mask in masks:
        full &= mask
    return full


def _arrays(program: Program, weights: Weights, ahead: Ahead, edges: Any) -> Graph:
    alive, origin, symbol, target = edges
    kept = alive[target] & alive[origin]
    origin, symbol, target = origin[kept], symbol[kept], target[kept]
    table = np.full(program.states * program.width, -1, np.int32)
    table[origin.astype(np.int64) * program.width + symbol] = target
    turns = origin != target
    back = np.lexsort((origin, symbol, target))
    kind, rows = _kinds(program.width, ahead)
    return Graph(
        states=program.states,
        width=program.width,
        start=program.start,
        table=table,
        accepts=np.array(program.outcomes, np.int32) >= 0,
        out=_starts(origin[turns], program.states),
        out_symbol=symbol[turns],
        out_state=target[turns],
        into=_starts(target, program.states),
        in_symbol=symbol[back],
        in_state=origin[back],
        kind=kind,
        ahead=rows,
        log_cost=weights.log,
        model_cost=weights.model,
    )


def _starts(of: NDArray[np.int32], states: int) -> NDArray[np.int32]:
    counts = np.bincount(of, minlength=states)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int32)


def _kinds(width: int, ahead: Ahead) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """Number the distinct pairs of masks; return each state's number, and for each number what is ahead by symbol."""
    pairs = list(zip(ahead.some, ahead.every, strict=True))
    numbers = {pair: number for number, pair in enumerate(dict.fromkeys(pairs))}
    rows = [[(some >> s & 1) + ((some & every) >> s & 1) for s in range(width)] for some, every in numbers]
    return np.array([numbers[pair] for pair in pairs], np.int32), np.array(rows, np.int8).reshape(-1, width)
