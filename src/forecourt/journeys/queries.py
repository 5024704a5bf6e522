"""Reading about runs: what is due for whom, what runs about a thing, what blocks a step, how well it goes."""

from forecourt.journeys.reading.runs import blocked
from forecourt.journeys.reading.runs import find
from forecourt.journeys.reading.runs import next_steps
from forecourt.journeys.reading.runs import open_for
from forecourt.journeys.reading.runs import runs_of

__all__ = ["blocked", "find", "next_steps", "open_for", "runs_of"]
