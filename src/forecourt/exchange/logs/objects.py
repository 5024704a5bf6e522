"""OCEL 2.0 as a log of journeys: the objects of one type are the cases. The files are read by the room `ocel`."""

from collections.abc import Iterable
from pathlib import Path

from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.codes import report
from forecourt.exchange.logs.columns import SURE
from forecourt.exchange.logs.columns import known
from forecourt.exchange.logs.columns import unknown_column
from forecourt.exchange.logs.mapping import MEANINGS
from forecourt.exchange.logs.mapping import NEEDED
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.ocel import Ocel
from forecourt.exchange.logs.ocel import flat_columns
from forecourt.exchange.logs.ocel import read
from forecourt.exchange.logs.opening import OCEL
from forecourt.exchange.logs.raw import EVENT
from forecourt.exchange.logs.raw import Raw

_OF_EVENTS = tuple(meaning for meaning in MEANINGS if meaning not in NEEDED)


def look_ocel(path: Path) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    """Return the attributes of events with some values, and how many events each object type has, most first."""
    ocel = read(path).ocel
    found: dict[str, list[str]] = {}
    for event in ocel.events:
        for name, value in event.attributes:
            values = found.setdefault(name, [])
            if len(values) < 50:
                values.append(str(value)[:200])
    return {name: tuple(values) for name, values in found.items()}, events_of_types(ocel)


def events_of_types(ocel: Ocel) -> dict[str, int]:
    """Return how many events are related to an object of each type, most first."""
    type_of = {one.id: one.type for one in ocel.objects}
    counts = dict.fromkeys((one.name for one in ocel.object_types), 0)
    for event in ocel.events:
        for name in {
            type_of[relation.object_id] for relation in event.relations if relation.object_id in type_of
        }:
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def read_objects(path: Path, mapping: Mapping) -> Raw:
    """Read a log as the journeys of one object type: the mapping's, or the only one that has events."""
    reading = read(path)
    chosen = _object_type(path, reading.ocel, mapping)
    columns = _columns(reading.ocel, mapping)
    case, activity, at, others = flat_columns(reading.ocel, chosen, columns)
    given = {"case": case, "activity": activity, **others}
    read_as = {"case": f"objects of type {chosen}", "activity": "event type", "time": "event time", **columns}
    raw = Raw(str(path), OCEL, given, at, None, EVENT, read_as=read_as)
    raw.findings.extend(reading.findings)
    cases = {one.id for one in reading.ocel.objects if one.type == chosen}
    raw.left_out = sum(
        len(cases.intersection(one.object_id for one in relations)) for relations in reading.ocel.timeless
    )
    return raw


def _object_type(path: Path, ocel: Ocel, mapping: Mapping) -> str:
    types = events_of_types(ocel)
    with_events = [name for name, events in types.items() if events]
    if mapping.object_type in with_events:
        return mapping.object_type
    if not mapping.object_type and len(with_events) == 1:
        return with_events[0]
    listed = ", ".join(f"{name} ({events:,} events)" for name, events in list(types.items())[:20]) or "none"
    hint = f"Name one in the mapping, as in object_type: {next(iter(types), 'order')}. The log has {listed}."
    if not mapping.object_type:
        message = (
            "an object-centric log has many kinds of journeys; the mapping must say which objects are meant"
        )
        raise LogRefused([report("LG019", str(path), message, hint)])
    spot, name = mapping.spot("object_type"), mapping.object_type
    lack = "has no event about" if name in types else "has no objects of"
    message = f"the log {lack} the type {name!r}"
    raise LogRefused(
        [
            report(
                "LG019", spot.file, message, hint, line=spot.line, column=spot.column, word=name, known=types
            )
        ]
    )


def _columns(ocel: Ocel, mapping: Mapping) -> dict[str, str]:
    """Which attribute of events gives outcome, store, actor, role and the others."""
    there = dict.fromkeys(name for event in ocel.events for name, _ in event.attributes)
    wrong = [
        unknown_column(meaning, mapping, there)
        for meaning, name in mapping.columns.items()
        if meaning not in NEEDED and name not in there
    ]
    if wrong:
        raise LogRefused(wrong)
    return {meaning: name for meaning in _OF_EVENTS if (name := _named(meaning, there, mapping))}


def _named(meaning: str, there: Iterable[str], mapping: Mapping) -> str | None:
    return mapping.columns.get(meaning) or known(meaning, there, SURE)
