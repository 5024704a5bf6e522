"""A compiled playbook: a finite program of flat tables, and one step of a run of it.

States are numbers; a symbol is a step with one of its outcomes. `table[state * width + symbol]` is the next state, or
-1 where the step is not next. All tables are `array`s of C integers, row by row, so that a kernel reads them without copying.
A step that is not next never raises: `jump_kind`, `jump_target` and `skip` say where the journey goes from there and what
that costs; docs/explanation/playbook-semantics.md has the rules.
"""

from array import array
from dataclasses import dataclass
from dataclasses import field
from dataclasses import fields
from functools import cached_property
from typing import Any
from typing import Literal

from forecourt.base.durations import Duration
from forecourt.playbook.records import Next
from forecourt.playbook.records import Standard
from forecourt.playbook.records import Step
from forecourt.playbook.records import Title
from forecourt.playbook.symbols import Symbols

Kind = Literal["skipped", "early", "repeated", "unknown", "late", "wrong_role", "evidence_missing"]

FITS, FORWARD, AROUND, STAY_REPEATED, STAY_EARLY = range(5)


@dataclass(frozen=True, slots=True)
class Deviation:
    """How a step, or its lack, departs from the playbook."""

    kind: Kind
    step: str


@dataclass(frozen=True, slots=True)
class Move:
    """What recording a step does: the state afterwards, whether it fits, how it departs, and whether that is the end.

    `ended` is the outcome when the journey is closed afterwards, by this step or an earlier one.
    """

    state: int
    fits: bool
    deviations: tuple[Deviation, ...] = ()
    closed: bool = False
    ended: str | None = None


@dataclass(frozen=True)
class Program:
    """The finite program of one version of a playbook.

    `width` symbols to a row. `table`, `jump_kind`, `jump_target`, `skip` and `waits` have a row for each state; `outcomes`,
    `closes`, `enabled_masks`, `required_masks` and `before_masks` one value. A mask has one bit for each symbol.
    `ends` and `durations` are what `outcomes` and `waits` point into (-1: none). `anytime` holds the steps that begin an
    `anytime`: where they are optional they are never due.
    """

    name: str
    version: str
    about: str
    title: Title
    steps: tuple[Step, ...]
    symbols: Symbols
    start: int
    width: int
    table: "array[int]"
    jump_kind: "array[int]"
    jump_target: "array[int]"
    skip: "array[int]"
    waits: "array[int]"
    outcomes: "array[int]"
    closes: "array[int]"
    enabled_masks: tuple[int, ...]
    required_masks: tuple[int, ...]
    before_masks: tuple[int, ...]
    ends: tuple[str, ...]
    durations: tuple[Duration, ...]
    next: tuple[Next, ...] = ()
    standards: tuple[Standard, ...] = ()
    words: dict[str, Title] = field(default_factory=dict)
    anytime: tuple[str, ...] = ()

    @property
    def states(self) -> int:
        """How many states there are."""
        return len(self.outcomes)

    @cached_property
    def _steps(self) -> dict[str, Step]:
        return {step.name: step for step in self.steps}

    @cached_property
    def _moves(self) -> dict[tuple[int, str, str | None], Move]:
        return {}

    @cached_property
    def _enabled(self) -> list[tuple[str, ...]]:
        pairs = zip(self.enabled_masks, self.required_masks, strict=True)
        return [self._names(needed, enabled) for enabled, needed in pairs]

    @cached_property
    def _required(self) -> list[tuple[str, ...]]:
        return [self._names(mask, 0) for mask in self.required_masks]

    def __getstate__(self) -> dict[str, Any]:
        """Keep the tables only: what is cached is made again after unpickling."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def step(self, name: str) -> Step:
        """Return the step of that name; KeyError when the playbook has none."""
        return self._steps[name]

    def has_step(self, name: str) -> bool:
        """Say whether the playbook has a step of that name."""
        return name in self._steps

    def enabled(self, state: int) -> tuple[str, ...]:
        """Return the steps that can be done in a state, required ones first, each in the order of the text."""
        return self._enabled[state]

    def required(self, state: int) -> tuple[str, ...]:
        """Return the enabled steps that may not be left out; of a choice, the first steps of all its branches."""
        return self._required[state]

    def can_end(self, state: int) -> bool:
        """Say whether a journey in this state may end without a further step."""
        return self.outcomes[state] >= 0

    def outcome(self, state: int) -> str | None:
        """Return the outcome with which a journey in this state may end; None when it may not."""
        number = self.outcomes[state]
        return self.ends[number] if number >= 0 else None

    def closed(self, state: int) -> bool:
        """Say whether nothing can be done any more."""
        return bool(self.closes[state])

    def opens_after(self, state: int, step: str) -> Duration | None:
        """Return how long an enabled step waits before it opens (a retry's `every`); None: it opens at once."""
        for symbol in self.symbols.of_step.get(step, ()):
            number = self.waits[state * self.width + symbol]
            if number >= 0:
                return self.durations[number]
        return None

    def next_playbook(self, outcome: str) -> str | None:
        """Return the playbook that starts when a journey ends with `outcome`."""
        return next((item.playbook for item in self.next if item.outcome == outcome), None)

    def word(self, code: str, language: str) -> str:
        """Return what an outcome, choice, field or end is called in `language`; its code made readable where not given."""
        title = self.words.get(code)
        return title.say(language) if title else code.replace("_", " ")

    def move(self, state: int, step: str, outcome: str | None = None) -> Move:
        """Return what recording `step` with `outcome` does in `state`. Never raises for a step out of order.

        A dictionary look-up once the same move has been made; see docs/explanation/playbook-semantics.md for the rules.
        """
        found = self._moves.get((state, step, outcome))
        if found is None:
            symbol = self.symbols.find(step, outcome)
            if symbol is None:  # neither is kept: what is unknown has no bound
                return self._move(state, False, (Deviation("unknown", step),))
            found = self._moves[state, step, outcome] = self.move_symbol(state, symbol)
        return found

    def move_symbol(self, state: int, symbol: int) -> Move:
        """Return what a symbol does in a state, from the tables alone."""
        place = state * self.width + symbol
        kind, step = self.jump_kind[place], self.symbols.pairs[symbol][0]
        if kind == FITS:
            return self._move(self.table[place], True, ())
        own = Deviation("repeated" if self._was_done(state, step) else "early", step)
        if kind in (STAY_REPEATED, STAY_EARLY):
            return self._move(state, False, (own,))
        skipped = tuple(Deviation("skipped", name) for name in self.skipped(state, symbol))
        return self._move(self.jump_target[place], False, (own, *skipped))

    def skipped(self, state: int, symbol: int) -> tuple[str, ...]:
        """Return the steps that are passed over when a symbol that is not next makes the journey jump."""
        kind = self.jump_kind[state * self.width + symbol]
        if kind == FORWARD:
            return tuple(self._path(state, symbol))
        if kind == AROUND:
            return tuple(step for step in self._path(self.start, symbol) if not self._was_done(state, step))
        return ()

    def way_to(self, state: int, step: str) -> tuple[str, ...] | None:
        """Return the fewest steps that lead from a state to where `step` is next; None when nothing leads there."""
        found = [
            self._path(state, symbol)
            for symbol in self.symbols.of_step.get(step, ())
            if self._leads(state, symbol)
        ]
        return min(map(tuple, found), key=_length) if found else None

    def _leads(self, state: int, symbol: int) -> bool:
        place = state * self.width + symbol
        return self.table[place] >= 0 or self.skip[place] >= 0

    def _path(self, state: int, symbol: int) -> list[str]:
        steps = []
        while self.table[state * self.width + symbol] < 0:
            over = self.skip[state * self.width + symbol]
            steps.append(self.symbols.pairs[over][0])
            state = self.table[state * self.width + over]
        return steps

    def _was_done(self, state: int, step: str) -> bool:
        """Whether the step lies on a way from the start to this state, so that it may have been done already."""
        before = self.before_masks[state]
        return any(before >> symbol & 1 for symbol in self.symbols.of_step[step])

    def _move(self, state: int, fits: bool, deviations: tuple[Deviation, ...]) -> Move:
        closed = self.closed(state)
        return Move(state, fits, deviations, closed, self.outcome(state) if closed else None)

    def _names(self, first: int, second: int) -> tuple[str, ...]:
        both = [*self._steps_in(first), *self._steps_in(second)]
        return tuple(dict.fromkeys(both))

    def _steps_in(self, mask: int) -> list[str]:
        return [step for number, (step, _) in enumerate(self.symbols.pairs) if mask >> number & 1]


def _length(steps: tuple[str, ...]) -> int:
    return len(steps)
