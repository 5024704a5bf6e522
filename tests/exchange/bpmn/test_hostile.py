"""Whatever comes in: a draft or a refusal, nothing else, in bounded time and memory."""

import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.exchange.bpmn import Imported
from forecourt.exchange.bpmn import Refusal
from forecourt.exchange.bpmn import export
from forecourt.exchange.bpmn import import_bpmn
from forecourt.exchange.bpmn import words
from forecourt.playbook import load
from tests.exchange.bpmn.drawn import TAGS
from tests.exchange.bpmn.drawn import drawn
from tests.exchange.bpmn.drawn import file
from tests.exchange.bpmn.drawn import process
from tests.exchange.bpmn.drawn import scope
from tests.playbook.building import playbook

SECONDS = 20  # of processor time, on a slow machine
CALM = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
WHOLE = export(playbook(["x", {"one": {"yes": [{"any_order": ["a", {"maybe": "b"}]}, {"repeat": "c", "at_most": 2}], "no": [{"retry": {"step": "x", "every": "1 d", "at_most": 2}}, {"ends": "gone"}], "otherwise": []}}], anytime={"g": {"then": ["h"]}}))  # fmt: skip


def outcome(data: bytes) -> Imported | Refusal:
    """What is made of a file; a draft is well formed whatever came in."""
    began = time.process_time()
    try:
        draft = import_bpmn(data)
    except Refusal as refusal:
        assert refusal.code.startswith("BP") and refusal.message
        return refusal
    finally:
        assert time.process_time() - began < SECONDS
    loaded = load(draft.text, "draft.yaml")
    assert loaded.playbook is not None or len(draft.text.encode()) > 200_000 or loaded.diagnostics
    assert all(
        one.code
        in (
            "PB002",
            "PB013",
            "PB014",
            "PB016",
            "PB012",
            "PB015",
            "PB018",
            "PB019",
            "PB020",
            "PB021",
            "PB010",
            "PB011",
        )
        for one in loaded.diagnostics
    ), [str(one) for one in loaded.diagnostics]
    return draft


def code(data: bytes) -> str:
    found = outcome(data)
    return found.code if isinstance(found, Refusal) else "a draft"


BOMB = b"""<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="&b;"/></definitions>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd"><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>"""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "BP001"), (b"no xml", "BP001"), (b"<a", "BP001"), (b"<a/>", "BP004"), (b"\xff\xfe\x00", "BP001"),
        (BOMB, "BP003"), (OUTSIDE, "BP003"), (BOMB.decode().encode("utf-16"), "BP003"), (file(), "BP005"),
        (file(process("")), "BP008"), (drawn("s:start\ne:end", "s > e"), "BP008"), (b" " * (words.MAX_BYTES + 1), "BP002"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "BP001"),
        (b'<p:package xmlns:p="http://www.wfmc.org/2009/XPDL2.2"/>', "BP004"),
    ],
)  # fmt: skip
def test_what_is_refused(data: bytes, expected: str) -> None:
    assert code(data) == expected


def test_a_refusal_says_where_and_what_to_do() -> None:
    with pytest.raises(Refusal) as refused:
        import_bpmn(b'<definitions xmlns="x">\n<process>\n</definitions>')
    assert (refused.value.code, refused.value.line) == ("BP001", 3)
    assert refused.value.hint


def test_many_elements_are_refused() -> None:
    assert code(file(process("<task/>" * (words.MAX_ELEMENTS + 1)))) == "BP002"
    assert code(file(process("<task/>" * (words.MAX_NODES + 1)))) == "BP002"


def test_deep_nesting_is_refused() -> None:
    deep = "<subProcess>" * 200 + "</subProcess>" * 200
    assert code(file(process(deep))) == "BP007"
    deeper = "<subProcess>" * 5000 + "</subProcess>" * 5000
    assert code(file(process(deeper))) == "BP001"


def test_choices_in_choices_in_choices_are_refused_before_they_cost_the_stack() -> None:
    count = 400
    nodes = ["s:start", *(f"g{n}:xor\na{n}:task\nj{n}:xor" for n in range(count)), "z:task", "e:end"]
    ways = [
        f"s > g0\ng{count - 1} > z\nz > j{count - 1}",
        *(f"g{n} > a{n}\na{n} > j{n}" for n in range(count)),
        "j0 > e",
    ]
    ways += [f"g{n} > g{n + 1}\nj{n + 1} > j{n}" for n in range(count - 1)]
    assert code(drawn("\n".join(nodes), "\n".join(ways))) == "BP007"


def test_a_long_chain_of_early_ends_is_no_deep_nesting() -> None:
    count = 150
    nodes = ["s:start", *(f"t{n}:task\ng{n}:xor\nx{n}:end" for n in range(count)), "e:end"]
    ways = ["s > t0", *(f"t{n} > g{n}\ng{n} > x{n}: stop" for n in range(count)), f"g{count - 1} > e: go"]
    ways += [f"g{n} > t{n + 1}: go" for n in range(count - 1)]
    assert code(drawn("\n".join(nodes), "\n".join(ways))) == "a draft"


def test_sub_processes_behind_boundary_events_cost_no_more_than_they_are_worth() -> None:
    inside = scope("s0:start\nt0:task\ne0:end", "s0 > t0\nt0 > e0")
    for level in range(1, words.MAX_NESTING):
        edges = "\n".join(
            f'b{level}_{n}:boundary | attachedToRef="t{level}" cancelActivity="false"' for n in range(9)
        )
        ways = "\n".join(f"b{level}_{n} > q{level}" for n in range(9))
        inside = scope(
            f"s{level}:start\nt{level}:task\nq{level}:sub\ne{level}:end\n{edges}", f"s{level} > t{level}\nt{level} > e{level}\n{ways}",
            {f"q{level}": inside, **{f"b{level}_{n}": "<messageEventDefinition/>" for n in range(9)}},
        )  # fmt: skip
    assert code(file(process(inside))) == "BP007"


def tangle(size: int, kinds: tuple[str, str]) -> bytes:
    """Gateways with flows across one another: nothing in it is a block."""
    nodes = [f"g{n}:{kinds[0]}\na{n}:task\nh{n}:{kinds[n % 2]}" for n in range(size)]
    onward = [f"g{n + 1}" for n in range(size - 1)] + ["e"]
    ways = [
        f"g{n} > a{n}\na{n} > h{n}\nh{n} > {onward[n]}\ng{n} > h{(n * 13 + 7) % size}" for n in range(size)
    ]
    return drawn("s:start\n" + "\n".join(nodes) + "\ne:end", "\n".join(["s > g0", *ways]))


@pytest.mark.parametrize("kinds", [("xor", "xor"), ("and", "and"), ("xor", "or")])
def test_a_tangle_of_the_largest_size_is_done_in_time(kinds: tuple[str, str]) -> None:
    found = outcome(tangle(words.MAX_NODES // 3 - 1, kinds))
    assert isinstance(found, Imported) and found.report.count("lost") > 100


def test_a_tangle_takes_little_memory() -> None:
    tracemalloc.start()
    outcome(tangle(words.MAX_NODES // 9, ("xor", "xor")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


@CALM
@given(st.data())
def test_any_damage_to_a_file_is_survived(data: st.DataObject) -> None:
    found = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(found) - 1))
        match data.draw(st.sampled_from(("change", "remove", "double"))):
            case "change":
                found[at] = data.draw(st.integers(0, 255))
            case "remove":
                del found[at : at + data.draw(st.integers(1, 400))]
            case _:
                found[at:at] = found[at : at + data.draw(st.integers(1, 400))]
    outcome(bytes(found))


@CALM
@given(st.data())
def test_any_change_of_words_in_a_file_is_survived(data: st.DataObject) -> None:
    """Damage that leaves the XML whole: attributes and texts are swapped for one another."""
    text = WHOLE.decode()
    parts = sorted(set(text.replace("<", '"').replace(">", '"').split('"')))
    for _ in range(data.draw(st.integers(1, 8))):
        old, new = data.draw(st.sampled_from(parts)), data.draw(st.sampled_from(parts))
        text = text.replace(f'"{old}"', f'"{new}"', 1).replace(f">{old}<", f">{new}<", 1)
    outcome(text.encode())


@st.composite
def graphs(draw: st.DrawFn) -> bytes:
    """Random nodes of every kind, random flows between them."""
    kinds = draw(st.lists(st.sampled_from(sorted(TAGS)), min_size=1, max_size=14))
    names = [f"n{number}" for number in range(len(kinds))]
    nodes = []
    for name, kind in zip(names, kinds, strict=True):
        more = f'attachedToRef="{draw(st.sampled_from(names))}" cancelActivity="{draw(st.sampled_from(("true", "false")))}"'
        nodes.append(f"{name}:{kind} {draw(st.sampled_from(('', 'Ask', '询问', 'no', '7')))} | {more}")
    pairs = st.tuples(
        st.sampled_from(names), st.sampled_from(names), st.sampled_from(("", ": yes", ": no", ": = ${x}"))
    )
    flows = [f"{one} > {other}{said}" for one, other, said in draw(st.lists(pairs, max_size=24))]
    events = ("", "<messageEventDefinition/>", "<terminateEventDefinition/>", "<timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>", '<linkEventDefinition name="L"/>', "<task/>", '<standardLoopCharacteristics loopMaximum="x"/>')  # fmt: skip
    inside = {name: draw(st.sampled_from(events)) for name in names}
    return drawn("s:start\n" + "\n".join(nodes), "\n".join([f"s > {names[0]}", *flows]), inside)


def elements(data: bytes) -> set[str]:
    from lxml import etree

    tags = (*TAGS.values(), "sequenceFlow")
    return {
        one.get("id")
        for tag in tags
        for one in etree.fromstring(data).iter(f"{{{words.MODEL}}}{tag}")
        if one.get("id")
    }


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
@example(drawn("s:start\na:xor\nb:xor", "s > a\na > b\nb > a"))
@example(drawn("s:start\na:task A\nb:and\nc:and", "s > a\na > b\nb > c\nc > b\nb > b"))
def test_any_graph_gives_a_draft_in_which_no_element_is_silent(data: bytes) -> None:
    found = outcome(data)
    if isinstance(found, Imported):
        spoken = {note.id for note in found.report.notes}
        assert elements(data) <= spoken


def test_references_to_other_files_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.bpmn"
    secret.write_bytes(drawn("s:start\nt:task Secret\ne:end", "s > t\nt > e"))
    included = f'<import importType="{words.MODEL}" location="{secret}" namespace="y"/><x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{secret}"/>'
    found = outcome(
        file(
            process(scope('s:start\na:call A | calledElement="y:trade-in"\ne:end', "s > a\na > e")),
            beside=included,
        )
    )
    assert isinstance(found, Imported) and "Secret" not in found.text


def test_texts_of_a_file_cannot_become_anything_but_texts() -> None:
    name: Any = "a: [b] #c\n- {x: &y} *z !!python/object 'q' \"r\" \u2028 \x85"
    found = outcome(
        drawn(
            f"s:start\na:task {name.replace(chr(10), '&#10;')}\ne:end".replace("&", "&amp;"), "s > a\na > e"
        )
    )
    assert isinstance(found, Imported)
    loaded = load(found.text, "x")
    assert loaded.playbook is not None and "python/object" in loaded.playbook.steps[0].title.words["en"]
