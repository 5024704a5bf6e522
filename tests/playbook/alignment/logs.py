"""Logs for tests, written as lists of steps."""

from collections.abc import Iterable
from collections.abc import Sequence

import numpy as np

from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.columns import Log
from forecourt.playbook.replay.columns import events_of

Trace = Sequence[str | tuple[str, str | None]]


def log_of(traces: Iterable[Trace]) -> Log:
    """A log of these journeys, named j0, j1, ...; an event is a step, or a pair of step and outcome."""
    rows = [
        (f"j{number}", *((event, None) if isinstance(event, str) else event))
        for number, trace in enumerate(traces)
        for event in trace
    ]
    cases, activities, outcomes = zip(*rows, strict=True) if rows else ((), (), ())
    return Log(coded(cases), coded(activities), np.arange(len(rows), dtype=np.int64), coded(outcomes))


def coded(values: Sequence[str | None]) -> Coded:
    words = tuple(dict.fromkeys(value for value in values if value is not None))
    places = {word: number for number, word in enumerate(words)}
    numbers = [-1 if value is None else places[value] for value in values]
    return Coded(np.array(numbers, np.int32), words)


def events(program: Program, *traces: Trace) -> Events:
    """The events of these journeys, each with at least one step."""
    return events_of(log_of(traces), program)
