"""The only writes of the room: what a refresh worked out, and drafts that are tried on the past."""

import json
from collections.abc import Iterator
from datetime import date
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.calendars import SHANGHAI
from forecourt.base.ids import new_id
from forecourt.insight import drafts
from forecourt.insight import jobs
from forecourt.insight.models import DONE
from forecourt.insight.models import FAILED
from forecourt.insight.models import QUEUED
from forecourt.insight.models import RUNNING
from forecourt.insight.models import Case
from forecourt.insight.models import Refresh
from forecourt.insight.models import Report
from forecourt.insight.models import Trial
from forecourt.insight.models import TrialCase
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import PLANNER

BATCH = 2000
_COLUMNS = [field.column for field in Case._meta.concrete_fields]
_UPSERT = (
    f"INSERT INTO insight_case ({', '.join(_COLUMNS)}) SELECT {', '.join(_COLUMNS)}"  # noqa: S608 - columns of the model
    " FROM jsonb_populate_recordset(NULL::insight_case, %s) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS if name != "id")
)
_MARKS = "SELECT id, mark FROM insight_case WHERE playbook = %s AND version = %s"


@action("insight.keep_figures")
def keep_figures(do: Doing, *, made: Any, seen: UUID | None, milliseconds: int) -> Result:
    """Write the cases and reports of one playbook version in place of those before; cases that say the same are left alone."""
    _one_at_a_time(made.playbook, made.version)
    written, gone = _keep_cases(made.playbook, made.version, made.cases)
    Report.objects.of(made.playbook, made.version).delete()
    Report.objects.bulk_create([Report(made_at=do.at, **row) for row in made.reports], batch_size=500)
    kept = {"seen": seen, "made_at": do.at, "journeys": len(made.cases), "milliseconds": milliseconds}
    Refresh.objects.update_or_create(playbook=made.playbook, version=made.version, defaults=kept)
    return {
        "playbook": made.playbook, "version": made.version, "journeys": len(made.cases), "written": written, "removed": gone,
        "reports": len(made.reports), "milliseconds": milliseconds,
    }  # fmt: skip


def _one_at_a_time(playbook: str, version: str) -> None:
    """Two refreshes of a version follow one another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"insight:{playbook}:{version}"]
        )


def _keep_cases(playbook: str, version: str, cases: dict[UUID, dict[str, Any]]) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, [playbook, version])
        marks = dict(cursor.fetchall())
        changed = [row for number, row in cases.items() if marks.get(number) != row["mark"]]
        for part in _batches(changed):
            cursor.execute(_UPSERT, [json.dumps(part, default=str)])
    gone = [number for number in marks if number not in cases]
    Case.objects.filter(id__in=gone).delete()
    return len(changed), len(gone)


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


LONGEST = timedelta(days=366)
TRIED = "insight.draft_tried"


@action("insight.try_draft", roles=(NETWORK_OPS, PLANNER))
def try_draft(do: Doing, *, text: str, since: date, until: date) -> Result:
    """Ask the worker to hold a draft against the journeys that began from one day to another.

    Raises Invalid with every diagnostic of the text, or for a period that is empty, ahead or longer than a year.
    """
    draft = drafts.checked(text)
    _check_period(do, since, until)
    row = Trial(
        id=new_id(do.at), playbook=draft.known.playbook.name, version=draft.known.playbook.version, against=draft.against,
        text=text, since_on=since, until_on=until, asked_by=do.by.code, asked_at=do.at,
    )  # fmt: skip
    row.save(force_insert=True)
    data = {
        "playbook": row.playbook,
        "version": row.version,
        "since": since.isoformat(),
        "until": until.isoformat(),
    }
    journal.write(do, TRIED, stream=row.id, place=Place(), playbook=row.playbook, data=data)
    jobs.try_draft.defer(trial=str(row.id))
    return {"trial": str(row.id), "playbook": row.playbook, "version": row.version, "against": row.against}


def _check_period(do: Doing, since: date, until: date) -> None:
    today = do.at.astimezone(SHANGHAI).date()
    if not since <= until:
        text = _("The period ends on {until}, before it begins on {since}.").format(since=since, until=until)
        raise Invalid(Blocked("insight.period_backwards", text, "until"))
    if since > today or until - since > LONGEST:
        text = _(
            "The period from {since} to {until} lies ahead or is longer than a year; choose days of the past."
        )
        raise Invalid(Blocked("insight.period_out_of_reach", text.format(since=since, until=until), "since"))


@action("insight.note_progress")
def note_progress(do: Doing, *, trial: str, progress: int) -> Result:
    """Note how far a trial has come."""
    Trial.objects.filter(id=trial, status__in=(QUEUED, RUNNING)).update(status=RUNNING, progress=progress)
    return {}


@action("insight.finish_trial")
def finish_trial(do: Doing, *, trial: str, figures: dict[str, Any], changed: list[dict[str, Any]]) -> Result:
    """Keep what a trial found."""
    row = Trial.objects.get(id=trial)
    TrialCase.objects.filter(trial=row).delete()
    TrialCase.objects.bulk_create([TrialCase(trial=row, **one) for one in changed], batch_size=1000)
    row.status, row.progress, row.figures, row.finished_at = DONE, 100, figures, do.at
    row.save(update_fields=["status", "progress", "figures", "finished_at"])
    return {"trial": trial, "changed": len(changed)}


@action("insight.fail_trial")
def fail_trial(do: Doing, *, trial: str, problem: str) -> Result:
    """Keep why a trial came to nothing."""
    Trial.objects.filter(id=trial).update(status=FAILED, problem=problem[:2000], finished_at=do.at)
    return {}
