"""Replay: every journey of a log walked through a program, as a running journey would have gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.hours import Hours
from forecourt.playbook.replay.hours import micros
from forecourt.playbook.replay.hours import no_hours
from forecourt.playbook.replay.tables import durations_of
from forecourt.playbook.replay.tables import tables_of

if TYPE_CHECKING:
    from forecourt.playbook.replay.kernel import Calendars
    from forecourt.playbook.replay.kernel import Columns

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


@dataclass(frozen=True)
class OpenLate:
    """Required steps that are still open at `until` and late: the journey, its step, and seconds of working time since."""

    journey: NDArray[np.int64]
    step: NDArray[np.int16]
    late_s: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.journey)


@dataclass(frozen=True)
class Replayed:
    """What a replay found.

    For each event: `state_after`; `flags`, a bit for each kind of deviation (`KINDS`; `skipped` marks the event that passed steps
    over); `wait_s`, seconds from the moment the step opened until it was done, -1 where that moment is not known; `late_s`,
    seconds of working time after the deadline, 0 in time, -1 where there is no deadline or it cannot be judged. Late is what has
    the bit `late`: a step done after closing time is late by 0 seconds.

    `skipped` has a row for each step passed over: the event, and the number of the step.

    For each journey: `fits`, whether each step was next when it was done; `final_state`; `end`, the number in `program.ends`
    where it is closed or may end, else -1; `deviations`, how many there are of all kinds.
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

    `hours` are the working calendars of the stores; without them only deadlines and waits counted round the clock are judged.
    `until` is the moment to which a required step that is still open may have become late; without it only steps done are judged.
    """
    from forecourt.playbook.replay import kernel

    tables = tables_of(program, events.roles)
    durations, calendars = _calendars(program, events, hours)
    out = _room(len(events), events.journeys, kernel.Out)
    moment = kernel.NOT_KNOWN if until is None else micros(until)
    skipped, late = kernel.replay_events(tables, durations, calendars, columns_of(events), out, moment)
    return Replayed(
        state_after=out.state,
        flags=out.flags,
        wait_s=out.wait_s,
        late_s=out.late_s,
        skipped=skipped,
        fits=out.fits,
        final_state=out.final,
        end=out.end,
        deviations=out.deviations,
        open_late=OpenLate(late[:, 0], late[:, 1].astype(np.int16), late[:, 2].astype(np.int32)),
    )


def columns_of(events: Events) -> "Columns":
    """Return the columns as the kernel reads them: one value where all are the same."""
    from forecourt.playbook.replay.kernel import Columns

    return Columns(
        offsets=events.offsets,
        symbol=events.symbol,
        step=events.step,
        at=events.at,
        store=_brief(events.store),
        role=_brief(events.role),
        evidence=_brief(events.evidence),
        started_at=_brief(events.started_at),
    )


def _calendars(program: Program, events: Events, hours: Hours | None) -> "tuple[Any, Calendars]":
    durations, names = durations_of(program)
    if hours is None:
        return durations, no_hours(len(events.stores), len(names))
    return durations, hours.for_stores(events.stores, names)


def _brief(column: NDArray[Any]) -> NDArray[Any]:
    """A column of stride 0 as an array of one value; none at all where there is no event."""
    return np.ascontiguousarray(column[:1] if column.strides == (0,) else column)


def _room(events: int, journeys: int, out: Any) -> Any:
    return out(
        state=np.empty(events, np.int16),
        flags=np.empty(events, np.uint8),
        wait_s=np.empty(events, np.int32),
        late_s=np.empty(events, np.int32),
        fits=np.empty(journeys, np.bool_),
        final=np.empty(journeys, np.int16),
        end=np.empty(journeys, np.int32),
        deviations=np.empty(journeys, np.int32),
    )


def _starts(lengths: list[int]) -> list[int]:
    return [0, *np.cumsum(lengths).tolist()][:-1]
