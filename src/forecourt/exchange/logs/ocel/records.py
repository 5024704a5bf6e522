"""An object-centric log as records: what OCEL 2.0 can say, and nothing else.

The three forms of the standard (JSON, XML, SQLite) differ only in how they write these records (A. Berti et al., OCEL (Object-Centric
Event Log) 2.0 Specification, 2024). A log as it is read lies in memory; a log to be written may be a flow whose events and
objects are made while they are written.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Protocol

Value = str | int | float | bool | datetime
STRING, TIME, INTEGER, FLOAT, BOOLEAN = "string", "time", "integer", "float", "boolean"
VALUE_TYPES = (STRING, TIME, INTEGER, FLOAT, BOOLEAN)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as a type declares it; `type` is one of `VALUE_TYPES`."""

    name: str
    type: str = STRING


@dataclass(frozen=True, slots=True)
class Type:
    """A type of events or of objects."""

    name: str
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """Points to an object; `qualifier` says what it is to the one that points."""

    object_id: str
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `at` in microseconds since 1970-01-01 UTC. An attribute has one value."""

    id: str
    type: str
    at: int
    attributes: tuple[tuple[str, Value], ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Timed:
    """A value that an attribute of an object has from `at` on (microseconds since 1970-01-01 UTC; 0: since ever)."""

    name: str
    value: Value
    at: int = 0


@dataclass(frozen=True, slots=True)
class Object:
    """One object, the values its attributes have had, and the objects it points to."""

    id: str
    type: str
    attributes: tuple[Timed, ...] = ()
    relations: tuple[Relation, ...] = ()


class Flow(Protocol):
    """What a writer needs. `objects`, then `events`, are gone through once, so both may be made on the way."""

    @property
    def event_types(self) -> Sequence[Type]: ...
    @property
    def object_types(self) -> Sequence[Type]: ...
    @property
    def objects(self) -> Iterable[Object]: ...
    @property
    def events(self) -> Iterable[Event]: ...


@dataclass(frozen=True)
class Ocel:
    """A whole log in memory, events and objects in the order of the file. `timeless` has the relations of events left out."""

    event_types: tuple[Type, ...] = ()
    object_types: tuple[Type, ...] = ()
    objects: list[Object] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    timeless: list[tuple[Relation, ...]] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader takes before it refuses: bytes of the file, and counts.

    The defaults admit every public log and stop a file made to fill the memory. `bytes_json` is smaller than `bytes`, for JSON
    is held as text while it is read. `part` is the number of elements that one event or object of an XML file may hold, `cell`
    the bytes of one value in a database.
    """

    bytes: int = 8 << 30
    bytes_json: int = 2 << 30
    events: int = 50_000_000
    objects: int = 50_000_000
    relations: int = 200_000_000
    types: int = 10_000
    attributes: int = 2_000
    part: int = 1_000_000
    cell: int = 1_000_000

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"The limit {name} of a reader is at least 1; it was {getattr(self, name)}.")
