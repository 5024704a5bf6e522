"""One journey read and walked through the version it runs on, as far as the reader's scope shows it. For pages and routes."""

from datetime import datetime
from uuid import UUID

from forecourt.insight import stepping
from forecourt.insight.reading import read_one
from forecourt.journeys import programs


def walked(journey: UUID, at: datetime) -> stepping.Walk | None:
    """The journey step by step; None when there is none of that id to be seen."""
    found = read_one(journey, at)
    if found is None:
        return None
    playbook, version, read = found
    return stepping.walk(programs.of(playbook, version), read.runs[0], read.done)
