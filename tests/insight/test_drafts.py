"""A draft held against the past: checked like a publication, worked out by the worker, shown beside the published version."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from forecourt.insight import trials
from forecourt.insight.actions import try_draft
from forecourt.insight.models import FAILED
from forecourt.insight.models import Trial
from forecourt.insight.models import TrialCase
from forecourt.journal.models import Entry
from forecourt.journeys.models import PlaybookVersion
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.scope import reading
from tests.web.conftest import NOW
from tests.web.town import PLAYBOOKS
from tests.web.town import SYSTEM
from tests.web.town import Town

RETAIL = (PLAYBOOKS / "retail.yaml").read_text("utf-8")
# Quoting comes before the test drive, needs need not be asked, and five minutes are given to answer.
DRAFT = (
    RETAIL.replace('version: "2026.11"', 'version: "2027.1"')
    .replace("within: 15 min of store hours", "within: 5 min of store hours")
    .replace("share(respond.on_time) >= 95 %", "share(respond.on_time) >= 90 %")
    .replace("        - any_order: [learn_needs, maybe: explain_finance]\n", "        - quote\n        - maybe: learn_needs\n        - maybe: explain_finance\n")
)  # fmt: skip
SINCE, UNTIL = date(2026, 2, 1), date(2026, 3, 10)


def tried(text: str = DRAFT, since: date = SINCE, until: date = UNTIL) -> Trial:
    asked = try_draft(by=SYSTEM, at=NOW, text=text, since=since, until=until)
    trials.run(asked["trial"], NOW)
    with reading(SYSTEM.scope):
        return Trial.objects.get(id=asked["trial"])


def test_the_sample_still_has_what_the_draft_changes() -> None:
    assert len({RETAIL, DRAFT}) == 2
    for part in (
        'version: "2027.1"',
        "within: 5 min of store hours",
        ">= 90 %",
        "        - quote\n        - maybe: learn_needs",
    ):
        assert part in DRAFT, part


def test_old_and_new_side_by_side(town: Town) -> None:
    row = tried()
    said = row.figures
    assert (row.status, row.progress, row.against) == ("done", 100, "2026.11")
    assert (said["journeys"], said["before"]["fitting"]) == (5, 5)
    # Of five, three bought after a test drive without a quote before it, one learned needs; one did nothing yet.
    assert said["after"]["fitting"] == 1
    assert said["before"]["fitness"] == 1 > said["after"]["fitness"] > 0.5
    assert said["verdicts"] == {"kept": 1, "lost": 4, "won": 0, "neither": 0}
    before, after = (said[side]["standards"]["answer_in_time"] for side in ("before", "after"))
    assert (before["cases"], before["value"], after["cases"], after["value"]) == (5, 80.0, 5, 0.0)
    assert ["late", "respond", 0, 4] in said["deviations"]
    with reading(SYSTEM.scope):
        changed = TrialCase.objects.filter(trial=row, fits_before=True, fits_after=False)
        assert {one.journey for one in changed} == {
            UUID(town.runs[name]) for name in ("owner", "waiting", "reserved", "choosing")
        }


def test_the_published_text_changes_nothing(town: Town) -> None:
    said = tried(RETAIL.replace('version: "2026.11"', 'version: "2027.1"')).figures
    assert said["before"] == said["after"]
    assert (said["changed"], said["deviations"], said["steps"]) == (0, [], {"new": [], "gone": []})


def test_only_journeys_that_began_in_the_period_count(town: Town) -> None:
    assert tried(until=date(2026, 3, 1)).figures["journeys"] == 2


def test_a_draft_is_checked_as_publishing_checks_it(town: Town) -> None:
    with pytest.raises(Invalid) as refusal:
        try_draft(
            by=SYSTEM, at=NOW, text=DRAFT.replace("by: adviser", "by: advicer"), since=SINCE, until=UNTIL
        )
    assert any(one.code.startswith("playbook.PB") and "advicer" in one.text for one in refusal.value.problems)
    with pytest.raises(Missing, match="no past"):
        try_draft(
            by=SYSTEM,
            at=NOW,
            text=DRAFT.replace("playbook: retail", "playbook: retale"),
            since=SINCE,
            until=UNTIL,
        )


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (UNTIL, SINCE, "insight.period_backwards"),
        (date(2026, 3, 11), date(2026, 3, 12), "insight.period_out_of_reach"),
        (date(2024, 3, 1), UNTIL, "insight.period_out_of_reach"),
    ],
)
def test_a_period_lies_in_the_past(town: Town, since: date, until: date, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        try_draft(by=SYSTEM, at=NOW, text=DRAFT, since=since, until=until)
    assert refusal.value.code == code


def test_asking_is_written_down_and_publishes_nothing(town: Town) -> None:
    row = tried()
    with reading(SYSTEM.scope):
        entry = Entry.objects.get(kind="insight.draft_tried", stream=row.id)
        assert entry.data == {
            "playbook": "retail",
            "version": "2027.1",
            "since": "2026-02-01",
            "until": "2026-03-10",
        }
        assert not PlaybookVersion.objects.filter(version="2027.1").exists()


def test_a_trial_done_is_not_done_again(town: Town) -> None:
    row = tried()
    trials.run(str(row.id), NOW)
    with reading(SYSTEM.scope):
        assert TrialCase.objects.filter(trial=row).count() == row.figures["changed"]


def test_a_trial_that_breaks_off_says_so(town: Town) -> None:
    asked = try_draft(by=SYSTEM, at=NOW, text=DRAFT, since=SINCE, until=UNTIL)
    with reading(SYSTEM.scope):
        Trial.objects.filter(id=asked["trial"]).update(text=DRAFT.replace("by: adviser", "by: nobody"))
    trials.run(asked["trial"], NOW)
    with reading(SYSTEM.scope):
        row = Trial.objects.get(id=asked["trial"])
    assert row.status == FAILED and "nobody" in row.problem


def test_the_page_asks_follows_and_shows(town: Town, visit: Any) -> None:
    address = reverse("insight:drafts")
    form = visit("network_ops", address)
    assert "Try a draft on the past" in form.content.decode()
    file = SimpleUploadedFile("draft.yaml", DRAFT.encode())
    asked = visit.client.post(
        address, {"text": "", "file": file, "since": "2026-02-01", "until": "2026-03-10"}
    )
    assert asked.status_code == 302
    waiting = visit("network_ops", asked["Location"]).content.decode()
    assert 'hx-trigger="every 2s"' in waiting and "Waiting for the worker" in waiting
    with reading(SYSTEM.scope):
        number = str(Trial.objects.order_by("-id")[0].id)
    trials.run(number, NOW)
    done = visit("network_ops", asked["Location"]).content.decode()
    assert (
        "hx-trigger" not in done
        and "Which verdicts change?" in done
        and "“First personal answer” late" in done
    )
    part = visit("network_ops", asked["Location"], headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="trial"') and "<html" not in part
    changed = visit(
        "network_ops", reverse("insight:trial-cases", args=[number]) + "?verdict=lost"
    ).content.decode()
    assert changed.count("/measures/journeys/") == 4
    assert "林悦" not in changed, "headquarters sees names masked"


def test_a_mistake_is_shown_with_the_text_kept(town: Town, visit: Any) -> None:
    visit("network_ops", reverse("insight:drafts"))
    wrong = {"text": DRAFT.replace("flow:", "flaw:"), "since": "2026-02-01", "until": "2026-03-10"}
    answer = visit.client.post(reverse("insight:drafts"), wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and "PB" in page and "flaw:" in page
    for given in ({"since": "soon"}, {"until": "2026-02-30"}):
        assert (
            visit.client.post(reverse("insight:drafts"), {**wrong, "text": DRAFT, **given}).status_code == 422
        )
    large = SimpleUploadedFile("big.yaml", b"#" * 200_001)
    assert (
        "200,001 bytes"
        in visit.client.post(reverse("insight:drafts"), {**wrong, "file": large}).content.decode()
    )
    assert (
        "UTF-8"
        in visit.client.post(
            reverse("insight:drafts"), {**wrong, "file": SimpleUploadedFile("a.yaml", b"\xff\xfe\x00")}
        ).content.decode()
    )


@pytest.mark.parametrize("role", ["store_manager", "operator_manager", "carmaker", "adviser"])
def test_drafts_are_headquarters_business(town: Town, visit: Any, role: str) -> None:
    row = tried()
    for address in (
        reverse("insight:drafts"),
        reverse("insight:trial", args=[row.id]),
        reverse("insight:trial-cases", args=[row.id]),
    ):
        assert visit(role, address).status_code == 403
    with reading(town.staff[role].scope if role in town.staff else town.user(role).actor().scope):
        assert not Trial.objects.exists()


def test_the_command_says_the_same(town: Town, tmp_path: Path) -> None:
    from forecourt.cli.commands.insight import _sentences

    said = tried().figures
    lines = _sentences(json.loads(json.dumps({"since": "2026-02-01", "until": "2026-03-10", **said})))
    assert "They fit 2026.11: 5 (100.0%); the draft 2027.1: 1 (20.0%)." in lines
    assert any(line.strip().startswith("answer_in_time: 80") and "-> 0 [" in line for line in lines)
