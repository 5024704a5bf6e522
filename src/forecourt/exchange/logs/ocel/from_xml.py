"""Reads OCEL 2.0 in XML: a stream of elements, each forgotten once it is taken apart.

Objects are pointed to by `<relationship>`, as the specification and its examples write it, or by `<object>`, as its published
schema wants it; both are read. Document types, entities and the network are off. Only this module of the room knows lxml.
"""

from collections.abc import Callable
from collections.abc import Iterator
from typing import Any
from typing import BinaryIO

from lxml import etree  # type: ignore[import-untyped,unused-ignore]

from forecourt.exchange.logs.ocel.building import EVENT
from forecourt.exchange.logs.ocel.building import OBJECT
from forecourt.exchange.logs.ocel.building import Builder
from forecourt.exchange.logs.ocel.findings import Findings
from forecourt.exchange.logs.ocel.records import STRING
from forecourt.exchange.logs.ocel.records import Limits
from forecourt.exchange.logs.ocel.records import Ocel
from forecourt.exchange.logs.ocel.records import Relation

OCEL_1 = (
    "This is OCEL 1.0 (`{what}`). Convert it to OCEL 2.0 first: 1.0 has no qualifiers and no dated values."
)
_OPTIONS = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False, "attribute_defaults": False,
    "huge_tree": False, "recover": False, "remove_comments": True, "remove_pis": True,
}  # fmt: skip
_SECTIONS = ("event-types", "object-types", "events", "objects")


def read_xml(stream: BinaryIO, findings: Findings, limits: Limits) -> Ocel:
    """Read a log from a stream of XML. Raises `Stopped` where nothing more can be read; the findings say why."""
    builder = Builder(findings, limits)
    reading = _Reading(builder, findings)
    try:
        for section, element in _parts(stream, findings, limits, reading.sections):
            reading.take(section, element)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        problem = str(error.msg or "nothing is there").split(", line ")[0]
        hint = "Was the file cut off on its way? Fetch or export it again."
        raise findings.at("LO004", f"The XML is broken here: {problem}.", line, column, hint) from error
    _need(reading.sections, findings)
    return builder.finish()


def _need(sections: set[str], findings: Findings) -> None:
    for name in ("events", "objects"):
        if name not in sections:
            findings.error("LO007", f"The XML has no <{name}>.", hint="OCEL 2.0 has object-types, event-types, objects and events.")  # fmt: skip


def _parts(
    stream: BinaryIO, findings: Findings, limits: Limits, sections: set[str]
) -> Iterator[tuple[str, Any]]:
    """Each child of a section, whole, with the section's name; what has been handed out is dropped from the tree."""
    path: list[str] = []
    held = 0
    for event, element in etree.iterparse(stream, events=("start", "end"), **_OPTIONS):
        if event == "start":
            _judge(path, element, findings)
            path.append(_name(element))
            held += 1
            if len(path) == 2:
                _note_section(path[1], sections, element.sourceline or 1, findings)
            if held > limits.part:
                message = f"One element holds more than {limits.part:,} others."
                raise findings.stop("LO005", message, where=element.sourceline or 1)
            continue
        path.pop()
        if len(path) == 2:
            yield path[1], element
        if len(path) <= 2:
            held = 0
            _forget(element)


def _note_section(name: str, sections: set[str], line: int, findings: Findings) -> None:
    sections.add(name)
    if name not in _SECTIONS:
        message = f"<{name[:60]}> is not of OCEL 2.0 and is left out."
        findings.warn("LO030", name, message, where=line)


def _judge(path: list[str], element: Any, findings: Findings) -> None:
    """Refuse, as early as can be seen, what is another format or has a document type."""
    name, line = _name(element), element.sourceline or 1
    if not path:
        if element.getroottree().docinfo.doctype:
            hint = "OCEL has no document type: take the <!DOCTYPE ...> out."
            raise findings.stop("LO006", "The XML has a document type; entities are never read.", where=line, hint=hint)  # fmt: skip
        if name != "log":
            raise findings.stop("LO002", f"The XML begins with <{name[:60]}>, OCEL with <log>.", where=line)
    elif len(path) == 1 and name == "trace":
        raise findings.stop("LO002", "This is XES, not OCEL (it has a <trace>).", where=line)
    elif len(path) == 1 and name == "global" and element.get("scope") in ("log", "object"):
        written = f'<global scope="{element.get("scope")}">'
        raise findings.stop("LO003", OCEL_1.format(what=written), where=line)
    elif len(path) == 3 and name in ("string", "date") and path[1] in ("events", "objects"):
        raise findings.stop("LO003", OCEL_1.format(what=f"<{name} key=...>"), where=line)


def _forget(element: Any) -> None:
    element.clear(keep_tail=False)
    while element.getprevious() is not None:
        del element.getparent()[0]


def _name(element: Any) -> str:
    """The name without its namespace; '' for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


class _Reading:
    """Takes the children of the four sections apart."""

    def __init__(self, builder: Builder, findings: Findings) -> None:
        self.sections: set[str] = set()
        self._builder = builder
        self._findings = findings
        self._takers: dict[str, Callable[[Any, int], None]] = {
            "event-types": lambda element, line: self._type(EVENT, element, line),
            "object-types": lambda element, line: self._type(OBJECT, element, line),
            "events": self._event,
            "objects": self._object,
        }

    def take(self, section: str, element: Any) -> None:
        taker = self._takers.get(section)
        if taker is not None:
            taker(element, element.sourceline or 1)

    def _type(self, kind: str, element: Any, line: int) -> None:
        name = self._needed(element, "name", line)
        attributes = [
            (attribute, one.get("type", STRING))
            for one in _inside(element, "attributes")
            if (attribute := self._needed(one, "name", line)) is not None
        ]
        if name is not None:
            self._builder.declare(kind, name, attributes, line)

    def _event(self, element: Any, line: int) -> None:
        id_, type_ = self._needed(element, "id", line), self._needed(element, "type", line)
        values = [(name, _text(one)) for name, one in self._attributes(element, line)]
        relations = self._relations(element, line)
        if id_ is not None and type_ is not None:
            self._builder.event(id_, type_, element.get("time"), values, relations, line)

    def _object(self, element: Any, line: int) -> None:
        id_, type_ = self._needed(element, "id", line), self._needed(element, "type", line)
        values = [(name, _text(one), one.get("time")) for name, one in self._attributes(element, line)]
        relations = self._relations(element, line)
        if id_ is not None and type_ is not None:
            self._builder.object(id_, type_, values, relations, line)

    def _attributes(self, element: Any, line: int) -> Iterator[tuple[str, Any]]:
        for one in _inside(element, "attributes"):
            name = self._needed(one, "name", line)
            if name is not None:
                yield name, one

    def _relations(self, element: Any, line: int) -> list[Relation]:
        found = []
        for one in _inside(element, "objects"):
            target = self._needed(one, "object-id", line)
            if target is not None:
                found.append(self._builder.relation(target, one.get("qualifier"), one.sourceline or line))
        return found

    def _needed(self, element: Any, key: str, line: int) -> str | None:
        value: str | None = element.get(key)
        if value is None:
            where = element.sourceline or line
            self._findings.error("LO008", f"<{_name(element)[:60]}> has no `{key}`.", where=where)
        return value


def _inside(element: Any, holder: str) -> Iterator[Any]:
    """The elements inside each child `holder`."""
    for child in element:
        if _name(child) == holder:
            yield from (one for one in child if isinstance(one.tag, str))


def _text(element: Any) -> str:
    return element.text or ""
