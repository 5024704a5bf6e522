"""Writes OCEL 2.0 as JSON, valid against the standard's schema: one event or object a line, nothing kept."""

import json
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any
from typing import BinaryIO

from forecourt.exchange.logs.ocel.records import Event
from forecourt.exchange.logs.ocel.records import Flow
from forecourt.exchange.logs.ocel.records import Object
from forecourt.exchange.logs.ocel.records import Relation
from forecourt.exchange.logs.ocel.records import Type
from forecourt.exchange.logs.ocel.times import iso
from forecourt.exchange.logs.ocel.values import as_text
from forecourt.exchange.logs.ocel.values import storable

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def write_json(log: Flow, stream: BinaryIO) -> None:
    """Write a log as UTF-8. Values are written as text, for the schema knows no other; qualifiers and times always."""
    for piece in _pieces(log):
        stream.write(piece.encode("utf-8"))


def _pieces(log: Flow) -> Iterator[str]:
    sections: tuple[tuple[str, Iterable[dict[str, Any]]], ...] = (
        ("objectTypes", map(_type, log.object_types)),
        ("eventTypes", map(_type, log.event_types)),
        ("objects", map(_object, log.objects)),
        ("events", map(_event, log.events)),
    )
    for number, (name, items) in enumerate(sections):
        yield f'{"," if number else "{"}\n"{name}":['
        separator = "\n"
        for item in items:
            yield separator + _ENCODER.encode(item)
            separator = ",\n"
        yield "\n]"
    yield "\n}\n"


def _type(one: Type) -> dict[str, Any]:
    attributes = [{"name": storable(item.name), "type": item.type} for item in one.attributes]
    return {"name": storable(one.name), "attributes": attributes}


def _object(one: Object) -> dict[str, Any]:
    return {
        "id": storable(one.id),
        "type": storable(one.type),
        "attributes": [
            {"name": storable(item.name), "value": storable(as_text(item.value)), "time": iso(item.at)}
            for item in one.attributes
        ],
        "relationships": _relations(one.relations),
    }


def _event(one: Event) -> dict[str, Any]:
    return {
        "id": storable(one.id),
        "type": storable(one.type),
        "time": iso(one.at),
        "attributes": [
            {"name": storable(name), "value": storable(as_text(value))} for name, value in one.attributes
        ],
        "relationships": _relations(one.relations),
    }


def _relations(relations: Iterable[Relation]) -> list[dict[str, str]]:
    return [{"objectId": storable(one.object_id), "qualifier": storable(one.qualifier)} for one in relations]
