"""The methodology language: text is parsed to records, checked, and compiled to a finite program.

    loaded = load(text, "retail.yaml")
    diagnostics = loaded.diagnostics + check(loaded.playbook, vocabulary)
    program = compile_playbook(loaded.playbook)
    move = program.move(program.start, "respond", "reached")

Pure: no Django, no clock, no randomness. See docs/reference/playbook.md for the language and
docs/explanation/playbook-semantics.md for what a program does.
"""

from forecourt.playbook.compiling import TooLarge, compile_playbook
from forecourt.playbook.explain import GateResult, Reason, gate, why_not
from forecourt.playbook.parser import Loaded, load
from forecourt.playbook.program import Deviation, Move, Program
from forecourt.playbook.records import Playbook, Step

__all__ = [
    "Deviation",
    "GateResult",
    "Loaded",
    "Move",
    "Playbook",
    "Program",
    "Reason",
    "Step",
    "TooLarge",
    "compile_playbook",
    "gate",
    "load",
    "why_not",
]
