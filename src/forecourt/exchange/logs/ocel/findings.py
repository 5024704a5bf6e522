"""What a reader has to say about a file: coded findings with their place, and the refusal that carries them."""

from collections.abc import Callable
from collections.abc import Hashable
from dataclasses import replace

from forecourt.base.diagnostics import ERROR
from forecourt.base.diagnostics import WARNING
from forecourt.base.diagnostics import Diagnostic
from forecourt.exchange.logs.codes import LogRefused

MOST = 100

CODES = {
    "LO001": "the file cannot be opened",
    "LO002": "not one of the three forms of OCEL 2.0",
    "LO003": "OCEL 1.0",
    "LO004": "broken: not well-formed JSON or XML, not a whole database",
    "LO005": "larger than this reader takes",
    "LO006": "a document type or an entity",
    "LO007": "a part that the standard requires is missing",
    "LO008": "something else stands where a text, a list or an object belongs",
    "LO009": "no event has a time",
    "LO010": "an event without a time, or with something that is not one; left out",
    "LO011": "two events with one id",
    "LO012": "two objects with one id",
    "LO013": "an event points to an object that the log does not have",
    "LO014": "an object points to an object that the log does not have",
    "LO015": "the log has no such object type",
    "LO016": "no event is related to an object of the type",
    "LO020": "times without a zone; taken as UTC",
    "LO021": "a type is used that is not declared; taken as if it were",
    "LO022": "an attribute is used that its type does not declare; taken as text",
    "LO023": "a value is not what its attribute declares; kept as text",
    "LO024": "a relationship without a qualifier; left empty",
    "LO025": "an attribute stands twice in one event; the last value is kept",
    "LO026": "an unknown type of values; taken as text",
    "LO027": "a value of an object without a time, or with something that is not one; dated 1970-01-01",
    "LO028": "characters that are no text, replaced",
    "LO030": "something that is not of OCEL 2.0; left out",
    "LO099": "more findings than are shown",
}
Place = tuple[int, int, str]


class OcelRefused(LogRefused):
    """A file that is not read. `diagnostics` say why, each with its place."""


class Stopped(Exception):
    """Nothing more can be read; the findings say why."""


class Findings:
    """Collects findings of one file: errors one by one, warnings once for each subject with how often; at most `MOST` of each.

    `place_of(kind, where)` turns what a reader knows of a place (an offset, a line, a row) into line, column and words.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.place_of: Callable[[str, int], Place] = lambda _kind, where: (where, 1, "")
        self._errors: list[Diagnostic] = []
        self._more_errors = 0
        self._warnings: dict[Hashable, tuple[Diagnostic, int]] = {}

    @property
    def failed(self) -> bool:
        """Whether the file is refused."""
        return bool(self._errors)

    def error(
        self,
        code: str,
        message: str,
        *,
        kind: str = "",
        where: int = 0,
        hint: str = "",
        near: tuple[str, ...] = (),
    ) -> None:
        """Note one reason to refuse."""
        if len(self._errors) >= MOST:
            self._more_errors += 1
            return
        self._errors.append(self._made(code, ERROR, message, kind, where, hint, near))

    def at(self, code: str, message: str, line: int, column: int, hint: str = "") -> Stopped:
        """Note a reason to refuse at a known line and column; raise what is returned, for nothing can be read after it."""
        self._errors.append(Diagnostic(code, ERROR, message, hint, self.file, max(line, 1), max(column, 1)))
        return Stopped()

    def stop(self, code: str, message: str, *, kind: str = "", where: int = 0, hint: str = "") -> Stopped:
        """Note a reason to refuse; raise what is returned."""
        line, column, words = self.place_of(kind, where)
        return self.at(code, f"{words}{message}", line, column, hint)

    def warn(
        self, code: str, subject: Hashable, message: str, *, kind: str = "", where: int = 0, hint: str = ""
    ) -> None:
        """Note something that was put right; the same `subject` again is only counted."""
        key = (code, subject)
        if key in self._warnings:
            found, times = self._warnings[key]
            self._warnings[key] = found, times + 1
        elif len(self._warnings) < MOST:
            self._warnings[key] = self._made(code, WARNING, message, kind, where, hint, ()), 1
        else:
            found, times = self._warnings.get("more", (self._more_warnings(), 0))
            self._warnings["more"] = found, times + 1

    def all(self) -> tuple[Diagnostic, ...]:
        """All findings, errors first, each in the order of the file."""
        found = list(self._errors)
        if self._more_errors:
            found.append(Diagnostic("LO099", ERROR, f"{self._more_errors:,} more of these.", file=self.file))
        return (*found, *(_counted(one, times) for one, times in self._warnings.values()))

    def refusal(self) -> OcelRefused:
        return OcelRefused(self.all())

    def _more_warnings(self) -> Diagnostic:
        return Diagnostic("LO099", WARNING, "More was put right than is shown.", file=self.file)

    def _made(
        self, code: str, severity: str, message: str, kind: str, where: int, hint: str, near: tuple[str, ...]
    ) -> Diagnostic:
        line, column, words = self.place_of(kind, where)
        return Diagnostic(
            code, severity, f"{words}{message}", hint, self.file, max(line, 1), max(column, 1), near
        )


def _counted(found: Diagnostic, times: int) -> Diagnostic:
    return found if times == 1 else replace(found, message=f"{found.message} ({times:,} times.)")


def shown(value: object) -> str:
    """A value of a file in a sentence: quoted, and cut where it is long."""
    text = repr(value[:80] if isinstance(value, str | bytes) else value)
    return text if len(text) <= 90 else text[:87] + "..."
