"""The methodology language: text is parsed to records, checked, and compiled to a finite program.

    loaded = load(text, "retail.yaml")
    diagnostics = loaded.diagnostics + check(loaded.playbook, vocabulary)
    program = compile_playbook(loaded.playbook)
    move = program.move(program.start, "respond", "reached")

Pure: no Django, no clock, no randomness. See docs/reference/playbook.md for the language and
docs/explanation/playbook-semantics.md for what a program does.
"""

from forecourt.playbook.checks import check
from forecourt.playbook.compiling import TooLarge
from forecourt.playbook.compiling import compile_playbook
from forecourt.playbook.explain import GateResult
from forecourt.playbook.explain import Reason
from forecourt.playbook.explain import gate
from forecourt.playbook.explain import why_not
from forecourt.playbook.files import check_paths
from forecourt.playbook.files import load_paths
from forecourt.playbook.parser import Loaded
from forecourt.playbook.parser import load
from forecourt.playbook.program import Deviation
from forecourt.playbook.program import Move
from forecourt.playbook.program import Program
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Step
from forecourt.playbook.vocabulary import EffectTerms
from forecourt.playbook.vocabulary import Vocabulary

__all__ = [
    "Deviation",
    "EffectTerms",
    "GateResult",
    "Loaded",
    "Move",
    "Playbook",
    "Program",
    "Reason",
    "Step",
    "TooLarge",
    "Vocabulary",
    "check",
    "check_paths",
    "compile_playbook",
    "gate",
    "load",
    "load_paths",
    "why_not",
]
