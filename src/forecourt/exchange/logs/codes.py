"""The codes of everything that can be said about a log or a mapping file, each with its severity and the rule in one line.

An error refuses: there is nothing to judge until it is mended. A warning says what was left out or assumed, with its count.
A code never changes its meaning and is never used again. docs/reference/log-mapping.md explains each. What is said about the
inside of an OCEL 2.0 file has codes of its own, in `ocel/findings.py`.
"""

from collections.abc import Iterable

from forecourt.base.diagnostics import ERROR
from forecourt.base.diagnostics import WARNING
from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import in_order
from forecourt.base.diagnostics import near_misses
from forecourt.base.diagnostics import render_all

CODES: dict[str, tuple[str, str]] = {
    # the file
    "LG001": (ERROR, "a file cannot be read"),
    "LG002": (ERROR, "the format of a file is not known"),
    "LG003": (ERROR, "a file is empty"),
    "LG004": (ERROR, "a file is too large, or unpacks to too much"),
    "LG005": (ERROR, "a log has too many events"),
    "LG006": (ERROR, "a value is too long"),
    "LG007": (ERROR, "a file is nested too deeply"),
    "LG008": (ERROR, "a compressed file is broken"),
    "LG009": (ERROR, "a log has too many columns or too many different values"),
    # its format
    "LG010": (ERROR, "XML that is not well formed"),
    "LG011": (ERROR, "XML with a document type or entities"),
    "LG012": (ERROR, "XML that is not an event log"),
    "LG013": (ERROR, "a CSV file is broken"),
    "LG014": (ERROR, "the encoding of a text is not known"),
    "LG015": (ERROR, "a Parquet file is broken"),
    "LG016": (ERROR, "a column has a type that cannot be used"),
    "LG019": (ERROR, "an OCEL 2.0 log needs an object type"),
    # its content
    "LG020": (ERROR, "a log without times"),
    "LG021": (ERROR, "a log without cases"),
    "LG022": (ERROR, "a log without activities"),
    "LG023": (ERROR, "no event is left"),
    "LG030": (WARNING, "events without a time are left out"),
    "LG031": (WARNING, "events without a case are left out"),
    "LG032": (WARNING, "events without an activity are left out"),
    "LG033": (WARNING, "events whose time cannot be read are left out"),
    "LG034": (WARNING, "times without a zone are read in the zone of the mapping"),
    "LG035": (WARNING, "events of other stages of the life cycle are left out"),
    "LG036": (WARNING, "lines with another number of cells are left out"),
    "LG037": (WARNING, "traces without a name are named by their place"),
    "LG038": (WARNING, "traces that share a name are kept apart"),
    "LG039": (WARNING, "days without a time of day are read as midnight"),
    # the mapping file
    "LG040": (ERROR, "a mapping is not YAML"),
    "LG041": (ERROR, "unknown key in a mapping"),
    "LG042": (ERROR, "a key is missing in a mapping"),
    "LG043": (ERROR, "wrong kind of value in a mapping"),
    "LG044": (ERROR, "a column that the log does not have"),
    "LG045": (ERROR, "a step that the playbook does not have"),
    "LG046": (ERROR, "an outcome that the step does not have"),
    "LG047": (WARNING, "an activity that the log does not have"),
    "LG048": (ERROR, "an activity is joined and ignored"),
    "LG049": (ERROR, "a format of times that cannot be used"),
    "LG050": (ERROR, "an unknown time zone"),
    "LG051": (ERROR, "opening hours that cannot be read"),
    "LG052": (ERROR, "a key is written twice in a mapping"),
    "LG053": (ERROR, "hours of a calendar that the playbook does not use"),
    "LG054": (WARNING, "deadlines on a calendar without hours are not judged"),
    "LG055": (WARNING, "activities that are joined to no step"),
    "LG056": (WARNING, "events of a deciding step without an outcome"),
    "LG057": (WARNING, "a log is not aligned"),
    "LG058": (ERROR, "a role that no step of the playbook names"),
    "LG059": (WARNING, "roles of the log that the playbook does not know"),
    "LG060": (WARNING, "beginnings of journeys that cannot be read"),
    "LG061": (WARNING, "a text that is not UTF-8 is read as GB18030"),
    "LG062": (WARNING, "a key of a mapping that the format has no use for"),
}


class LogRefused(ValueError):
    """A log or a mapping that cannot be used; `diagnostics` say why, with file, line and what to do."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(in_order(diagnostics))
        super().__init__(render_all(self.diagnostics))


def report(
    code: str,
    file: str,
    message: str,
    hint: str = "",
    *,
    line: int = 1,
    column: int = 1,
    word: str = "",
    known: Iterable[str] = (),
) -> Diagnostic:
    """Return a diagnostic with the severity of its code; near misses of `word` among `known`."""
    near = near_misses(word, known) if word else ()
    return Diagnostic(code, CODES[code][0], message, hint, file, line, column, near)


def refuse(
    code: str, file: str, message: str, hint: str = "", *, line: int = 1, column: int = 1
) -> LogRefused:
    """Return the refusal of a log for one reason, to be raised."""
    return LogRefused([report(code, file, message, hint, line=line, column=column)])
