"""What `--steps` is for, conformance: no step that was taken back, no journey cut in two; and what a full export says of the former."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from forecourt.exchange.logs import ocel
from forecourt.exchange.logs.reading import read_log
from forecourt.insight.exporting.lines import Choice
from forecourt.journeys import actions as journeys
from tests.insight.exporting.conftest import AT
from tests.insight.exporting.conftest import NOW
from tests.oracles.asking import ask
from tests.web.town import DAY
from tests.web.town import SYSTEM
from tests.web.town import record

STEPS = Choice(playbook="retail", steps=True)
LAST = (
    "SELECT DISTINCT ON (journey) journey::text, id::text, step FROM journal_entry WHERE kind = 'journeys.step_done'"
    " AND playbook = 'retail' ORDER BY journey, happened_at DESC, seq DESC"
)


@pytest.fixture(scope="module")
def redone(played: None) -> tuple[str, str]:
    """In a journey of the town its last step is taken back and done again; the journey and the entry taken back."""
    from django.db import connections
    from django.db import transaction

    with transaction.atomic(using="reader"), connections["reader"].cursor() as cursor:
        cursor.execute("SELECT set_config('forecourt.level', 'network', true)")
        cursor.execute(LAST)
        ((journey, entry),) = [(run, id_) for run, id_, step in cursor.fetchall() if step == "learn_needs"]
    soon = NOW - DAY + timedelta(minutes=45)
    journeys.withdraw_step(by=SYSTEM, at=soon, journey=journey)
    record(journey, soon + timedelta(minutes=1), "learn_needs", {"use": "family", "buys_within": "month"})
    return journey, entry


def steps_of(path: Path, journey: str, form: str) -> list[str]:
    log = read_log(path).log if form == "xes" else ocel.read_ocel(path, "journey")
    names = [log.case.words[number].removeprefix("journey:") for number in log.case.numbers]
    found = [log.activity.words[number] for number in log.activity.numbers]
    return [step for name, step in zip(names, found, strict=True) if name == journey]


@pytest.mark.parametrize("form", ["xes", "ocel-json", "ocel-xml", "ocel-sqlite"])
def test_a_step_taken_back_and_done_again_is_done_once(
    form: str, redone: tuple[str, str], exported: Any
) -> None:
    path, _ = exported(form, STEPS)
    assert steps_of(path, redone[0], form) == ["respond", "learn_needs"]


def test_a_full_log_has_both_and_says_which_was_taken_back(redone: tuple[str, str], exported: Any) -> None:
    journey, entry = redone
    events = ocel.read(exported("ocel-json", Choice(playbook="retail"))[0]).ocel.events
    assert [one.id for one in events if "withdrawn" in dict(one.attributes)] == [entry]
    mine = [
        one.type for one in events if f"journey:{journey}" in {about.object_id for about in one.relations}
    ]
    assert mine.count("learn_needs") == 2 and mine.count("journeys.step_withdrawn") == 1


def test_in_xes_neither_our_reader_nor_pm4py_counts_it_as_complete(
    redone: tuple[str, str], exported: Any, tmp_path: Path
) -> None:
    journey, _ = redone
    path, _ = exported("xes", Choice(playbook="retail"))
    assert steps_of(path, journey, "xes").count("learn_needs") == 1
    said = ask(Path(__file__).with_name("asked.py"), {"xes": str(path), "folder": str(tmp_path)})["xes"]
    assert [step for step, _ in said["cases"][journey]].count("learn_needs") == 2
    assert [step for step, _ in said["complete"][journey]].count("learn_needs") == 1


def test_with_steps_days_choose_whole_journeys_that_began_then(
    redone: tuple[str, str], exported: Any, asked: Any
) -> None:
    """The town's buyers began days ago and went on since: none is cut, none that began before is there in part."""
    since, until = NOW - 11 * DAY, NOW - 10 * DAY - timedelta(hours=2)
    rows = asked(
        "SELECT s.id::text FROM journal_entry s JOIN journal_entry b ON b.journey = s.journey AND b.kind = 'journeys.started'"
        f" WHERE s.kind = 'journeys.step_done' AND s.id <> '{redone[1]}' AND s.playbook = 'retail' AND b.happened_at >= '{since}'"
        f" AND b.happened_at < '{until}' ORDER BY 1"
    )
    path, _ = exported("ocel-json", Choice(playbook="retail", since=since, until=until, steps=True))
    events = ocel.read(path).ocel.events
    assert sorted(one.id for one in events) == [id_ for (id_,) in rows]
    assert max(one.at for one in events) >= until.timestamp() * 1e6, "a journey went on after the last day"


def test_what_happened_later_is_no_part_of_a_journey_that_began_before(
    exported: Any, redone: tuple[str, str]
) -> None:
    path, _ = exported("ocel-json", Choice(playbook="retail", since=NOW - 2 * DAY, until=AT, steps=True))
    firsts: dict[str, str] = {}
    for one in sorted(ocel.read(path).ocel.events, key=lambda event: event.at):
        (journey,) = [about.object_id for about in one.relations if about.qualifier == "journey"]
        firsts.setdefault(journey, one.type)
    assert set(firsts.values()) == {"respond"}


@pytest.mark.parametrize("form", ["xes", "ocel-json"])
def test_what_stays_in_the_house_is_counted_in_all_forms(
    form: str, exported: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from forecourt.insight.exporting import facts

    monkeypatch.setattr(facts, "CODES", facts.CODES - {"outcome"})
    _, done = exported(form, STEPS)
    assert set(done.unknown) == {"outcome"}
