"""What a source calls things, as steps and symbols of a program."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.program import Program

MOST_SYMBOLS = 32_000  # symbols are kept in 16 bits
MOST_CODES = 1 << 22  # a code travels in one word with the row
_NOTHING = ""  # no outcome, or one that decides nothing


@dataclass(frozen=True)
class Naming:
    """Codes of what was done. The code of an event is `what_of[activity] + said_of[outcome]`.

    `what_of` and `said_of` have a last value, for -1, no activity or outcome. `symbol_of` and `step_of` give a
    code's symbol and step, -1 where the program has none.
    """

    what_of: NDArray[np.int32]
    said_of: NDArray[np.int32]
    symbol_of: NDArray[np.int16]
    step_of: NDArray[np.int16]


def naming_of(
    program: Program, activities: tuple[str, ...], outcomes: tuple[str, ...], names: Mapping[str, str] | None
) -> Naming:
    """Return what activities and outcomes of a log mean in a program.

    `names` maps what the source calls an activity to `step` or `step=outcome`; what it does not name stands for
    itself. Raises ValueError when the program has more symbols than 16 bits hold, or log and mapping more pairs
    of step and outcome than 22 bits.
    """
    if program.width > MOST_SYMBOLS:
        raise ValueError(
            f"the playbook {program.name} has {program.width} pairs of step and outcome; at most {MOST_SYMBOLS} can be replayed"
        )
    steps = {step.name: number for number, step in enumerate(program.steps)}
    said = {_NOTHING: 0} | {
        word: place for place, word in enumerate(_deciding(program), start=1) if word != _NOTHING
    }
    parts = [_parts(word, names, steps) for word in activities]
    kinds = {part: place for place, part in enumerate(dict.fromkeys([*parts, ("", None)]))}
    words = list(said)
    if len(kinds) * len(words) > MOST_CODES:
        raise ValueError(
            f"the log says {len(kinds) * len(words)} different things with a step and an outcome; at most {MOST_CODES}; map fewer activities"
        )
    pairs = [(step, word if named is None else named) for step, named in kinds for word in words]
    return Naming(
        what_of=np.array([kinds[part] * len(words) for part in [*parts, ("", None)]], np.int32),
        said_of=np.array([*(said.get(word, 0) for word in outcomes), 0], np.int32),
        symbol_of=np.array([_symbol(program, step, word) for step, word in pairs], np.int16),
        step_of=np.array([steps.get(step, -1) for step, _ in pairs], np.int16),
    )


def _deciding(program: Program) -> list[str]:
    """The outcomes that decide something."""
    return list(dict.fromkeys(outcome for _, outcome in program.symbols.pairs if outcome is not None))


def _symbol(program: Program, step: str, outcome: str) -> int:
    found = program.symbols.find(step, outcome or None)
    return -1 if found is None else found


def _parts(word: str, names: Mapping[str, str] | None, steps: Mapping[str, int]) -> tuple[str, str | None]:
    """Return step and outcome that an activity stands for; no step: unknown; no outcome: the log says it."""
    step, equals, outcome = (names or {}).get(word, word).partition("=")
    return (step, outcome if equals else None) if step in steps else ("", None)
