"""Journeys as traces of XES: every entry of a journey is an event, in the order in which it happened."""

from collections.abc import Iterable
from collections.abc import Iterator
from itertools import groupby

from forecourt.exchange.logs.ocel.times import micros
from forecourt.exchange.logs.xes_writer import COMPLETE
from forecourt.exchange.logs.xes_writer import XesEvent
from forecourt.exchange.logs.xes_writer import XesTrace
from forecourt.insight.exporting.events import activity
from forecourt.insight.exporting.events import attributes
from forecourt.insight.exporting.lines import Line
from forecourt.journeys.entries import ASSIGNED
from forecourt.journeys.entries import ENDED
from forecourt.journeys.entries import STARTED
from forecourt.journeys.entries import STEP_WITHDRAWN

# Kinds that are another stage of the standard life cycle than a thing that is done.
WITHDRAW = "withdraw"
STAGES = {STARTED: "start", ASSIGNED: "reassign", STEP_WITHDRAWN: WITHDRAW}
_CARRIED = {"actor", "role"}  # resource and role of the organizational extension
_OWN = ("playbook", "version", "brand", "operator", "region", "store")


def traces(lines: Iterable[Line]) -> Iterator[XesTrace]:
    """One trace for each journey of lines that come journey by journey."""
    for journey, found in groupby(lines, key=lambda line: line.journey):
        group = list(found)
        yield XesTrace(str(journey), tuple(map(_event, group)), tuple(_attributes(group)))


def _event(line: Line) -> XesEvent:
    own = tuple((name, value) for name, value in attributes(line) if name not in _CARRIED)
    return XesEvent(
        activity(line), micros(line.happened_at), line.actor, line.role, line.store, _stage(line),
        (("entry", str(line.id)), *own),
    )  # fmt: skip


def _stage(line: Line) -> str:
    """A step that was taken back is not complete: what counts cases by their steps leaves it out."""
    return WITHDRAW if line.withdrawn else STAGES.get(line.kind, COMPLETE)


def _attributes(group: list[Line]) -> Iterator[tuple[str, str]]:
    for name in _OWN:
        value = next((getattr(line, name) for line in group if getattr(line, name)), "")
        if value:
            yield name, value
    person = next((line.person_id for line in group if line.person_id), None)
    if person:
        yield "person", str(person)
    outcome = next((line.data.get("outcome") for line in reversed(group) if line.kind == ENDED), None)
    if isinstance(outcome, str) and outcome:
        yield "outcome", outcome
