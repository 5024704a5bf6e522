"""The journal as a file in one of four forms, in one unchanging picture of it.

OCEL names its types and objects before its events, so the entries are gone through twice: first for types and objects, then for
the events as they are written. XES needs one walk, journey by journey.
"""

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from pathlib import Path

from forecourt.exchange.logs.ocel import write_json
from forecourt.exchange.logs.ocel import write_sqlite
from forecourt.exchange.logs.ocel import write_xml
from forecourt.exchange.logs.ocel.records import Event
from forecourt.exchange.logs.ocel.records import Object
from forecourt.exchange.logs.ocel.records import Type
from forecourt.exchange.logs.xes_writer import XesTrace
from forecourt.exchange.logs.xes_writer import write_xes
from forecourt.insight.exporting import events as mapping
from forecourt.insight.exporting.actions import export_journal
from forecourt.insight.exporting.facts import stayed
from forecourt.insight.exporting.files import beside
from forecourt.insight.exporting.lines import BY_JOURNEY
from forecourt.insight.exporting.lines import Choice
from forecourt.insight.exporting.lines import Line
from forecourt.insight.exporting.lines import lines
from forecourt.insight.exporting.lines import picture
from forecourt.insight.exporting.shelf import Shelf
from forecourt.insight.exporting.shelf import Types
from forecourt.insight.exporting.traces import traces
from forecourt.platform.actor import Actor

OCEL_JSON, OCEL_XML, OCEL_SQLITE, XES = "ocel-json", "ocel-xml", "ocel-sqlite", "xes"
FORMS = (OCEL_JSON, OCEL_XML, OCEL_SQLITE, XES)
EVERY = 50_000

Say = Callable[[str], object]


class NothingToExport(Exception):
    """No entry fits the choice: a file without events would look like an answer."""


@dataclass(slots=True)
class Exported:
    """What an export holds. `unknown` counts facts by name that nobody has decided about and that stayed in the house."""

    form: str
    events: int = 0
    objects: int = 0
    relations: int = 0
    object_relations: int = 0
    journeys: int = 0
    unknown: Counter[str] = field(default_factory=Counter)


@dataclass
class _Flow:
    """The log as the writers take it: objects from the shelf, events as the entries are read again."""

    event_types: Sequence[Type]
    object_types: Sequence[Type]
    objects: Iterable[Object]
    events: Iterable[Event]


def export(
    target: Path,
    form: str,
    choice: Choice,
    *,
    by: Actor,
    at: datetime,
    force: bool = False,
    say: Say = lambda _: None,
) -> Exported:
    """Write the chosen entries to `target` and record that it was done.

    Raises `FileExistsError` when the file is there and `force` is not given, `NothingToExport` when no entry fits; after any
    error no file is left.
    """
    done = Exported(form)
    with beside(target, force=force) as (made, folder):
        with picture():
            if form == XES:
                _write_traces(made, choice, done, say)
            else:
                _write_ocel(made, folder, form, choice, done, say)
        if not done.events:
            raise NothingToExport("No entry of the journal is of this playbook and these days.")
        export_journal(
            by=by, at=at, form=form, playbook=choice.playbook, since=_text(choice.since), until=_text(choice.until),
            steps=choice.steps, events=done.events, objects=done.objects,
        )  # fmt: skip
    return done


def _write_traces(made: Path, choice: Choice, done: Exported, say: Say) -> None:
    walk = _told(lines(choice, BY_JOURNEY, journeys_only=True), "written", say)
    with made.open("wb") as stream:
        write_xes(_counted_traces(_looked_at(walk, done), done), stream, name="Forecourt")


def _looked_at(walk: Iterable[Line], done: Exported) -> Iterator[Line]:
    """Count what stays in the house of lines as they go by."""
    for line in walk:
        done.unknown.update(stayed(line))
        yield line


def _counted_traces(walk: Iterable[Line], done: Exported) -> Iterator[XesTrace]:
    for trace in traces(walk):
        done.journeys += 1
        done.events += len(trace.events)
        yield trace


def _write_ocel(made: Path, folder: Path, form: str, choice: Choice, done: Exported, say: Say) -> None:
    with Shelf(folder / "objects") as shelf:
        event_types = _collect(shelf, choice, done, say)
        objects, done.object_relations = shelf.counts()
        done.objects, done.journeys = objects.total(), objects[mapping.JOURNEY]
        events = _counted(lines(choice), done, say)
        flow = _Flow(event_types.types(), shelf.types.types(), shelf.objects(), events)
        if form == OCEL_SQLITE:
            write_sqlite(flow, made)
            return
        with made.open("wb") as stream:
            (write_json if form == OCEL_JSON else write_xml)(flow, stream)


def _collect(shelf: Shelf, choice: Choice, done: Exported, say: Say) -> Types:
    """The first walk: types, objects, what they point to and how they change."""
    found = Types()
    for line in _looked_at(_told(lines(choice), "read", say), done):
        name = mapping.activity(line)
        found.seen(name)
        for attribute, value in mapping.attributes(line):
            found.see(name, attribute, value)
        refs = mapping.objects(line)
        for ref, _ in refs:
            shelf.add(ref)
        for source, target, qualifier in mapping.pairs(line, refs):
            shelf.relate(source, target, qualifier)
        for ref, attribute, value in mapping.values(line, refs):
            shelf.tell(ref, attribute, value, line.happened_at)
    shelf.flush()
    return found


def _counted(walk: Iterable[Line], done: Exported, say: Say) -> Iterator[Event]:
    for line in _told(walk, "written", say):
        event = mapping.event(line)
        done.events += 1
        done.relations += len(event.relations)
        yield event


def _told(walk: Iterable[Line], verb: str, say: Say) -> Iterator[Line]:
    """Say how far it is, now and then."""
    number = 0
    for number, line in enumerate(walk, 1):
        yield line
        if number % EVERY == 0:
            say(f"{number:,} entries {verb}")
    say(f"{number:,} entries {verb}.")


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""
