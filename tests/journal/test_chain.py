"""The journal: appended by actions, refused to everybody else, and any tampering found and named."""

import json
from uuid import UUID
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError
from django.db import connection
from django.db import transaction

from forecourt import journal
from forecourt.journal.chain import storable
from forecourt.journal.models import Entry
from forecourt.journal.verify import verify
from forecourt.platform.actions import Action
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import OutboxMessage
from forecourt.platform.models import Place
from forecourt.platform.scope import reading

HERE = Place(brand="aito", region="east", operator="op-001", store="sh-001")
NETWORK = Scope("network")


def _write(do, *, stream, count=1, kind="tests.happened", place=HERE, **columns):
    for number in range(count):
        journal.write(do, kind, stream=stream, place=place, data={"number": number}, **columns)


write = Action("tests.write", frozenset(), _write)


@pytest.fixture
def stream() -> UUID:
    return uuid4()


def test_entries_of_a_stream_are_numbered_and_linked(db, system, at, stream):
    write(by=system, at=at, stream=stream, count=2)
    write(by=system, at=at, stream=stream)
    with reading(NETWORK):
        first, second, third = Entry.objects.of_stream(stream)
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert bytes(first.prev) == bytes(32)
    assert bytes(third.prev) == bytes(second.hash)


def test_who_what_when_and_where_are_kept(db, system, at, stream):
    person = uuid4()
    write(by=system, at=at, stream=stream, person=person, playbook="retail", version="1", step="respond")
    with reading(NETWORK):
        entry = Entry.objects.get(stream=stream)
    assert (entry.actor, entry.role, entry.recorded_at, entry.happened_at) == (
        "system:tests",
        "system",
        at,
        at,
    )
    assert (entry.place(), entry.person_id, entry.playbook, entry.step) == (HERE, person, "retail", "respond")


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET step = 'x'", "DELETE FROM journal_entry"])
def test_the_database_refuses_to_alter_the_journal(db, system, at, stream, statement):
    write(by=system, at=at, stream=stream)
    with pytest.raises(DatabaseError), transaction.atomic(), reading(NETWORK), connection.cursor() as cursor:
        cursor.execute(statement)


def test_it_refuses_even_the_owner_of_the_tables(forecourt_db, system, at, stream):
    write(by=system, at=at, stream=stream)
    with psycopg.connect(forecourt_db.owner) as owner:
        owner.execute("SELECT set_config('forecourt.level', 'network', false)")
        with pytest.raises(psycopg.Error, match="append-only"):
            owner.execute("UPDATE journal_entry SET step = 'x'")


@pytest.mark.parametrize(
    ("level", "ids", "count"),
    [
        ("network", (), 2),
        ("store", ("sh-001",), 1),
        ("store", ("sh-009",), 0),
        ("operator", ("op-001",), 1),
        ("brand", ("aito",), 2),
        ("region", ("east", "west"), 2),
        ("person", (str(uuid4()),), 0),
        ("", (), 0),
    ],
)
def test_a_scope_sees_its_own_entries(db, system, at, stream, level, ids, count):
    write(by=system, at=at, stream=stream)
    write(
        by=system,
        at=at,
        stream=stream,
        place=Place(brand="aito", region="west", operator="op-002", store="sh-002"),
    )
    with reading(Scope(level, ids)):
        assert Entry.objects.count() == count


def test_an_untouched_journal_verifies(forecourt_db, system, at):
    for _ in range(3):
        write(by=system, at=at, stream=uuid4(), count=4)
    verdict = verify()
    assert (verdict.entries, verdict.streams, verdict.faults) == (12, 3, ())


TAMPERING = [
    ("UPDATE journal_entry SET data = '{\"number\": 7}' WHERE seq = 2", "altered", 2),
    ("UPDATE journal_entry SET step = step || ' ' WHERE seq = 3", "altered", 3),
    (
        "UPDATE journal_entry SET happened_at = happened_at + interval '1 microsecond' WHERE seq = 1",
        "altered",
        1,
    ),
    ("UPDATE journal_entry SET store = 'sh-002' WHERE seq = 4", "altered", 4),
    ("DELETE FROM journal_entry WHERE seq = 2", "removed", 3),
    ("DELETE FROM journal_entry WHERE seq = 4", "removed", 3),
    ("DELETE FROM journal_entry", "removed", 4),
    (
        "INSERT INTO journal_entry SELECT gen_random_uuid(), network, brand, region, operator, store, stream, 5, kind,"
        " actor, role, person_id, journey, playbook, version, step, happened_at, recorded_at, objects, data, evidence,"
        " hash, prev FROM journal_entry WHERE seq = 4",
        "inserted",
        5,
    ),
]


@pytest.mark.parametrize(("statement", "code", "seq"), TAMPERING)
def test_tampering_is_found_and_named(forecourt_db, superuser, system, at, stream, statement, code, seq):
    write(by=system, at=at, stream=stream, count=4)
    columns = "id, network, brand, region, operator, store, stream, seq, kind, actor, role, person_id, journey, playbook, "
    columns += "version, step, happened_at, recorded_at, objects, data, evidence, prev, hash"
    with superuser(forecourt_db) as root:
        root.execute("SET session_replication_role = replica")
        root.execute(statement.replace("INSERT INTO journal_entry", f"INSERT INTO journal_entry ({columns})"))
    faults = verify().faults
    assert (code, seq, stream) in [(fault.code, fault.seq, fault.stream) for fault in faults]


def test_a_subscriber_hears_once(db, system, at, stream):
    heard = []
    journal.subscribe("tests.heard", "tests.hear", lambda do, entry: heard.append((do.by.code, entry.stream)))
    write(by=system, at=at, stream=stream, kind="tests.heard")
    assert heard == []
    journal.drain(at)
    journal.drain(at)
    assert heard == [("system:tests.hear", stream)]


def test_a_failing_subscriber_is_tried_again_later_and_stops_nobody(db, system, at, stream):
    heard = []

    def fail(do, entry):
        raise RuntimeError("the other side is down")

    journal.subscribe("tests.fails", "tests.fail", fail)
    journal.subscribe("tests.fails", "tests.listen", lambda do, entry: heard.append(entry.id))
    write(by=system, at=at, stream=stream, kind="tests.fails")
    journal.drain(at)
    waiting = OutboxMessage.objects.get()
    assert len(heard) == 1
    assert (waiting.topic, waiting.attempts, waiting.next_try_at > at) == ("tests.fail", 1, True)
    assert "the other side is down" in waiting.last_error


@pytest.mark.parametrize("value", [1.0, 1.5, -0.0, 1e22, 1e-9, 10**30, "é漢", [1, (2, 3)], {"a": None}])
def test_what_is_hashed_is_what_the_database_gives_back(db, value):
    kept = storable(value)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(kept)])
        assert json.loads(cursor.fetchone()[0]) == kept


def test_a_number_that_json_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="cannot hold the number nan"):
        storable({"share": float("nan")})


def test_two_actions_at_once_on_one_stream_make_one_chain(forecourt_db, at, stream, in_threads):
    actor = Actor.system("tests")
    in_threads(8, lambda number: write(by=actor, at=at, stream=stream, count=3))
    verdict = verify()
    assert (verdict.entries, verdict.faults) == (24, ())
