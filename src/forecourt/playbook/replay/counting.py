"""What a replay adds up to, in a form that can be put together from parts: counts, and all waits and gaps of time.

A median of medians is no median, so the parts of a log that is replayed bucket by bucket hand on their waits, grouped by step.
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

SECOND = 1_000_000
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
    def of(cls, keys: NDArray[np.signedinteger], values: NDArray[np.int32], groups: int) -> "Groups":
        """Group values by their keys from 0 to `groups` - 1."""
        order = np.argsort(keys, kind="stable")
        at = np.concatenate(([0], np.cumsum(np.bincount(keys, minlength=groups))))
        return cls(at.astype(np.int64), values[order])

    @classmethod
    def merged(cls, several: "list[Groups]") -> "Groups":
        """Put the values of equal groups together."""
        counts: Counts = np.sum([one.counts for one in several], axis=0, dtype=np.int64)
        parts = [
            one.values[one.at[group] : one.at[group + 1]] for group in range(len(counts)) for one in several
        ]
        return cls(np.concatenate(([0], np.cumsum(counts))).astype(np.int64), np.concatenate(parts))

    def quantiles(self, group: int, *shares: float) -> list[int | None]:
        """Return for each share the value at or below which that share of the group lies (the lower one); None for no values."""
        values = self.values[self.at[group] : self.at[group + 1]]
        if not len(values):
            return [None] * len(shares)
        places = [max(0, int(np.ceil(share * len(values))) - 1) for share in shares]
        found = np.partition(values, places)
        return [int(found[place]) for place in places]


@dataclass(frozen=True)
class Tally:
    """What one or more replays add up to. Arrays have one value for each step, `ends` one for each end of the program.

    `fitting` journeys have all steps in order, `clean` ones no deviation at all and no step open and late. `kinds` has a column for each of
    `KINDS`. `judged` counts the steps done whose deadline could be judged, `open_late` those still open. `starts` and `stops` count
    first and last steps, `unended` the last steps of journeys that may not end there. `unknown` counts the events whose
    step the playbook does not have; the flow goes on from the step before them. `edges` are the times between a step and the next,
    in groups step * steps + next step.
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
    steps = len(program.steps)
    known = np.flatnonzero(events.step >= 0)
    step, flags = events.step[known], replayed.flags[known]
    waited = replayed.wait_s[known] >= 0
    late = replayed.open_late
    clean = replayed.deviations == 0
    clean[late.journey] = False
    first, last = _ends_of(events, known)
    may_not_end = replayed.end[first.journeys] < 0
    return Tally(
        journeys=events.journeys,
        events=len(events),
        fitting=int(replayed.fits.sum()),
        clean=int(clean.sum()),
        unknown=len(events) - len(known),
        done=_count(step, steps),
        judged=_count(step[replayed.late_s[known] >= 0], steps),
        open_late=_count(late.step, steps),
        starts=_count(first.steps, steps),
        stops=_count(last.steps, steps),
        unended=_count(last.steps[may_not_end], steps),
        ends=_count(replayed.end[replayed.end >= 0], len(program.ends)),
        kinds=_kinds(step, flags, replayed.skipped[:, 1], steps),
        waits=Groups.of(step[waited], replayed.wait_s[known][waited], steps),
        edges=_edges(events, known, steps),
    )


@dataclass(frozen=True)
class _Edge:
    journeys: Counts
    steps: NDArray[np.int16]


def _ends_of(events: Events, known: Counts) -> tuple[_Edge, _Edge]:
    """The first and the last known step of each journey that has one."""
    at = np.searchsorted(known, events.offsets)
    journeys = np.flatnonzero(np.diff(at))
    first, last = known[at[journeys]], known[at[journeys + 1] - 1]
    return _Edge(journeys, events.step[first]), _Edge(journeys, events.step[last])


def _kinds(step: NDArray[np.int16], flags: NDArray[np.uint8], skipped: Counts, steps: int) -> Counts:
    columns = [_count(step[flags & bit > 0], steps) for bit in KINDS.values()]
    columns[list(KINDS).index("skipped")] = _count(skipped, steps)
    return np.stack(columns, axis=1)


def _edges(events: Events, known: Counts, steps: int) -> Groups:
    at = events.at[known]
    inside = np.ones(max(len(known) - 1, 0), bool)
    cuts = np.searchsorted(known, events.offsets[1:-1]) - 1
    inside[cuts[(cuts >= 0) & (cuts < len(inside))]] = False
    step = events.step[known].astype(np.int32)
    keys = (step[:-1] * steps + step[1:])[inside]
    gaps = (np.diff(at) // SECOND)[inside]
    return Groups.of(keys, gaps.astype(np.int32), steps * steps)


def _count(numbers: NDArray[np.signedinteger], length: int) -> Counts:
    return np.bincount(numbers, minlength=length).astype(np.int64)
