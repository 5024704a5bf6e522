"""What is left to do, as terms: the algebra from which programs are compiled.

A term is the rest of a flow. Doing a step turns a term into the term that is left afterwards, its derivative (Brzozowski,
"Derivatives of Regular Expressions", JACM 1964, extended by interleaving, bounded loops and outcomes). Terms are interned, so
that equal ones are one number, and every block of the text keeps an identity: two places with the same steps
left are two terms, because different things may have happened before them.

Where a step could be meant at two places the first in the text is taken (a check warns of it).
"""

from collections.abc import Sequence as Ordered
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import NamedTuple

from forecourt.base.durations import Duration
from forecourt.playbook.records import DONE
from forecourt.playbook.records import OTHERWISE
from forecourt.playbook.records import AnyOrder
from forecourt.playbook.records import Block
from forecourt.playbook.records import Do
from forecourt.playbook.records import Ends
from forecourt.playbook.records import Maybe
from forecourt.playbook.records import One
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Repeat
from forecourt.playbook.records import Retry
from forecourt.playbook.records import Sequence
from forecourt.playbook.symbols import Symbols

NOTHING = 0
PASS = ""


class Opening(NamedTuple):
    """A step that can be done: the term left afterwards, whether it is optional, how long to wait before it."""

    left: int
    optional: bool
    wait: Duration | None = None


Moves = dict[int, Opening]


@dataclass
class Terms:
    """The interned terms of one playbook."""

    playbook: Playbook
    symbols: Symbols
    table: list[tuple[Any, ...]] = field(default_factory=lambda: [("nothing",)])
    clashes: set[str] = field(default_factory=set)
    _numbers: dict[tuple[Any, ...], int] = field(default_factory=lambda: {("nothing",): NOTHING})
    _moves: dict[int, Moves] = field(default_factory=dict)
    _leaves: dict[int, bool] = field(default_factory=dict)
    _places: int = 0

    def __post_init__(self) -> None:
        self._outcomes = {step.name: step.outcomes for step in self.playbook.steps}

    # ── blocks to terms ──

    def build(self, block: Block) -> int:
        """Return the term of a block that is wholly still to do."""
        match block:
            case Do(step):
                return self.intern("do", step, self._place())
            case Ends(outcome):
                return self.intern("ends", outcome)
            case Sequence(blocks):
                return self.sequence([self.build(inner) for inner in blocks])
            case AnyOrder(blocks):
                return self.any_order([self.build(inner) for inner in blocks])
            case Maybe(body):
                return self.maybe(self.build(body))
            case Repeat(body, at_most):
                return self.repeat(self.build(body), at_most)
            case One(decided_by=None):
                return self.intern("one", *(self.build(branch.body) for branch in block.branches))
            case One():
                return self._choice(block)
        return self._retry(block, {})

    def _place(self) -> int:
        self._places += 1
        return self._places

    def _choice(self, one: One) -> int:
        """Build the branches of a decided `one`; a retry in one of them may hold the terms of others."""
        bodies = {branch.label: branch.body for branch in one.branches}
        built: dict[str, int] = {}

        def body(label: str) -> int:
            if label not in built:
                built[label] = -1
                needed = {leave for block in bodies[label].blocks for leave in _leaves(block)}
                targets = {leave: body(leave) for leave in sorted(needed)}
                if -1 in targets.values():
                    raise ValueError(
                        f"branches of {one.decided_by!r} leave to one another without bound (PB043)"
                    )
                terms = [self._block(block, targets) for block in bodies[label].blocks]
                built[label] = self.sequence(terms)
            return built[label]

        outcomes = self._outcomes.get(one.decided_by or "", ())
        chosen = ((outcome, outcome if outcome in bodies else OTHERWISE) for outcome in outcomes)
        pairs = ((outcome, body(label) if label in bodies else NOTHING) for outcome, label in chosen)
        return self.intern("choice", *pairs)

    def _block(self, block: Block, targets: dict[str, int]) -> int:
        return self._retry(block, targets) if isinstance(block, Retry) else self.build(block)

    def _retry(self, retry: Retry, targets: dict[str, int]) -> int:
        leaves = tuple((outcome, targets[outcome]) for outcome in retry.leaves if outcome in targets)
        until = tuple(sorted(name.text for name in retry.until))
        place = self._place()
        return self.intern("retry", retry.step, place, retry.at_most, retry.again, until, leaves, retry.every)

    # ── terms from terms, in normal form ──

    def intern(self, *term: Any) -> int:
        """Return the number of a term."""
        number = self._numbers.get(term)
        if number is None:
            number = self._numbers[term] = len(self.table)
            self.table.append(term)
        return number

    def sequence(self, parts: Ordered[int]) -> int:
        """Return parts one after the other, flat; what stands after an end is dropped."""
        flat: list[int] = []
        for part in parts:
            term = self.table[part]
            flat += term[1:] if term[0] == "sequence" else [part] if part != NOTHING else []
        end = next(
            (index for index, part in enumerate(flat) if self.table[part][0] in ("ends", "leave")), None
        )
        flat = flat if end is None else flat[: end + 1]
        return self._joined("sequence", flat)

    def any_order(self, parts: Ordered[int]) -> int:
        """Return parts that interleave; an end or a leave in one of them wins over the others."""
        left = [part for part in parts if part != NOTHING]
        over = [part for part in left if self.table[part][0] in ("ends", "leave")]
        return over[0] if over else self._joined("any_order", left)

    def maybe(self, body: int) -> int:
        """Return a part that may be left out."""
        return NOTHING if body == NOTHING else self.intern("maybe", body)

    def repeat(self, body: int, at_most: int) -> int:
        """Return a part done once to `at_most` times."""
        return body if at_most <= 1 or body == NOTHING else self.intern("repeat", body, at_most)

    def branch(self, body: int) -> int:
        """Return the body of a branch that a retry in it may leave; without such a retry just the body."""
        term = self.table[body]
        if term[0] == "leave":
            return self.branch(term[1])
        return self.intern("branch", body) if self._has_leave(body) else body

    def _joined(self, kind: str, parts: list[int]) -> int:
        if len(parts) < 2:
            return parts[0] if parts else NOTHING
        return self.intern(kind, *parts)

    def _has_leave(self, number: int) -> bool:
        if number not in self._leaves:
            term = self.table[number]
            if term[0] == "retry":
                found = bool(term[6])
            else:
                inner = term[1:] if term[0] in ("sequence", "any_order") else ()
                found = any(self._has_leave(part) for part in inner)
            self._leaves[number] = found
        return self._leaves[number]

    # ── what can be done ──

    def finish(self, number: int) -> str | None:
        """Return how a term lets go without a further step: None not, PASS to what follows, an outcome: the end."""
        term = self.table[number]
        match term[0]:
            case "nothing" | "maybe":
                return PASS
            case "ends":
                return str(term[1])
            case "sequence":
                return next((end for end in map(self.finish, term[1:]) if end != PASS), PASS)
            case "any_order":
                return PASS if all(self.finish(part) == PASS for part in term[1:]) else None
            case "one":
                return next((end for end in map(self.finish, term[1:]) if end is not None), None)
            case "repeat" | "branch":
                return self.finish(term[1])
        return None

    def moves(self, number: int) -> Moves:
        """Return what can be done now: symbol to opening."""
        found = self._moves.get(number)
        if found is None:
            found = self._moves[number] = self._compute(number)
        return found

    def _compute(self, number: int) -> Moves:
        kind, *rest = self.table[number]
        match kind:
            case "do":
                return {symbol: Opening(NOTHING, False) for symbol in self.symbols.of_step[rest[0]]}
            case "retry":
                return self._retry_moves(number)
            case "sequence":
                return self._sequence_moves(tuple(rest))
            case "any_order":
                return self._any_order_moves(tuple(rest))
            case "one":
                return self._first([self.moves(part) for part in rest])
            case "maybe":
                return {symbol: move._replace(optional=True) for symbol, move in self.moves(rest[0]).items()}
            case "repeat":
                return self._repeat_moves(*rest)
            case "branch":
                return {
                    s: move._replace(left=self.branch(move.left)) for s, move in self.moves(rest[0]).items()
                }
        return {}

    def _first(self, alternatives: Ordered[Moves]) -> Moves:
        found: Moves = {}
        for moves in alternatives:
            for symbol, move in moves.items():
                self._add(found, symbol, move)
        return found

    def _add(self, found: Moves, symbol: int, move: Opening) -> None:
        """Add a move, unless the same symbol already stands at an earlier place; then note the clash."""
        if found.setdefault(symbol, move).left != move.left:
            self.clashes.add(self.symbols.pairs[symbol][0])

    def _sequence_moves(self, parts: tuple[int, ...]) -> Moves:
        found: Moves = {}
        for index, part in enumerate(parts):
            after = parts[index + 1 :]
            for symbol, move in self.moves(part).items():
                self._add(found, symbol, move._replace(left=self._then(move.left, after, symbol)))
            if self.finish(part) != PASS:
                break
        return found

    def _then(self, left: int, after: tuple[int, ...], symbol: int) -> int:
        """Return what is left of a part followed by the parts after it; a choice is made as soon as it is reached."""
        if self.table[left][0] == "leave":
            return left
        choice = self.table[after[0]] if after else ("nothing",)
        if left == NOTHING and choice[0] == "choice":
            chosen = dict(choice[1:]).get(self.symbols.pairs[symbol][1], NOTHING)
            return self.sequence([self.branch(chosen), *after[1:]])
        return self.sequence([left, *after])

    def _any_order_moves(self, parts: tuple[int, ...]) -> Moves:
        found: Moves = {}
        for index, part in enumerate(parts):
            for symbol, move in self.moves(part).items():
                left = self.any_order([*parts[:index], move.left, *parts[index + 1 :]])
                self._add(found, symbol, move._replace(left=left))
        return found

    def _repeat_moves(self, body: int, at_most: int) -> Moves:
        again = self.maybe(self.repeat(body, at_most - 1))
        moves = self.moves(body)
        return {s: move._replace(left=self._then(move.left, (again,), s)) for s, move in moves.items()}

    def _retry_moves(self, number: int) -> Moves:
        _, step, place, left, again, until, leaves, every = self.table[number]
        wait = every if again else None
        found: Moves = {}
        for symbol in self.symbols.of_step[step]:
            outcome = self.symbols.pairs[symbol][1]
            if outcome in dict(leaves):
                after = self.intern("leave", dict(leaves)[outcome])
            elif outcome in until or left <= 1:
                after = NOTHING
            else:
                after = self.intern("retry", step, place, left - 1, True, until, leaves, every)
            found[symbol] = Opening(after, False, wait)
        return found


def _leaves(block: Block) -> tuple[str, ...]:
    return block.leaves if isinstance(block, Retry) else ()


def end_of(finish: str | None) -> str | None:
    """Return the outcome of a whole flow that finishes so: one that just passes ends as `done`."""
    return DONE if finish == PASS else finish
