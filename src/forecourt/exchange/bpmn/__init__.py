"""BPMN 2.0: a playbook as a diagram that other tools open, and a diagram of theirs as a playbook."""
