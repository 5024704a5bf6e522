"""What leaves the house: ids, codes, numbers, times. Not names, not numbers of telephones, not words that somebody typed."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from uuid import uuid4

import pytest

from forecourt import journal
from forecourt.insight.exporting import facts
from forecourt.platform.actions import Action
from forecourt.platform.models import Place
from tests.insight.exporting.conftest import AT
from tests.insight.exporting.conftest import NOW

ALL = ("ocel-json", "ocel-xml", "ocel-sqlite", "xes")
WORDS = "Frau Müller rief an, 13800138000"


def _leave(do: Any, *, stream: UUID, kind: str, data: dict[str, Any]) -> None:
    journal.write(do, kind, stream=stream, journey=stream, place=Place(store="sh-001"), data=data)


leave = Action("tests.export_leave", frozenset(), _leave)


@pytest.mark.parametrize("form", ALL)
def test_no_name_and_no_contact_of_anybody(form: str, exported: Any, asked: Any) -> None:
    path, _ = exported(form)
    content = path.read_bytes()
    secrets = [
        value
        for query in ("SELECT name FROM people_person", "SELECT value FROM people_contactpoint", "SELECT name FROM network_staff")
        for (value,) in asked(query)
        if value
    ]  # fmt: skip
    assert len(secrets) > 100
    assert [one for one in secrets if one.encode() in content] == []


@pytest.mark.parametrize("form", ALL)
def test_words_that_somebody_typed_stay(form: str, exported: Any, system: Any) -> None:
    stream, at = uuid4(), NOW + timedelta(minutes=1)
    told = {"reason": WORDS, "result": WORDS, "city": "sh", "whispered": "sh"}
    leave(by=system, at=at, stream=stream, kind="people.unmasked", data=told)
    leave(by=system, at=at, stream=stream, kind="demand.document_opened", data={"reason": "mueller"})
    leave(by=system, at=at, stream=stream, kind="sales.opportunity_lost", data={"reason": "other_brand"})
    path, done = exported(form)
    content = path.read_bytes()
    assert b"13800138000" not in content and "Müller".encode() not in content
    assert b"mueller" not in content, "a reason of one word is a word too"
    assert b"other_brand" in content, "a reason that was chosen from a list is a code"
    if form != "xes":
        assert done.unknown["whispered"] >= 1


def test_what_may_leave_and_what_stays_are_two_lists() -> None:
    leaves = facts.CODES | facts.TIMES | facts.AMOUNTS
    assert not leaves & facts.STAY
    assert (
        not facts.CODES & facts.TIMES and not facts.CODES & facts.AMOUNTS and not facts.TIMES & facts.AMOUNTS
    )
    assert not leaves & {"name", "phone", "email", "address", "note", "text", "plate", "reason"}


def test_each_export_is_in_the_journal(exported: Any, asked: Any) -> None:
    before = asked("SELECT count(*) FROM journal_entry WHERE kind = 'insight.exported'")[0][0]
    _, done = exported("xes")
    rows = asked(
        "SELECT actor, role, data->>'format', (data->>'events')::int, happened_at FROM journal_entry"
        " WHERE kind = 'insight.exported' ORDER BY recorded_at DESC, id DESC"
    )
    assert len(rows) == before + 1
    assert ("system:cli.journal_export", "system", "xes", done.events, AT) in rows
