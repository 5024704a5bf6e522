"""Figures made from the copy of the journal are those made from its table."""

import json
from pathlib import Path

import pytest
from django.db import connection

from forecourt.insight import jobs
from forecourt.insight.actions import try_draft
from forecourt.insight.models import Case
from forecourt.insight.models import Report
from forecourt.insight.models import Trial
from forecourt.insight.refreshing import refresh
from forecourt.platform import clock
from forecourt.platform.embedded.dsn import Dsns
from forecourt.platform.scope import reading
from tests.insight.test_drafts import DRAFT
from tests.insight.test_drafts import SINCE
from tests.insight.test_drafts import UNTIL
from tests.web.conftest import NOW
from tests.web.town import SYSTEM
from tests.web.town import build


def kept() -> tuple[dict, list]:
    with reading(SYSTEM.scope):
        cases = dict(Case.objects.values_list("id", "mark"))
        order = ("playbook", "level", "code", "brand", "store")
        return cases, list(Report.objects.order_by(*order).values_list(*order, "figures"))


def test_the_copy_and_the_table_say_the_same(
    forecourt_db: Dsns, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build(NOW)
    refresh(NOW)
    from_table = kept()
    again = refresh(NOW, everything=True, folder=tmp_path / "copy")
    assert not caplog.records, "the copy could be used"
    assert (tmp_path / "copy" / "manifest.json").exists()
    assert from_table == kept() and len(from_table[0]) > 8
    assert {one["written"] for one in again} == {0}


def test_a_copy_that_cannot_be_used_is_no_reason_not_to_measure(
    forecourt_db: Dsns, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build(NOW)
    (tmp_path / "notes.txt").write_text("somebody else's")
    assert refresh(NOW, folder=tmp_path)
    assert "cannot be used" in caplog.text
    assert len(kept()[0]) > 8


def test_the_worker_measures_and_tries_drafts(
    forecourt_db: Dsns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The jobs as the worker calls them, and that asking for a trial leaves one on the room's own queue."""
    monkeypatch.setenv("FORECOURT_HOME", str(tmp_path))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    build(NOW)
    jobs.refresh_changed(timestamp=0)
    assert len(kept()[0]) > 8
    asked = try_draft(by=SYSTEM, at=NOW, text=DRAFT, since=SINCE, until=UNTIL)["trial"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'insight.try_draft' AND queue_name = 'insight'"
        )
        (queued,) = cursor.fetchall()
    assert json.loads(queued[0]) == {"trial": asked}
    jobs.try_draft(**json.loads(queued[0]))
    with reading(SYSTEM.scope):
        assert Trial.objects.get(id=asked).status == "done"
    jobs.refresh_all(timestamp=0)
