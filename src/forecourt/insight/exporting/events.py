"""An entry as an event of OCEL 2.0, and what it tells of the objects that it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forecourt.exchange.logs.ocel.records import Event
from forecourt.exchange.logs.ocel.records import Relation
from forecourt.exchange.logs.ocel.records import Value
from forecourt.exchange.logs.ocel.times import micros
from forecourt.insight.exporting.facts import code
from forecourt.insight.exporting.facts import facts
from forecourt.insight.exporting.lines import Line
from forecourt.journeys.entries import ASSIGNED
from forecourt.journeys.entries import ENDED
from forecourt.journeys.entries import MIGRATED
from forecourt.journeys.entries import PUBLISHED
from forecourt.journeys.entries import STARTED
from forecourt.journeys.entries import STEP_DONE

JOURNEY, PERSON, STORE, STAFF, PLAYBOOK = "journey", "person", "store", "staff", "playbook"
ACCOUNT, CHAIN, ACTOR = "account", "chain", "actor"
_CAUSE = "cause"  # names another entry, not an object
_SYSTEM, _CUSTOMER = "system:", "person:"

# Between objects that one entry names together: source, target, what the target is to the source.
PAIRS = (
    (JOURNEY, STORE, "in"), (JOURNEY, PERSON, "of"), (JOURNEY, PLAYBOOK, "follows"),
    ("order", JOURNEY, "carried by"), ("order", "opportunity", "from"), ("order", "vehicle", "car"), ("order", PERSON, "of"),
    ("opportunity", JOURNEY, "carried by"), ("opportunity", PERSON, "of"), ("lead", "opportunity", "became"), ("lead", PERSON, "of"),
    ("test_drive", JOURNEY, "carried by"), ("quote", JOURNEY, "carried by"), ("payment", "order", "for"),
    ("appointment", "order", "for"), ("visit", "vehicle", "for"), ("visit", PERSON, "of"), ("repair_order", "vehicle", "for"),
    ("repair_order", JOURNEY, "carried by"), ("transaction", "order", "for"), ("survey", PERSON, "asks"), (STAFF, STORE, "works in"),
)  # fmt: skip
# What entries of a room tell of an object they are about: type -> (beginnings of kinds, names in their data).
TOLD = {
    "order": (("sales.",), ("state", "price", "trim", "model", "configuration")),
    "vehicle": (("supply.vehicle_", "delivery.handed_over"), ("trim", "model", "configuration")),
    "lead": (("demand.lead_received",), ("channel", "format", "brand", "model", "city")),
    "visit": (("care.visit_",), ("starts_at", "bay")),
    "appointment": (("delivery.appointment_",), ("starts_at", "bay", "specialist")),
    "test_drive": (("sales.test_drive_",), ("slot", "car", "model", "result")),
    "quote": (("sales.quoted",), ("price", "trim", "model", "configuration", "valid_until")),
    "payment": (("sales.payment_",), ("amount", "purpose")),
    "repair_order": (("care.repair_order_",), ("amount",)),
    "survey": (("voice.survey_",), ("instrument", "version", "score")),
    "statement": (("settlement.",), ("month", "total")),
    "transaction": (("settlement.",), ("plan", "version")),
    ACCOUNT: (("platform.",), ("data.role", "level", "user")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ref:
    """An object of the export. Its id carries its type, for codes of two types may be alike."""

    type: str
    name: str

    @property
    def id(self) -> str:
        return f"{self.type}:{self.name}"


def activity(line: Line) -> str:
    """A step that was done by its own name, everything else by its kind."""
    return line.step if line.kind == STEP_DONE and line.step else line.kind


def event(line: Line) -> Event:
    """The entry as an event; its id is the entry's."""
    relations = tuple(Relation(ref.id, qualifier) for ref, qualifier in objects(line))
    return Event(str(line.id), activity(line), micros(line.happened_at), tuple(attributes(line)), relations)


def attributes(line: Line) -> Iterator[tuple[str, Value]]:
    """What the event says of itself."""
    step = line.step if line.kind != STEP_DONE else ""
    own = {
        "kind": line.kind, "actor": line.actor, "role": line.role, "store": line.store, "brand": line.brand,
        "playbook": line.playbook, "version": line.version, "step": step,
    }  # fmt: skip
    yield from ((name, value) for name, value in own.items() if value)
    if line.recorded_at != line.happened_at:
        yield "recorded_at", line.recorded_at
    if line.withdrawn:
        yield "withdrawn", True
    yield from facts(line)
    if _CAUSE in line.about:
        yield _CAUSE, str(line.about[_CAUSE])


def objects(line: Line) -> list[tuple[Ref, str]]:
    """The objects that the entry is about, each with what it is to the event; never none."""
    found: dict[tuple[Ref, str], None] = {}
    for type_, name in (
        (JOURNEY, line.journey),
        (PERSON, line.person_id),
        (STORE, line.store),
        *_named(line.about),
    ):
        if name:
            found.setdefault((Ref(type_, str(name)), type_))
    if line.actor.startswith(_CUSTOMER):
        found.setdefault((Ref(PERSON, line.actor.removeprefix(_CUSTOMER)), ACTOR))
    elif not line.actor.startswith(_SYSTEM):
        found.setdefault((Ref(STAFF, line.actor), ACTOR))
    if line.playbook and line.kind in (PUBLISHED, STARTED, MIGRATED):
        found.setdefault((Ref(PLAYBOOK, line.playbook), PLAYBOOK))
    if not any(qualifier != ACTOR for _, qualifier in found):
        type_ = ACCOUNT if line.kind.startswith("platform.") else CHAIN
        found.setdefault((Ref(type_, str(line.stream)), type_))
    return list(found)


def _named(about: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for type_, value in about.items():
        if type_ != _CAUSE:
            yield from ((type_, one) for one in (value if isinstance(value, list) else [value]))


def pairs(line: Line, refs: list[tuple[Ref, str]]) -> Iterator[tuple[Ref, Ref, str]]:
    """Which of these objects belong to one another."""
    by_type: dict[str, list[Ref]] = {}
    for ref, qualifier in refs:
        if qualifier != ACTOR:
            by_type.setdefault(ref.type, []).append(ref)
    for source, target, qualifier in PAIRS:
        for one in by_type.get(source, ()):
            yield from ((one, other, qualifier) for other in by_type.get(target, ()))
    if line.kind == STARTED:
        subject = line.data.get("subject") or ()
        if len(subject) == 2 and all(subject):
            yield Ref(JOURNEY, str(line.journey)), Ref(str(subject[0]), str(subject[1])), "about"


def values(line: Line, refs: list[tuple[Ref, str]]) -> Iterator[tuple[Ref, str, Value]]:
    """What the entry tells of its objects from its time on."""
    for ref, qualifier in refs:
        if ref.type == STORE and qualifier == STORE:
            yield from _given(ref, {"operator": line.operator, "region": line.region})
        elif ref.type == STAFF and qualifier == ACTOR:
            yield from _given(ref, {"role": line.role})
        elif ref.type == JOURNEY:
            yield from _given(ref, _of_journey(line))
        elif ref.type == PLAYBOOK:
            yield from _given(ref, {"version": line.version if line.kind == PUBLISHED else ""})
        else:
            yield from _given(ref, _told(line, ref))


def _told(line: Line, ref: Ref) -> dict[str, Value | None]:
    kinds, names = TOLD.get(ref.type, ((), ()))
    if not line.kind.startswith(kinds):
        return {}
    told = dict(facts(line))
    return {name.removeprefix("data."): told.get(name if name in told else f"data.{name}") for name in names}


def _of_journey(line: Line) -> dict[str, Value | None]:
    """A journey knows its playbook and version from each of its own entries, its owner and outcome from some."""
    own = {"playbook": line.playbook, "version": line.version} if line.kind.startswith("journeys.") else {}
    if line.kind == MIGRATED:
        own["version"] = line.data.get("to") or ""
    if line.kind in (STARTED, ASSIGNED):
        own["owner"] = code(line.data.get("owner" if line.kind == STARTED else "to"))
    if line.kind == ENDED:
        own["outcome"] = code(line.data.get("outcome"))
    return own


def _given(ref: Ref, found: dict[str, Any]) -> Iterator[tuple[Ref, str, Value]]:
    yield from ((ref, name, value) for name, value in found.items() if value not in (None, ""))
