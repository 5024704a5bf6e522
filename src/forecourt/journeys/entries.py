"""The kinds of entries that this room writes, and what their `data` holds. All are in the chain of their journey.

Codes, choices, numbers and times only: no words of a customer, for an entry cannot be erased.
"""

from datetime import datetime
from typing import Any

from forecourt import journal
from forecourt.journal import Draft
from forecourt.journeys.models import Journey
from forecourt.platform.actions import Doing

PUBLISHED = "journeys.published"
STARTED = "journeys.started"
STEP_DONE = "journeys.step_done"
STEP_LATE = "journeys.step_late"
STEP_WITHDRAWN = "journeys.step_withdrawn"
ESCALATED = "journeys.escalated"
ASSIGNED = "journeys.assigned"
MIGRATED = "journeys.migrated"
ENDED = "journeys.ended"

KINDS: dict[str, dict[str, str]] = {
    PUBLISHED: {
        "playbook": "name of the playbook (the entry lies in a chain of its own, that of the version)",
        "version": "version published",
        "digest": "SHA-256 of its text",
    },
    STARTED: {
        "subject": "type and id of what the run is about",
        "owner": "staff code of whoever carries it, or ''",
        "next": "steps due at the start, with their deadlines: [{step, due_at}]",
    },
    STEP_DONE: {
        "outcome": "the record's `outcome`, or null",
        "record": "choices, numbers, dates and codes of the record; never words, phone numbers, plates or VINs",
        "deviations": "[{kind, step}]: skipped, early, repeated, late, wrong_role, evidence_missing, advice_ignored",
        "fits": "whether the step was next in the playbook",
        "opened_at": "when it became due, null when it was not due",
        "due_at": "its deadline, or null",
        "late": "whether it was done after the deadline",
        "minutes": "minutes from opening to done, or null",
        "next": "required steps due now: [{step, due_at}]",
        "state": "state of the program afterwards",
    },
    STEP_LATE: {
        "opened_at": "when the step became due",
        "due_at": "the deadline it missed",
        "role": "role that should have done it",
        "assigned_to": "staff code, or '' when it lay in the role's pool",
    },
    STEP_WITHDRAWN: {
        "entry": "id of the journeys.step_done entry that is taken back",
        "reason": "code of the reason",
    },
    ESCALATED: {
        "action": "notify, reassign or reroute",
        "role": "who is told, or null",
        "due_at": "the deadline that was missed",
        "assigned_to": "who had the step",
    },
    ASSIGNED: {
        "from": "staff code before",
        "to": "staff code now",
        "role": "role handed over",
        "reason": "code of the reason",
    },
    MIGRATED: {
        "from": "version before",
        "to": "version now",
        "from_state": "state before",
        "to_state": "state now",
    },
    ENDED: {
        "outcome": "how it ended",
        "how": "step (by the last step), rest (nothing more was done), hand (ended by a person)",
        "days": "days from start to end, to one decimal",
        "started": "playbook that began because of it, or null",
    },
}


def write(
    do: Doing,
    kind: str,
    journey: Journey,
    data: dict[str, Any],
    *,
    step: str = "",
    evidence: list[Any] | None = None,
    objects: dict[str, Any] | None = None,
) -> Draft:
    """Leave an entry about a run in the running action."""
    return journal.write(
        do, kind, stream=journey.id, place=journey.place(), person=journey.person_id, journey=journey.id,
        playbook=journey.playbook, version=journey.version, step=step, data=data, evidence=evidence,
        objects={journey.subject_type: journey.subject_id, **(objects or {})},
    )  # fmt: skip


def moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
