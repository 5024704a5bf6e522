"""Which step an activity of a stranger's log may be: by words they share, by letters, by an outcome that it says."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from forecourt.exchange.logs.columns import plain
from forecourt.exchange.logs.mapping import Target
from forecourt.playbook.program import Program
from forecourt.playbook.records import Step

LEAST = 0.6
_WORD = re.compile(r"[^\W\d_]+")
_STEM = 4  # letters of a word that count, so that `booked` is `book` and `quotation` is `quote`
_LITTLE = {
    "a",
    "an",
    "the",
    "of",
    "to",
    "with",
    "for",
    "and",
    "or",
    "as",
    "at",
    "in",
    "on",
    "by",
    "is",
    "was",
    "be",
}


def likely(name: str, program: Program) -> tuple[Target, float] | None:
    """Return the step, with its outcome where the name says one, that a name is most like, and how much (0.6 to 1)."""
    found = [
        (likeness(name, called), Target(step.name)) for step in program.steps for called in _called(step)
    ]
    found += _by_outcome(name, program)
    best = max(found, key=lambda pair: pair[0], default=None)
    return None if best is None or best[0] < LEAST else (best[1], best[0])


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1: the best of shared words, containment and letters in order."""
    first, second = plain(one), plain(other)
    if not first or not second:
        return 0.0
    letters = SequenceMatcher(None, first, second).ratio()
    shorter, longer = sorted((first, second), key=len)
    within = 0.5 + 0.5 * len(shorter) / len(longer) if len(shorter) > 1 and shorter in longer else 0.0
    return max(letters, within, _shared(_stems(one), _stems(other)))


def _shared(first: set[str], second: set[str]) -> float:
    """The mean of what both share of all their words, and of the words of the shorter."""
    both = len(first & second)
    return (both / len(first | second) + both / min(len(first), len(second))) / 2 if both else 0.0


def _stems(name: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(name.casefold().replace("_", " ")) if word not in _LITTLE}


def _called(step: Step) -> Iterable[str]:
    return (step.name, *step.title.words.values())


def _by_outcome(name: str, program: Program) -> list[tuple[float, Target]]:
    """Names that say all the words of an outcome that decides: `First call: no answer`. Less sure than a step's own name."""
    said = _stems(name)
    found = []
    for step, outcome in program.symbols.pairs:
        words = _stems(outcome or "")
        if outcome and words and words <= said:
            found.append((0.65 + 0.3 * len(words) / len(said), Target(step, outcome)))
    return found
