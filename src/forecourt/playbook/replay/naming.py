"""What a source calls things, as steps and symbols of a program."""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.program import Program

MOST_SYMBOLS = 32_000  # symbols are kept in 16 bits


def step_numbers(
    activities: Sequence[str], program: Program, names: Mapping[str, str] | None = None
) -> NDArray[np.int16]:
    """Return for each activity the number of its step, -1 where the program has none; a last value, -1, for no activity."""
    numbers = {step.name: number for number, step in enumerate(program.steps)}
    found = [numbers.get(_parts(word, names)[0], -1) for word in activities]
    return np.array([*found, -1], np.int16)


def symbol_numbers(
    activities: Sequence[str],
    outcomes: Sequence[str],
    program: Program,
    names: Mapping[str, str] | None = None,
) -> NDArray[np.int16]:
    """Return activities + 1 by outcomes + 1: the symbol of each pair, -1 where unknown; the last row and column stand for none.

    Raises ValueError when the program has more symbols than 16 bits hold.
    """
    if program.width > MOST_SYMBOLS:
        raise ValueError(
            f"the playbook {program.name} has {program.width} pairs of step and outcome; at most {MOST_SYMBOLS} can be replayed"
        )
    found = np.full((len(activities) + 1, len(outcomes) + 1), -1, np.int16)
    for row, word in enumerate(activities):
        step, named = _parts(word, names)
        for column, said in enumerate((*outcomes, None)):
            symbol = program.symbols.find(step, said if named is None else named)
            found[row, column] = -1 if symbol is None else symbol
    return found


def _parts(word: str, names: Mapping[str, str] | None) -> tuple[str, str | None]:
    """Return step and outcome that an activity stands for; None: the log says the outcome."""
    step, equals, outcome = (names or {}).get(word, word).partition("=")
    return step, outcome if equals else None
