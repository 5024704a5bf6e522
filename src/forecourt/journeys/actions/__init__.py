"""The room's writes: publish a playbook, run it, record its steps, hand runs over, keep deadlines."""

from forecourt.journeys.actions.assigning import reassign
from forecourt.journeys.actions.assigning import take
from forecourt.journeys.actions.lateness import mark_late
from forecourt.journeys.actions.noticing import read_notices
from forecourt.journeys.actions.opening import open_case
from forecourt.journeys.actions.proving import keep_evidence
from forecourt.journeys.actions.publishing import publish
from forecourt.journeys.actions.recording import record_step
from forecourt.journeys.actions.running import finish
from forecourt.journeys.actions.running import migrate_journey
from forecourt.journeys.actions.running import start
from forecourt.journeys.actions.withdrawing import withdraw_step

__all__ = [
    "finish",
    "keep_evidence",
    "mark_late",
    "migrate_journey",
    "open_case",
    "publish",
    "read_notices",
    "reassign",
    "record_step",
    "start",
    "take",
    "withdraw_step",
]
