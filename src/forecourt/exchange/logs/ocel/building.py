"""Puts a log together from what a reader finds, and judges it: the same rules for all three forms."""

from array import array
from collections.abc import Iterable
from collections.abc import Sequence
from sys import intern

from forecourt.base.diagnostics import near_misses
from forecourt.exchange.logs.ocel.findings import Findings
from forecourt.exchange.logs.ocel.findings import shown
from forecourt.exchange.logs.ocel.records import STRING
from forecourt.exchange.logs.ocel.records import Attribute
from forecourt.exchange.logs.ocel.records import Event
from forecourt.exchange.logs.ocel.records import Limits
from forecourt.exchange.logs.ocel.records import Object
from forecourt.exchange.logs.ocel.records import Ocel
from forecourt.exchange.logs.ocel.records import Relation
from forecourt.exchange.logs.ocel.records import Timed
from forecourt.exchange.logs.ocel.records import Type
from forecourt.exchange.logs.ocel.records import Value
from forecourt.exchange.logs.ocel.times import read_time
from forecourt.exchange.logs.ocel.values import SPELLINGS
from forecourt.exchange.logs.ocel.values import as_text
from forecourt.exchange.logs.ocel.values import typed

Raw = str | int | float | bool
EVENT, OBJECT = "event", "object"
_LARGE = "Cut the log into periods, or raise the limit where this reader is called."


class Builder:
    """Takes types, objects and events in any order; `finish` gives the log if nothing forbids it."""

    def __init__(self, findings: Findings, limits: Limits) -> None:
        self.findings = findings
        self.limits = limits
        self.events: list[Event] = []
        self.objects: list[Object] = []
        self._types: dict[str, dict[str, dict[str, str]]] = {EVENT: {}, OBJECT: {}}
        self._ids: dict[str, set[str]] = {EVENT: set(), OBJECT: set()}
        self._wheres: dict[str, array[int]] = {EVENT: array("q"), OBJECT: array("q")}
        self._relations = 0
        self._timeless: list[tuple[Relation, ...]] = []

    def declare(self, kind: str, name: str, attributes: Iterable[tuple[str, str]], where: int) -> None:
        """A type of `kind` with its attributes: (name, type as written)."""
        known = self._type(kind, name, where)
        for attribute, written in attributes:
            self._room("attributes", len(known), where)
            found = SPELLINGS.get(written.strip().lower())
            if found is None:
                message = (
                    f"Attribute {shown(attribute)} of {kind} type {shown(name)} has the unknown type {shown(written)}; "
                    "its values are kept as text."
                )
                self.findings.warn("LO026", (kind, name, attribute), message, where=where)
            known[intern(attribute)] = found or STRING

    def object(
        self,
        id_: str,
        type_: str,
        values: Iterable[tuple[str, Raw, str | None]],
        relations: Sequence[Relation],
        where: int,
    ) -> None:
        """An object: values as (attribute, value, time as written) and what it points to."""
        if not self._is_new(OBJECT, id_, where):
            return
        self._room("objects", len(self.objects), where)
        self._count(relations, where)
        known = self._used_type(OBJECT, type_, where)
        timed = tuple(
            Timed(intern(name), self._value(OBJECT, type_, known, name, raw, where), self._since(id_, time, where))
            for name, raw, time in values
        )  # fmt: skip
        self.objects.append(Object(id_, intern(type_), timed, tuple(relations)))
        self._wheres[OBJECT].append(where)

    def event(
        self,
        id_: str,
        type_: str,
        time: str | None,
        values: Iterable[tuple[str, Raw]],
        relations: Sequence[Relation],
        where: int,
    ) -> None:
        """An event: its time as written, values as (attribute, value) and the objects it is about."""
        if not self._is_new(EVENT, id_, where):
            return
        self._room("events", len(self.events), where)
        self._count(relations, where)
        known = self._used_type(EVENT, type_, where)
        attributes = self._attributes(id_, type_, known, values, where)
        at = self._moment(id_, time, where)
        if at is not None:
            self.events.append(Event(id_, intern(type_), at, attributes, tuple(relations)))
            self._wheres[EVENT].append(where)
        else:
            self._timeless.append(tuple(relations))

    def relation(self, object_id: str, qualifier: str | None, where: int) -> Relation:
        """A pointer to an object, as an event or object holds it."""
        if qualifier is None:
            self.findings.warn(
                "LO024",
                "",
                f"The relationship to {shown(object_id)} has no qualifier; it is left empty.",
                where=where,
            )
        return Relation(object_id, intern(qualifier or ""))

    def finish(self) -> Ocel:
        """Judge what can only be judged at the end; return the log, which counts only if the findings hold no error."""
        if self._timeless and not self.events:
            hint = "Export the log again with times: without them nothing can be measured."
            self.findings.error("LO009", f"None of the {len(self._timeless):,} events has a time.", hint=hint)
        self._judge_relations(EVENT, "LO013", self.events)
        self._judge_relations(OBJECT, "LO014", self.objects)
        return Ocel(self._made(EVENT), self._made(OBJECT), self.objects, self.events, self._timeless)

    def _attributes(
        self, id_: str, type_: str, known: dict[str, str], values: Iterable[tuple[str, Raw]], where: int
    ) -> tuple[tuple[str, Value], ...]:
        found: dict[str, Value] = {}
        for name, raw in values:
            if name in found:
                message = f"Event {shown(id_)} has the attribute {shown(name)} more than once; the last value is kept."
                self.findings.warn("LO025", (type_, name), message, kind=EVENT, where=where)
            found[intern(name)] = self._value(EVENT, type_, known, name, raw, where)
        return tuple(found.items())

    def _value(self, kind: str, type_: str, known: dict[str, str], name: str, raw: Raw, where: int) -> Value:
        declared = known.get(name)
        if declared is None:
            self._room("attributes", len(known), where)
            message = f"The {kind} type {shown(type_)} does not declare the attribute {shown(name)}; its values are kept as text."
            self.findings.warn("LO022", (kind, type_, name), message, kind=kind, where=where)
            declared = known[intern(name)] = STRING
        value = typed(raw, declared)
        if value is None:
            message = f"{shown(raw)} in the attribute {shown(name)} of {kind} type {shown(type_)} is no {declared}; it is kept as text."
            self.findings.warn("LO023", (kind, type_, name), message, kind=kind, where=where)
            return as_text(raw)
        return value

    def _moment(self, id_: str, time: str | None, where: int) -> int | None:
        found = read_time(time) if time is not None else None
        if found is None:
            what = "has no time" if not time else f"has the time {shown(time)}, which is none"
            hint = "A time is written as 2026-11-02T09:30:00+08:00."
            self.findings.warn(
                "LO010", "", f"Event {shown(id_)} {what}; it is left out.", kind=EVENT, where=where, hint=hint
            )
            return None
        self._note_zone(found[1], time, EVENT, where)
        return found[0]

    def _since(self, id_: str, time: str | None, where: int) -> int:
        found = read_time(time) if time is not None else None
        if found is None:
            if time != "0":  # some tools write 0 for "since ever"
                what = "no time" if not time else f"the time {shown(time)}, which is none"
                message = f"A value of object {shown(id_)} has {what}; it is taken to hold since 1970-01-01."
                self.findings.warn("LO027", "", message, kind=OBJECT, where=where)
            return 0
        self._note_zone(found[1], time, OBJECT, where)
        return found[0]

    def _note_zone(self, zoned: bool, time: str | None, kind: str, where: int) -> None:
        if not zoned:
            message = f"The time {shown(time)} has no zone; times without a zone are taken as UTC."
            self.findings.warn("LO020", "", message, kind=kind, where=where)

    def _type(self, kind: str, name: str, where: int) -> dict[str, str]:
        types = self._types[kind]
        if name not in types:
            self._room("types", len(types), where)
            types[intern(name)] = {}
        return types[name]

    def _used_type(self, kind: str, name: str, where: int) -> dict[str, str]:
        found = self._types[kind].get(name)
        if found is None:
            message = f"The {kind} type {shown(name)} is used but not declared."
            self.findings.warn("LO021", (kind, name), message, kind=kind, where=where)
            found = self._type(kind, name, where)
        return found

    def _is_new(self, kind: str, id_: str, where: int) -> bool:
        ids = self._ids[kind]
        if id_ in ids:
            code = "LO011" if kind == EVENT else "LO012"
            self.findings.error(
                code,
                f"Two {kind}s have the id {shown(id_)}.",
                kind=kind,
                where=where,
                hint=f"The id of an {kind} is unique in a log: give each its own.",
            )
            return False
        ids.add(id_)
        return True

    def _judge_relations(self, kind: str, code: str, rows: Sequence[Event | Object]) -> None:
        known = self._ids[OBJECT]
        for row, where in zip(rows, self._wheres[kind], strict=True):
            for relation in row.relations:
                if relation.object_id not in known:
                    self._unknown_object(kind, code, row.id, relation, where)

    def _unknown_object(self, kind: str, code: str, id_: str, relation: Relation, where: int) -> None:
        message = (
            f"{kind.capitalize()} {shown(id_)} points to the object {shown(relation.object_id)}"
            f" ({shown(relation.qualifier)}), which the log does not have."
        )
        hint = "Add the object to the log, or take the relationship out."
        few = self._ids[OBJECT] if len(self._ids[OBJECT]) <= 1000 and not self.findings.failed else ()
        near = near_misses(relation.object_id[:80], few)
        self.findings.error(code, message, kind=kind, where=where, hint=hint, near=near)

    def _count(self, relations: Sequence[Relation], where: int) -> None:
        self._relations += len(relations)
        self._room("relations", self._relations - 1, where)

    def _room(self, name: str, count: int, where: int) -> None:
        most = getattr(self.limits, name)
        if count >= most:
            raise self.findings.stop(
                "LO005", f"The log has more than {most:,} {name}.", where=where, hint=_LARGE
            )

    def _made(self, kind: str) -> tuple[Type, ...]:
        return tuple(
            Type(name, tuple(Attribute(one, type_) for one, type_ in attributes.items()))
            for name, attributes in self._types[kind].items()
        )
