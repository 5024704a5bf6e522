"""A program as the arrays that the kernel reads: where a symbol leads, what is offered, who may do a step, how
long it may take.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.base.durations import Duration
from forecourt.playbook.program import AROUND
from forecourt.playbook.program import FITS
from forecourt.playbook.program import FORWARD
from forecourt.playbook.program import Program
from forecourt.playbook.replay.hours import Hours

HOUSE = "system"  # the role of the house itself, whose steps no one may find fault with
SKIPPED, EARLY, REPEATED = 1, 2, 4
MINUTE = 60_000_000
HOUR = 60 * MINUTE
Bits = NDArray[np.uint8]


@dataclass(frozen=True)
class Tables:
    """A program as arrays.

    By state and symbol, row by row: `after`, the state after the symbol; `own`, its flags (`skipped` where it
    jumps); `table`, `skip`, `kind` as in the program. `step_of` each symbol. By state and step: `may_be_done`,
    whether it lies on a way to the state; `offered`, whether a running journey has it open; `required`;
    `waits`, the duration after which it opens, -1 for none. `offers[offer_at[s]:offer_at[s + 1]]` are the steps
    offered in state s. By step: `within`, the duration of its deadline, -1 for none; `asks_proof`. By state:
    `outcomes`.
    """

    after: NDArray[np.int16]
    own: Bits
    table: NDArray[np.int32]
    skip: NDArray[np.int32]
    kind: NDArray[np.int8]
    step_of: NDArray[np.int16]
    may_be_done: Bits
    offered: Bits
    required: Bits
    offer_at: NDArray[np.int64]
    offers: NDArray[np.int16]
    waits: NDArray[np.int32]
    within: NDArray[np.int32]
    asks_proof: Bits
    outcomes: NDArray[np.int32]


def tables_of(program: Program) -> Tables:
    """Return the tables of a program."""
    step_of = _step_of(program)
    before = _by_step(_bits(program.before_masks, program.width), step_of, len(program.steps))
    after, own = _moves(program, before[:, step_of])
    offered, required = _offered(program, step_of)
    return Tables(
        after=after,
        own=own,
        table=np.frombuffer(program.table, np.int32),
        skip=np.frombuffer(program.skip, np.int32),
        kind=np.frombuffer(program.jump_kind, np.int8),
        step_of=step_of,
        may_be_done=before,
        offered=offered,
        required=required,
        offer_at=np.concatenate(([0], np.cumsum(offered.sum(axis=1, dtype=np.int64)))),
        offers=np.nonzero(offered)[1].astype(np.int16),
        waits=_waits(program, step_of),
        within=_within(program),
        asks_proof=np.array([bool(step.evidence) for step in program.steps], np.uint8),
        outcomes=np.frombuffer(program.outcomes, np.int32),
    )


def calendar_names(program: Program) -> tuple[str, ...]:
    """Return the names of the calendars on which a program counts, but for round the clock."""
    names = (one.calendar for one in _lengths(program))
    return tuple(dict.fromkeys(name for name in names if name != ROUND_THE_CLOCK))


def durations_of(program: Program, hours: Hours | None) -> NDArray[np.int64]:
    """Return the lengths of time of a program, those of `waits` first: calendar, open days to count, open time, sure
    time.

    The calendar is a place in `calendar_names`, -1 round the clock. Days are 0 where open time is counted.
    Within the sure time no deadline passes on any of the calendars: open time is never longer than the time on
    the wall.
    """
    numbers = {name: number for number, name in enumerate(calendar_names(program))}
    rows = []
    for one in _lengths(program):
        counted = one.amount if one.unit == "d" and one.calendar in numbers else 0
        span = one.minutes * MINUTE
        sure = span if not counted else 0 if hours is None else hours.sure(one.calendar, counted)
        rows.append((numbers.get(one.calendar, -1), counted, span, sure))
    return np.array(rows or [(-1, 0, 0, 0)], np.int64)


def wrong_roles(program: Program, roles: Sequence[str]) -> Bits:
    """Return steps by roles + 1: whether a step is not done by that role; the first column stands for a role not
    known.
    """
    found = np.zeros((len(program.steps), len(roles) + 1), np.uint8)
    for number, step in enumerate(program.steps):
        may = {name.text for name in step.roles}
        if may:
            found[number, 1:] = [role != HOUSE and role not in may for role in roles]
    return found


def _moves(program: Program, done: Bits) -> tuple[NDArray[np.int16], Bits]:
    """State after each symbol, and the flags of the symbol itself. `done`: states by symbols, whether its step may
    have been done.
    """
    kind, table, target = (
        np.frombuffer(column, kind).reshape(program.states, program.width)
        for column, kind in (
            (program.jump_kind, np.int8),
            (program.table, np.int32),
            (program.jump_target, np.int32),
        )
    )
    jumps = (kind == FORWARD) | (kind == AROUND)
    stays = np.arange(program.states)[:, None]
    after = np.where(kind == FITS, table, np.where(jumps, target, stays))
    own = np.where(kind == FITS, 0, np.where(done, REPEATED, EARLY) | np.where(jumps, SKIPPED, 0))
    return after.astype(np.int16).ravel(), own.astype(np.uint8).ravel()


def _lengths(program: Program) -> list[Duration]:
    return [*program.durations, *(step.within for step in program.steps if step.within)]


def _within(program: Program) -> NDArray[np.int32]:
    """For each step the number of its deadline's length in `_lengths`, -1 where it has none."""
    has = np.array([step.within is not None for step in program.steps], bool)
    return np.where(has, len(program.durations) + np.cumsum(has) - 1, -1).astype(np.int32)


def _step_of(program: Program) -> NDArray[np.int16]:
    numbers = {step.name: number for number, step in enumerate(program.steps)}
    return np.array([numbers[step] for step, _ in program.symbols.pairs], np.int16)


def _bits(masks: Iterable[int], width: int) -> Bits:
    """Masks as a matrix: states by symbols."""
    size = (width + 7) // 8
    raw = b"".join(mask.to_bytes(size, "little") for mask in masks)
    rows = np.frombuffer(raw, np.uint8).reshape(-1, size)
    return np.unpackbits(rows, axis=1, count=width, bitorder="little")


def _by_step(bits: Bits, step_of: NDArray[np.int16], steps: int) -> Bits:
    """States by symbols to states by steps: whether any symbol of the step is in."""
    found = np.zeros((len(bits), steps), np.uint8)
    for symbol, step in enumerate(step_of):
        found[:, step] |= bits[:, symbol]
    return found


def _offered(program: Program, step_of: NDArray[np.int16]) -> tuple[Bits, Bits]:
    """What a running journey has open in each state, and what of it is required.

    A step that begins an `anytime` is open only where it is required.
    """
    steps = len(program.steps)
    required = _by_step(_bits(program.required_masks, program.width), step_of, steps)
    enabled = _by_step(_bits(program.enabled_masks, program.width), step_of, steps)
    begins = np.array([step.name in program.anytime for step in program.steps], bool)
    running = (np.frombuffer(program.closes, np.int8) == 0)[:, None]
    offered = (required | (enabled & ~begins)) & running
    return offered.astype(np.uint8), (required & running).astype(np.uint8)


def _waits(program: Program, step_of: NDArray[np.int16]) -> NDArray[np.int32]:
    """States by steps: the length after which the step opens, -1 for at once; of its symbols the first that waits
    counts.
    """
    waits = np.frombuffer(program.waits, np.int32).reshape(program.states, program.width)
    found = np.full((program.states, len(program.steps)), -1, np.int32)
    for symbol in reversed(range(program.width)):
        column = found[:, step_of[symbol]]
        found[:, step_of[symbol]] = np.where(waits[:, symbol] >= 0, waits[:, symbol], column)
    return found
