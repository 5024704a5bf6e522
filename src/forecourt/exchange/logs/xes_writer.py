"""Writes XES (IEEE 1849): one trace a journey, trace by trace, nothing kept.

Extensions concept, time, organizational and lifecycle; times are ISO 8601 with their offset; what every event has is declared
global, as the standard wants it.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from xml.sax.saxutils import quoteattr

from forecourt.exchange.logs.ocel.records import Value
from forecourt.exchange.logs.ocel.times import iso
from forecourt.exchange.logs.ocel.times import micros
from forecourt.exchange.logs.ocel.values import as_text
from forecourt.exchange.logs.ocel.values import storable

COMPLETE = "complete"
Attributes = tuple[tuple[str, Value], ...]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
<string key="lifecycle:transition" value="complete"/>
</global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Activity and stage" keys="concept:name lifecycle:transition"/>
"""


@dataclass(frozen=True, slots=True)
class XesEvent:
    """One event; `at` in microseconds since 1970-01-01 UTC. `transition` is a stage of the standard life cycle."""

    activity: str
    at: int
    resource: str = ""
    role: str = ""
    group: str = ""
    transition: str = COMPLETE
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class XesTrace:
    """One journey, its events in the order in which they happened."""

    name: str
    events: tuple[XesEvent, ...] = ()
    attributes: Attributes = ()


def write_xes(traces: Iterable[XesTrace], stream: BinaryIO, *, name: str = "") -> None:
    """Write a log as UTF-8, `name` as its own name. An attribute that XES keeps for itself is the caller's to avoid."""
    stream.write(_HEAD.encode())
    stream.write(b'<string key="lifecycle:model" value="standard"/>\n')
    if name:
        stream.write(_attribute("concept:name", name).encode() + b"\n")
    for trace in traces:
        stream.write("".join(_trace(trace)).encode())
    stream.write(b"</log>\n")


def _trace(trace: XesTrace) -> Iterator[str]:
    yield "<trace>\n" + _attribute("concept:name", trace.name)
    yield from (_attribute(key, value) for key, value in trace.attributes)
    yield "\n"
    yield from map(_event, trace.events)
    yield "</trace>\n"


def _event(event: XesEvent) -> str:
    own = (
        ("concept:name", event.activity), ("lifecycle:transition", event.transition),
        ("org:resource", event.resource), ("org:role", event.role), ("org:group", event.group),
    )  # fmt: skip
    texts = "".join(_attribute(key, value) for key, value in own if value)
    others = "".join(_attribute(key, value) for key, value in event.attributes)
    return f'<event>{texts}<date key="time:timestamp" value="{_iso(event.at)}"/>{others}</event>\n'


def _attribute(key: str, value: Value) -> str:
    if isinstance(value, datetime):
        return f'<date key={_quoted(key)} value="{_iso(micros(value))}"/>'
    return f"<{_element(value)} key={_quoted(key)} value={_quoted(as_text(value))}/>"


def _element(value: Value) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int"
    return "float" if isinstance(value, float) else "string"


def _iso(at: int) -> str:
    text = iso(at)[:-1]
    return f"{text if '.' in text else text + '.000'}+00:00"


def _quoted(text: str) -> str:
    return quoteattr(storable(text))
