"""Journeys as read, replayed against a program, put together for the standards. Runs in the worker and in commands, never in a web process."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.insight.reading import Done
from forecourt.insight.reading import Reading
from forecourt.insight.reading import Run
from forecourt.journeys import deadlines
from forecourt.journeys.models import RUNNING
from forecourt.playbook.alignment import align
from forecourt.playbook.alignment import variants_of
from forecourt.playbook.measures import FLAGS
from forecourt.playbook.measures import TIMES
from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.columns import Log
from forecourt.playbook.replay.columns import events_of
from forecourt.playbook.replay.hours import Hours
from forecourt.playbook.replay.hours import hours_of
from forecourt.playbook.replay.hours import micros
from forecourt.playbook.replay.replaying import Replayed
from forecourt.playbook.replay.replaying import replay
from forecourt.playbook.standards import NEVER
from forecourt.playbook.standards import Pairs
from forecourt.playbook.standards import Recorded
from forecourt.playbook.standards import Told

AHEAD = timedelta(days=120)  # how far after the last moment a deadline may lie and still be known
MICRO = 1_000_000


@dataclass(frozen=True)
class Story:
    """Journeys with what a program says of them; `told` has the journeys of `runs` and the events of `done` in the same order.

    `symbol` is that of each event, -1 unknown. `fitness` is how far each journey that has ended can be explained by the program (docs/explanation/fitness.md); NaN for others.
    """

    runs: list[Run]
    done: list[Done]
    told: Told
    fitness: NDArray[np.float64]
    symbol: NDArray[np.int64]


def recording(program: Program) -> tuple[str, ...]:
    """The steps whose record a standard reads."""
    asked = {one.step for one in program.standards if one.step and one.aspect not in (*FLAGS, *TIMES)}
    return tuple(sorted(asked))


def proving(*programs: Program) -> tuple[str, ...]:
    """The steps that ask for proofs, in any of the programs."""
    return tuple(sorted({step.name for program in programs for step in program.steps if step.evidence}))


def tell(program: Program, reading: Reading, until: datetime, *, own: bool = True) -> Story:
    """Replay what was read. With `own` the program is the one that ran the journeys: outcomes and missed deadlines are the journal's."""
    marked = events_of(log_of(program, reading), program)
    replayed = replay(program, marked, hours=hours(program, reading, until), until=until)
    real = marked.row < len(reading.done)
    offsets = np.concatenate([[0], np.cumsum(real)])[marked.offsets].astype(np.int64)
    step, at = marked.step[real].astype(np.int64), marked.at[real]
    ended_at = np.array([micros(run.ended_at) if run.ended_at else NEVER for run in reading.runs], np.int64)
    ends, end = _ends(program, reading.runs, replayed, own=own)
    wait_s = replayed.wait_s[real]
    told = Told(
        program=program, offsets=offsets, step=step, at=at, flags=replayed.flags[real].astype(np.int64),
        wait_s=np.where(wait_s < 0, np.nan, wait_s.astype(float)), evidence=marked.evidence[real].astype(np.int64),
        started_at=np.array([micros(run.started_at) for run in reading.runs], np.int64), ended_at=ended_at, end=end, ends=ends, skipped=_skipped(marked, replayed),
        fields=_fields(program, reading.done),
    )  # fmt: skip
    told = replace(told, overdue=_overdue(told, reading, replayed, until, own=own))
    fitness = np.where(ended_at == NEVER, np.nan, _fitness(program, marked))
    return Story(reading.runs, reading.done, told, fitness, marked.symbol[real].astype(np.int64))


def _fitness(program: Program, events: Events) -> NDArray[np.float64]:
    """How far each journey can be explained by the program; NaN where that would take too much."""
    variants = variants_of(events)
    try:
        return align(program, variants).fitness[variants.of_journey]
    except ValueError:  # a trace that is too long, a program without an end
        return np.full(events.journeys, np.nan)


def log_of(program: Program, reading: Reading) -> Log:
    """The steps done as columns. A log knows no journey without events: one in which nothing was done yet gets a mark behind all
    others, an event without activity that moves nothing.
    """
    done, runs = reading.done, reading.runs
    place = {run.id: number for number, run in enumerate(runs)}
    journey = np.array([place[one.journey] for one in done], np.int32)
    marks = np.flatnonzero(np.bincount(journey, minlength=len(runs)) == 0).astype(np.int32)
    owner = np.concatenate([journey, marks])
    started_at = np.array([micros(run.started_at) for run in runs], np.int64)
    proved = np.array([_proved(program, one) for one in done], np.int8)
    store = _coded(run.store for run in runs)
    return Log(
        case=Coded(owner, tuple(str(run.id) for run in runs)), activity=_coded((one.step for one in done), len(marks)),
        at=np.concatenate([np.array([micros(one.at) for one in done], np.int64), started_at[marks]]),
        outcome=_coded((one.outcome or "" for one in done), len(marks)), store=Coded(store.numbers[owner], store.words),
        role=_coded((one.acts_as for one in done), len(marks)), started_at=started_at[owner],
        evidence=np.concatenate([proved, np.full(len(marks), -1, np.int8)]),
    )  # fmt: skip


def _coded(words: Iterable[str], marks: int = 0) -> Coded:
    """Words as numbers, -1 for an empty one and for each mark behind them."""
    numbers: dict[str, int] = {}
    coded = [numbers.setdefault(word, len(numbers)) if word else -1 for word in words]
    return Coded(np.array([*coded, *[-1] * marks], np.int32), tuple(numbers))


def _proved(program: Program, one: Done) -> int:
    if one.complete is not None:
        return int(one.complete)
    if one.proofs is None or not program.has_step(one.step):
        return -1
    asked, have = program.step(one.step).evidence, Counter(proof.get("kind") for proof in one.proofs)
    return int(all(have[item.kind] >= item.count for item in asked)) if asked else -1


def hours(program: Program, reading: Reading, until: datetime) -> Hours | None:
    """The working calendars that the program's deadlines are counted on, of every store that had a journey."""
    within = [step.within for step in program.steps if step.within]
    names = sorted({one.calendar for one in (*program.durations, *within)} - {ROUND_THE_CLOCK})
    stores = sorted({run.store for run in reading.runs})
    if not names or not stores:
        return None
    first = min([until, *(run.started_at for run in reading.runs), *(one.at for one in reading.done)])
    calendars = {(store, name): deadlines.calendar(store, name) for store in stores for name in names}
    return hours_of(calendars, first - timedelta(days=1), until + AHEAD)


def _ends(
    program: Program, runs: list[Run], replayed: Replayed, *, own: bool
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """How each journey ended. What really ended ends in another program as its last state says; '' where that is no end."""
    said = [
        "" if run.status == RUNNING else run.outcome if own else program.outcome(int(state)) or ""
        for run, state in zip(runs, replayed.final_state, strict=True)
    ]
    ends = tuple(dict.fromkeys([*program.ends, *said]))
    numbers = {name: number for number, name in enumerate(ends)}
    closed = [-1 if run.status == RUNNING else numbers[name] for run, name in zip(runs, said, strict=True)]
    return ends, np.array(closed, np.int64)


def _skipped(marked: Events, replayed: Replayed) -> Pairs:
    event, step = replayed.skipped[:, 0], replayed.skipped[:, 1]
    journey = np.searchsorted(marked.offsets, event, side="right") - 1
    return Pairs(journey.astype(np.int64), step.astype(np.int64), marked.at[event])


def _overdue(told: Told, reading: Reading, replayed: Replayed, until: datetime, *, own: bool) -> Pairs:
    """Steps whose deadline passed and that were never done: of running journeys by the replay, of ended ones by the journal."""
    late = replayed.open_late
    at = micros(until) - late.late_s.astype(np.int64) * MICRO
    found = {
        (int(journey), int(step)): int(when)
        for journey, step, when in zip(late.journey, late.step, at, strict=True)
        if told.ended_at[journey] == NEVER
    }
    if own:
        found |= _missed(told.program, reading)
    done = zip(told.journey_of(np.arange(len(told.step))).tolist(), told.step.tolist(), strict=True)
    for pair in done:
        found.pop(pair, None)
    rows = np.array([(*key, when) for key, when in sorted(found.items())], np.int64).reshape(-1, 3)
    return Pairs(rows[:, 0], rows[:, 1], rows[:, 2])


def _missed(program: Program, reading: Reading) -> dict[tuple[int, int], int]:
    place: dict[UUID, int] = {run.id: number for number, run in enumerate(reading.runs)}
    steps = {step.name: number for number, step in enumerate(program.steps)}
    return {
        (place[journey], steps[step]): micros(due) for journey, step, due in reading.overdue if step in steps
    }


def _fields(program: Program, done: list[Done]) -> dict[tuple[str, str], Recorded]:
    asked = {
        (one.step, one.aspect) for one in program.standards if one.step and one.aspect not in (*FLAGS, *TIMES)
    }
    return {(step, name): _field(done, step, name) for step, name in asked}


def _field(done: list[Done], step: str, name: str) -> Recorded:
    rows = [(number, _value(one, name)) for number, one in enumerate(done) if one.step == step]
    values = np.empty(len(rows), object)
    values[:] = [value for _number, value in rows]
    return Recorded(np.array([number for number, _value in rows], np.int64), values)


def _value(one: Done, name: str) -> Any:
    return (one.record or {}).get(name, one.outcome if name == "outcome" else None)
