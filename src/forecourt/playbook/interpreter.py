"""The reference interpreter: runs a playbook by walking its blocks, slowly and plainly.

It is what the language means. Programs must agree with it (see tests/playbook/test_agreement.py); journeys use programs.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from forecourt.playbook.marks import FINISHED
from forecourt.playbook.marks import PASS
from forecourt.playbook.marks import Ended
from forecourt.playbook.marks import Mark
from forecourt.playbook.marks import Offer
from forecourt.playbook.marks import advance
from forecourt.playbook.marks import fresh
from forecourt.playbook.marks import lets_go
from forecourt.playbook.marks import offers
from forecourt.playbook.program import Deviation
from forecourt.playbook.records import DONE
from forecourt.playbook.records import Playbook
from forecourt.playbook.symbols import symbols_of

Position = tuple[Any, ...]
Symbol = tuple[str, str | None]


class Interpreter:
    """Runs one playbook. A position is `("main", mark)`, `("aside", number, mark, mark)`, `("final", number, mark)` or
    `("closed", outcome)`; `number` is that of the `anytime` block under way.
    """

    def __init__(self, playbook: Playbook) -> None:
        self.playbook = playbook
        self.symbols: tuple[Symbol, ...] = symbols_of(playbook).pairs

    @property
    def start(self) -> Position:
        """The position of a new journey."""
        return self._main(fresh(self.playbook.flow))

    def enabled(self, position: Position) -> set[str]:
        """Return the steps that can be done."""
        return {step for step, _, _ in self._offers(position)}

    def required(self, position: Position) -> set[str]:
        """Return the steps that can be done and may not be left out."""
        first: dict[str, bool] = {}
        for step, optional, _ in self._offers(position):
            first.setdefault(step, optional)
        return {step for step, optional in first.items() if not optional}

    def outcome(self, position: Position) -> str | None:
        """Return the outcome with which the journey may end without a further step."""
        match position:
            case ("closed", outcome):
                return str(outcome)
            case ("main", mark):
                end = lets_go(self.playbook.flow, mark)
            case ("final", number, mark):
                end = lets_go(self._body(number), mark)
            case (_, number, begun, mark):
                end = lets_go(self._body(number), begun)
                end = lets_go(self.playbook.flow, mark) if end == PASS else end
        return DONE if end == PASS else end

    def move(
        self, position: Position, step: str, outcome: str | None
    ) -> tuple[Position, tuple[Deviation, ...]]:
        """Return the position after a step, and how the step departs from the playbook."""
        symbol = self._symbol(step, outcome)
        if symbol is None:
            return position, (Deviation("unknown", step),)
        after = self._do(position, symbol)
        return (after, ()) if after is not None else self._out_of_order(position, symbol)

    def _symbol(self, step: str, outcome: str | None) -> Symbol | None:
        wanted = [(step, None), (step, outcome)]
        return next((symbol for symbol in wanted if symbol in self.symbols), None)

    def _out_of_order(self, position: Position, symbol: Symbol) -> tuple[Position, tuple[Deviation, ...]]:
        before = self._before[position]
        done = {step for step, _ in before}
        own = Deviation("repeated" if symbol[0] in done else "early", symbol[0])
        if symbol in before or position[0] == "closed":
            return position, (own,)
        ahead = self._search(position, symbol)
        if ahead is not None:
            return ahead[0], (own, *(Deviation("skipped", step) for step in ahead[1]))
        around = self._search(self.start, symbol) if position[0] != "final" else None
        if around is None:
            return position, (own,)
        return around[0], (own, *(Deviation("skipped", step) for step in around[1] if step not in done))

    def _search(self, origin: Position, symbol: Symbol) -> tuple[Position, tuple[str, ...]] | None:
        """Skip as few steps of the flow as possible until the symbol is next: the position after it, what was skipped."""
        queue: list[tuple[Position, tuple[str, ...]]] = [(origin, ())]
        seen = {origin}
        for position, path in queue:
            after = self._do(position, symbol)
            if after is not None:
                return after, path
            for over in self.symbols:
                target = self._do(position, over, anytime=False)
                if target is not None and target not in seen:
                    seen.add(target)
                    queue.append((target, (*path, over[0])))
        return None

    @cached_property
    def _before(self) -> dict[Position, set[Symbol]]:
        """What lies on some way from the start to each position that can be reached."""
        before: dict[Position, set[Symbol]] = {self.start: set()}
        queue = [self.start]
        while queue:
            position = queue.pop()
            for symbol in self.symbols:
                target = self._do(position, symbol)
                if target is not None and not before[position] | {symbol} <= before.get(target, set()):
                    before.setdefault(target, set()).update(before[position] | {symbol})
                    queue.append(target)
                elif target is not None:
                    before.setdefault(target, set())
        return before

    # ── one step from a position ──

    def _do(self, position: Position, symbol: Symbol, *, anytime: bool = True) -> Position | None:
        match position:
            case ("main", mark):
                after = advance(self.playbook.flow, mark, *symbol)
                return (
                    self._main(after) if after is not None else self._begin(mark, symbol) if anytime else None
                )
            case ("aside", number, begun, mark):
                return self._do_aside(number, begun, mark, symbol, anytime)
            case ("final", number, mark):
                after = advance(self._body(number), mark, *symbol)
                if after is not None:
                    return self._final(number, after)
                return position if anytime and self._changes_nothing(symbol) else None
        return None

    def _do_aside(
        self, number: int, begun: Mark, mark: Mark, symbol: Symbol, anytime: bool
    ) -> Position | None:
        after = advance(self._body(number), begun, *symbol)
        if after is not None:
            return self._aside(number, after, mark)
        if lets_go(self._body(number), begun) == PASS:
            after = advance(self.playbook.flow, mark, *symbol)
            if after is not None:
                return self._main(after)
        if not anytime:
            return None
        for other, handler in enumerate(self.playbook.anytime):
            after = advance(handler.body, None, *symbol)
            if after is not None and handler.ends is not None:
                return self._final(other, after)
            if after == FINISHED:
                return "aside", number, begun, mark
        return None

    def _begin(self, mark: Mark, symbol: Symbol) -> Position | None:
        for number, handler in enumerate(self.playbook.anytime):
            after = advance(handler.body, None, *symbol)
            if after is not None and handler.ends is not None:
                return self._final(number, after)
            if after is not None:
                return self._aside(number, after, mark)
        return None

    def _changes_nothing(self, symbol: Symbol) -> bool:
        plain = (handler.body for handler in self.playbook.anytime if handler.ends is None)
        return any(advance(body, None, *symbol) == FINISHED for body in plain)

    def _body(self, number: int) -> Any:
        return self.playbook.anytime[number].body

    def _main(self, mark: Mark) -> Position:
        if isinstance(mark, Ended):
            return "closed", mark.outcome
        return ("closed", DONE) if mark == FINISHED else ("main", mark)

    def _final(self, number: int, mark: Mark) -> Position:
        if isinstance(mark, Ended):
            return "closed", mark.outcome
        return ("closed", DONE) if mark == FINISHED else ("final", number, mark)

    def _aside(self, number: int, begun: Mark, mark: Mark) -> Position:
        if isinstance(begun, Ended):
            return "closed", begun.outcome
        return ("main", mark) if begun == FINISHED else ("aside", number, begun, mark)

    # ── what can be done in a position ──

    def _offers(self, position: Position) -> Iterator[Offer]:
        flow = self.playbook.flow
        match position:
            case ("main", mark):
                yield from offers(flow, mark)
                yield from self._anytime(endings=True, openings=True)
            case ("aside", number, begun, mark):
                yield from offers(self._body(number), begun)
                if lets_go(self._body(number), begun) == PASS:
                    yield from offers(flow, mark)
                yield from self._anytime(endings=True, openings=False)
            case ("final", number, mark):
                yield from offers(self._body(number), mark)
                yield from self._anytime(endings=False, openings=False)

    def _anytime(self, *, endings: bool, openings: bool) -> Iterator[Offer]:
        for handler in self.playbook.anytime:
            for step, _, _ in offers(handler.body, None):
                single = any(
                    advance(handler.body, None, *pair) == FINISHED for pair in self.symbols if pair[0] == step
                )
                if endings if handler.ends is not None else openings or single:
                    yield step, True, None
