"""Taking back a step that was recorded by mistake: by a correcting entry, soon, by the same person, when nothing followed."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.journeys import effects
from forecourt.journeys import entries
from forecourt.journeys import moves
from forecourt.journeys import programs
from forecourt.journeys import storing
from forecourt.journeys.models import CANCELLED
from forecourt.journeys.models import DONE
from forecourt.journeys.models import RUNNING
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.journeys.programs import Known
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import EMPLOYED

GRACE = timedelta(minutes=10)


@action("journeys.withdraw_step", roles=EMPLOYED)
def withdraw_step(do: Doing, *, journey: UUID | str) -> Result:
    """Take back the last step of a run, within ten minutes, if the actor recorded it and it did nothing in other rooms.

    The entry stays; a second one says that it is withdrawn. The run goes back to where it was.
    """
    run = storing.lock(journey)
    known = programs.of(run.playbook, run.version)
    done = list(DueStep.objects.filter(journey_id=run.id, status=DONE).order_by("done_at", "id"))
    last = done[-1] if done else None
    if last is None or (problem := _problem(do, run, known, last)):
        raise Refused(
            problem
            if last
            else Blocked("journeys.nothing_done", _("No step of this journey is recorded yet."))
        )
    state = known.program.start
    for row in done[:-1]:
        if known.program.has_step(row.step):
            state = known.program.move(state, row.step, row.record.get("outcome")).state
    _go_back(do, run, known, last, done, state)
    entries.write(
        do, entries.STEP_WITHDRAWN, run, {"entry": str(last.entry), "reason": "mistake"}, step=last.step
    )
    return {"journey": str(run.id), "step": last.step, "state": state}


def _go_back(do: Doing, run: Journey, known: Known, last: DueStep, done: list[DueStep], state: int) -> None:
    before = next((row.record for row in reversed(done[:-1]) if row.step == last.step), None)
    facts = {name: value for name, value in run.facts.items() if name != last.step}
    if before is not None:
        facts[last.step] = {**before, "done": True}
    columns = {
        "state": state,
        "facts": facts,
        "status": RUNNING,
        "outcome": "",
        "ended_at": None,
        "moved_at": do.at,
    }
    changes = storing.Changes(columns, closed={last.id: CANCELLED})
    run.facts = facts
    moves.settle(changes, run, known, state, storing.open_steps(run.id), do.at, set())
    _keep_deadline(last, changes.opened)
    storing.write(run, changes)


def _keep_deadline(last: DueStep, opened: list[DueStep]) -> None:
    """The step is due again as it was: a mistake does not win time."""
    for step in opened:
        if step.step == last.step and last.opened_at < step.opened_at:
            step.opened_at, step.due_at, step.late_at = last.opened_at, last.due_at, last.late_at
            step.alarm_at = None if last.late_at or step.optional else last.due_at


def _problem(do: Doing, run: Journey, known: Known, last: DueStep) -> Blocked | None:
    if last.done_by != do.by.code:
        return Blocked(
            "journeys.not_yours",
            _("{staff} recorded this step; only they can take it back.").format(staff=last.done_by),
        )
    if last.done_at is None or do.at - last.done_at > GRACE:
        return Blocked(
            "journeys.too_late",
            _("A step can be taken back within ten minutes; record what is right now instead."),
        )
    if run.outcome and known.program.next_playbook(run.outcome):
        return Blocked("journeys.followed", _("Another journey has begun because of this step."))
    step = known.program.step(last.step)
    effect = effects.find(step.effect.text) if step.effect else None
    if step.effect is not None and (effect is None or not effect.may_withdraw):
        text = _("The step “{step}” did something elsewhere ({effect}) that cannot be undone from here.")
        return Blocked(
            "journeys.has_effect", text.format(step=known.step_title(last.step), effect=step.effect.text)
        )
    return None
