"""The codes of all diagnostics of the language, each with its severity and the rule in one line.

A code never changes its meaning and is never used again. docs/reference/playbook.md explains each.
"""

from forecourt.base.diagnostics import ERROR
from forecourt.base.diagnostics import WARNING
from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import Spot
from forecourt.base.diagnostics import near_misses

CODES: dict[str, tuple[str, str]] = {
    "PB001": (ERROR, "the text is not YAML"),
    "PB002": (ERROR, "the text is too large or nested too deeply"),
    "PB003": (ERROR, "anchors and aliases are not allowed"),
    "PB004": (ERROR, "a key is written twice"),
    "PB005": (ERROR, "a file holds exactly one playbook"),
    "PB006": (ERROR, "a file cannot be read"),
    "PB010": (ERROR, "unknown key"),
    "PB011": (ERROR, "a required key is missing"),
    "PB012": (ERROR, "wrong kind of value"),
    "PB013": (ERROR, "malformed name"),
    "PB014": (ERROR, "a duration cannot be read"),
    "PB015": (ERROR, "unknown field type"),
    "PB016": (ERROR, "a number is missing or out of range"),
    "PB017": (ERROR, "unknown block in the flow"),
    "PB018": (ERROR, "an escalation cannot be read"),
    "PB019": (ERROR, "a standard cannot be read"),
    "PB020": (ERROR, "a condition is not valid CEL"),
    "PB021": (ERROR, "unknown kind of evidence"),
    "PB030": (ERROR, "unknown step"),
    "PB031": (ERROR, "unknown role"),
    "PB032": (ERROR, "unknown certificate"),
    "PB033": (ERROR, "unknown effect"),
    "PB034": (ERROR, "unknown resource"),
    "PB035": (ERROR, "unknown calendar"),
    "PB036": (ERROR, "unknown playbook"),
    "PB037": (ERROR, "unknown subject"),
    "PB038": (ERROR, "unknown function in a condition"),
    "PB039": (ERROR, "the effect needs a field that the step does not record"),
    "PB040": (ERROR, "a step is never reached"),
    "PB041": (ERROR, "nothing can follow an end"),
    "PB042": (ERROR, "no way to an end"),
    "PB043": (ERROR, "a loop without bound"),
    "PB044": (ERROR, "a branch is labelled with what is not an outcome"),
    "PB045": (ERROR, "an outcome has no branch"),
    "PB046": (ERROR, "branches cannot be told apart by their first step"),
    "PB047": (WARNING, "a step could be meant at two places"),
    "PB048": (ERROR, "an end inside any_order"),
    "PB049": (ERROR, "a retry does not know when to stop"),
    "PB050": (ERROR, "a choice or any_order of fewer than two"),
    "PB051": (ERROR, "the program has too many states"),
    "PB052": (ERROR, "the playbook has too many steps"),
    "PB053": (ERROR, "an unknown end is followed by a playbook"),
    "PB054": (ERROR, "parts that contain themselves"),
    "PB055": (WARNING, "a part is never used"),
    "PB060": (ERROR, "the deadline is shorter than the work"),
    "PB061": (ERROR, "what happens when late, without a deadline"),
    "PB070": (ERROR, "a condition on a fact that nothing gives"),
    "PB071": (ERROR, "a condition on a fact that is recorded only later"),
    "PB080": (ERROR, "a title is missing in a language"),
    "PB081": (WARNING, "an outcome has no words for people"),
    "PB090": (ERROR, "a standard about something unknown"),
    "PB091": (ERROR, "a standard that cannot be measured"),
}


def report(
    code: str, spot: Spot, message: str, hint: str = "", *, word: str = "", known: tuple[str, ...] = ()
) -> Diagnostic:
    """Return a diagnostic with the severity of its code; near misses of `word` among `known`."""
    near = near_misses(word, known) if word else ()
    severity = CODES[code][0]
    return Diagnostic(code, severity, message, hint, spot.file, spot.line, spot.column, near)
