"""A program as a Petri net: the same language, and a document that can be read back."""

from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import settings

from forecourt.playbook import compile_playbook
from forecourt.playbook.petri import CORE_MODEL
from forecourt.playbook.petri import net_of
from forecourt.playbook.petri import pnml
from tests.playbook.alignment.test_against_plain import SLOW
from tests.playbook.alignment.test_against_plain import compiled
from tests.playbook.building import anytimes
from tests.playbook.building import flows
from tests.playbook.building import playbook
from tests.playbook.building import traces

GRAMMAR = "{http://www.pnml.org/version-2009/grammar/pnml}"


@settings(SLOW, max_examples=40)
@given(flow=flows(), anytime=anytimes(), trace=traces())
def test_the_token_is_where_the_program_is(flow: Any, anytime: Any, trace: Any) -> None:
    program = compiled(flow, anytime)
    net = net_of(program)
    after = {(t.source, t.label): t.target for t in net.transitions}
    assert len(after) == len(net.transitions)
    state = place = program.start
    for step, outcome in trace:
        move = program.move(state, step, outcome)
        label = step if program.symbols.numbers.get((step, None)) is not None else f"{step}={outcome}"
        assert ((place, label) in after) == move.fits
        if move.fits:
            state, place = move.state, after[place, label]
        assert place == state
        assert ((place, None) in after) == program.can_end(state)


def test_the_document_names_every_part() -> None:
    program = compile_playbook(playbook(["a", "x", {"one": {"yes": ["b"], "otherwise": []}}]))
    net = net_of(program)
    root = ElementTree.fromstring(pnml(net))  # noqa: S314 - written by ourselves
    [described] = root
    assert described.get("type") == CORE_MODEL
    assert len(root.findall(f".//{GRAMMAR}page/{GRAMMAR}place")) == net.places
    names = [item.findtext(f"{GRAMMAR}name/{GRAMMAR}text") for item in root.iter(f"{GRAMMAR}transition")]
    assert names == [transition.label or "" for transition in net.transitions]
    assert {"a", "b", "x=yes", "x=no", "x=later"} <= set(names)
    assert len(root.findall(f".//{GRAMMAR}initialMarking")) == 1
    assert root.find(f".//{GRAMMAR}finalmarkings//{GRAMMAR}place").get("idref") == f"p{net.end}"
