"""Gates name the operand that blocks and the facts a person can find out or change."""

from collections.abc import Mapping
from typing import Any

import pytest

from forecourt.playbook import Step
from forecourt.playbook import compile_playbook
from forecourt.playbook import gate
from forecourt.playbook import gates
from forecourt.playbook import load
from forecourt.playbook.facts import departures
from forecourt.playbook.facts import dotted
from forecourt.playbook.facts import merge_facts
from forecourt.playbook.facts import step_facts
from forecourt.playbook.records import Gate
from forecourt.playbook.records import Title
from tests.playbook.samples import WHOLE


def step(must: str | None = None, should: str | None = None) -> Step:
    hard = Gate(must, hard=True) if must else None
    return Step("s", Title({}), must=hard, should=Gate(should, hard=False) if should else None)


def reasons(source: str, facts: Mapping[str, Any], **functions: Any) -> list[tuple[str, str]]:
    return [(reason.kind, reason.source) for reason in gate(step(source), facts, functions).reasons]


def test_what_holds_is_allowed_without_reasons() -> None:
    result = gate(step("a.b && !c"), {"a": {"b": True}, "c": False})
    assert (result.allowed, result.reasons) == (True, ())


def test_every_operand_of_and_that_blocks_is_named_what_is_unknown_first() -> None:
    facts = {"customer": {"age": 17}}
    source = 'customer.age >= 18 && customer.licence_checked && consent("test-drive")'
    result = gate(step(source), facts, {"consent": lambda kind: kind == "test-drive"})
    assert not result.allowed
    assert [(reason.kind, reason.facts) for reason in result.reasons] == [
        ("missing_fact", ("customer.licence_checked",)),
        ("not_met", ("customer.age",)),
    ]


def test_all_alternatives_of_or_are_shown_unless_one_holds() -> None:
    assert reasons("a || b.c", {"a": False}) == [("missing_fact", "b.c"), ("not_met", "a")]
    assert reasons("a || b.c", {"a": True}) == []


def test_brackets_negations_and_conditionals_are_split_only_where_that_keeps_the_meaning() -> None:
    assert reasons("(a || b) && !(c && d)", {"a": 0 > 1, "b": True, "c": True, "d": True}) == [
        ("not_met", "!(c && d)")
    ]
    assert reasons("a ? b : c && d", {"a": True, "b": False, "c": True, "d": True}) == [
        ("not_met", "a ? b : c && d")
    ]
    assert reasons('a == "x && y" && b', {"a": "x && y", "b": False}) == [("not_met", "b")]


def test_what_cannot_be_judged_blocks() -> None:
    def broken() -> bool:
        raise LookupError("the register does not answer")

    assert reasons("broken()", {}, broken=broken)[0][0] == "not_judged"
    assert reasons("a > 1", {"a": "many"})[0][0] == "not_judged"
    assert reasons("nobody_knows_this()", {})[0][0] == "not_judged"


def test_should_never_blocks_and_the_author_may_say_why() -> None:
    loaded = load(WHOLE, "visit.yaml")
    assert loaded.playbook is not None
    drive = loaded.playbook.step("drive")
    facts = {"customer": {"licence_checked": True}, "advise": {"done": False}}
    result = gate(drive, facts, {"consent": lambda _: True})
    assert result.allowed
    assert [reason.say("zh") for reason in result.advice] == ["先做咨询"]
    assert [reason.say("en") for reason in result.advice] == ["Advise first"]


def test_reasons_are_said_in_both_languages() -> None:
    (reason,) = gate(step("customer.licence_checked"), {}).reasons
    assert (
        reason.say("en", {"customer.licence_checked": "driving licence"}) == "Not known yet: driving licence"
    )
    assert reason.say("zh-hans", {"customer.licence_checked": "驾驶证"}) == "尚缺信息：驾驶证"


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ("a.b == 1 && c", ("a.b", "c")),
        ("has(a.b) || a.c.size() > 2", ("a.b", "a.c")),
        ('"x.y" in a.tags', ("a.tags",)),
        ("a.items.all(i, i.price > b.limit)", ("a.items", "b.limit")),
        ("a[0].b", ("a",)),
        ("1.5 > 2 && true", ()),
    ],
)
def test_the_facts_a_condition_reads(source: str, paths: tuple[str, ...]) -> None:
    assert gates.paths(source) == paths
    assert gates.syntax_error(source) is None


def test_facts_are_put_together_from_records_and_effects() -> None:
    loaded = load(WHOLE, "visit.yaml")
    assert loaded.playbook is not None
    program = compile_playbook(loaded.playbook)
    facts = merge_facts(
        step_facts(program, {"drive": {"minutes": 20}}), dotted({"drive.booked": True, "customer.name": "-"})
    )
    assert facts["drive"] == {"done": True, "minutes": 20, "booked": True}
    assert facts["order"] == {"done": False}
    assert facts["customer"] == {"name": "-"}


def test_how_a_step_was_done_is_compared_with_how_it_should_be() -> None:
    loaded = load(WHOLE, "visit.yaml")
    assert loaded.playbook is not None
    drive = loaded.playbook.step("drive")
    right = {
        "roles": ["adviser"],
        "holds": ["test-drive"],
        "late": False,
        "evidence": {"photo": 2, "signature": 1},
    }
    assert departures(drive, **right) == ()
    wrong = {"roles": ["adviser"], "holds": [], "late": True, "evidence": {"photo": 1, "signature": 1}}
    assert [item.kind for item in departures(drive, **wrong)] == ["late", "wrong_role", "evidence_missing"]
