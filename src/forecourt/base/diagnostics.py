"""Diagnostics: what is wrong in a text that a person wrote, where, and what to do about it.

Mistakes of an author are collected as records and never raised. A code is stable and documented; the wording may change. The
near misses name what the author may have meant.
"""

import json
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a text: file name, line and column, both counted from 1."""

    file: str = ""
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake of an author: stable `code`, severity `error` or `warning`, sentence, hint, place, near misses."""

    code: str
    severity: str
    message: str
    hint: str = ""
    file: str = ""
    line: int = 1
    column: int = 1
    near: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether this forbids publishing."""
        return self.severity == ERROR

    def __str__(self) -> str:
        return render(self)


def near_misses(word: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Return up to `limit` of the known words that look like `word`, best first (ratio of `difflib` at least 0.6)."""
    return tuple(get_close_matches(word, sorted(set(known)), n=limit, cutoff=0.6))


def render(diagnostic: Diagnostic) -> str:
    """Return one diagnostic as text: place, severity, code, sentence; then near misses and hint on lines of their own."""
    place = f"{diagnostic.file}:{diagnostic.line}:{diagnostic.column}"
    lines = [f"{place}: {diagnostic.severity} {diagnostic.code}: {diagnostic.message}"]
    if diagnostic.near:
        lines.append(f"  did you mean {' or '.join(diagnostic.near)}?")
    if diagnostic.hint:
        lines.append(f"  {diagnostic.hint}")
    return "\n".join(lines)


def render_all(diagnostics: Sequence[Diagnostic]) -> str:
    """Return all diagnostics as text in order of place, closed by a line that counts errors and warnings."""
    errors = sum(diagnostic.is_error for diagnostic in diagnostics)
    closing = f"{_count(errors, 'error')}, {_count(len(diagnostics) - errors, 'warning')}"
    return "\n".join([*(render(diagnostic) for diagnostic in in_order(diagnostics)), closing])


def to_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the diagnostics as a JSON array of objects in order of place, for editors and CI."""
    rows: list[dict[str, Any]] = [asdict(diagnostic) for diagnostic in in_order(diagnostics)]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics by file, line, column, code; each once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda item: (item.file, item.line, item.column, item.code, item.message))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
