"""The alphabet of a program: a symbol is a step with one of its outcomes.

Only steps whose outcome decides something (a `one` or a `retry`) have a symbol for each outcome; any other step has one.
"""

from dataclasses import dataclass
from functools import cached_property

from forecourt.playbook.records import One
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Retry
from forecourt.playbook.records import bodies
from forecourt.playbook.records import walk


@dataclass(frozen=True)
class Symbols:
    """Pairs of step and outcome in the order of the text; the place of a pair is its number."""

    pairs: tuple[tuple[str, str | None], ...]

    @cached_property
    def numbers(self) -> dict[tuple[str, str | None], int]:
        """The number of each pair."""
        return {pair: number for number, pair in enumerate(self.pairs)}

    @cached_property
    def of_step(self) -> dict[str, tuple[int, ...]]:
        """The numbers of each step's symbols."""
        found: dict[str, tuple[int, ...]] = {}
        for number, (step, _) in enumerate(self.pairs):
            found[step] = (*found.get(step, ()), number)
        return found

    def find(self, step: str, outcome: str | None) -> int | None:
        """Return the symbol of a step done with an outcome; None when step or outcome is unknown here.

        The outcome of a step that decides nothing is not looked at.
        """
        number = self.numbers.get((step, None))
        return self.numbers.get((step, outcome)) if number is None else number


def symbols_of(playbook: Playbook) -> Symbols:
    """Return the alphabet of a playbook."""
    deciding = set()
    for body in bodies(playbook):
        for block in walk(body):
            if isinstance(block, One) and block.decided_by:
                deciding.add(block.decided_by)
            if isinstance(block, Retry):
                deciding.add(block.step)
    pairs: list[tuple[str, str | None]] = []
    for step in playbook.steps:
        outcomes = step.outcomes if step.name in deciding else ()
        pairs += [(step.name, outcome) for outcome in outcomes] or [(step.name, None)]
    return Symbols(tuple(pairs))
