"""Screening: which journeys fit and were in time, as fast as memory gives them. Exact: what cannot be proved is
replayed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.hours import Hours
from forecourt.playbook.replay.replaying import brief
from forecourt.playbook.replay.replaying import calendars_of
from forecourt.playbook.replay.tables import Tables
from forecourt.playbook.replay.tables import calendar_names
from forecourt.playbook.replay.tables import durations_of
from forecourt.playbook.replay.tables import tables_of

_NO_LIMIT = (1 << 39) - 1
_MOST_CELLS = 1 << 22
BLOCK = 8192  # journeys at a time: those that are replayed are still near the processor then


@dataclass(frozen=True)
class Screened:
    """For each journey: whether each step was next when it was done, and whether any was late. `proved` is how many
    needed no replay.
    """

    fits: NDArray[np.bool_]
    late: NDArray[np.bool_]
    proved: int


def screen(program: Program, events: Events, *, hours: Hours | None = None) -> Screened:
    """Say of each journey whether it fits and was in time: what `replay` says, without the details.

    A table that holds for each move the next state and the time it may take since the last moment at which all
    that was open had opened proves most journeys of an orderly log; the others are replayed. Programs with more
    than two million pairs of state and symbol are replayed whole. Raises ValueError when there are events
    outside the window of the hours.
    """
    from forecourt.playbook.replay import kernel as exact
    from forecourt.playbook.replay.screening import kernel

    rules = _Rules.of(program, events, hours)
    started_at, store = brief(events.started_at), brief(events.store)
    fits, late, proved = (np.zeros(events.journeys, np.bool_) for _ in range(3))
    seen = np.array([np.iinfo(np.int64).max, np.iinfo(np.int64).min])
    for first in range(0, events.journeys, BLOCK):
        mine = slice(first, min(first + BLOCK, events.journeys))
        offsets = events.offsets[mine.start : mine.stop + 1]
        began = started_at if len(started_at) == 1 else started_at[mine]
        if rules.cells is not None:
            kernel.screen(
                rules.cells, rules.start, offsets, events.symbol, events.at, began, fits[mine], proved[mine]
            )
        columns, others = (offsets, events.symbol, events.step, events.at), np.flatnonzero(~proved[mine])
        kernel.widen(offsets, events.at, began, seen)
        exact.fit_and_late(
            rules.size, rules.moves, rules.times, columns, began, store, others, (fits[mine], late[mine])
        )
    if hours is not None and events.journeys and calendar_names(program):
        hours.check(int(seen[0]), int(seen[1]))
    return Screened(fits, late, int(proved.sum()))


@dataclass(frozen=True)
class _Rules:
    """A program as both kernels want it. `cells` is None where there would be too many."""

    size: tuple[int, int]
    moves: tuple[Any, ...]
    times: tuple[Any, ...]
    cells: NDArray[np.int64] | None

    @property
    def start(self) -> int:
        """Where the row of the first state begins in `cells`."""
        return self.size[0] * (self.size[1] + 1) + 1

    @classmethod
    def of(cls, program: Program, events: Events, hours: Hours | None) -> "_Rules":
        tables, durations = tables_of(program), durations_of(program, hours)
        few = 2 * program.states * (program.width + 1) < _MOST_CELLS
        return cls(
            (program.start, program.width),
            ((tables.after, tables.own), (tables.offer_at, tables.offers, tables.offered)),
            (durations, calendars_of(program, events, hours), tables.waits, tables.within),
            cells_of(program, tables, durations, hours is not None) if few else None,
        )


def cells_of(
    program: Program, tables: Tables, durations: NDArray[np.int64], judged: bool
) -> NDArray[np.int64]:
    """Return the words of `screening/kernel.py`: two halves by states by symbols + 1; the first of each row is for
    what is unknown.

    `judged`: whether deadlines on working calendars are judged at all.
    """
    from forecourt.playbook.replay.screening import kernel

    shape, row = (program.states, program.width), program.width + 1
    after, own = tables.after.reshape(shape).astype(np.int64), tables.own.reshape(shape)
    limits = np.full(len(program.steps), _NO_LIMIT)
    due = np.flatnonzero((tables.within >= 0) & (judged | (durations[tables.within, 0] < 0)))
    limits[due] = np.minimum((durations[tables.within[due], 3] >> 10) - 1, _NO_LIMIT)
    limit = np.where(tables.offered[:, tables.step_of] > 0, limits[tables.step_of], _NO_LIMIT)
    anchors = np.where(_fresh(tables, after), kernel.ANCHOR, 0)
    cells, half = np.empty((2, program.states, row), np.int64), program.states * row
    for again in (0, 1):
        there = half * (again | (own > 0)) + after * row + 1
        cells[again, :, 1:] = limit << kernel.LIMIT_BIT | anchors | there
        cells[again, :, 0] = np.int64(-1) << kernel.LIMIT_BIT | (half + np.arange(program.states) * row + 1)
    return cells.ravel()


def _fresh(tables: Tables, after: NDArray[np.int64]) -> NDArray[np.bool_]:
    """By state and symbol: whether no step with a deadline stays open over the move, so that all that are open opened
    at it.
    """
    timed = (tables.offered & (tables.within >= 0)).astype(bool)
    found = np.empty(after.shape, np.bool_)
    for symbol, step in enumerate(tables.step_of):
        stays = timed & timed[after[:, symbol]]
        stays[:, step] = False
        found[:, symbol] = ~stays.any(axis=1)
    return found
