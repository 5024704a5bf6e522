"""One journey replayed step by step, in plain Python with the program's own moves, as a page shows it.

The same rules as the replay of many journeys; a test holds the two against one another.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta

from forecourt.base.calendars import CalendarUnknown
from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.insight.reading import Done
from forecourt.insight.reading import Run
from forecourt.journeys import deadlines
from forecourt.journeys.programs import Known
from forecourt.playbook.facts import departures


@dataclass(frozen=True, slots=True)
class Open:
    """A step that can be done, since when, and until when it should be."""

    opened_at: datetime
    due_at: datetime | None
    required: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a replay: a step done, or one passed over on the way to the step in the next line.

    `late_by` is working time after the deadline. `deviations` are kinds. `fits` says whether the step was next.
    """

    step: str
    at: datetime
    fits: bool
    deviations: tuple[str, ...] = ()
    opened_at: datetime | None = None
    due_at: datetime | None = None
    late_by: timedelta | None = None
    done: Done | None = None
    state: int = 0

    @property
    def skipped(self) -> bool:
        return self.done is None

    @property
    def waited(self) -> timedelta | None:
        return self.at - self.opened_at if self.opened_at else None


@dataclass(slots=True)
class Walk:
    """A journey being walked through its program."""

    known: Known
    run: Run
    state: int
    open: dict[str, Open] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def waiting(self, at: datetime) -> list[tuple[str, Open, timedelta | None]]:
        """The steps still required, the earliest deadline first, with the working time by which each is late at `at`."""
        required = [
            (name, one, self._late(name, one.due_at, at)) for name, one in self.open.items() if one.required
        ]
        return sorted(required, key=lambda item: (item[1].due_at is None, item[1].due_at or at, item[0]))

    def settle(self, at: datetime) -> None:
        """Open what the state offers and was not open before; close the rest."""
        program = self.known.program
        offers = {} if program.closed(self.state) else self.known.offers(self.state)
        before = self.open
        self.open = {}
        for name, offer in offers.items():
            kept = before.get(name)
            opened_at = kept.opened_at if kept else deadlines.after(self.run.store, at, offer.wait) or at
            due_at = kept.due_at if kept else deadlines.after(self.run.store, opened_at, offer.step.within)
            self.open[name] = Open(opened_at, due_at, not offer.optional)

    def do(self, done: Done) -> None:
        """Record a step as the journey did."""
        program = self.known.program
        move = program.move(self.state, done.step, done.outcome)
        for one in move.deviations:
            if one.kind == "skipped":
                self.lines.append(Line(one.step, done.at, False, ("skipped",), state=self.state))
        was = self.open.pop(done.step, None)
        due_at = was.due_at if was else None
        kinds = [one.kind for one in move.deviations if one.kind != "skipped"]
        kinds += self._departures(done, late=due_at is not None and done.at > due_at)
        late_by = self._late(done.step, due_at, done.at)
        self.state = move.state
        self.lines.append(
            Line(
                done.step,
                done.at,
                move.fits,
                tuple(kinds),
                was.opened_at if was else None,
                due_at,
                late_by,
                done,
                self.state,
            )
        )
        self.settle(done.at)

    def _departures(self, done: Done, *, late: bool) -> list[str]:
        if not self.known.program.has_step(done.step):
            return ["late"] if late else []
        step = self.known.program.step(done.step)
        proofs = Counter(proof.get("kind", "") for proof in done.proofs or ())
        roles = [done.acts_as] if done.acts_as else [name.text for name in step.roles]
        holds = [name.text for name in step.holds]  # who held what on that day is not replayed
        return [one.kind for one in departures(step, roles=roles, holds=holds, late=late, evidence=proofs)]

    def _late(self, step: str, due_at: datetime | None, at: datetime) -> timedelta | None:
        """Working time after a deadline; None in time or where there is none."""
        if due_at is None or at <= due_at or not self.known.program.has_step(step):
            return None
        within = self.known.program.step(step).within
        calendar = deadlines.calendar(self.run.store, within.calendar if within else ROUND_THE_CLOCK)
        try:
            return calendar.elapsed(due_at, at)
        except CalendarUnknown:
            return at - due_at


def walk(known: Known, run: Run, done: Sequence[Done]) -> Walk:
    """Walk a whole journey, its steps in order of time."""
    found = Walk(known, run, known.program.start)
    found.settle(run.started_at)
    for one in done:
        found.do(one)
    return found
