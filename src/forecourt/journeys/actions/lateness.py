"""Deadlines: exactly one late entry for each one missed, then the escalations that the playbook orders.

Any number of workers may run this at once and be killed at any moment: a step is taken under SKIP LOCKED together with its
run, and `late_at` is set in the transaction that writes the entry.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from forecourt.journeys import deadlines
from forecourt.journeys import entries
from forecourt.journeys import moves
from forecourt.journeys import programs
from forecourt.journeys import storing
from forecourt.journeys.actions.noticing import LATE
from forecourt.journeys.actions.noticing import notify
from forecourt.journeys.actions.running import end
from forecourt.journeys.models import CANCELLED
from forecourt.journeys.models import OPEN
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.journeys.programs import Known
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.playbook.records import Escalation

_TAKE = """
    SELECT d.id FROM journeys_duestep d JOIN journeys_journey j ON j.id = d.journey_id
    WHERE d.status = 'open' AND d.alarm_at <= %s ORDER BY d.alarm_at, d.id LIMIT %s FOR UPDATE OF d, j SKIP LOCKED
"""


@dataclass(slots=True)
class _Count:
    late: int = 0
    escalated: int = 0
    lapsed: int = 0


@action("journeys.mark_late")
def mark_late(do: Doing, *, limit: int = 200) -> Result:
    """Mark up to `limit` missed deadlines, run escalations that are due, let lapse what nobody needs; how many of each.

    `taken` equal to `limit` says that more may wait.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [do.at, limit])
        ids = [row[0] for row in cursor.fetchall()]
    count = _Count()
    ended: set[object] = set()
    for step in (
        DueStep.objects.filter(id__in=ids, status=OPEN).select_related("journey").order_by("alarm_at", "id")
    ):
        if step.journey_id not in ended and _alarm(do, step, step.journey, count):
            ended.add(step.journey_id)
    return {"taken": len(ids), "late": count.late, "escalated": count.escalated, "lapsed": count.lapsed}


def _alarm(do: Doing, step: DueStep, run: Journey, count: _Count) -> bool:
    """Do what the time says about one step; whether its run ended by it."""
    known = programs.of(run.playbook, run.version)
    if step.optional:
        return _lapse(do, step, run, known, count)
    if step.late_at is None:
        _late(do, step, run)
        count.late += 1
    waiting = _escalations(step, known)[step.alarms :]
    due = [escalation for at, escalation in waiting if at <= do.at]
    for escalation in due:
        _escalate(do, step, run, escalation)
    count.escalated += len(due)
    step.alarms += len(due)
    step.alarm_at = waiting[len(due)][0] if len(waiting) > len(due) else None
    step.save(update_fields=["late_at", "alarms", "alarm_at", "assigned_to", "roles"])
    return False


def _late(do: Doing, step: DueStep, run: Journey) -> None:
    step.late_at = do.at
    data = {
        "opened_at": entries.moment(step.opened_at), "due_at": entries.moment(step.due_at), "role": step.role,
        "assigned_to": step.assigned_to,
    }  # fmt: skip
    entries.write(do, entries.STEP_LATE, run, data, step=step.step)


def _escalations(step: DueStep, known: Known) -> list[tuple[datetime, Escalation]]:
    """When each escalation of a late step is due, in order of time; they count from the deadline."""
    if step.due_at is None or not known.program.has_step(step.step):
        return []
    ordered = known.program.step(step.step).on_late
    times = [
        (deadlines.after(step.store, step.due_at, escalation.after) or step.due_at, escalation)
        for escalation in ordered
    ]
    return sorted(times, key=lambda pair: pair[0])


def _escalate(do: Doing, step: DueStep, run: Journey, escalation: Escalation) -> None:
    if escalation.action == "reassign" and escalation.role:
        step.roles = list(dict.fromkeys([escalation.role, *step.roles]))
        step.assigned_to = run.team.get(escalation.role, "")
    if escalation.role:
        told = run.team.get(escalation.role, "")
        notify(
            do,
            run,
            LATE,
            step=step.step,
            role=escalation.role,
            staff=told,
            data={"due_at": entries.moment(step.due_at)},
        )
    data = {
        "action": escalation.action, "role": escalation.role, "due_at": entries.moment(step.due_at),
        "assigned_to": step.assigned_to,
    }  # fmt: skip
    entries.write(do, entries.ESCALATED, run, data, step=step.step)


def _lapse(do: Doing, step: DueStep, run: Journey, known: Known, count: _Count) -> bool:
    """What may be left out is left out; when nothing else is open, the run that could end ends."""
    count.lapsed += 1
    others = DueStep.objects.open().filter(journey_id=run.id).exclude(id=step.id).exists()
    changes = storing.Changes({"moved_at": do.at}, closed={step.id: CANCELLED})
    over = not others and moves.rests(known, run.state) and run.is_running
    if over:
        end(do, run, known, changes, how="rest")
    storing.write(run, changes)
    return over
