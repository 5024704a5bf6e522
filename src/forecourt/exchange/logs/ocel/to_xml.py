"""Writes OCEL 2.0 as XML, element by element.

Objects are pointed to by `<relationship>`, as the specification and its examples write it and as every reader reads it; the
published schema, which rejects the specification's own example, wants `<object>` there.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape
from xml.sax.saxutils import quoteattr

from forecourt.exchange.logs.ocel.records import Event
from forecourt.exchange.logs.ocel.records import Flow
from forecourt.exchange.logs.ocel.records import Object
from forecourt.exchange.logs.ocel.records import Relation
from forecourt.exchange.logs.ocel.records import Type
from forecourt.exchange.logs.ocel.records import Value
from forecourt.exchange.logs.ocel.times import iso
from forecourt.exchange.logs.ocel.values import as_text
from forecourt.exchange.logs.ocel.values import storable


def write_xml(log: Flow, stream: BinaryIO) -> None:
    """Write a log as UTF-8: types, then objects, then events, for readers look for them in this order."""
    for piece in _pieces(log):
        stream.write(piece.encode("utf-8"))


def _pieces(log: Flow) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<log>\n<object-types>\n'
    yield from (_type("object-type", one) for one in log.object_types)
    yield "</object-types>\n<event-types>\n"
    yield from (_type("event-type", one) for one in log.event_types)
    yield "</event-types>\n<objects>\n"
    yield from map(_object, log.objects)
    yield "</objects>\n<events>\n"
    yield from map(_event, log.events)
    yield "</events>\n</log>\n"


def _type(element: str, one: Type) -> str:
    attributes = "".join(
        f"<attribute name={_quoted(item.name)} type={_quoted(item.type)}/>" for item in one.attributes
    )
    return f"<{element} name={_quoted(one.name)}><attributes>{attributes}</attributes></{element}>\n"


def _object(one: Object) -> str:
    attributes = "".join(
        f'<attribute name={_quoted(item.name)} time="{iso(item.at)}">{_text(item.value)}</attribute>'
        for item in one.attributes
    )
    return (
        f"<object id={_quoted(one.id)} type={_quoted(one.type)}><attributes>{attributes}</attributes>"
        f"{_relations(one.relations)}</object>\n"
    )


def _event(one: Event) -> str:
    attributes = "".join(
        f"<attribute name={_quoted(name)}>{_text(value)}</attribute>" for name, value in one.attributes
    )
    return (
        f'<event id={_quoted(one.id)} type={_quoted(one.type)} time="{iso(one.at)}">'
        f"<attributes>{attributes}</attributes>{_relations(one.relations)}</event>\n"
    )


def _relations(relations: Iterable[Relation]) -> str:
    inside = "".join(
        f"<relationship object-id={_quoted(one.object_id)} qualifier={_quoted(one.qualifier)}/>"
        for one in relations
    )
    return f"<objects>{inside}</objects>"


def _quoted(text: str) -> str:
    return quoteattr(storable(text))


def _text(value: Value) -> str:
    return escape(storable(as_text(value)), {"\r": "&#13;"})
