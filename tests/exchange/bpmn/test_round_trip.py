"""What goes out comes back: a playbook written as BPMN is read as the same playbook, with the same program."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import reject
from hypothesis import settings

from forecourt.exchange.bpmn import export
from forecourt.exchange.bpmn import import_bpmn
from forecourt.exchange.bpmn.documents import as_text
from forecourt.exchange.bpmn.documents import document
from forecourt.playbook import Playbook
from forecourt.playbook import TooLarge
from forecourt.playbook import compile_playbook
from forecourt.playbook import load
from forecourt.playbook.program import Program
from tests.playbook.building import anytimes
from tests.playbook.building import flows
from tests.playbook.building import playbook
from tests.playbook.samples import WHOLE

PLAYBOOKS = Path(__file__).resolve().parents[3] / "methodology" / "playbooks"
TEXTS = {"whole": WHOLE} | {path.stem: path.read_text("utf-8") for path in sorted(PLAYBOOKS.glob("*.yaml"))}
TABLES = ("table", "jump_kind", "jump_target", "skip", "waits", "outcomes", "closes")


def read(text: str) -> Playbook:
    loaded = load(text, "test.yaml")
    assert loaded.ok, [str(one) for one in loaded.diagnostics]
    assert loaded.playbook is not None
    return loaded.playbook


def program(book: Playbook) -> Program:
    try:
        return compile_playbook(book)
    except TooLarge:
        reject()


def assert_same_program(one: Playbook, other: Playbook) -> None:
    first, second = program(one), program(other)
    for name in TABLES:
        assert getattr(first, name) == getattr(second, name), name
    assert first.symbols.pairs == second.symbols.pairs
    assert first.ends == second.ends


def back(book: Playbook, language: str = "zh") -> Playbook:
    """The playbook that comes back; nothing of it may be changed or lost on the way."""
    draft = import_bpmn(export(book, language))
    assert [str(note) for note in draft.report.notes if note.fate != "carried"] == []
    return read(draft.text)


def without_flow(book: Playbook) -> dict[str, Any]:
    found = document(book)
    return {key: value for key, value in found.items() if key not in ("flow", "anytime")}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sample_comes_back_with_the_same_program(name: str, language: str) -> None:
    book = read(TEXTS[name])
    again = back(book, language)
    assert without_flow(again) == without_flow(book)
    assert_same_program(book, again)


def test_a_playbook_without_parts_comes_back_word_for_word() -> None:
    book = read(TEXTS["retail"])
    assert document(back(book)) == document(book)


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_of_a_document_reads_as_the_same_document(name: str) -> None:
    book = read(TEXTS[name])
    again = read(as_text(document(book)))
    assert document(again) == document(book)
    assert_same_program(book, again)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(flow=flows(), anytime=anytimes())
def test_any_playbook_comes_back_with_the_same_program(flow: Any, anytime: Any) -> None:
    book = playbook(flow, anytime=anytime)
    again = back(book)
    assert without_flow(again) == without_flow(book)
    assert_same_program(book, again)


TRAPS = {
    "an undecided one behind a step with outcomes": [["x"], {"one": {"yes": ["a"], "no": ["b"]}}],
    "a retry that is not directly in the branch": ["x", {"one": {"yes": [], "no": [[{"retry": {"step": "x", "every": "1 d", "at_most": 2, "until": ["yes"]}}], "a"], "later": ["b"]}}],
    "branches with nothing on them": ["x", {"one": {"yes": [], "no": [], "otherwise": ["a"]}}, "b"],
    "the first branch is empty": ["x", {"one": {"yes": [], "no": ["a"], "otherwise": ["b", {"ends": "gone"}]}}, "c"],
    "loops in loops": [{"repeat": {"repeat": "a", "at_most": 2}, "at_most": 3}, "b"],
    "maybe of maybe": [{"maybe": {"maybe": "a"}}, "b"],
    "maybe of a loop of maybe": [{"maybe": {"repeat": ["a", {"maybe": "b"}], "at_most": 2}}, "c"],
    "an end in a maybe": ["a", {"maybe": ["b", {"ends": "gone"}]}, "c"],
    "one way out of many": ["x", {"one": {"yes": ["a", {"ends": "won"}], "no": ["b", {"ends": "lost"}], "later": ["c"]}}, "d", {"repeat": "e", "at_most": 2}],
    "only a maybe": [{"maybe": "a"}],
    "a retry without a pause": ["x", {"one": {"yes": ["a"], "no": [{"retry": {"step": "x", "at_most": 2}}, "b"], "later": ["c"]}}],
    "a retry by itself": ["a", {"retry": {"step": "x", "every": "2 h of store hours", "at_most": 3, "until": ["yes", "later"]}}, "b"],
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(trap: str) -> None:
    book = playbook(TRAPS[trap])
    assert_same_program(book, back(book))
