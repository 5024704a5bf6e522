"""Reading about runs: what is due for whom, what runs about a thing, what blocks a step, how well it goes."""

from forecourt.journeys.reading.measures import Kept
from forecourt.journeys.reading.measures import StepNumbers
from forecourt.journeys.reading.measures import adherence
from forecourt.journeys.reading.measures import adherence_by_region
from forecourt.journeys.reading.measures import adherence_by_step
from forecourt.journeys.reading.measures import adherence_by_store
from forecourt.journeys.reading.measures import journeys_by_state
from forecourt.journeys.reading.measures import late_by_region
from forecourt.journeys.reading.measures import late_by_store
from forecourt.journeys.reading.measures import late_steps
from forecourt.journeys.reading.measures import numbers
from forecourt.journeys.reading.runs import NextStep
from forecourt.journeys.reading.runs import blocked
from forecourt.journeys.reading.runs import find
from forecourt.journeys.reading.runs import next_steps
from forecourt.journeys.reading.runs import open_for
from forecourt.journeys.reading.runs import runs_of
from forecourt.journeys.reading.runs import step_of
from forecourt.journeys.reading.runs import why_not
from forecourt.journeys.reading.worklist import Day
from forecourt.journeys.reading.worklist import News
from forecourt.journeys.reading.worklist import Row
from forecourt.journeys.reading.worklist import Worklist
from forecourt.journeys.reading.worklist import day
from forecourt.journeys.reading.worklist import worklist

__all__ = [
    "Day", "Kept", "News", "NextStep", "Row", "StepNumbers", "Worklist", "adherence", "adherence_by_region", "adherence_by_step", "adherence_by_store",
    "blocked", "day", "find", "journeys_by_state", "late_by_region", "late_by_store", "late_steps", "next_steps", "numbers",
    "open_for", "runs_of", "step_of", "why_not", "worklist",
]  # fmt: skip
