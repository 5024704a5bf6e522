"""A run from its start to its end: steps open, close, are assigned; entries tell it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.db import transaction

from forecourt import journal
from forecourt.journal.models import Entry
from forecourt.journeys import actions
from forecourt.journeys import queries
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import PlaybookVersion
from forecourt.people import actions as people
from forecourt.platform.actions import Doing
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import KeyReused
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from tests.journeys.conftest import ADVISER
from tests.journeys.conftest import DELIVERY
from tests.journeys.conftest import MANAGER
from tests.journeys.conftest import OPS
from tests.journeys.conftest import OTHER
from tests.journeys.conftest import STRANGER
from tests.journeys.conftest import TEA

pytestmark = pytest.mark.django_db
HOT = {"outcome": "hot", "degrees": "95"}


def kinds(journey):
    with reading(ADVISER.scope):
        return list(Entry.objects.filter(stream=journey).order_by("seq").values_list("kind", flat=True))


def open_steps(journey):
    with reading(ADVISER.scope):
        rows = DueStep.objects.open().filter(journey_id=journey).order_by("id")
        return {row.step: (row.optional, row.listed, row.assigned_to) for row in rows}


def test_runs_to_its_end(tea, at):
    assert open_steps(tea) == {"boil": (False, True, "st-1")}
    done = actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record=HOT)
    assert [one["step"] for one in done["next"]] == ["brew"]
    assert done["deviations"] == []
    done = actions.record_step(by=ADVISER, at=at, journey=tea, step="brew", evidence=["photo"])
    assert {one["kind"] for one in done["deviations"]} == {"advice_ignored"}
    assert open_steps(tea) == {"serve": (False, True, ""), "sugar": (True, False, "st-1")}
    done = actions.record_step(by=DELIVERY, at=at, journey=tea, step="serve")
    assert done["status"] == "running"
    assert open_steps(tea) == {"wipe": (True, True, "st-3")}
    done = actions.record_step(by=DELIVERY, at=at, journey=tea, step="wipe")
    assert (done["status"], done["outcome"], done["next"]) == ("ended", "served", [])
    assert kinds(tea) == ["journeys.started", *["journeys.step_done"] * 4, "journeys.ended"]
    with reading(ADVISER.scope):
        run = queries.find(tea)
        assert run.facts["boil"] == {"outcome": "hot", "degrees": 95, "done": True}
        assert run.team == {"adviser": "st-1", "delivery_specialist": "st-3"}


def test_starting_twice_gives_the_same_run(tea, begin):
    assert begin() == tea
    assert begin("c-2") != tea
    assert kinds(tea) == ["journeys.started"]


def test_an_ended_run_takes_nothing_more(tea, at):
    actions.record_step(by=ADVISER, at=at, journey=tea, step="stop")
    with pytest.raises(Refused, match="has ended as “left”"):
        actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record=HOT)


def test_a_gate_blocks_with_its_author_s_reason(tea, at):
    actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record=HOT | {"degrees": 60})
    with pytest.raises(Refused, match="The water is not hot enough") as refusal:
        actions.record_step(by=ADVISER, at=at, journey=tea, step="brew")
    assert refusal.value.code == "journeys.gate"
    with reading(ADVISER.scope):
        assert queries.blocked(queries.find(tea)) == {"brew": ["The water is not hot enough."]}
        assert (
            queries.next_steps(queries.find(tea))[0].advice[0].text
            == "The customer's consent for “tea” is not given."
        )


def test_a_missing_fact_is_named_by_its_step(tea, at):
    actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record={"outcome": "hot"})
    assert kinds(tea)[-1] == "journeys.step_done"
    with pytest.raises(Refused):
        actions.record_step(by=ADVISER, at=at, journey=tea, step="brew")
    assert len(kinds(tea)) == 2


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        ({}, ["outcome"]),
        ({"outcome": "warm"}, ["outcome"]),
        ({"outcome": "hot", "degrees": "many"}, ["degrees"]),
        ({"outcome": "hot", "degrees": 9.5, "colour": "red"}, ["degrees", "colour"]),
        ({"outcome": "hot", "note": "x" * 5000}, ["note"]),
    ],
)
def test_a_wrong_record_names_every_field(tea, at, record, fields):
    with pytest.raises(Invalid) as refusal:
        actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record=record)
    assert [problem.field for problem in refusal.value.problems] == fields


def test_another_role_is_refused_and_the_manager_is_noted(tea, at):
    with pytest.raises(Forbidden, match="is done by Sales adviser; you act as Delivery specialist"):
        actions.record_step(by=DELIVERY, at=at, journey=tea, step="boil", record=HOT)
    done = actions.record_step(by=MANAGER, at=at, journey=tea, step="boil", record=HOT)
    assert done["deviations"] == [{"kind": "wrong_role", "step": "boil", "role": "store_manager"}]


def test_other_stores_do_not_see_it(tea, at):
    with pytest.raises(Missing):
        actions.record_step(by=STRANGER, at=at, journey=tea, step="boil", record=HOT)


def test_an_unknown_step_is_refused_with_the_near_miss(tea, at):
    with pytest.raises(Invalid, match="Did you mean boil"):
        actions.record_step(by=ADVISER, at=at, journey=tea, step="boill", record=HOT)


def test_what_departs_is_recorded_and_allowed(tea, at):
    done = actions.record_step(by=DELIVERY, at=at + timedelta(days=1), journey=tea, step="serve")
    assert done["deviations"] == [
        {"kind": "early", "step": "serve"},
        {"kind": "skipped", "step": "boil"},
        {"kind": "skipped", "step": "brew"},
    ]
    with reading(ADVISER.scope):
        statuses = dict(DueStep.objects.filter(journey_id=tea).values_list("step", "status"))
    assert statuses["boil"] == "skipped"
    assert statuses["serve"] == "done"


def test_late_and_without_proof(tea, at):
    actions.record_step(by=ADVISER, at=at + timedelta(minutes=16), journey=tea, step="boil", record=HOT)
    done = actions.record_step(by=ADVISER, at=at + timedelta(minutes=17), journey=tea, step="brew")
    with reading(ADVISER.scope):
        boil = Entry.objects.get(stream=tea, step="boil")
    assert boil.data["late"] is True
    assert boil.data["minutes"] == 16
    assert {"kind": "late", "step": "boil"} in boil.data["deviations"]
    assert {"kind": "evidence_missing", "step": "brew", "lacks": {"photo": 1}} in done["deviations"]


def test_no_words_of_the_customer_in_the_journal(tea, at):
    note = "Herr Li, 13800138000"
    actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record=HOT | {"note": note})
    with reading(ADVISER.scope):
        assert Entry.objects.get(stream=tea, step="boil").data["record"] == {"outcome": "hot", "degrees": 95}
        assert DueStep.objects.get(journey_id=tea, step="boil").record["note"] == note


def test_the_same_key_records_once(tea, at):
    first = actions.record_step(by=ADVISER, at=at, key="k1", journey=tea, step="boil", record=HOT)
    assert actions.record_step(by=ADVISER, at=at, key="k1", journey=tea, step="boil", record=HOT) == first
    with pytest.raises(KeyReused):
        actions.record_step(by=ADVISER, at=at, key="k1", journey=tea, step="stop")
    assert kinds(tea).count("journeys.step_done") == 1


def test_a_run_that_could_end_is_ended_by_hand_or_by_rest(published, begin, at):
    for number, how in (("c-1", "hand"), ("c-2", "rest")):
        tea = begin(number)
        for actor, step, record in ((ADVISER, "boil", HOT), (ADVISER, "brew", {}), (DELIVERY, "serve", {})):
            actions.record_step(by=actor, at=at, journey=tea, step=step, record=record)
        if how == "hand":
            actions.finish(by=DELIVERY, at=at, journey=tea)
        else:
            marked = actions.mark_late(by=Actor.system("tests"), at=at + timedelta(hours=3))
            assert marked["lapsed"] == 1
            assert marked["late"] == 0
        with reading(ADVISER.scope):
            assert queries.find(tea).outcome == "served"
            assert Entry.objects.get(stream=tea, kind="journeys.ended").data["how"] == how


def test_a_run_with_something_due_cannot_be_ended(tea, at):
    with pytest.raises(Refused, match="cannot end yet. Due: Boil water"):
        actions.finish(by=ADVISER, at=at, journey=tea)


def test_a_mistake_is_taken_back_soon_by_the_same_person(tea, at):
    actions.record_step(by=ADVISER, at=at + timedelta(minutes=5), journey=tea, step="boil", record=HOT)
    soon = at + timedelta(minutes=8)
    with pytest.raises(Refused, match="only they can take it back"):
        actions.withdraw_step(by=OTHER, at=soon, journey=tea)
    with pytest.raises(Refused, match="within ten minutes"):
        actions.withdraw_step(by=ADVISER, at=at + timedelta(hours=1), journey=tea)
    actions.withdraw_step(by=ADVISER, at=soon, journey=tea)
    assert open_steps(tea) == {"boil": (False, True, "st-1")}
    with reading(ADVISER.scope):
        due = DueStep.objects.open().get(journey_id=tea)
        assert due.due_at == at + timedelta(minutes=15)
        assert "boil" not in queries.find(tea).facts
    assert kinds(tea)[-1] == "journeys.step_withdrawn"


def test_a_run_moves_to_a_newer_version_with_its_steps(tea, at, system):
    actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record=HOT)
    newer = TEA.replace('version: "1"', 'version: "2"').replace("[brew, maybe", "[wipe, brew, maybe")
    newer = newer.replace("serve, maybe: wipe, ends", "serve, ends")
    actions.publish(by=system, at=at, text=newer)
    actions.migrate_journey(by=OPS, at=at, journey=tea, version="2")
    assert set(open_steps(tea)) == {"wipe"}
    assert kinds(tea)[-1] == "journeys.migrated"


def test_publishing_is_for_good(published, at, system):
    assert actions.publish(by=system, at=at, text=TEA)["published"] is False
    with pytest.raises(Refused, match="never changes"):
        actions.publish(by=system, at=at, text=TEA.replace("Boil water", "Heat water"))
    with pytest.raises(Invalid) as refusal:
        actions.publish(
            by=system, at=at, text=TEA.replace("by: technician", "by: plumber").replace("- boil", "- boyl")
        )
    assert {problem.code for problem in refusal.value.problems} >= {"playbook.PB030", "playbook.PB031"}
    with pytest.raises(Forbidden):
        actions.publish(by=MANAGER, at=at, text=TEA)


def test_the_database_refuses_to_change_a_version(published):
    with reading(OPS.scope), pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        PlaybookVersion.objects.update(text="x")


def test_who_asks_to_be_forgotten_is(published, begin, at):
    with reading(OPS.scope):
        do = Doing(Actor.system("tests"), at, "tests", scope=OPS.scope)
        person = people.join(do, name="林悦", contacts=[people.Contact("phone", "+8613800138000")]).person
        do.finish()
    tea = begin(person=person)
    actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record=HOT | {"note": "Likes it strong"})
    people.restrict(by=OPS, at=at, person=str(person))
    journal.drain(at)
    with reading(ADVISER.scope):
        assert queries.find(tea).facts["boil"] == {"outcome": "hot", "degrees": 95, "done": True}
        assert DueStep.objects.get(journey_id=tea, step="boil").record == {"outcome": "hot", "degrees": 95}
