"""Where a run goes: which steps are done, passed over, withdrawn and opened when its program moves to another state."""

from datetime import datetime
from datetime import timedelta
from typing import Any
from uuid import UUID

from forecourt.base.ids import new_id
from forecourt.journeys import deadlines
from forecourt.journeys.models import CANCELLED
from forecourt.journeys.models import DONE
from forecourt.journeys.models import SKIPPED
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.journeys.programs import Known
from forecourt.journeys.programs import Offer
from forecourt.journeys.storing import Changes
from forecourt.platform.actor import Actor
from forecourt.platform.roles import SYSTEM

# How long a run that could end waits for a step that may be left out, when the playbook gives that step no deadline.
REST = timedelta(days=7)
# Where a step without a deadline stands on a worklist.
SOON = timedelta(days=1)


def first_steps(journey: Journey, known: Known, at: datetime) -> list[DueStep]:
    """The steps due at the start of a run."""
    offers = known.offers(journey.state)
    return [opened(journey, offer, at, rests=rests(known, journey.state)) for offer in offers.values()]


def rests(known: Known, state: int) -> bool:
    """Whether nothing has to be done any more: the run ends by itself when what may still be done lapses."""
    return known.program.can_end(state) and not known.program.required(state)


def opened(journey: Journey, offer: Offer, at: datetime, *, rests: bool = False) -> DueStep:
    """A step that becomes due or possible now, or after its wait."""
    opens_at = deadlines.after(journey.store, at, offer.wait) or at
    due_at = deadlines.after(journey.store, opens_at, offer.step.within)
    roles = [role.text for role in offer.step.roles]
    return DueStep(
        id=new_id(at), journey_id=journey.id, playbook=journey.playbook, version=journey.version, step=offer.name,
        roles=roles, assigned_to=assignee(journey.team, roles), person_id=journey.person_id, optional=offer.optional,
        listed=offer.listed and roles != [SYSTEM], opened_at=opens_at, due_at=due_at,
        rank_at=due_at or opens_at + SOON, alarm_at=_alarm(offer.optional, due_at, opens_at, rests), **journey.place().columns(),
    )  # fmt: skip


def assignee(team: dict[str, str], roles: list[str]) -> str:
    """Who of the team does a step of these roles; '' while nobody does: the step lies in the role's pool."""
    return next((team[role] for role in roles if team.get(role)), "")


def done_step(
    step: DueStep | None, journey: Journey, name: str, roles: list[str], by: Actor, at: datetime
) -> DueStep:
    """The row of the step being recorded: the open one, or a new one when it was not due."""
    row = step or DueStep(
        id=new_id(at), journey_id=journey.id, playbook=journey.playbook, version=journey.version, step=name, roles=roles,
        assigned_to=by.code if by.role in roles else "", person_id=journey.person_id, optional=True, opened_at=at, rank_at=at,
        **journey.place().columns(),
    )  # fmt: skip
    row.status, row.done_at, row.done_by, row.listed, row.alarm_at = DONE, at, by.code, False, None
    return row


def settle(
    changes: Changes,
    journey: Journey,
    known: Known,
    state: int,
    open_now: list[DueStep],
    at: datetime,
    skipped: set[str],
) -> None:
    """Put into `changes` what of the open steps closes or changes, and what opens, for the run to be in `state`."""
    offers = {} if known.program.closed(state) else known.offers(state)
    resting = rests(known, state)
    kept: set[str] = set()
    for row in open_now:
        offer = offers.get(row.step)
        if offer is None:
            changes.closed[row.id] = SKIPPED if row.step in skipped else CANCELLED
            continue
        kept.add(row.step)
        _adjust(changes, row, offer, journey.team, resting)
    fresh = (offer for name, offer in offers.items() if name not in kept)
    changes.opened += [opened(journey, offer, at, rests=resting) for offer in fresh]


def _adjust(changes: Changes, row: DueStep, offer: Offer, team: dict[str, str], resting: bool) -> None:
    """A step that stays open may have become required or optional, listed or not, somebody's or not."""
    before = (row.optional, row.listed, row.assigned_to, row.alarm_at)
    if row.optional != offer.optional or (resting and row.alarm_at is None):
        row.alarm_at = _alarm(offer.optional, row.due_at, row.opened_at, resting)
    row.optional, row.listed = offer.optional, offer.listed and row.roles != [SYSTEM]
    row.assigned_to = row.assigned_to or assignee(team, row.roles)
    if before != (row.optional, row.listed, row.assigned_to, row.alarm_at):
        changes.changed.append(row)


def _alarm(optional: bool, due_at: datetime | None, opens_at: datetime, resting: bool) -> datetime | None:
    """When somebody must look: at the deadline of what must be done, at the lapse of what a resting run still offers."""
    if not optional:
        return due_at
    return (due_at or opens_at + REST) if resting else None


def joined_team(team: dict[str, str], roles: list[str], by: Actor) -> dict[str, str]:
    """The team after `by` did a step of these roles: the first to do a role's step keeps the role in this run."""
    if by.role not in roles or by.is_system or team.get(by.role):
        return team
    return {**team, by.role: by.code}


def new_journey(
    *, known: Known, subject: tuple[str, str | UUID], place: dict[str, str], person: UUID | None, owner: str,
    team: dict[str, str] | None, facts: dict[str, Any], at: datetime,
) -> Journey:  # fmt: skip
    """A run at its start, not yet written. Without a `team` its owner does the steps of the first step's role."""
    program = known.program
    if team is None:
        first = next(
            (offer.step.role for offer in known.offers(program.start).values() if not offer.optional), None
        )
        team = {first: owner} if owner and first else {}
    return Journey(
        id=new_id(at), playbook=program.name, version=program.version, subject_type=subject[0], subject_id=str(subject[1]),
        person_id=person, owner=owner, team=team, state=program.start, facts=facts, started_at=at, moved_at=at, **place,
    )  # fmt: skip
