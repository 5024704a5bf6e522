"""The worker's part of a trial: hold the draft against the past, note how far it has come, keep what was found."""

from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta

from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.insight.actions import fail_trial
from forecourt.insight.actions import finish_trial
from forecourt.insight.actions import note_progress
from forecourt.insight.comparing import Compared
from forecourt.insight.comparing import compare
from forecourt.insight.drafts import Draft
from forecourt.insight.drafts import checked
from forecourt.insight.models import DONE
from forecourt.insight.models import Trial
from forecourt.insight.reading import begun
from forecourt.insight.refreshing import Say
from forecourt.insight.refreshing import silent
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import ActionError
from forecourt.platform.scope import reading

WORKER = Actor.system("insight.trials")


def run(trial: str, at: datetime) -> None:
    """Do what a trial asks for, once; a refusal is kept on it, for whoever asked to read."""
    with reading(WORKER.scope):
        row = Trial.objects.get(id=trial)
    if row.status == DONE:
        return
    note_progress(by=WORKER, at=at, trial=trial, progress=5)
    try:
        found = _compared(row, at)
    except ActionError as refusal:
        fail_trial(by=WORKER, at=at, trial=trial, problem=str(refusal))
        return
    except Exception:
        fail_trial(
            by=WORKER, at=at, trial=trial, problem=_("It broke off; the worker's log says why. Ask again.")
        )
        raise
    finish_trial(by=WORKER, at=at, trial=trial, figures=found.figures, changed=found.changed)


def _compared(row: Trial, at: datetime) -> Compared:
    def say(done: float, text: str) -> None:
        note_progress(by=WORKER, at=at, trial=str(row.id), progress=round(100 * done))

    with reading(WORKER.scope):
        draft = checked(row.text)
    return held(draft, row.since_on, row.until_on, at, say)


def held(draft: Draft, since: date, until: date, at: datetime, say: Say = silent) -> Compared:
    """Hold a draft against the journeys that began from one day to another (both included)."""
    first = datetime.combine(since, time.min, SHANGHAI)
    last = datetime.combine(until + timedelta(days=1), time.min, SHANGHAI) - timedelta(microseconds=1)
    return compare(draft, begun(first, last, at), WORKER, say)
