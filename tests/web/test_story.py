"""The journal in words: every kind that is written is told, with names instead of ids, in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from forecourt.journal.models import Entry
from forecourt.journeys import entries as journeys
from forecourt.journeys.effects import EFFECTS
from forecourt.platform.actions import ACTIONS
from forecourt.platform.scope import reading
from forecourt.web.states import TONES
from forecourt.web.story import tell
from forecourt.web.story_kinds import KINDS
from tests.web.town import SYSTEM
from tests.web.town import Town

SOURCE = Path(__file__).resolve().parents[2] / "src" / "forecourt"
KIND = re.compile(r"^(network|people|journeys|demand|sales|supply|delivery|care|settlement|voice)\.[a-z_]+$")
WRITERS = {"write", "tell", "note", "record", "say", "announce"}


def written() -> set[str]:
    """Every kind of entry that the house writes, read from its source."""
    found = set(journeys.KINDS)
    for path in SOURCE.rglob("*.py"):
        room = path.relative_to(SOURCE).parts[0]
        if room in ("web", "api", "cli", "platform", "journal") or "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        found |= set(_kinds(tree, room))
    return found - set(ACTIONS) - set(EFFECTS)


def _kinds(tree: ast.AST, room: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func).lstrip("_") in WRITERS:
            for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
                yield from _texts(value, room, _name(node.func))


def _texts(value: ast.AST, room: str, writer: str) -> Iterator[str]:
    """Kinds in an argument: a text, or one of two in `a if … else b`; the network adds its own name in front."""
    if isinstance(value, ast.IfExp):
        yield from _texts(value.body, room, writer)
        yield from _texts(value.orelse, room, writer)
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        if KIND.match(value.value) and value.value.startswith(f"{room}."):
            yield value.value
        elif room == "network" and writer == "record" and re.match(r"^[a-z]+_[a-z_]+$", value.value):
            yield f"network.{value.value}"


def _name(function: ast.AST) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def test_every_kind_that_is_written_is_told() -> None:
    missing = written() - set(KINDS)
    assert not missing, f"Tell these kinds in src/forecourt/web/story_kinds.py: {', '.join(sorted(missing))}"


def test_the_reader_of_the_source_finds_kinds() -> None:
    """Were it blind, the test above would be worth nothing."""
    found = written()
    assert {"sales.order_locked", "care.visit_moved", "people.unmasked", "network.store_opened"} <= found
    assert {"delivery.appointment_made", "supply.vehicle_allocated", "voice.survey_sent"} <= found
    assert len(found) > 40


def test_tones_are_those_of_the_house() -> None:
    assert {kind.tone for kind in KINDS.values()} <= set(TONES)


def test_what_was_played_is_told(town: Town) -> None:
    """Nothing in the played journal is left as a code, and nobody's id is shown."""
    with reading(town.staff["network_ops"].scope):
        rows = list(Entry.objects.exclude(person_id=None))
        told = tell(rows)
    assert {row.kind for row in rows} <= set(KINDS)
    for one in told:
        text = f"{one.title} {one.note} {one.who} {one.where}"
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|\b[a-z]+_[a-z_]+\b|\{|aito-|sh-0", text), (
            f"{one.entry.kind}: {text}"
        )


@pytest.mark.parametrize(
    ("kind", "language", "words"),
    [
        ("sales.order_locked", "en", "AITO M9 2025 EREV Max 52 kWh 5 seats, ¥\u202f469,800"),
        ("sales.order_locked", "zh-hans", "469,800"),
        ("supply.vehicle_allocated", "en", "from place 1 in the queue"),
        ("sales.payment_received", "zh-hans", "定金"),
    ],
)
def test_ids_become_names(town: Town, kind: str, language: str, words: str) -> None:
    with reading(SYSTEM.scope), translation.override(language):
        told = tell(Entry.objects.of_person(town.persons["owner"]).filter(kind=kind))
    assert any(words in one.note for one in told), [one.note for one in told]


def test_a_step_is_not_told_beside_what_it_brought_about(town: Town) -> None:
    with reading(SYSTEM.scope):
        rows = list(Entry.objects.of_person(town.persons["waiting"]))
        told = [one.entry for one in tell(rows)]
    steps = {row.step for row in rows if row.kind == "journeys.step_done"}
    shown = {row.step for row in told if row.kind == "journeys.step_done"}
    assert "place_order" in steps - shown
    assert "learn_needs" in shown


@pytest.mark.django_db
def test_a_sentence_without_its_facts_is_left_out() -> None:
    row = Entry(kind="sales.order_locked", data={}, actor="st-1", role="adviser")
    [told] = tell([row])
    assert (str(told.title), told.note, told.who) == ("Order locked, in the queue", "", "Adviser")


def test_the_customer_acts_under_no_id() -> None:
    rows = [
        Entry(kind="people.restricted", actor=actor, role="customer")
        for actor in ("person:1", "system:customer")
    ]
    assert [one.who for one in tell(rows)] == ["the customer", "the customer"]


def test_a_kind_that_nobody_told_is_shown_as_it_is() -> None:
    [told] = tell([Entry(kind="later.something", data={}, actor="system:x", role="system")])
    assert (told.title, told.tone, told.who) == ("later.something", "quiet", "the system")


@pytest.mark.django_db
def test_a_departure_is_told_with_the_step() -> None:
    row = Entry(
        kind="journeys.step_done",
        step="respond",
        playbook="gone",
        version="1",
        data={"deviations": [{"kind": "late"}]},
    )
    [told] = tell([row])
    assert (str(told.title), told.tone, told.note) == ("Done: respond", "warn", "late")
