"""Recording a step: the one place where a run moves on."""

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.base.diagnostics import near_misses
from forecourt.journeys import effects
from forecourt.journeys import entries
from forecourt.journeys import evidence as proofs
from forecourt.journeys import moves
from forecourt.journeys import programs
from forecourt.journeys import records
from forecourt.journeys import rules
from forecourt.journeys import storing
from forecourt.journeys.actions.running import end
from forecourt.journeys.actions.running import running
from forecourt.journeys.facts import merged
from forecourt.journeys.facts import nested
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.journeys.programs import Known
from forecourt.journeys.storing import Changes
from forecourt.network.queries import certificates_kept
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import CUSTOMER
from forecourt.platform.roles import EMPLOYED
from forecourt.playbook.program import Move
from forecourt.playbook.records import OUTCOME
from forecourt.playbook.records import Step

NO_RECORD: Mapping[str, Any] = {}


@dataclass(slots=True)
class _Recording:
    """What is known of a step while it is being recorded."""

    run: Journey
    known: Known
    step: Step
    record: dict[str, Any]
    evidence: list[dict[str, Any]]
    deviations: list[rules.Deviation]
    open_now: list[DueStep]

    @property
    def due(self) -> DueStep | None:
        """The open step that is being done; None when it was not due."""
        return next((row for row in self.open_now if row.step == self.step.name), None)


@action("journeys.record_step", roles=(*EMPLOYED, CUSTOMER))
def record_step(
    do: Doing,
    *,
    journey: UUID | str,
    step: str,
    record: Mapping[str, Any] = NO_RECORD,
    evidence: Iterable[Any] = (),
) -> Result:
    """Record a step of a run: check who, what and the gates, run its effect, move the program, open what is next.

    `evidence` lists proofs as `{"kind": "photo", "id": ...}`. Raises Forbidden (role, certificate), Invalid (record),
    Refused (a `must` that does not hold, the run has ended, or the effect refuses). What departs from the playbook
    without being blocked is recorded as deviations and returned.
    """
    run = running(journey)
    doing = _admitted(do, run, step, record, evidence)
    gained = _effect(do, doing)
    return _move(do, doing, gained)


def _admitted(
    do: Doing, run: Journey, name: str, given: Mapping[str, Any], evidence: Iterable[Any]
) -> _Recording:
    known = programs.of(run.playbook, run.version)
    step = _step(known, name)
    open_now = storing.open_steps(run.id)
    also = next((row.roles for row in open_now if row.step == name), [])
    admission = rules.admit(known, step, do.by, partial(_certificates, do.by, do.at, run.brand), also)
    if admission.problem is not None:
        raise Forbidden(admission.problem)
    effect = effects.find(step.effect.text) if step.effect else None
    record = records.read(step, effect, given)
    proofs_given = proofs.read(evidence)
    gates = rules.judge(known, step, run)
    if gates.problems:
        raise Refused(*gates.problems)
    deviations = [*admission.deviations, *gates.deviations, *proofs.lacking(step, proofs_given)]
    return _Recording(run, known, step, record, proofs_given, deviations, open_now)


def _step(known: Known, name: str) -> Step:
    if known.program.has_step(name):
        return known.program.step(name)
    near = ", ".join(near_misses(name, known.playbook.step_table))
    text = _("The playbook {playbook} {version} has no step {step}.").format(
        playbook=known.playbook.name, version=known.playbook.version, step=name
    )
    hint = " " + _("Did you mean {near}?").format(near=near) if near else ""
    raise Invalid(Blocked("journeys.no_step", text + hint, "step"))


def _effect(do: Doing, doing: _Recording) -> dict[str, Any]:
    """Run what the step does in other rooms; the facts it gives."""
    if doing.step.effect is None:
        return {}
    name = doing.step.effect.text
    effect = effects.find(name)
    if effect is None:
        text = _("No room of this installation provides the effect {effect} of the step {step}.")
        raise Missing(Blocked("journeys.no_effect", text.format(effect=name, step=doing.step.name)))
    return dict(effect.run(do, doing.run, doing.step.name, doing.record) or {})


def _move(do: Doing, doing: _Recording, gained: dict[str, Any]) -> Result:
    run, known, step = doing.run, doing.known, doing.step
    open_now, due = doing.open_now, doing.due
    roles = [role.text for role in step.roles]
    row = moves.done_step(due, run, step.name, roles, do.by, do.at)
    row.record = doing.record
    move = known.program.move(run.state, step.name, doing.record.get(OUTCOME))
    changes = _changes(do, doing, gained, move, row)
    skipped = {deviation.step for deviation in move.deviations if deviation.kind == "skipped"}
    moves.settle(
        changes, run, known, move.state, [other for other in open_now if other is not due], do.at, skipped
    )
    if due is None:
        changes.done = None
        changes.opened.append(row)
    deviations = [*({"kind": item.kind, "step": item.step} for item in move.deviations), *doing.deviations]
    if row.is_late(do.at):
        deviations.append({"kind": "late", "step": step.name})
    followed = _written(do, doing, changes, move, row, deviations)
    return _result(run, move, changes, open_now, row, deviations, followed)


def _changes(do: Doing, doing: _Recording, gained: dict[str, Any], move: Move, row: DueStep) -> Changes:
    run = doing.run
    said = {**doing.record, "done": True}
    facts = merged(merged(run.facts, {doing.step.name: said}), nested(gained))
    team = moves.joined_team(run.team, row.roles, do.by)
    run.team = team
    columns = {"state": move.state, "facts": facts, "team": team, "moved_at": do.at}
    return Changes(columns, done=row)


def _written(
    do: Doing,
    doing: _Recording,
    changes: Changes,
    move: Move,
    row: DueStep,
    deviations: list[rules.Deviation],
) -> str | None:
    """Write entry and rows; the id of the run that follows when this one ends."""
    run, was_due = doing.run, changes.done is not None
    waited = (do.at - row.opened_at).total_seconds() / 60 if was_due else None
    data = {
        "outcome": doing.record.get(OUTCOME),
        "record": records.for_journal(doing.step, doing.record),
        "deviations": deviations,
        "fits": move.fits,
        "opened_at": entries.moment(row.opened_at) if was_due else None,
        "due_at": entries.moment(row.due_at),
        "late": row.is_late(do.at),
        "minutes": None if waited is None else max(0, round(waited)),
        "next": _due(changes.opened, row),
        "state": move.state,
    }
    draft = entries.write(do, entries.STEP_DONE, run, data, step=doing.step.name, evidence=doing.evidence)
    row.entry = draft.id
    run.facts = changes.journey["facts"]
    followed = end(do, run, doing.known, changes, how="step") if move.closed else None
    storing.write(run, changes)
    return followed


def _due(opened: list[DueStep], row: DueStep) -> list[dict[str, Any]]:
    fresh = (step for step in opened if step is not row and not step.optional)
    return [{"step": step.step, "due_at": entries.moment(step.due_at)} for step in fresh]


def _result(
    run: Journey, move: Move, changes: Changes, open_now: list[DueStep], row: DueStep,
    deviations: list[rules.Deviation], followed: str | None,
) -> Result:  # fmt: skip
    still = [step for step in open_now if step is not row and step.id not in changes.closed]
    due = [
        step for step in (*still, *(step for step in changes.opened if step is not row)) if not step.optional
    ]
    return {
        "journey": str(run.id),
        "step": row.step,
        "status": run.status,
        "outcome": run.outcome,
        "state": move.state,
        "deviations": deviations,
        "next": [{"step": step.step, "due_at": entries.moment(step.due_at)} for step in due],
        "entry": str(row.entry),
        "started": followed,
    }


def _certificates(by: Actor, at: datetime, brand: str) -> Iterable[str]:
    """The certificates that the actor holds on the day."""
    return certificates_kept(by, at.astimezone(SHANGHAI).date(), brand)
