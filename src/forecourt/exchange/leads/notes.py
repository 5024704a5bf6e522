"""The notebook of a reader: one report line for each field, written while the enquiry is read."""

from collections.abc import Mapping
from types import MappingProxyType

from forecourt.exchange.leads.records import FieldReport
from forecourt.exchange.leads.records import Outcome

# Shared by all lines without facts: a table of 50,000 rows has half a million of them.
NO_FACTS: Mapping[str, str] = MappingProxyType({})


class Notes:
    """Collects the report lines of one enquiry while it is read."""

    def __init__(self) -> None:
        self.lines: list[FieldReport] = []

    def read(
        self, path: str, raw: str, code: str = "field.read", *, line: int | None = None, **facts: str
    ) -> None:
        """The field was understood."""
        self._add(path, raw, Outcome.READ, code, facts, line)

    def guessed(self, path: str, raw: str, code: str, *, line: int | None = None, **facts: str) -> None:
        """The field was understood by an assumption, which the code names."""
        self._add(path, raw, Outcome.GUESSED, code, facts, line)

    def ignored(self, path: str, raw: str, code: str, *, line: int | None = None, **facts: str) -> None:
        """The field has no place in our record."""
        self._add(path, raw, Outcome.IGNORED, code, facts, line)

    def refused(self, path: str, raw: str, code: str, *, line: int | None = None, **facts: str) -> None:
        """The field should have meant something but does not."""
        self._add(path, raw, Outcome.REFUSED, code, facts, line)

    def _add(
        self, path: str, raw: str, outcome: Outcome, code: str, facts: Mapping[str, str], line: int | None
    ) -> None:
        self.lines.append(FieldReport(path, shorten(raw), outcome, code, facts or NO_FACTS, line))

    def taken(self) -> tuple[FieldReport, ...]:
        """The finished report."""
        return tuple(self.lines)


def shorten(text: str, most: int = 300) -> str:
    """Keep a report line small; the raw document has the rest."""
    return text if len(text) <= most else text[: most - 1] + "…"
