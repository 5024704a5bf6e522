"""The columns that logs travel in: as read (`Log`), and as the kernel wants them (`Events`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.program import Program
from forecourt.playbook.replay.naming import Naming
from forecourt.playbook.replay.naming import naming_of

UNKNOWN = -1
NOT_KNOWN = int(np.iinfo(np.int64).min)  # a moment that is not known


@dataclass(frozen=True)
class Coded:
    """A column of words as numbers: `numbers[i]` points into `words`, -1 where the value is empty."""

    numbers: NDArray[np.int32]
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True)
class Log:
    """Events as they were read, in any order; every column has one value for each event.

    `case` names the journey in its source, `activity` a step or what the source calls it, `at` is in
    microseconds since 1970-01-01 UTC. `outcome` is what a deciding step recorded; `store` chooses the working
    calendar; `evidence` is 1 where complete, 0 where missing, -1 where not known. `started_at` is when the
    event's journey began, where the source says so (NOT_KNOWN where it does not): the steps due at its start
    are open since then. A column that the source does not have is None.
    """

    case: Coded
    activity: Coded
    at: NDArray[np.int64]
    outcome: Coded | None = None
    store: Coded | None = None
    actor: Coded | None = None
    role: Coded | None = None
    evidence: NDArray[np.int8] | None = None
    started_at: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Events:
    """Whole journeys one after the other, each in order of time; events at the same moment keep the order of the log.

    `offsets` has a value for each journey and one more; journey j is events `offsets[j]` to `offsets[j + 1]`.
    `symbol` and `step` are numbers of the program, -1 where it knows none. `row` is the event's row in the log.
    `case` is the number of each journey's name in `cases`. `store`, `role` and `actor` point into `stores`,
    `roles` and `actors`, -1 where not known; `evidence` is as in `Log`. `started_at` is when each journey
    began, NOT_KNOWN where the log does not say. A column that the log does not have is one value seen at every
    place (stride 0) and costs no memory.
    """

    offsets: NDArray[np.int64]
    symbol: NDArray[np.int16]
    step: NDArray[np.int16]
    at: NDArray[np.int64]
    row: NDArray[np.int64]
    case: NDArray[np.int32]
    cases: tuple[str, ...]
    store: NDArray[np.int32]
    stores: tuple[str, ...]
    role: NDArray[np.int32]
    roles: tuple[str, ...]
    actor: NDArray[np.int32]
    actors: tuple[str, ...]
    evidence: NDArray[np.int8]
    started_at: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.symbol)

    @property
    def journeys(self) -> int:
        """How many journeys there are."""
        return len(self.offsets) - 1


def events_of(log: Log, program: Program, names: Mapping[str, str] | None = None) -> Events:
    """Return the events of a log in whole journeys, with the steps and symbols of a program.

    `names` maps what the source calls an activity to `step` or `step=outcome`; an activity that it does not
    name stands for itself. An outcome in `names` comes before the log's own. Raises ValueError for an event
    without a journey and for columns of unequal length.
    """
    check_columns(log)
    words = () if log.outcome is None else log.outcome.words
    naming = naming_of(program, log.activity.words, words, names)
    flow = _in_order(log, naming)
    return Events(
        offsets=flow.offsets,
        symbol=flow.symbol,
        step=flow.step,
        at=flow.at,
        row=flow.row,
        case=flow.case,
        cases=log.case.words,
        store=_numbers(log.store, flow),
        stores=_words(log.store),
        role=_numbers(log.role, flow),
        roles=_words(log.role),
        actor=_numbers(log.actor, flow),
        actors=_words(log.actor),
        evidence=same(-1, np.int8, len(log)) if log.evidence is None else flow.put(log.evidence),
        started_at=_started(log, flow),
    )


@dataclass(frozen=True)
class _Flow:
    """The events in order: what of `Events` the order gives. `moved` is false where the log was in order already."""

    offsets: NDArray[np.int64]
    case: NDArray[np.int32]
    symbol: NDArray[np.int16]
    step: NDArray[np.int16]
    at: NDArray[np.int64]
    row: NDArray[np.int64]
    moved: bool

    def put(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return a column of the log in this order."""
        return column[self.row] if self.moved else column


def _in_order(log: Log, naming: Naming) -> _Flow:
    from forecourt.playbook.replay.ordering import kernel

    case, activity = log.case.numbers, log.activity.numbers
    outcome = np.full(1, -1, np.int32) if log.outcome is None else log.outcome.numbers
    counts, ordered = kernel.count(case, log.at, len(log.case.words))
    present = np.flatnonzero(counts)
    begins = np.cumsum(counts) - counts
    offsets = np.append(begins[present], len(log))
    symbol, step = np.empty(len(log), np.int16), np.empty(len(log), np.int16)
    codes = (naming.symbol_of, naming.step_of)
    if ordered:
        at, row = log.at, np.arange(len(log))
        kernel.name(activity, outcome, naming.what_of, naming.said_of, *codes, symbol, step)
    else:
        at, row = np.empty(len(log), np.int64), np.empty(len(log), np.int64)
        placed = np.empty((len(log), 2), np.int64)
        kernel.scatter(case, log.at, activity, outcome, naming.what_of, naming.said_of, begins, placed)
        kernel.settle(offsets, placed, *codes, at, row, symbol, step)
    return _Flow(offsets, present.astype(np.int32), symbol, step, at, row, not ordered)


def same(value: int, kind: type[np.generic], count: int) -> NDArray[Any]:
    """Return a column with one value at all places; it takes the memory of one."""
    return np.broadcast_to(np.array(value, kind), (count,))


def check_columns(log: Log) -> None:
    """Raise ValueError where columns have not one value an event, or an event belongs to no journey."""
    for column in fields(log):
        given = getattr(log, column.name)
        if given is not None and len(given) != len(log):
            raise ValueError(
                f"the column {column.name} has {len(given)} values, but the log has {len(log)} events"
            )
    numbers = log.case.numbers
    if len(numbers) and numbers.min() < 0:
        row = int(np.argmin(numbers))
        raise ValueError(f"event {row} names no journey; leave such events out before they are put in order")


def _numbers(column: Coded | None, flow: _Flow) -> NDArray[np.int32]:
    return same(-1, np.int32, len(flow.row)) if column is None else flow.put(column.numbers)


def _words(column: Coded | None) -> tuple[str, ...]:
    return () if column is None else column.words


def _started(log: Log, flow: _Flow) -> NDArray[np.int64]:
    if log.started_at is None:
        return same(NOT_KNOWN, np.int64, len(flow.case))
    return log.started_at[flow.row[flow.offsets[:-1]]]
