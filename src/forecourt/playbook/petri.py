"""A program as a Petri net, so that other people's tools can be asked about the same model.

The net is a state machine: a place for each state, a transition for each edge, labelled with its symbol, and a silent transition
from each state where a journey may end to the place `end`. One token runs from `start` to `end`; the net's language is the
program's, and the cheapest explanation of a trace costs the same in both, for the silent move is free.
PNML is ISO/IEC 15909-2:2011; final markings and silent transitions are written as ProM and its followers read them.
"""

from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape
from xml.sax.saxutils import quoteattr

from forecourt.playbook.program import Program

CORE_MODEL = "http://www.pnml.org/version-2009/grammar/pnmlcoremodel"
SILENT = '<toolspecific tool="ProM" version="6.4" activity="$invisible$"/>'


class Transition(NamedTuple):
    """A transition with one place before and one after it; `label` None is silent."""

    label: str | None
    source: int
    target: int


class Net(NamedTuple):
    """A state machine net: `places` numbered from 0, one token in `start`, done when it is in `end`."""

    name: str
    places: int
    start: int
    end: int
    transitions: tuple[Transition, ...]


def net_of(program: Program) -> Net:
    """Return the net of a program; place s is state s, and the last place is the end."""
    end = program.states
    edges = [
        Transition(label(program, place % program.width), place // program.width, target)
        for place, target in enumerate(program.table)
        if target >= 0
    ]
    closing = [Transition(None, state, end) for state in range(program.states) if program.can_end(state)]
    return Net(program.name, end + 1, program.start, end, (*edges, *closing))


def label(program: Program, symbol: int) -> str:
    """Return `step`, or `step=outcome` where the outcome decides."""
    step, outcome = program.symbols.pairs[symbol]
    return step if outcome is None else f"{step}={outcome}"


def pnml(net: Net) -> str:
    """Return the net as a PNML document."""
    return "\n".join(_lines(net)) + "\n"


def _lines(net: Net) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<pnml xmlns="{CORE_MODEL[: CORE_MODEL.rindex("/")]}/pnml">'
    yield f'<net id={quoteattr(net.name)} type="{CORE_MODEL}"><page id="page">'
    for place in range(net.places):
        token = "<initialMarking><text>1</text></initialMarking>" if place == net.start else ""
        yield f'<place id="p{place}"><name><text>p{place}</text></name>{token}</place>'
    for number, transition in enumerate(net.transitions):
        silent = SILENT if transition.label is None else ""
        name = escape(transition.label or "")
        yield f'<transition id="t{number}"><name><text>{name}</text></name>{silent}</transition>'
        yield f'<arc id="i{number}" source="p{transition.source}" target="t{number}"/>'
        yield f'<arc id="o{number}" source="t{number}" target="p{transition.target}"/>'
    final = f'<place idref="p{net.end}"><text>1</text></place>'
    yield f"</page><finalmarkings><marking>{final}</marking></finalmarkings></net></pnml>"
