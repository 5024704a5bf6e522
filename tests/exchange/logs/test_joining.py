"""Activities, outcomes and roles of a log joined to those of a playbook."""

from pathlib import Path

import pytest

from forecourt.exchange.logs.joining import Joined
from forecourt.exchange.logs.joining import join
from forecourt.exchange.logs.likeness import likely
from forecourt.exchange.logs.mapping import Target
from forecourt.exchange.logs.mapreading import read_mapping
from forecourt.exchange.logs.reading import LogRefused
from forecourt.playbook import compile_playbook
from forecourt.playbook import load
from tests.exchange.logs.makers import RETAIL
from tests.exchange.logs.makers import places
from tests.exchange.logs.makers import put
from tests.exchange.logs.makers import read
from tests.exchange.logs.makers import said
from tests.exchange.logs.makers import small


def joined(tmp_path: Path, rows: list[tuple[str, ...]], mapping: str = "ignore: []") -> Joined:
    """Rows of activity, outcome, role joined to the small playbook."""
    lines = "".join(f"1,2026-03-02T09:00:00Z,{','.join((*row, '', '')[:3])}\n" for row in rows)
    log = read(put(tmp_path, f"case,time,activity,outcome,role\n{lines}"), mapping).log
    return join(log, "log.csv", small(), read_mapping(mapping, "map.yaml"))


def test_names_and_titles_are_joined_without_being_asked(tmp_path: Path) -> None:
    names = [
        "receive",
        "RECEIVE",
        "Receive the customer",
        "接待客户",
        "Hand-over",
        "hand_over",
        "advise=yes_please",
        "xyz",
    ]
    found = joined(tmp_path, [(name,) for name in names])
    assert list(found.names.values()) == [*["receive"] * 4, *["hand_over"] * 2, "advise=yes_please"]
    assert found.unjoined == {"xyz": 1} and places(found.findings) == [("LG055", 1)]


def test_the_mapping_comes_first(tmp_path: Path) -> None:
    found = joined(tmp_path, [("receive",), ("Talk",)], "names: {receive: hand_over, Talk: advise=no_thanks}")
    assert found.names == {"receive": "hand_over", "Talk": "advise=no_thanks"} and not found.findings


def test_what_the_playbook_does_not_have_is_refused_all_at_once(tmp_path: Path) -> None:
    mapping = """\
names:
  a: recieve
  b: advise=yes
  c: receive=done
outcomes: {Ja: yes_pleas}
roles: {Boss: manager}
hours:
  shop hours: {opens: "09:00", closes: "20:00"}
"""
    with pytest.raises(LogRefused) as found:
        joined(tmp_path, [("a",)], mapping)
    assert places(found.value.diagnostics) == [
        *[("LG045", 2), ("LG046", 3), ("LG046", 4), ("LG046", 5), ("LG058", 6), ("LG053", 8)]
    ]
    assert found.value.diagnostics[0].near == ("receive",)


def test_an_activity_that_the_log_does_not_have(tmp_path: Path) -> None:
    found = joined(tmp_path, [("receive",)], "names:\n  recieved: receive\n")
    assert places(found.findings) == [("LG047", 2)] and found.findings[0].near == ("receive",)


def test_outcomes_are_known_by_their_words(tmp_path: Path) -> None:
    rows = [
        ("advise", "yes_please"),
        ("advise", "Yes please"),
        ("advise", "好"),
        ("advise", "maybe"),
        ("advise", ""),
    ]
    found = joined(tmp_path, rows, "outcomes: {maybe not: no_thanks}")
    assert said(found.log.outcome) == ["yes_please"] * 3 + ["maybe", ""]
    assert places(found.findings) == [("LG056", 1)] and "2 of its events" in found.findings[0].message
    again = joined(tmp_path, [("advise", "maybe")], "outcomes: {Maybe: no_thanks}")
    assert said(again.log.outcome) == ["no_thanks"] and not again.findings


def test_a_deciding_step_without_any_outcome_is_said(tmp_path: Path) -> None:
    found = joined(tmp_path, [("advise",), ("receive",)])
    assert places(found.findings) == [("LG056", 1)] and "1 of its events" in found.findings[0].message


def test_roles(tmp_path: Path) -> None:
    found = joined(
        tmp_path,
        [("receive", "", "Seller"), ("receive", "", "adviser"), ("receive", "", "")],
        "roles: {x: adviser}",
    )
    assert (
        places(found.findings) == [("LG059", 1)] and "1 events are by 'Seller'" in found.findings[0].message
    )
    found = joined(tmp_path, [("receive", "", "Seller")], "roles: {seller: adviser}")
    assert said(found.log.role) == ["adviser"] and not found.findings


RETAIL_PROGRAM = compile_playbook(load(RETAIL.read_text("utf-8"), "retail.yaml").playbook)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("Test drive booked", Target("book_test_drive")),
        ("Quotation", Target("quote")),
        ("finance explained", Target("explain_finance")),
        ("Call: no answer", Target("respond", "no_answer")),
        ("已预约试驾", Target("book_test_drive")),
        ("报价", Target("quote")),
        ("SMS sent", None),
        ("???", None),
        ("", None),
    ],
)
def test_what_an_activity_may_be(name: str, target: Target | None) -> None:
    found = likely(name, RETAIL_PROGRAM)
    assert (found[0] if found else None) == target
