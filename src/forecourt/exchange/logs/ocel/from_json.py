"""Reads OCEL 2.0 in JSON: one event or object at a time out of the text, so that every finding knows its line."""

import codecs
import re
from collections.abc import Generator
from collections.abc import Iterator
from json import JSONDecodeError
from json import JSONDecoder
from typing import Any

from forecourt.exchange.logs.ocel.building import EVENT
from forecourt.exchange.logs.ocel.building import OBJECT
from forecourt.exchange.logs.ocel.building import Builder
from forecourt.exchange.logs.ocel.building import Raw
from forecourt.exchange.logs.ocel.findings import Findings
from forecourt.exchange.logs.ocel.findings import Place
from forecourt.exchange.logs.ocel.findings import shown
from forecourt.exchange.logs.ocel.records import STRING
from forecourt.exchange.logs.ocel.records import Limits
from forecourt.exchange.logs.ocel.records import Ocel
from forecourt.exchange.logs.ocel.records import Relation
from forecourt.exchange.logs.ocel.values import storable

SECTIONS = ("eventTypes", "objectTypes", "events", "objects")
OCEL_1 = "This is OCEL 1.0 (its keys begin with `ocel:`). Convert it to OCEL 2.0 first: 1.0 has no qualifiers and no dated values."
_SPACE = re.compile(r"[ \t\n\r]*")
_HALF = re.compile("[\ud800-\udfff]")


def read_json(raw: bytes, findings: Findings, limits: Limits) -> Ocel:
    """Read a log from the bytes of a JSON file. Raises `Stopped` where nothing more can be read; the findings say why."""
    text = _decoded(raw, findings)
    del raw
    findings.place_of = lambda _kind, where: _place(text, where)
    builder = Builder(findings, limits)
    reading = _Reading(builder, findings)
    sections: set[str] = set()
    try:
        for section, item, where in _items(text, findings):
            sections.add(section)
            if item is not None:
                reading.take(section, item, where)
    except JSONDecodeError as error:
        line, column, _ = _place(text, error.pos)
        raise findings.at("LO004", f"The JSON is broken here: {error.msg}.", line, column, _WHOLE) from error
    except RecursionError as error:
        raise findings.at("LO004", "The JSON is nested too deeply.", 1, 1) from error
    _need(sections, findings)
    return builder.finish()


_WHOLE = "Was the file cut off on its way? Fetch or export it again."


def _decoded(raw: bytes, findings: Findings) -> str:
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"Byte {error.start:,} of the file is not {'UTF-16' if wide else 'UTF-8'}."
        raise findings.at("LO004", message, line, 1, "Save the file as UTF-8.") from error


def _place(text: str, where: int) -> Place:
    return text.count("\n", 0, where) + 1, where - text.rfind("\n", 0, where), ""


def _need(sections: set[str], findings: Findings) -> None:
    for name in ("events", "objects"):
        if name not in sections:
            findings.error("LO007", f"The JSON has no `{name}`.", hint=f"OCEL 2.0 has {', '.join(SECTIONS)}.")


def _items(text: str, findings: Findings) -> Iterator[tuple[str, Any, int]]:
    """Each element of each section with its offset; once for each section without an element, that it is there."""
    decoder = JSONDecoder(parse_int=_number, parse_constant=str)
    place = _expected(text, 0, "{", findings)
    closed = _skip(text, place)
    if text[closed : closed + 1] == "}":
        return
    while True:
        key, start, value = _member(text, place, decoder)
        if key.startswith("ocel:"):
            raise findings.stop("LO003", OCEL_1, where=start)
        if key in SECTIONS:
            yield key, None, value
            place = yield from _elements(text, value, key, decoder, findings)
        else:
            findings.warn("LO030", key, f"The key {shown(key)} is not of OCEL 2.0 and is left out.", where=start)  # fmt: skip
            place = decoder.raw_decode(text, value)[1]
        place = _skip(text, place)
        if text[place : place + 1] != ",":
            _close(text, place)
            return
        place += 1


def _member(text: str, place: int, decoder: JSONDecoder) -> tuple[str, int, int]:
    """A key, where it stands, and where its value begins."""
    start = _skip(text, place)
    if text[start : start + 1] != '"':
        raise JSONDecodeError("a key in quotation marks is expected", text, start)
    key, place = decoder.raw_decode(text, start)
    place = _skip(text, place)
    if text[place : place + 1] != ":":
        raise JSONDecodeError("a colon is expected", text, place)
    return key, start, _skip(text, place + 1)


def _elements(
    text: str, place: int, section: str, decoder: JSONDecoder, findings: Findings
) -> Generator[tuple[str, Any, int], None, int]:
    if text[place : place + 1] != "[":
        raise findings.stop("LO008", f"`{section}` is not a list.", where=place)
    place = _skip(text, place + 1)
    if text[place : place + 1] == "]":
        return place + 1
    while True:
        item, end = decoder.raw_decode(text, place)
        if not isinstance(item, dict):
            findings.error("LO008", f"`{section}` holds {shown(item)}; an object {{...}} belongs here.", where=place)  # fmt: skip
        else:
            yield section, item, place
        end = _skip(text, end)
        if text[end : end + 1] == "]":
            return end + 1
        if text[end : end + 1] != ",":
            raise JSONDecodeError("a comma or the end of the list is expected", text, end)
        place = _skip(text, end + 1)


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _expected(text: str, place: int, sign: str, findings: Findings) -> int:
    place = _skip(text, place)
    if text[place : place + 1] != sign:
        raise findings.stop("LO002", "The JSON does not begin with an object {...}.", where=place)
    return place + 1


def _close(text: str, place: int) -> None:
    if text[place : place + 1] != "}":
        raise JSONDecodeError("a comma or the end of the object is expected", text, place)
    rest = _skip(text, place + 1)
    if rest != len(text):
        raise JSONDecodeError("something follows the end of the log", text, rest)


def _number(digits: str) -> int | str:
    """An integer; one longer than any column holds stays text, for reading it would take long."""
    return int(digits) if len(digits) <= 20 else digits


class _Misshapen(Exception):
    """Something in an item is not what the standard says."""


class _Reading:
    """Takes elements of the four sections apart; a misshapen one is an error with its place, and the next is read."""

    def __init__(self, builder: Builder, findings: Findings) -> None:
        self._builder = builder
        self._findings = findings
        self._takers = {
            "eventTypes": self._event_type,
            "objectTypes": self._object_type,
            "events": self._event,
            "objects": self._object,
        }

    def take(self, section: str, item: dict[str, Any], where: int) -> None:
        try:
            self._takers[section](item, where)
        except _Misshapen as error:
            self._findings.error("LO008", f"In `{section}`: {error}", where=where)

    def _event_type(self, item: dict[str, Any], where: int) -> None:
        self._type(EVENT, item, where)

    def _object_type(self, item: dict[str, Any], where: int) -> None:
        self._type(OBJECT, item, where)

    def _type(self, kind: str, item: dict[str, Any], where: int) -> None:
        attributes = [
            (self._text(one, "name", where), self._text(one, "type", where, STRING))
            for one in _list(item, "attributes")
        ]
        self._builder.declare(kind, self._text(item, "name", where), attributes, where)

    def _event(self, item: dict[str, Any], where: int) -> None:
        values = [
            (self._text(one, "name", where), value)
            for one in _list(item, "attributes")
            if (value := self._value(one, where)) is not None
        ]
        id_ = self._text(item, "id", where)
        relations = self._relations(item, where)
        self._builder.event(id_, self._text(item, "type", where), _time(item), values, relations, where)

    def _object(self, item: dict[str, Any], where: int) -> None:
        values = [
            (self._text(one, "name", where), value, _time(one))
            for one in _list(item, "attributes")
            if (value := self._value(one, where)) is not None
        ]
        id_ = self._text(item, "id", where)
        relations = self._relations(item, where)
        self._builder.object(id_, self._text(item, "type", where), values, relations, where)

    def _relations(self, item: dict[str, Any], where: int) -> list[Relation]:
        return [
            self._builder.relation(
                self._text(one, "objectId", where), self._text(one, "qualifier", where, ""), where
            )
            if "qualifier" in one
            else self._builder.relation(self._text(one, "objectId", where), None, where)
            for one in _list(item, "relationships")
        ]

    def _value(self, item: dict[str, Any], where: int) -> Raw | None:
        value = item.get("value")
        if isinstance(value, str):
            return self._clean(value, where)
        if value is None or isinstance(value, int | float):
            return value
        raise _Misshapen(f"the value of {shown(item.get('name'))} is {shown(value)}; a text belongs there.")

    def _text(self, item: dict[str, Any], key: str, where: int, default: str | None = None) -> str:
        value = item.get(key, default)
        if isinstance(value, str):
            return self._clean(value, where)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)  # ids that a tool wrote as numbers
        said = "is missing" if value is None else f"is {shown(value)}, not a text"
        raise _Misshapen(f"`{key}` {said}: {shown(item)}")

    def _clean(self, text: str, where: int) -> str:
        if text.isascii() or not _HALF.search(text):
            return text
        message = f"{shown(text)} holds half of a character; it is replaced by U+FFFD."
        self._findings.warn("LO028", "", message, where=where)
        return storable(text)


def _list(item: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = item.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _Misshapen(f"`{key}` is not a list of objects {{...}}: {shown(found)}")
    return found


def _time(item: dict[str, Any]) -> str | None:
    value = item.get("time")
    return value if value is None or isinstance(value, str) else str(value)
