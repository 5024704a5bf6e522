"""Surveys: planned once for each event, sent when due, answered once, read without names and compared within a version."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as site

from forecourt import journal
from forecourt.journal.models import Entry
from forecourt.people import actions as people
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.voice import actions
from forecourt.voice import queries
from forecourt.voice.instruments import InstrumentError
from forecourt.voice.instruments import read_instrument
from forecourt.voice.models import Survey
from tests.fixtures import SYSTEM
from tests.voice.conftest import Asking
from tests.voice.conftest import tell


def surveys() -> list[Survey]:
    with reading(SYSTEM.scope):
        return list(Survey.objects.order_by("id"))


@pytest.mark.parametrize(
    ("kind", "instrument", "hours"),
    [
        ("delivery.handed_over", "handover", 24),
        ("sales.opportunity_lost", "rejector", 48),
        ("care.repair_order_closed", "service", 24),
    ],
)
def test_each_kind_of_event_has_its_survey(asking: Asking, kind: str, instrument: str, hours: int) -> None:
    asking.happened(kind)
    (survey,) = surveys()
    assert (survey.instrument, survey.version) == (instrument, "2026.1")
    assert survey.send_at == asking.at + timedelta(hours=hours)
    assert (survey.store, survey.person_id, survey.sent_at) == (asking.net.home, asking.person, None)


def test_an_event_is_asked_about_once(asking: Asking) -> None:
    asking.happened()
    with reading(SYSTEM.scope):
        entry = Entry.objects.get(kind="delivery.handed_over")
    for _again in range(3):
        actions.plan(by=SYSTEM, at=asking.at, entry=entry)
    assert len(surveys()) == 1


def test_nobody_is_asked_about_an_event_without_a_person(asking: Asking) -> None:
    tell(by=SYSTEM, at=asking.at, kind="sales.opportunity_lost", person=None, place=asking.net.place)
    journal.drain(asking.at)
    assert surveys() == []


def test_a_survey_goes_out_when_it_is_due_and_not_before(asking: Asking) -> None:
    asking.happened()
    assert actions.send_all_due(asking.at + timedelta(hours=23, minutes=59)) == 0
    due = asking.at + timedelta(hours=24)
    assert (actions.send_all_due(due), actions.send_all_due(due)) == (1, 0)
    assert surveys()[0].sent_at == due


def test_whoever_asked_to_be_forgotten_is_asked_nothing(asking: Asking) -> None:
    asking.happened()
    people.restrict(by=asking.customer, at=asking.at, person=str(asking.person))
    assert actions.send_all_due(asking.later) == 0
    assert surveys() == []


def test_an_answer_is_kept_and_scored(asking: Asking) -> None:
    survey = asking.sent()
    done = asking.answer(survey, recommend="9", on_time="yes", words="交车很顺利")
    assert done["score"] == 9
    (found,) = surveys()
    assert found.answers == {"recommend": "9", "on_time": "yes", "words": "交车很顺利"}
    with reading(asking.customer.scope):
        assert list(queries.open_for(asking.person, asking.later)) == []


def test_all_that_is_wrong_is_said_at_once(asking: Asking) -> None:
    survey = asking.sent()
    with pytest.raises(Invalid) as refused:
        asking.answer(survey, recommend="11", on_time="maybe", words="长" * 501, weather="fine")
    assert {problem.field: problem.code for problem in refused.value.problems} == {
        "recommend": "voice.range", "on_time": "voice.choice", "words": "voice.too_long", "weather": "voice.unknown_question",
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        asking.answer(survey)
    assert [problem.code for problem in refused.value.problems] == ["voice.missing"]
    assert surveys()[0].answered_at is None


def test_a_survey_is_answered_once(asking: Asking) -> None:
    survey = asking.sent()
    asking.answer(survey, recommend="3")
    with pytest.raises(Refused) as refused:
        asking.answer(survey, recommend="10")
    assert refused.value.code == "voice.answered" and surveys()[0].score == 3


def test_a_closed_survey_takes_no_answer(asking: Asking) -> None:
    survey = asking.sent()
    last = surveys()[0].closes_at
    with pytest.raises(Refused) as refused:
        asking.answer(survey, at=last, recommend="9")
    assert refused.value.code == "voice.closed"
    asking.answer(survey, at=last - timedelta(seconds=1), recommend="9")


def test_an_unsent_survey_cannot_be_answered(asking: Asking) -> None:
    asking.happened()
    with pytest.raises(Missing):
        asking.answer(str(surveys()[0].id), recommend="9")


def test_a_customer_sees_and_answers_their_own_only(asking: Asking, somebody: Callable[[str], UUID]) -> None:
    survey = asking.sent()
    other = Actor.customer(somebody("+8613900139000"))
    with reading(other.scope):
        assert not Survey.objects.exists()
    with pytest.raises(Missing):
        asking.answer(survey, by=other, recommend="0")
    with pytest.raises(Forbidden):
        asking.answer(survey, by=asking.net.staff("adviser"), recommend="10")


def test_another_store_sees_no_answers(asking: Asking) -> None:
    asking.answer(asking.sent(), recommend="9", words="谢谢")
    with reading(Scope("store", (asking.net.other,))):
        assert queries.scores() == [] and not queries.newest_answers().exists()
    with reading(Scope("operator", (asking.net.operator,))):
        assert queries.newest_answers().count() == 1


def test_the_words_of_a_customer_are_not_in_the_journal(asking: Asking) -> None:
    asking.answer(asking.sent(), recommend="2", words="销售态度差，电话13800138000")
    with reading(SYSTEM.scope):
        entries = Entry.objects.filter(kind__startswith="voice.")
        told = " ".join(str(entry.data) + str(entry.about) for entry in entries)
        assert [entry.kind for entry in entries.order_by("seq")] == [
            "voice.survey_sent",
            "voice.survey_answered",
        ]
    assert "态度" not in told and "13800138000" not in told and "'score': 2" in told


@pytest.fixture
def two_versions(tmp_path: Path, settings: Any) -> Any:
    """A methodology in which the handover survey changed on the day after the event."""
    shutil.copytree(site.FORECOURT_METHODOLOGY / "surveys", tmp_path / "surveys")
    first = next(
        path
        for path in (tmp_path / "surveys").glob("*.yaml")
        if "survey: handover" in path.read_text("utf-8")
    )
    text = first.read_text("utf-8").replace('version: "2026.1"', 'version: "2026.2"')
    (tmp_path / "surveys" / "newer.yaml").write_text(text.replace("2026-01-01", "2026-03-11"), "utf-8")
    settings.FORECOURT_METHODOLOGY = tmp_path
    actions.instruments.cache_clear()
    yield
    actions.instruments.cache_clear()


def test_scores_are_never_averaged_over_versions(
    asking: Asking, two_versions: None, somebody: Callable[[str], UUID]
) -> None:
    asking.answer(asking.sent(), recommend="10")
    asking.at += timedelta(days=1)
    other = somebody("+8613900139000")
    asking.answer(asking.sent(person=other), by=Actor.customer(other), recommend="0")
    with reading(SYSTEM.scope):
        found = [(score.version, score.mean, score.answered) for score in queries.scores("handover")]
    assert found == [("2026.1", 10.0, 1), ("2026.2", 0.0, 1)]
    assert all(score[2] < queries.FEWEST for score in found)


def test_an_instrument_without_chinese_is_refused(tmp_path: Path) -> None:
    source = next((site.FORECOURT_METHODOLOGY / "surveys").glob("*.yaml")).read_text("utf-8")
    (tmp_path / "odd.yaml").write_text(source.replace("zh: 您有多大可能", "cn: 您有多大可能", 1), "utf-8")
    with pytest.raises(InstrumentError, match="odd.yaml.*no text in 'zh'"):
        read_instrument(tmp_path / "odd.yaml")


def test_two_workers_send_each_survey_once(busy_asking: Asking, in_threads: Callable[..., list[Any]]) -> None:
    for number in range(30):
        kind = ("delivery.handed_over", "sales.opportunity_lost", "care.repair_order_closed")[number % 3]
        busy_asking.happened(kind)
    sent = in_threads(4, lambda _number: actions.send_all_due(busy_asking.later))
    assert sum(sent) == 30
    with reading(SYSTEM.scope):
        told = list(Entry.objects.filter(kind="voice.survey_sent").values_list("stream", flat=True))
        assert len(told) == len(set(told)) == 30
        assert not Survey.objects.to_send(busy_asking.later).exists()


def test_one_answer_of_many_at_once_is_kept(
    busy_asking: Asking, in_threads: Callable[..., list[Any]]
) -> None:
    survey = busy_asking.sent()

    def work(number: int) -> str:
        try:
            busy_asking.answer(survey, recommend=str(number))
        except Refused as refusal:
            return refusal.code
        return "kept"

    results = in_threads(10, work)
    assert (results.count("kept"), results.count("voice.answered")) == (1, 9)
