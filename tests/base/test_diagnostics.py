"""Diagnostics as text for people and as JSON for editors."""

import json

from forecourt.base.diagnostics import ERROR
from forecourt.base.diagnostics import WARNING
from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import in_order
from forecourt.base.diagnostics import near_misses
from forecourt.base.diagnostics import render
from forecourt.base.diagnostics import render_all
from forecourt.base.diagnostics import to_json

FIRST = Diagnostic(
    "PB031", ERROR, "unknown role: 'advisor'", "Known: adviser.", "retail.yaml", 8, 34, ("adviser",)
)
LATER = Diagnostic("PB081", WARNING, "'gone' has no words", "", "retail.yaml", 12, 1)


def test_a_diagnostic_says_where_what_and_what_to_do() -> None:
    assert render(FIRST).splitlines() == [
        "retail.yaml:8:34: error PB031: unknown role: 'advisor'",
        "  did you mean adviser?",
        "  Known: adviser.",
    ]
    assert str(LATER) == "retail.yaml:12:1: warning PB081: 'gone' has no words"


def test_all_come_in_order_once_and_are_counted() -> None:
    assert in_order([LATER, FIRST, LATER]) == [FIRST, LATER]
    assert render_all([LATER, FIRST]).splitlines()[-1] == "1 error, 1 warning"
    assert render_all([]) == "0 errors, 0 warnings"


def test_json_carries_everything() -> None:
    rows = json.loads(to_json([LATER, FIRST]))
    assert [row["code"] for row in rows] == ["PB031", "PB081"]
    assert rows[0]["near"] == ["adviser"]
    assert (rows[0]["line"], rows[0]["column"], rows[0]["severity"]) == (8, 34, "error")


def test_near_misses_are_near() -> None:
    assert near_misses("advisor", ["technician", "adviser", "planner"]) == ("adviser",)
    assert near_misses("zzz", ["adviser"]) == ()
