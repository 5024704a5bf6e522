"""A program as the arrays that the kernel reads: what is offered in each state, who may do a step, how long it may take."""

from collections.abc import Iterable
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.base.durations import Duration
from forecourt.playbook.program import Program

if TYPE_CHECKING:
    from forecourt.playbook.replay.kernel import Durations
    from forecourt.playbook.replay.kernel import Tables

HOUSE = "system"  # the role of the house itself, whose steps no one may find fault with
Bits = NDArray[np.uint8]


def tables_of(program: Program, roles: Sequence[str] = ()) -> "Tables":
    """Return the tables of a program for events whose roles are numbered as in `roles`."""
    from forecourt.playbook.replay.kernel import Tables

    step_of = _step_of(program)
    offered, required = _offered(program, step_of)
    states, steps = np.nonzero(offered)
    return Tables(
        start=program.start,
        width=program.width,
        steps=len(program.steps),
        table=np.frombuffer(program.table, np.int32),
        kind=np.frombuffer(program.jump_kind, np.int8),
        target=np.frombuffer(program.jump_target, np.int32),
        skip=np.frombuffer(program.skip, np.int32),
        step_of=step_of,
        may_be_done=_by_step(_bits(program.before_masks, program.width), step_of, len(program.steps)),
        outcomes=np.frombuffer(program.outcomes, np.int32),
        offered=offered,
        offer_at=np.concatenate(([0], np.cumsum(offered.sum(axis=1, dtype=np.int64)))),
        offers=steps.astype(np.int16),
        waits=_waits(program, step_of)[states, steps],
        required=required,
        within=_within(program),
        wrong=_wrong(program, roles),
        asks_proof=np.array([bool(step.evidence) for step in program.steps], np.uint8),
    )


def durations_of(program: Program) -> "tuple[Durations, tuple[str, ...]]":
    """Return the lengths of time of a program, those of `waits` first, and the names of the calendars they are counted on."""
    from forecourt.playbook.replay.kernel import Durations

    lengths = _lengths(program)
    names = tuple(dict.fromkeys(one.calendar for one in lengths if one.calendar != ROUND_THE_CLOCK))
    numbers = {name: number for number, name in enumerate(names)}
    counted = [one.amount if one.unit == "d" and one.calendar != ROUND_THE_CLOCK else 0 for one in lengths]
    found = Durations(
        name=np.array([numbers.get(one.calendar, -1) for one in lengths], np.int32),
        days=np.array(counted, np.int64),
        span=np.array([one.minutes * 60_000_000 for one in lengths], np.int64),
    )
    return found, names


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
    """States by steps: the length after which the step opens, -1 for at once; of its symbols the first that waits counts."""
    waits = np.frombuffer(program.waits, np.int32).reshape(program.states, program.width)
    found = np.full((program.states, len(program.steps)), -1, np.int32)
    for symbol in reversed(range(program.width)):
        column = found[:, step_of[symbol]]
        found[:, step_of[symbol]] = np.where(waits[:, symbol] >= 0, waits[:, symbol], column)
    return found


def _wrong(program: Program, roles: Sequence[str]) -> Bits:
    """Steps by roles + 1: whether a step is not done by that role; the first column stands for a role not known."""
    found = np.zeros((len(program.steps), len(roles) + 1), np.uint8)
    for number, step in enumerate(program.steps):
        may = {name.text for name in step.roles}
        if may:
            found[number, 1:] = [role != HOUSE and role not in may for role in roles]
    return found
