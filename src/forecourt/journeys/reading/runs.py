"""One run: which is about a thing, what is next in it, what blocks it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from forecourt.journeys import effects
from forecourt.journeys import programs
from forecourt.journeys import rules
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.journeys.programs import Known
from forecourt.platform.refusals import Advice
from forecourt.platform.refusals import Blocked
from forecourt.playbook import explain
from forecourt.playbook.records import Step


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that can be recorded now, and what stands against it."""

    due: DueStep | None
    step: Step
    title: str
    optional: bool
    anytime: bool
    page: str
    problems: tuple[Blocked, ...] = ()
    advice: tuple[Advice, ...] = ()

    @property
    def name(self) -> str:
        return self.step.name

    @property
    def allowed(self) -> bool:
        return not self.problems


def find(journey: UUID | str) -> Journey | None:
    """The run of that id, or None when it is not there or out of sight."""
    return Journey.objects.filter(id=journey).first()


def open_for(subject_type: str, subject_id: UUID | str, playbook: str = "") -> Journey | None:
    """The run that is open about a thing (`open_for("order", order_id)`), the newest where there are several."""
    rows = Journey.objects.running().about(subject_type, subject_id)
    return (rows.filter(playbook=playbook) if playbook else rows).order_by("-started_at").first()


def runs_of(subjects: Iterable[tuple[str, UUID | str]]) -> list[Journey]:
    """All runs about any of the things, oldest first."""
    wanted = [(kind, str(number)) for kind, number in subjects]
    rows = Journey.objects.filter(
        subject_type__in={kind for kind, _ in wanted}, subject_id__in={number for _, number in wanted}
    )
    return [row for row in rows.order_by("started_at") if row.subject in wanted]


def next_steps(journey: Journey, *, anytime: bool = True) -> list[NextStep]:
    """What can be recorded in a run now: due steps first, then what may be left out, then what may happen anytime."""
    if not journey.is_running:
        return []
    known = programs.of(journey.playbook, journey.version)
    due = {row.step: row for row in journey.steps.filter(status="open")}
    offers = known.offers(journey.state)
    steps = [
        _next(journey, known, offer.step, due.get(name), optional=offer.optional)
        for name, offer in offers.items()
    ]
    if anytime:
        others = [name for name in known.program.enabled(journey.state) if name not in offers]
        steps += [
            _next(journey, known, known.program.step(name), None, optional=True, anytime=True)
            for name in others
        ]
    return steps


def step_of(journey: Journey, name: str) -> NextStep | None:
    """One step of a run as it may be recorded now, whether due or not; None when the playbook has no such step."""
    known = programs.of(journey.playbook, journey.version)
    if not known.program.has_step(name):
        return None
    due = journey.steps.filter(status="open", step=name).first()
    optional = due.optional if due else True
    return _next(
        journey, known, known.program.step(name), due, optional=optional, anytime=name in known.anytime
    )


def _next(
    journey: Journey, known: Known, step: Step, due: DueStep | None, *, optional: bool, anytime: bool = False
) -> NextStep:
    gates = rules.judge(known, step, journey)
    effect = effects.find(step.effect.text) if step.effect else None
    page = effect.page if effect else ""
    title = known.step_title(step.name)
    return NextStep(due, step, title, optional, anytime, page, gates.problems, gates.advice)


def blocked(journey: Journey) -> dict[str, list[str]]:
    """For each step that is next but blocked, the sentences that say why."""
    return {
        item.name: [problem.text for problem in item.problems]
        for item in next_steps(journey)
        if item.problems
    }


def why_not(journey: Journey, step: str) -> str:
    """Why a step is not next in a run, as a sentence; '' when it is."""
    known = programs.of(journey.playbook, journey.version)
    if step in known.program.enabled(journey.state):
        return ""
    return rules.say(explain.why_not(known.program, journey.state, step), rules.fact_names(known))
