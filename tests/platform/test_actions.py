"""The one write path: roles, time zones, scopes, idempotency keys, refusals that leave nothing behind."""

from datetime import datetime
from uuid import uuid4

import pytest

from forecourt import journal
from forecourt.journal.models import Entry
from forecourt.platform.actions import ACTIONS
from forecourt.platform.actions import Action
from forecourt.platform.actions import action
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import KeyReused
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading

HERE = Place(store="sh-001", operator="op-001")
ADVISER = Actor("st-00001", "adviser", Scope("store", ("sh-001",)))


def _note(do, *, text="", refuse=False, place=HERE):
    journal.write(do, "tests.noted", stream=uuid4(), place=place, data={"text": text})
    if refuse:
        raise Refused(Blocked("tests.no", "No."))
    return {"text": text, "run": str(uuid4())}


note = Action("tests.note", frozenset({"adviser"}), _note)


def entries() -> int:
    with reading(Scope("network")):
        return Entry.objects.filter(kind="tests.noted").count()


def test_a_role_that_is_not_listed_is_refused(db, at):
    carmaker = Actor("cm-1", "carmaker", Scope("brand", ("aito",)))
    with pytest.raises(Forbidden, match="carmaker may not do tests.note"):
        note(by=carmaker, at=at)
    assert entries() == 0


def test_a_time_without_a_zone_is_a_mistake_of_the_programmer(db):
    with pytest.raises(ValueError, match="without a time zone"):
        note(by=ADVISER, at=datetime(2026, 3, 10))  # noqa: DTZ001 - the mistake itself


def test_a_refusal_leaves_nothing_behind(db, at):
    with pytest.raises(Refused):
        note(by=ADVISER, at=at, refuse=True)
    assert entries() == 0


def test_a_store_cannot_write_for_another(db, at):
    with pytest.raises(Exception, match="row-level security"):
        note(by=ADVISER, at=at, place=Place(store="sh-002"))


def test_the_same_key_gives_the_stored_result(db, at):
    first = note(by=ADVISER, at=at, key="k1", text="a")
    assert note(by=ADVISER, at=at, key="k1", text="a") == first
    assert entries() == 1


def test_the_same_key_with_other_facts_is_refused(db, at):
    note(by=ADVISER, at=at, key="k1", text="a")
    with pytest.raises(KeyReused, match="k1 was used before"):
        note(by=ADVISER, at=at, key="k1", text="b")


def test_a_refused_action_frees_its_key(db, at):
    with pytest.raises(Refused):
        note(by=ADVISER, at=at, key="k1", refuse=True)
    assert note(by=ADVISER, at=at, key="k1", text="now")["text"] == "now"


def test_keys_of_two_actors_do_not_meet(db, at):
    other = Actor("st-00002", "adviser", Scope("store", ("sh-001",)))
    assert note(by=ADVISER, at=at, key="k1") != note(by=other, at=at, key="k1")


def test_a_key_that_is_too_long_is_refused(db, at):
    with pytest.raises(Invalid, match="at most 200"):
        note(by=ADVISER, at=at, key="k" * 201)


def test_fifty_at_once_under_one_key_run_once(forecourt_db, at, in_threads):
    results = in_threads(50, lambda number: note(by=ADVISER, at=at, key="same", text="x"))
    assert len({result["run"] for result in results}) == 1
    assert entries() == 1


def test_a_name_is_declared_once(db):
    action("tests.twice")(_note)
    with pytest.raises(ValueError, match="declared twice"):
        action("tests.twice")(_note)
    del ACTIONS["tests.twice"]


def test_an_action_names_only_known_roles():
    with pytest.raises(ValueError, match="unknown roles: boss"):
        action("tests.boss", roles=("boss",))


def test_a_code_that_could_break_the_scope_is_refused():
    with pytest.raises(ValueError, match="character that no code has"):
        Scope("store", ("sh-001,sh-002",))
