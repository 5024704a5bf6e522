"""BPMN 2.0: a playbook as a diagram that other tools open, and a diagram of theirs as a playbook.

data = export(playbook, "zh")           # bytes of XML with shapes, lines and labels
draft = import_bpmn(data)               # draft.text is YAML, draft.report says what became of each element
"""

from forecourt.exchange.bpmn.importing import Imported
from forecourt.exchange.bpmn.importing import import_bpmn
from forecourt.exchange.bpmn.report import Note
from forecourt.exchange.bpmn.report import Refusal
from forecourt.exchange.bpmn.report import Report
from forecourt.exchange.bpmn.writing import export

__all__ = ["Imported", "Note", "Refusal", "Report", "export", "import_bpmn"]
