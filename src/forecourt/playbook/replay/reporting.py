"""The report: what a manager asks of a replay, in numbers that JSON can carry."""

from dataclasses import asdict
from dataclasses import dataclass
from typing import Any

from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.counting import Tally
from forecourt.playbook.replay.counting import tally
from forecourt.playbook.replay.replaying import KINDS
from forecourt.playbook.replay.replaying import Replayed


@dataclass(frozen=True)
class StepReport:
    """One step: how often it was done, seconds from opening to done (None: never known), deadlines, deviations by kind.

    `judged` is how many of the steps done had a deadline that could be judged, `late` how many of these missed
    it; `open_late` counts required steps that are still open and late. In `deviations`, `skipped` counts how
    often this step was passed over.
    """

    step: str
    done: int
    median_wait_s: int | None
    p90_wait_s: int | None
    judged: int
    late: int
    open_late: int
    deviations: dict[str, int]


@dataclass(frozen=True)
class EdgeReport:
    """How often a step was followed directly by another, and the median of the seconds between them."""

    source: str
    target: str
    count: int
    median_s: int | None


@dataclass(frozen=True)
class StopReport:
    """Journeys whose last step this was; `unended` of them may not end there."""

    step: str
    count: int
    unended: int


@dataclass(frozen=True)
class Report:
    """How a log departs from a playbook; see `Tally` for what is counted."""

    playbook: str
    version: str
    journeys: int
    events: int
    fitting: int
    clean: int
    unknown: int
    deviations: dict[str, int]
    steps: tuple[StepReport, ...]
    edges: tuple[EdgeReport, ...]
    starts: dict[str, int]
    stops: tuple[StopReport, ...]
    ends: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON can carry it."""
        return asdict(self)


def report(program: Program, events: Events, replayed: Replayed) -> Report:
    """Return the report on a replay."""
    return report_of(program, tally(program, events, replayed))


def report_of(program: Program, counted: Tally) -> Report:
    """Return the report on what several replays add up to (`Tally.merged`)."""
    names = [step.name for step in program.steps]
    totals = counted.kinds.sum(axis=0)
    totals[list(KINDS).index("unknown")] += counted.unknown
    return Report(
        playbook=program.name,
        version=program.version,
        journeys=counted.journeys,
        events=counted.events,
        fitting=counted.fitting,
        clean=counted.clean,
        unknown=counted.unknown,
        deviations=dict(zip(KINDS, totals.tolist(), strict=True)),
        steps=tuple(_step(name, number, counted) for number, name in enumerate(names)),
        edges=tuple(_edges(names, counted)),
        starts={name: count for name, count in zip(names, counted.starts.tolist(), strict=True) if count},
        stops=tuple(_stops(names, counted)),
        ends=dict(zip(program.ends, counted.ends.tolist(), strict=True)),
    )


def _step(name: str, number: int, counted: Tally) -> StepReport:
    median, p90 = counted.waits.quantiles(number, 0.5, 0.9)
    kinds = dict(zip(KINDS, counted.kinds[number].tolist(), strict=True))
    return StepReport(
        step=name,
        done=int(counted.done[number]),
        median_wait_s=median,
        p90_wait_s=p90,
        judged=int(counted.judged[number]),
        late=kinds["late"],
        open_late=int(counted.open_late[number]),
        deviations=kinds,
    )


def _edges(names: list[str], counted: Tally) -> list[EdgeReport]:
    """The edges that occur, most frequent first."""
    counts = counted.edges.counts
    found = []
    for group in counts.nonzero()[0].tolist():
        source, target = divmod(group, len(names))
        (median,) = counted.edges.quantiles(group, 0.5)
        found.append(EdgeReport(names[source], names[target], int(counts[group]), median))
    return sorted(found, key=lambda edge: (-edge.count, edge.source, edge.target))


def _stops(names: list[str], counted: Tally) -> list[StopReport]:
    """The steps at which journeys stop, most journeys that may not end there first."""
    rows = zip(names, counted.stops.tolist(), counted.unended.tolist(), strict=True)
    found = [StopReport(*row) for row in rows if row[1]]
    return sorted(found, key=lambda stop: (-stop.unended, -stop.count, stop.step))
