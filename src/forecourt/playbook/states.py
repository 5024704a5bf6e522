"""The states of a program: what is left of the flow, together with what an `anytime` has begun.

A state is a tuple: `("main", term)`; `("aside", begun, term)` while something that does not end the journey is under
way and the flow waits; `("final", begun)` on the way to an end; `("closed", outcome)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from typing import NamedTuple

from forecourt.base.durations import Duration
from forecourt.playbook.records import DONE
from forecourt.playbook.records import Playbook
from forecourt.playbook.symbols import Symbols
from forecourt.playbook.terms import NOTHING
from forecourt.playbook.terms import PASS
from forecourt.playbook.terms import Terms
from forecourt.playbook.terms import end_of

State = tuple[Any, ...]


class Edge(NamedTuple):
    """A step that can be done in a state. `entry` marks what an `anytime` begins: it is never skipped to."""

    target: State
    optional: bool
    wait: Duration | None
    entry: bool = False


@dataclass
class Space:
    """All states of a playbook, made when asked for."""

    playbook: Playbook
    symbols: Symbols

    def __post_init__(self) -> None:
        self.terms = Terms(self.playbook, self.symbols)
        self._flow = self.terms.build(self.playbook.flow)
        handlers = self.playbook.anytime
        self._handlers = [(self.terms.build(handler.body), handler.ends is not None) for handler in handlers]

    @property
    def start(self) -> State:
        """The state of a new journey."""
        return self._settled("main", self._flow)

    def edges(self, state: State) -> dict[int, Edge]:
        """Return what can be done in a state: symbol to edge. The flow comes before what may happen anytime."""
        found: dict[int, Edge] = {}
        for symbol, edge in self._all(state):
            found.setdefault(symbol, edge)
        return found

    def outcome(self, state: State) -> str | None:
        """Return the outcome with which a journey in this state may end without a further step; None: it may not."""
        match state:
            case ("closed", outcome):
                return str(outcome)
            case ("aside", begun, term):
                first = self.terms.finish(begun)
                return end_of(self.terms.finish(term) if first == PASS else first)
        return end_of(self.terms.finish(state[1]))

    def _all(self, state: State) -> Iterator[tuple[int, Edge]]:
        match state:
            case ("main", term):
                yield from self._main(term)
                yield from self._anytime(term)
            case ("aside", begun, term):
                yield from self._begun(begun, term)
                if self.terms.finish(begun) == PASS:
                    yield from self._main(term)
                yield from self._interruptions(state, endings=True)
            case ("final", begun):
                yield from self._begun(begun, None)
                yield from self._interruptions(state, endings=False)

    def _main(self, term: int) -> Iterator[tuple[int, Edge]]:
        for symbol, move in self.terms.moves(term).items():
            yield symbol, Edge(self._settled("main", move.left), move.optional, move.wait)

    def _begun(self, begun: int, term: int | None) -> Iterator[tuple[int, Edge]]:
        for symbol, move in self.terms.moves(begun).items():
            target = self._settled("final", move.left) if term is None else self._aside(move.left, term)
            yield symbol, Edge(target, move.optional, move.wait)

    def _anytime(self, term: int) -> Iterator[tuple[int, Edge]]:
        for handler, ends in self._handlers:
            for symbol, move in self.terms.moves(handler).items():
                target = self._settled("final", move.left) if ends else self._aside(move.left, term)
                yield symbol, Edge(target, True, None, entry=True)

    def _interruptions(self, state: State, *, endings: bool) -> Iterator[tuple[int, Edge]]:
        """While one anytime block is under way: single steps that change nothing and, where allowed, endings."""
        for handler, ends in self._handlers:
            for symbol, move in self.terms.moves(handler).items():
                if ends and endings:
                    yield symbol, Edge(self._settled("final", move.left), True, None, entry=True)
                if not ends and move.left == NOTHING:
                    yield symbol, Edge(state, True, None, entry=True)

    def _aside(self, begun: int, term: int) -> State:
        if begun == NOTHING:
            return self._settled("main", term)
        kind, *rest = self.terms.table[begun]
        return ("closed", rest[0]) if kind == "ends" else ("aside", begun, term)

    def _settled(self, phase: str, term: int) -> State:
        kind, *rest = self.terms.table[term]
        if kind == "ends":
            return ("closed", rest[0])
        return ("closed", DONE) if term == NOTHING else (phase, term)
