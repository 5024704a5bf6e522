"""What becomes known of objects while the journal is gone through, kept in a file of its own: millions of them need no memory.

A change of a value is kept with its time; a value that only repeats is not.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Self

from forecourt.exchange.logs.ocel.records import BOOLEAN
from forecourt.exchange.logs.ocel.records import FLOAT
from forecourt.exchange.logs.ocel.records import INTEGER
from forecourt.exchange.logs.ocel.records import STRING
from forecourt.exchange.logs.ocel.records import TIME
from forecourt.exchange.logs.ocel.records import Attribute
from forecourt.exchange.logs.ocel.records import Object
from forecourt.exchange.logs.ocel.records import Relation
from forecourt.exchange.logs.ocel.records import Timed
from forecourt.exchange.logs.ocel.records import Type
from forecourt.exchange.logs.ocel.records import Value
from forecourt.exchange.logs.ocel.times import micros
from forecourt.exchange.logs.ocel.times import moment
from forecourt.insight.exporting.events import Ref

BATCH = 20_000
REMEMBERED = 200_000
_SCHEMA = """
CREATE TABLE object (id TEXT PRIMARY KEY, type TEXT);
CREATE TABLE value (object TEXT, number INTEGER, name TEXT, kind TEXT, value, at INTEGER, PRIMARY KEY (object, number)) WITHOUT ROWID;
CREATE TABLE relation (source TEXT, target TEXT, qualifier TEXT, PRIMARY KEY (source, target, qualifier)) WITHOUT ROWID;
"""


class Types:
    """Types of events or objects with their attributes, as they turn up: what is sometimes text is text."""

    def __init__(self) -> None:
        self._types: dict[str, dict[str, str]] = {}

    def see(self, type_: str, name: str, value: Value) -> None:
        known = self._types.setdefault(type_, {})
        kind = kind_of(value)
        before = known.setdefault(name, kind)
        if before != kind:
            known[name] = FLOAT if {before, kind} == {INTEGER, FLOAT} else STRING

    def seen(self, type_: str) -> None:
        self._types.setdefault(type_, {})

    def types(self) -> list[Type]:
        """The types by name, attributes by name."""
        return [
            Type(name, tuple(Attribute(one, kind) for one, kind in sorted(attributes.items())))
            for name, attributes in sorted(self._types.items())
        ]


class Shelf:
    """Objects with their values over time and what they point to, in an SQLite file that nobody else sees."""

    def __init__(self, path: Path) -> None:
        self.types = Types()
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")
        self._number = 0
        self._seen: set[tuple[str, ...]] = set()
        self._last: dict[tuple[str, str], Value] = {}
        self._objects: list[tuple[str, str]] = []
        self._values: list[tuple[str, int, str, str, object, int]] = []
        self._relations: list[tuple[str, str, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def add(self, ref: Ref) -> None:
        if self._is_new((ref.id,)):
            self.types.seen(ref.type)
            self._objects.append((ref.id, ref.type))

    def relate(self, source: Ref, target: Ref, qualifier: str) -> None:
        if self._is_new((source.id, target.id, qualifier)):
            self.add(source)
            self.add(target)
            self._relations.append((source.id, target.id, qualifier))

    def tell(self, ref: Ref, name: str, value: Value, at: datetime) -> None:
        """The value of an attribute from `at` on. Must be called in the order of time."""
        if self._last.get((ref.id, name)) == value:
            return
        if len(self._last) >= REMEMBERED:
            self._last.clear()
        self._last[ref.id, name] = value
        self.types.see(ref.type, name, value)
        self._number += 1
        kept = micros(value) if isinstance(value, datetime) else value
        self._values.append((ref.id, self._number, name, kind_of(value), kept, micros(at)))
        if len(self._values) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write down what is held in memory; before the first reading too."""
        self._connection.executemany("INSERT OR IGNORE INTO object VALUES (?, ?)", self._objects)
        self._connection.executemany("INSERT INTO value VALUES (?, ?, ?, ?, ?, ?)", self._values)
        self._connection.executemany("INSERT OR IGNORE INTO relation VALUES (?, ?, ?)", self._relations)
        self._objects, self._values, self._relations = [], [], []

    def counts(self) -> tuple[Counter[str], int]:
        """How many objects there are by type, and how many relations between them."""
        types = self._connection.execute("SELECT type, count(*) FROM object GROUP BY type").fetchall()
        (relations,) = self._connection.execute("SELECT count(*) FROM relation").fetchone()
        return Counter(dict(types)), relations

    def objects(self) -> Iterator[Object]:
        """All objects, in the order in which they turned up."""
        rows = self._connection.execute("SELECT id, type FROM object ORDER BY rowid")
        for id_, type_ in rows:
            targets = self._connection.execute(
                "SELECT target, qualifier FROM relation WHERE source = ?", (id_,)
            )
            relations = tuple(Relation(target, qualifier) for target, qualifier in targets)
            yield Object(id_, type_, tuple(self._changes(id_)), relations)

    def _changes(self, id_: str) -> Iterator[Timed]:
        last: dict[str, object] = {}
        query = "SELECT name, kind, value, at FROM value WHERE object = ? ORDER BY number"
        for name, kind, value, at in self._connection.execute(query, (id_,)):
            if name not in last or last[name] != value:
                last[name] = value
                yield Timed(name, _value(kind, value), at)

    def _is_new(self, key: tuple[str, ...]) -> bool:
        if key in self._seen:
            return False
        if len(self._seen) >= REMEMBERED:
            self.flush()
            self._seen.clear()
        self._seen.add(key)
        if len(self._objects) + len(self._relations) >= BATCH:
            self.flush()
        return True


def kind_of(value: Value) -> str:
    """The type of a value by the standard's word."""
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, datetime):
        return TIME
    if isinstance(value, int):
        return INTEGER
    return FLOAT if isinstance(value, float) else STRING


def _value(kind: str, value: object) -> Value:
    if kind == BOOLEAN:
        return bool(value)
    if kind == TIME:
        assert isinstance(value, int)
        return moment(value)
    assert isinstance(value, str | int | float)
    return value
