"""What a replay adds up to, in a form that can be put together from parts: counts, and all waits and gaps of time.

A median of medians is no median, so the parts of a log that is replayed bucket by bucket hand on their waits,
grouped by step.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.replaying import KINDS
from forecourt.playbook.replay.replaying import Replayed

MANY = 200_000
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Groups:
    """Values in groups: those of group g are `values[at[g]:at[g + 1]]`, in no order. Here seconds, whole."""

    at: Counts
    values: NDArray[np.int32]

    @property
    def counts(self) -> Counts:
        """How many values each group has."""
        return np.diff(self.at)

    @classmethod
    def empty(cls, counts: Counts) -> "Groups":
        """Return room for so many values in each group."""
        at = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return cls(at, np.empty(at[-1], np.int32))

    @classmethod
    def merged(cls, several: "list[Groups]") -> "Groups":
        """Put the values of equal groups together."""
        counts: Counts = np.sum([one.counts for one in several], axis=0, dtype=np.int64)
        parts = [
            one.values[one.at[group] : one.at[group + 1]] for group in range(len(counts)) for one in several
        ]
        return cls(np.concatenate(([0], np.cumsum(counts))).astype(np.int64), np.concatenate(parts))

    def quantiles(self, group: int, *shares: float) -> list[int | None]:
        """Return for each share the value at or below which that share of the group lies (the lower one); None for no
        values.
        """
        values = self.values[self.at[group] : self.at[group + 1]]
        if not len(values):
            return [None] * len(shares)
        places = [max(0, int(np.ceil(share * len(values))) - 1) for share in shares]
        return [*_ranked(values, places)]


@dataclass(frozen=True)
class Tally:
    """What one or more replays add up to. Arrays have one value for each step, `ends` one for each end of the program.

    `fitting` journeys have all steps in order, `clean` ones no deviation at all and no step open and late.
    `kinds` has a column for each of `KINDS`. `judged` counts the steps done whose deadline could be judged,
    `open_late` those still open. `starts` and `stops` count first and last steps, `unended` the last steps of
    journeys that may not end there. `unknown` counts the events whose step the playbook does not have; the flow
    goes on from the step before them. `edges` are the times between a step and the next, in groups step * steps
    + next step.
    """

    journeys: int
    events: int
    fitting: int
    clean: int
    unknown: int
    done: Counts
    judged: Counts
    open_late: Counts
    starts: Counts
    stops: Counts
    unended: Counts
    ends: Counts
    kinds: Counts
    waits: Groups
    edges: Groups

    @classmethod
    def merged(cls, several: "Iterable[Tally]") -> "Tally":
        """Put the tallies of several parts of a log together. Raises ValueError for none."""
        parts = list(several)
        if not parts:
            raise ValueError("there is no tally to merge; replay at least one part of the log")
        found: dict[str, Any] = {}
        for item in fields(cls):
            values = [getattr(part, item.name) for part in parts]
            found[item.name] = Groups.merged(values) if isinstance(values[0], Groups) else sum(values)
        return cls(**found)


def tally(program: Program, events: Events, replayed: Replayed) -> Tally:
    """Add up what a replay of `events` found."""
    from forecourt.playbook.replay.counting import kernel

    steps = len(program.steps)
    done, judged, waited, starts, stops, unended = (np.zeros(steps, np.int64) for _ in range(6))
    kinds, edges = np.zeros((steps, len(KINDS)), np.int64), np.zeros((steps, steps), np.int64)
    times = replayed.wait_s, replayed.late_s
    unknown = kernel.count_steps(events.step, replayed.flags, *times, done, judged, waited, kinds)
    kernel.count_flow(events.offsets, events.step, replayed.end, starts, stops, unended, edges)
    kinds[:, list(KINDS).index("skipped")] = _count(replayed.skipped[:, 1], steps)
    clean = replayed.deviations == 0
    clean[replayed.open_late.journey] = False
    return Tally(
        journeys=events.journeys,
        events=len(events),
        fitting=int(replayed.fits.sum()),
        clean=int(clean.sum()),
        unknown=int(unknown),
        done=done,
        judged=judged,
        open_late=_count(replayed.open_late.step, steps),
        starts=starts,
        stops=stops,
        unended=unended,
        ends=_count(replayed.end[replayed.end >= 0], len(program.ends)),
        kinds=kinds,
        waits=_waits(events, replayed, waited),
        edges=_gaps(events, edges),
    )


def _waits(events: Events, replayed: Replayed, counts: Counts) -> Groups:
    from forecourt.playbook.replay.counting import kernel

    found = Groups.empty(counts)
    kernel.group_waits(events.step, replayed.wait_s, found.at[:-1].copy(), found.values)
    return found


def _gaps(events: Events, counts: Counts) -> Groups:
    from forecourt.playbook.replay.counting import kernel

    found = Groups.empty(counts.ravel())
    begins = found.at[:-1].reshape(counts.shape).copy()
    kernel.group_gaps(events.offsets, events.step, events.at, begins, found.values)
    return found


def _ranked(values: NDArray[np.int32], ranks: list[int]) -> list[int]:
    """The values at ascending ranks; of many values by counting, which is quicker than parting them."""
    if len(values) < MANY:
        return [int(value) for value in np.partition(values, ranks)[ranks]]
    from forecourt.playbook.replay.counting import kernel

    found = np.empty(len(ranks), np.int64)
    kernel.ranked(values, np.array(ranks), found)
    return [int(value) for value in found]


def _count(numbers: NDArray[np.signedinteger], length: int) -> Counts:
    return np.bincount(numbers, minlength=length).astype(np.int64)
