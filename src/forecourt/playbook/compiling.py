"""Playbook to program: number the states, fill the tables, find the cheapest way back from every step out of order."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.durations import Duration
from forecourt.playbook.codes import report
from forecourt.playbook.program import AROUND
from forecourt.playbook.program import FITS
from forecourt.playbook.program import FORWARD
from forecourt.playbook.program import STAY_EARLY
from forecourt.playbook.program import STAY_REPEATED
from forecourt.playbook.program import Program
from forecourt.playbook.records import Block
from forecourt.playbook.records import Do
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import bodies
from forecourt.playbook.records import children
from forecourt.playbook.records import walk
from forecourt.playbook.states import Edge
from forecourt.playbook.states import Space
from forecourt.playbook.states import State
from forecourt.playbook.symbols import Symbols
from forecourt.playbook.symbols import symbols_of
from forecourt.playbook.terms import Terms

MAX_STATES = 5_000
MAX_STEPS = 120
FAR = 1 << 30


class TooLarge(ValueError):
    """A playbook exceeds a published limit; `diagnostic` names the block at fault."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(f"{diagnostic.message}. {diagnostic.hint}")
        self.diagnostic = diagnostic


def compile_playbook(playbook: Playbook) -> Program:
    """Return the program of a playbook that passed its checks.

    Raises TooLarge when it exceeds MAX_STEPS or MAX_STATES, and ValueError or KeyError for a playbook with errors of flow.
    """
    if len(playbook.steps) > MAX_STEPS:
        raise TooLarge(_too_many_steps(playbook))
    graph = _Graph(playbook, symbols_of(playbook))
    graph.explore()
    return graph.program()


@dataclass
class _Graph:
    """The states reached so far and the edges between them, by number."""

    playbook: Playbook
    symbols: Symbols
    numbers: dict[State, int] = field(default_factory=dict)
    edges: list[dict[int, Edge]] = field(default_factory=list)
    rows: list[dict[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.space = Space(self.playbook, self.symbols)
        self.width = len(self.symbols.pairs)

    def explore(self) -> None:
        """Number all states, nearest to the start first."""
        waiting = [self.space.start]
        self.numbers[self.space.start] = 0
        for state in waiting:
            edges = dict(sorted(self.space.edges(state).items()))
            self.edges.append(edges)
            for edge in edges.values():
                if edge.target not in self.numbers:
                    self.numbers[edge.target] = len(self.numbers)
                    waiting.append(edge.target)
            if len(self.numbers) > MAX_STATES:
                raise TooLarge(_too_many_states(self.playbook, self.symbols))
        self.rows = [
            {symbol: self.numbers[edge.target] for symbol, edge in row.items()} for row in self.edges
        ]

    def program(self) -> Program:
        """Fill the tables."""
        outcomes = [self.space.outcome(state) for state in self.numbers]
        ends = tuple(dict.fromkeys(outcome for outcome in outcomes if outcome is not None))
        durations = tuple(
            dict.fromkeys(edge.wait for row in self.edges for edge in row.values() if edge.wait)
        )
        before = self._before()
        kinds, targets, skips = self._jumps(before)
        return Program(
            name=self.playbook.name,
            version=self.playbook.version,
            about=self.playbook.about,
            title=self.playbook.title,
            steps=self.playbook.steps,
            symbols=self.symbols,
            start=0,
            width=self.width,
            table=self._flat(self.rows),
            jump_kind=kinds,
            jump_target=targets,
            skip=skips,
            waits=self._flat(self._waits(durations)),
            outcomes=array("i", [ends.index(outcome) if outcome else -1 for outcome in outcomes]),
            closes=array("b", [state[0] == "closed" for state in self.numbers]),
            enabled_masks=tuple(_mask(row) for row in self.edges),
            required_masks=tuple(
                _mask(s for s, edge in row.items() if not edge.optional) for row in self.edges
            ),
            before_masks=tuple(before),
            ends=ends,
            durations=durations,
            next=self.playbook.next,
            standards=self.playbook.standards,
            words=dict(self.playbook.words),
            anytime=_begin_anytime(self.playbook),
        )

    def _flat(self, rows: list[dict[int, int]]) -> "array[int]":
        flat = array("i", [-1]) * (len(rows) * self.width)
        for state, row in enumerate(rows):
            for symbol, value in row.items():
                flat[state * self.width + symbol] = value
        return flat

    def _waits(self, durations: tuple[Duration, ...]) -> list[dict[int, int]]:
        return [{s: durations.index(edge.wait) for s, edge in row.items() if edge.wait} for row in self.edges]

    def _before(self) -> list[int]:
        """Return for each state the mask of symbols that lie on some way from the start to it."""
        before = [0] * len(self.rows)
        waiting = list(range(len(self.rows)))
        while waiting:
            again: dict[int, None] = {}
            for state in waiting:
                for symbol, target in self.rows[state].items():
                    more = before[state] | 1 << symbol
                    if before[target] | more != before[target]:
                        before[target] |= more
                        again[target] = None
            waiting = list(again)
        return before

    def _jumps(self, before: list[int]) -> "tuple[array[int], array[int], array[int]]":
        """Return kind, target and first step to skip for each state and symbol that is not next."""
        size = len(self.rows) * self.width
        kinds, targets, skips = array("b", [FITS]) * size, array("i", [-1]) * size, array("i", [-1]) * size
        into = self._incoming()
        for symbol in range(self.width):
            skip, goal = self._ways(symbol, into)
            for state, row in enumerate(self.rows):
                place = state * self.width + symbol
                skips[place] = skip[state]
                if symbol not in row:
                    kind, target = self._jump(state, symbol, before[state], goal)
                    kinds[place], targets[place] = kind, target
        return kinds, targets, skips

    def _jump(self, state: int, symbol: int, before: int, goal: list[int]) -> tuple[int, int]:
        phase = self._phases[state]
        if before >> symbol & 1:
            return STAY_REPEATED, -1
        if phase == "closed":
            return STAY_EARLY, -1
        if goal[state] >= 0:
            return FORWARD, goal[state]
        if phase != "final" and goal[0] >= 0:
            return AROUND, goal[0]
        return STAY_EARLY, -1

    def _incoming(self) -> list[list[int]]:
        """Return for each state the states with an edge of the flow into it; what begins an anytime is not skipped."""
        self._phases = [state[0] for state in self.numbers]
        self._flow = [
            {s: row[s] for s, edge in edges.items() if not edge.entry} for row, edges in self._both()
        ]
        into: list[list[int]] = [[] for _ in self.rows]
        for state, row in enumerate(self._flow):
            for target in row.values():
                into[target].append(state)
        return into

    def _both(self) -> Iterable[tuple[dict[int, int], dict[int, Edge]]]:
        return zip(self.rows, self.edges, strict=True)

    def _ways(self, symbol: int, into: list[list[int]]) -> tuple[list[int], list[int]]:
        """Return for each state the first step to skip towards `symbol`, and the state after it; -1 where none.

        Breadth first from where the symbol is next, backwards: fewest skips. Of equally short ways the one whose
        first step stands first in the text is taken, and so on along the way.
        """
        away = [FAR] * len(self.rows)
        goal, skip = [-1] * len(self.rows), [-1] * len(self.rows)
        layer = [state for state, row in enumerate(self.rows) if symbol in row]
        for state in layer:
            away[state], goal[state] = 0, self.rows[state][symbol]
        while layer:
            reached = dict.fromkeys(
                origin for state in layer for origin in into[state] if away[origin] == FAR
            )
            nearer = away[layer[0]]
            for state in reached:
                over, target = next((s, t) for s, t in self._flow[state].items() if away[t] == nearer)
                skip[state], goal[state] = over, goal[target]
            for state in reached:
                away[state] = nearer + 1
            layer = list(reached)
        return skip, goal


def _begin_anytime(playbook: Playbook) -> tuple[str, ...]:
    """Return the first step of each `anytime`, in the order of the text."""
    firsts = (
        next((block.step for block in walk(handler.body) if isinstance(block, Do)), None)
        for handler in playbook.anytime
    )
    return tuple(dict.fromkeys(step for step in firsts if step is not None))


def _mask(symbols: Iterable[int]) -> int:
    return sum(1 << symbol for symbol in symbols)


def _too_many_steps(playbook: Playbook) -> Diagnostic:
    message = f"the playbook has {len(playbook.steps)} steps; at most {MAX_STEPS} are allowed"
    spot = playbook.steps[MAX_STEPS].spot
    return report("PB052", spot, message, "Split it into playbooks that start one another with next.")


def _too_many_states(playbook: Playbook, symbols: Symbols) -> Diagnostic:
    block: Block = playbook.flow
    inside: tuple[Block, ...] = bodies(playbook)
    while inside:
        large = next((inner for inner in inside if _count(playbook, symbols, inner) > MAX_STATES), None)
        if large is None:
            break
        block, inside = large, children(large)
    message = f"this block makes more than {MAX_STATES:,} states"
    hint = "Write fewer steps into any_order, or put some of them one after the other."
    return report("PB051", block.spot, message, hint)


def _count(playbook: Playbook, symbols: Symbols, block: Block) -> int:
    """Count the states of a block on its own, up to just above the limit."""
    terms = Terms(playbook, symbols)
    found = dict.fromkeys([terms.build(block)])
    waiting = list(found)
    while waiting and len(found) <= MAX_STATES:
        for move in terms.moves(waiting.pop()).values():
            if move.left not in found:
                found[move.left] = None
                waiting.append(move.left)
    return len(found)
