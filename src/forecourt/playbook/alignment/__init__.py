"""Optimal alignments: the cheapest explanation of each distinct trace by a program, and the fitness that follows.

    variants = variants_of(events)
    aligned = align(program, variants)

See docs/explanation/fitness.md for what the figures mean and what they do not.
"""

from forecourt.playbook.alignment.aligning import MAX_EVENTS
from forecourt.playbook.alignment.aligning import MAX_NODES
from forecourt.playbook.alignment.aligning import Aligned
from forecourt.playbook.alignment.aligning import Move
from forecourt.playbook.alignment.aligning import TraceTooLong
from forecourt.playbook.alignment.aligning import align
from forecourt.playbook.alignment.costs import UNIT
from forecourt.playbook.alignment.costs import Costs
from forecourt.playbook.alignment.variants import Variants
from forecourt.playbook.alignment.variants import variants_of

__all__ = [
    "MAX_EVENTS",
    "MAX_NODES",
    "UNIT",
    "Aligned",
    "Costs",
    "Move",
    "TraceTooLong",
    "Variants",
    "align",
    "variants_of",
]
