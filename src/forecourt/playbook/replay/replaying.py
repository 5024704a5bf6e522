"""Replay: every journey of a log walked through a program, as a running journey would have gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import fields
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import NOT_KNOWN
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.hours import Hours
from forecourt.playbook.replay.hours import micros
from forecourt.playbook.replay.hours import no_hours
from forecourt.playbook.replay.tables import Tables
from forecourt.playbook.replay.tables import calendar_names
from forecourt.playbook.replay.tables import durations_of
from forecourt.playbook.replay.tables import tables_of
from forecourt.playbook.replay.tables import wrong_roles

FITS = 0
SKIPPED, EARLY, REPEATED, UNKNOWN, LATE, WRONG_ROLE, EVIDENCE_MISSING = 1, 2, 4, 8, 16, 32, 64
KINDS = {
    "skipped": SKIPPED,
    "early": EARLY,
    "repeated": REPEATED,
    "unknown": UNKNOWN,
    "late": LATE,
    "wrong_role": WRONG_ROLE,
    "evidence_missing": EVIDENCE_MISSING,
}
# How many deviations a combination of flags means; steps passed over are counted one by one.
_COUNTS = np.array([(flags & ~SKIPPED).bit_count() for flags in range(256)], np.int32)


@dataclass(frozen=True)
class OpenLate:
    """Required steps that are still open at `until` and late: the journey, its step, and seconds of working time
    since.
    """

    journey: NDArray[np.int64]
    step: NDArray[np.int16]
    late_s: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.journey)


@dataclass(frozen=True)
class Replayed:
    """What a replay found.

    For each event: `state_after`; `flags`, a bit for each kind of deviation (`KINDS`; `skipped` marks the event
    that passed steps over); `wait_s`, seconds from the moment the step opened until it was done, -1 where that
    moment is not known; `late_s`, seconds of working time after the deadline, 0 in time, -1 where there is no
    deadline or it cannot be judged. Late is what has the bit `late`: a step done after closing time is late by
    0 seconds.

    `skipped` has a row for each step passed over: the event, and the number of the step.

    For each journey: `fits`, whether each step was next when it was done; `final_state`; `end`, the number in
    `program.ends` where it is closed or may end, else -1; `deviations`, how many there are of all kinds.
    """

    state_after: NDArray[np.int16]
    flags: NDArray[np.uint8]
    wait_s: NDArray[np.int32]
    late_s: NDArray[np.int32]
    skipped: NDArray[np.int64]
    fits: NDArray[np.bool_]
    final_state: NDArray[np.int16]
    end: NDArray[np.int32]
    deviations: NDArray[np.int32]
    open_late: OpenLate

    @property
    def journeys(self) -> int:
        """How many journeys there are."""
        return len(self.fits)

    @classmethod
    def concat(cls, parts: "Iterable[Replayed]") -> "Replayed":
        """Return several replays as one: their events and journeys one after the other."""
        parts = list(parts)
        events = _starts([len(part.flags) for part in parts])
        journeys = _starts([part.journeys for part in parts])
        shift = [np.array([start, 0]) for start in events]
        joined: dict[str, Any] = {
            item.name: np.concatenate([getattr(part, item.name) for part in parts])
            for item in fields(cls)
            if item.name not in ("skipped", "open_late")
        }
        late = [part.open_late for part in parts]
        return cls(
            **joined,
            skipped=np.concatenate([part.skipped + by for part, by in zip(parts, shift, strict=True)]),
            open_late=OpenLate(
                np.concatenate([one.journey + start for one, start in zip(late, journeys, strict=True)]),
                np.concatenate([one.step for one in late]),
                np.concatenate([one.late_s for one in late]),
            ),
        )


def replay(
    program: Program, events: Events, *, hours: Hours | None = None, until: datetime | None = None
) -> Replayed:
    """Replay all journeys against a program, each deviation with its kind.

    `hours` are the working calendars of the stores; without them only deadlines and waits counted round the
    clock are judged. `until` is the moment to which a required step that is still open may have become late;
    without it only steps done are judged. Raises ValueError when there are events, or `until`, outside the
    window of the hours.
    """
    from forecourt.playbook.replay import kernel

    check_window(program, events, hours, until)
    tables = tables_of(program)
    durations, calendars = durations_of(program, hours), calendars_of(program, events, hours)
    out = _Room.of(len(events), events.journeys)
    skipped = kernel.walk(
        program.start, program.width, (tables.after, tables.own),
        (tables.table, tables.skip, tables.kind, tables.step_of, tables.may_be_done), tables.offer_at, tables.offers,
        tables.offered, events.offsets, events.symbol, events.step,
        (out.state_after, out.flags, out.wait_s, out.fits, out.final_state),
    )  # fmt: skip
    kernel.judge(
        program.start, durations, calendars, tables.waits, tables.within, (events.offsets, events.step, events.at),
        brief(events.started_at), brief(events.store), (out.state_after, out.flags, out.wait_s, out.late_s),
    )  # fmt: skip
    wrong = wrong_roles(program, events.roles)
    kernel.weigh(events.step, brief(events.role), brief(events.evidence), wrong, tables.asks_proof, out.flags)
    deviations = np.empty(events.journeys, np.int32)
    kernel.add_up(events.offsets, out.flags, _COUNTS, skipped, deviations)
    return Replayed(
        state_after=out.state_after,
        flags=out.flags,
        wait_s=out.wait_s,
        late_s=out.late_s,
        skipped=skipped,
        fits=out.fits,
        final_state=out.final_state,
        end=tables.outcomes[out.final_state],
        deviations=deviations,
        open_late=_open_late(program, events, tables, (durations, calendars), out, until),
    )


def check_window(
    program: Program, events: Events, hours: Hours | None, until: datetime | None = None
) -> None:
    """Raise ValueError where hours are asked for moments that they do not cover."""
    if hours is None or not len(events) or not calendar_names(program):
        return
    began = events.started_at[:1] if events.started_at.strides == (0,) else events.started_at
    moments = [events.at, began[began != NOT_KNOWN], *([np.array([micros(until)])] if until else [])]
    hours.check(
        min(int(one.min()) for one in moments if len(one)), max(int(one.max()) for one in moments if len(one))
    )


def calendars_of(program: Program, events: Events, hours: Hours | None) -> tuple[NDArray[Any], ...]:
    """Return the tables of working time for the stores of events and the calendars of a program."""
    names = calendar_names(program)
    found = (
        no_hours(len(events.stores), len(names)) if hours is None else hours.for_stores(events.stores, names)
    )
    return tuple(found)


def brief(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column of stride 0 as an array of its one value, any other as it is; never empty."""
    if not len(column):
        return np.full(1, -1, column.dtype)
    return np.ascontiguousarray(column[:1] if column.strides == (0,) else column)


@dataclass(frozen=True)
class _Room:
    """Arrays for the kernel to fill."""

    state_after: NDArray[np.int16]
    flags: NDArray[np.uint8]
    wait_s: NDArray[np.int32]
    late_s: NDArray[np.int32]
    fits: NDArray[np.bool_]
    final_state: NDArray[np.int16]

    @classmethod
    def of(cls, events: int, journeys: int) -> "_Room":
        return cls(
            np.empty(events, np.int16),
            np.empty(events, np.uint8),
            np.empty(events, np.int32),
            np.empty(events, np.int32),
            np.empty(journeys, np.bool_),
            np.empty(journeys, np.int16),
        )


def _open_late(
    program: Program, events: Events, tables: Tables, times: Any, out: _Room, until: datetime | None
) -> OpenLate:
    from forecourt.playbook.replay import kernel

    if until is None:
        return OpenLate(np.empty(0, np.int64), np.empty(0, np.int16), np.empty(0, np.int32))
    due = tables.required & (tables.within >= 0)
    rows = kernel.still_open(
        program.start, *times, tables.waits, tables.within, due,
        (events.offsets, events.step, events.at, out.state_after, tables.offered), brief(events.started_at), brief(events.store),
        out.final_state, micros(until),
    )  # fmt: skip
    return OpenLate(rows[:, 0].copy(), rows[:, 1].astype(np.int16), rows[:, 2].astype(np.int32))


def _starts(lengths: list[int]) -> list[int]:
    return [0, *np.cumsum(lengths).tolist()][:-1]
