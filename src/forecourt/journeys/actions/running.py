"""A run from its start to its end, and its move to a newer version."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.journeys import entries
from forecourt.journeys import moves
from forecourt.journeys import programs
from forecourt.journeys import storing
from forecourt.journeys.facts import nested
from forecourt.journeys.models import CANCELLED
from forecourt.journeys.models import ENDED
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.journeys.programs import Known
from forecourt.journeys.storing import Changes
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import EMPLOYED
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER

_NOWHERE = Place()


@action("journeys.start", roles=EMPLOYED)
def start(
    do: Doing,
    *,
    playbook: str,
    subject: tuple[str, str | UUID],
    place: Place = _NOWHERE,
    person: UUID | None = None,
    owner: str = "",
    team: dict[str, str] | None = None,
    facts: dict[str, Any] | None = None,
    version: str = "",
) -> Result:
    """Start a run of the latest version (or of `version`) about `subject`; the running one when there is one already.

    `owner` is the staff code of whoever carries it; unless `team` (role to staff code) says otherwise they do the steps of
    the first step's role. `facts` may have dotted names.
    """
    known = programs.of(playbook, version or programs.latest_version(playbook, do.at))
    journey = moves.new_journey(
        known=known, subject=subject, place=place.columns(), person=person, owner=owner, team=team,
        facts=nested(facts or {}), at=do.at,
    )  # fmt: skip
    steps = moves.first_steps(journey, known, do.at)
    if not storing.insert(journey, steps):
        return _running_already(do, playbook, subject)
    due = [{"step": step.step, "due_at": entries.moment(step.due_at)} for step in steps if not step.optional]
    data = {"subject": [journey.subject_type, journey.subject_id], "owner": owner, "next": due}
    entries.write(do, entries.STARTED, journey, data)
    return {"journey": str(journey.id), "started": True}


def _running_already(do: Doing, playbook: str, subject: tuple[str, str | UUID]) -> Result:
    with do.above():
        rows = Journey.objects.running().about(*subject).filter(playbook=playbook)
        return {"journey": str(rows.values_list("id", flat=True).get()), "started": False}


@action("journeys.finish", roles=(*EMPLOYED,))
def finish(do: Doing, *, journey: UUID | str) -> Result:
    """End a run in which nothing has to be done any more, instead of waiting until the rest lapses."""
    run = running(journey)
    known = programs.of(run.playbook, run.version)
    if not known.program.can_end(run.state):
        due = ", ".join(known.step_title(name) for name in known.program.required(run.state))
        raise Refused(
            Blocked(
                "journeys.not_finished", _("This journey cannot end yet. Due: {steps}.").format(steps=due)
            )
        )
    changes = Changes({}, closed={step.id: CANCELLED for step in storing.open_steps(run.id)})
    next_run = end(do, run, known, changes, how="hand")
    storing.write(run, changes)
    return {"journey": str(run.id), "outcome": run.outcome, "started": next_run}


def running(journey: UUID | str) -> Journey:
    """The run, locked. Raises Missing when it is out of sight, Refused when it has ended."""
    run = storing.lock(journey)
    if not run.is_running:
        text = _("This journey has ended as “{outcome}”. Nothing more can be recorded in it.")
        raise Refused(Blocked("journeys.ended", text.format(outcome=run.outcome)))
    return run


def end(do: Doing, run: Journey, known: Known, changes: Changes, *, how: str) -> str | None:
    """Put the end of the run into `changes`, write its entry, and start what follows; the id of the run that follows."""
    outcome = known.program.outcome(changes.journey.get("state", run.state)) or ""
    changes.journey |= {"status": ENDED, "outcome": outcome, "ended_at": do.at, "moved_at": do.at}
    run.outcome = outcome
    follows = _follows(run, known.program.next_playbook(outcome), do.at)
    days = round((do.at - run.started_at).total_seconds() / 86400, 1)
    data = {"outcome": outcome, "how": how, "days": days, "started": follows[0] if follows else None}
    entries.write(do, entries.ENDED, run, data)
    if follows is None:
        return None
    begun = start.body(
        do, playbook=follows[0], version=follows[1], subject=follows[2], place=run.place(), person=run.person_id, owner=run.owner,
        team=run.team or None,
    )  # fmt: skip
    return str(begun["journey"])


def _follows(run: Journey, playbook: str | None, at: datetime) -> tuple[str, str, tuple[str, str]] | None:
    """The playbook that begins when this run ends, its version, and what its run is about: the object that the facts name.

    A run about an opportunity that ordered has a fact `order` (its id, or `{"id": ...}`). Without such a fact a playbook
    about another type of subject does not begin by itself; the room that makes the subject starts it. Nor does one that
    is not published: a car that is handed over must not be kept because a later playbook is missing.
    """
    version = programs.version_on(playbook, at) if playbook else None
    if playbook is None or version is None:
        return None
    about = programs.of(playbook, version).playbook.about
    if about == run.subject_type:
        return playbook, version, run.subject
    named = run.facts.get(about)
    found = named.get("id") if isinstance(named, dict) else named
    return (playbook, version, (about, str(found))) if found else None


@action("journeys.migrate", roles=(STORE_MANAGER, NETWORK_OPS))
def migrate_journey(do: Doing, *, journey: UUID | str, version: str) -> Result:
    """Move a run to another version of its playbook: the steps done so far are walked again through the new program."""
    run = running(journey)
    known = programs.of(run.playbook, version)
    before = (run.version, run.state)
    state = _walked(run, known)
    changes = Changes({"version": version, "state": state, "moved_at": do.at})
    run.version = version
    open_now = storing.open_steps(run.id)
    moves.settle(changes, run, known, state, open_now, do.at, set())
    data = {"from": before[0], "to": version, "from_state": before[1], "to_state": state}
    entries.write(do, entries.MIGRATED, run, data)
    if known.program.closed(state):
        end(do, run, known, changes, how="step")
    storing.write(run, changes)
    return {"journey": str(run.id), "version": version, "state": state}


def _walked(run: Journey, known: Known) -> int:
    state = known.program.start
    done = DueStep.objects.filter(journey_id=run.id, status="done").order_by("done_at", "id")
    for name, record in done.values_list("step", "record"):
        if known.program.has_step(name):
            state = known.program.move(state, name, record.get("outcome")).state
    return state
