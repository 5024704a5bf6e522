"""The works that are taken to buckets of a copy: counting, and replay against a playbook."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecourt.insight.engines.port import Work
from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.columns import events_of
from forecourt.playbook.replay.counting import Tally
from forecourt.playbook.replay.counting import tally
from forecourt.playbook.replay.hours import Hours
from forecourt.playbook.replay.replaying import Replayed
from forecourt.playbook.replay.replaying import replay

if TYPE_CHECKING:
    from forecourt.insight.copy.reading import Copy


@dataclass(frozen=True)
class Counted:
    """How much there is in a bucket."""

    entries: int
    journeys: int


@dataclass(frozen=True)
class Measured:
    """What the replay of a bucket found, a value for each journey, and what it adds up to.

    `fits`, `deviations`, `final_state` and `end` are as in `Replayed`; `kinds` has a bit for each kind of deviation that the journey's
    steps show (`replaying.KINDS`). `Tally.merged` puts the tallies of buckets together.
    """

    journeys: tuple[str, ...]
    fits: NDArray[np.bool_]
    deviations: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    final_state: NDArray[np.int16]
    end: NDArray[np.int32]
    tally: Tally


def counting(copy: str | Path) -> Work:
    """Return the work of counting a bucket's entries and journeys; it gives `Counted`."""
    return Work.of(count, copy=str(copy))


def measuring(
    copy: str | Path,
    text: str,
    *,
    version: str | None = None,
    hours: Hours | None = None,
    until: datetime | None = None,
) -> Work:
    """Return the work of replaying a bucket's journeys of a playbook against its `text`; it gives `Measured`.

    `version` takes the journeys of one version only; None: all that ran the playbook, under whatever version. `hours` and `until` are as
    in `replay`. The copy is named by its path, which must be the same on every machine that works. Raises ValueError for a text
    that is no playbook.
    """
    program_of(text)
    return Work.of(measure, copy=str(copy), text=text, version=version, hours=hours, until=until)


def count(bucket: int, copy: str) -> Counted:
    """Count what a bucket of the copy at a path holds."""
    entries = journeys = 0
    for table in _opened(copy).tables(bucket, ["journey"]):
        entries += table.num_rows
        journeys += len(table["journey"].drop_null().unique())
    return Counted(entries, journeys)


def measure(
    bucket: int, copy: str, text: str, version: str | None, hours: Hours | None, until: datetime | None
) -> Measured:
    """Replay the journeys of a bucket of the copy at a path."""
    program = program_of(text)
    events = events_of(_opened(copy).log(bucket, program.name, version), program)
    replayed = replay(program, events, hours=hours, until=until)
    return Measured(
        journeys=tuple(events.cases[number] for number in events.case),
        fits=replayed.fits,
        deviations=replayed.deviations,
        kinds=_kinds(events, replayed),
        final_state=replayed.final_state,
        end=replayed.end,
        tally=tally(program, events, replayed),
    )


@lru_cache(maxsize=16)
def program_of(text: str) -> Program:
    """Return the program of a playbook's text, compiled once a process. Raises ValueError with all that is wrong with it."""
    from forecourt.base.diagnostics import render_all
    from forecourt.playbook import compile_playbook
    from forecourt.playbook import load

    loaded = load(text, "playbook")
    if loaded.playbook is None or any(one.is_error for one in loaded.diagnostics):
        raise ValueError(f"This is no playbook that can be replayed:\n{render_all(loaded.diagnostics)}")
    return compile_playbook(loaded.playbook)


def _kinds(events: Events, replayed: Replayed) -> NDArray[np.uint8]:
    """All kinds that a journey's steps show. Every journey has a step, so no group is empty."""
    if not len(events):
        return np.empty(0, np.uint8)
    found: NDArray[np.uint8] = np.bitwise_or.reduceat(replayed.flags, events.offsets[:-1])
    return found


def _opened(copy: str) -> "Copy":
    from forecourt.insight.copy.reading import open_copy

    return open_copy(copy)
