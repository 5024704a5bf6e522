"""Two programs held against the same journeys: what each says, and of which journeys they say something else."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecourt.insight import figures
from forecourt.insight.departing import of_each
from forecourt.insight.drafts import Draft
from forecourt.insight.figures import Frame
from forecourt.insight.reading import Period
from forecourt.insight.reading import Run
from forecourt.insight.reading import read
from forecourt.insight.refreshing import Say
from forecourt.insight.refreshing import silent
from forecourt.insight.telling import Story
from forecourt.insight.telling import proving
from forecourt.insight.telling import recording
from forecourt.insight.telling import tell
from forecourt.journeys import programs
from forecourt.journeys.programs import Known
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading

MOST_CHANGED = 20_000


@dataclass(frozen=True)
class Compared:
    """What a comparison gives: figures as JSON, and the journeys of which the two versions say something else."""

    figures: dict[str, Any]
    changed: list[dict[str, Any]]


def compare(draft: Draft, period: Period, by: Actor, say: Say = silent) -> Compared:
    """Hold a draft and the published version against the journeys of a period that an actor sees.

    Each part reads in a transaction of its own, so that what is said of the progress can be seen meanwhile.
    """
    with reading(by.scope):
        before = programs.of(draft.known.playbook.name, draft.against)
        both = (before.program, draft.known.program)
        wanted = {step for program in both for step in recording(program)}
        found = read(
            draft.known.playbook.name, draft.versions, period, recording=wanted, proving=proving(*both)
        )
    say(0.3, f"{len(found.runs):,} journeys read")
    with reading(by.scope):
        old = _framed(before, tell(both[0], found, period.until))
    say(0.6, f"replayed against {draft.against}")
    with reading(by.scope):
        new = _framed(draft.known, tell(both[1], found, period.until, own=False))
    say(0.9, "replayed against the draft")
    codes = [of_each(frame.departures, len(found.runs)) for frame in (old, new)]
    changed = _changed(found.runs, (old, new), codes)
    said = {
        "journeys": len(found.runs), "events": len(found.done), "against": draft.against, "version": draft.known.playbook.version,
        "before": _said(old), "after": _said(new), "deviations": _deviations(codes), "steps": _steps(before, draft.known),
        "changed": len(changed), "verdicts": _verdicts(old, new),
    }  # fmt: skip
    return Compared(said, changed[:MOST_CHANGED])


def _framed(known: Known, story: Story) -> Frame:
    return figures.framed(story.told, known.playbook, story.fitness, story.symbol)


def _said(frame: Frame) -> dict[str, Any]:
    everyone = np.arange(frame.told.journeys)
    goal = frame.goal
    return {
        "fitness": figures.mean_of(frame.fitness), "fitting": int(frame.fits.sum()), "ended": int((goal >= 0).sum()), "reached": int((goal == 1).sum()),
        "standards": figures.standards_of(frame, everyone),
    }  # fmt: skip


def _deviations(codes: list[list[list[str]]]) -> list[list[Any]]:
    """Kind, step, journeys before and after, of each deviation that is not as frequent as before; the greatest change first."""
    before, after = (Counter(code for one in said for code in one) for said in codes)
    rows = [
        [*code.split(":", 1), before[code], after[code]]
        for code in {*before, *after}
        if before[code] != after[code]
    ]
    return sorted(rows, key=lambda row: (-abs(row[3] - row[2]), row[0], row[1]))


def _steps(before: Known, after: Known) -> dict[str, list[str]]:
    old, new = ([step.name for step in known.program.steps] for known in (before, after))
    return {
        "new": [name for name in new if name not in old],
        "gone": [name for name in old if name not in new],
    }


def _verdicts(old: Frame, new: Frame) -> dict[str, int]:
    return {
        "kept": int((old.fits & new.fits).sum()), "lost": int((old.fits & ~new.fits).sum()),
        "won": int((~old.fits & new.fits).sum()), "neither": int((~old.fits & ~new.fits).sum()),
    }  # fmt: skip


def _changed(
    runs: list[Run], both: tuple[Frame, Frame], codes: list[list[list[str]]]
) -> list[dict[str, Any]]:
    """Journeys with another verdict first, then those that depart in another way."""
    rows = []
    for number, run in enumerate(runs):
        fits = [bool(frame.fits[number]) for frame in both]
        said = [codes[side][number] for side in (0, 1)]
        if fits[0] != fits[1] or sorted(said[0]) != sorted(said[1]):
            place = {name: getattr(run, name) for name in ("network", "brand", "region", "operator", "store")}
            rows.append(
                {**place, "journey": run.id, "started_at": run.started_at, "fits_before": fits[0], "fits_after": fits[1],
                 "before": said[0], "after": said[1]}
            )  # fmt: skip
    return sorted(rows, key=lambda row: (row["fits_before"] == row["fits_after"], row["journey"]))
