"""BPMN 2.0: a playbook as a diagram that other tools open, and a diagram of theirs as a playbook.

data = export(playbook, "zh")           # bytes of XML with shapes, lines and labels
"""

from forecourt.exchange.bpmn.writing import export

__all__ = ["export"]
