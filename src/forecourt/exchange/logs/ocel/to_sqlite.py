"""Writes OCEL 2.0 as an SQLite database, in batches."""

import sqlite3
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from forecourt.exchange.logs.ocel.records import BOOLEAN
from forecourt.exchange.logs.ocel.records import FLOAT
from forecourt.exchange.logs.ocel.records import INTEGER
from forecourt.exchange.logs.ocel.records import STRING
from forecourt.exchange.logs.ocel.records import TIME
from forecourt.exchange.logs.ocel.records import Event
from forecourt.exchange.logs.ocel.records import Flow
from forecourt.exchange.logs.ocel.records import Object
from forecourt.exchange.logs.ocel.records import Type
from forecourt.exchange.logs.ocel.records import Value
from forecourt.exchange.logs.ocel.times import iso
from forecourt.exchange.logs.ocel.times import micros

BATCH = 5_000
_TYPES = {STRING: "TEXT", TIME: "TIMESTAMP", INTEGER: "INTEGER", FLOAT: "REAL", BOOLEAN: "BOOLEAN"}
_OWN = {"ocel_id", "ocel_time", "ocel_changed_field"}
_SCHEMA = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (
    ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id), ocel_qualifier TEXT,
    PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier)
);
CREATE TABLE object_object (
    ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id), ocel_qualifier TEXT,
    PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier)
);
"""


def write_sqlite(log: Flow, path: Path) -> None:
    """Write a log into a new file.

    Raises `FileExistsError` if there is one, and `ValueError` for a log that the form cannot hold: two attributes of a type that
    differ in case only, an attribute with a name of the standard's own columns, an event or object of an undeclared type.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists; an SQLite log is written into a new file.")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
            connection.execute(f"PRAGMA {pragma}")  # the file counts only once it is whole
        connection.executescript(_SCHEMA)
        writing = _Writing(connection)
        connection.execute("BEGIN")
        writing.types("object", log.object_types, "ocel_id TEXT REFERENCES object (ocel_id)", changes=True)
        writing.types("event", log.event_types, "ocel_id TEXT PRIMARY KEY REFERENCES event (ocel_id)")
        for objects in _batches(log.objects):
            writing.objects(objects)
        for events in _batches(log.events):
            writing.events(events)
        connection.execute("COMMIT")


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    walk = iter(items)
    while batch := list(islice(walk, BATCH)):
        yield batch


class _Writing:
    """Holds the columns of each type's table, and writes batches into them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tables: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}

    def types(self, kind: str, types: Iterable[Type], id_column: str, *, changes: bool = False) -> None:
        taken: set[str] = set()
        for one in types:
            mapped = _table_name(one.name, taken)
            names = _column_names(kind, one)
            columns = [id_column, "ocel_time TIMESTAMP", *(["ocel_changed_field TEXT"] if changes else [])]
            columns += [f"{_quoted(item.name)} {_TYPES[item.type]}" for item in one.attributes]
            table = _quoted(f"{kind}_{mapped}")
            self._connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            self._connection.execute(f"INSERT INTO {kind}_map_type VALUES (?, ?)", (one.name, mapped))  # noqa: S608 - event or object
            self._tables[kind, one.name] = table, names

    def objects(self, batch: list[Object]) -> None:
        self._many("object", ((one.id, one.type) for one in batch), 2)
        self._many("object_object", _pairs(batch), 3)
        for type_, group in _by_type(batch).items():
            table, names = self._table("object", type_)
            rows = (row for one in group for row in _object_rows(one, names))
            self._many(table, rows, len(names) + 3)

    def events(self, batch: list[Event]) -> None:
        self._many("event", ((one.id, one.type) for one in batch), 2)
        self._many("event_object", _pairs(batch), 3)
        for type_, group in _by_type(batch).items():
            table, names = self._table("event", type_)
            self._many(table, (_event_row(one, names) for one in group), len(names) + 2)

    def _table(self, kind: str, type_: str) -> tuple[str, tuple[str, ...]]:
        found = self._tables.get((kind, type_))
        if found is None:
            raise ValueError(f"The {kind} type {type_!r} is not declared; add it to the log's {kind} types.")
        return found

    def _many(self, table: str, rows: Iterable[tuple[Any, ...]], width: int) -> None:
        # The same relationship twice says nothing more; the key of the two tables of relationships has room for one.
        verb = "INSERT OR IGNORE" if table.endswith("_object") else "INSERT"
        self._connection.executemany(f"{verb} INTO {table} VALUES ({', '.join('?' * width)})", rows)


def _pairs(batch: list[Any]) -> Iterator[tuple[str, str, str]]:
    for one in batch:
        for relation in one.relations:
            yield one.id, relation.object_id, relation.qualifier


def _by_type(batch: list[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for one in batch:
        groups.setdefault(one.type, []).append(one)
    return groups


def _event_row(one: Event, names: tuple[str, ...]) -> tuple[Any, ...]:
    values = dict(one.attributes)
    _known(values, names, f"Event {one.id!r}")
    return one.id, _stamp(one.at), *(_stored(values.get(name)) for name in names)


def _object_rows(one: Object, names: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """A row of what holds since ever, then one for each change, as the specification has it."""
    first: dict[str, Value] = {}
    later = []
    for item in one.attributes:
        if item.at == 0 and item.name not in first:
            first[item.name] = item.value
        else:
            later.append(item)
    _known((item.name for item in one.attributes), names, f"Object {one.id!r}")
    yield one.id, _stamp(0), None, *(_stored(first.get(name)) for name in names)
    for item in later:
        cells = (_stored(item.value) if name == item.name else None for name in names)
        yield one.id, _stamp(item.at), item.name, *cells


def _known(used: Iterable[str], names: tuple[str, ...], what: str) -> None:
    for name in used:
        if name not in names:
            raise ValueError(f"{what} has the attribute {name!r}, which its type does not declare.")


def _stored(value: Value | None) -> str | int | float | None:
    if isinstance(value, bool):
        return int(value)
    return _stamp(micros(value)) if isinstance(value, datetime) else value


def _stamp(at: int) -> str:
    """A time as SQLite's own functions read it, in UTC and saying so."""
    return iso(at)


def _column_names(kind: str, one: Type) -> tuple[str, ...]:
    names = tuple(item.name for item in one.attributes)
    folded = {name.lower() for name in names}
    if len(folded) != len(names) or folded & _OWN:
        raise ValueError(
            f"The {kind} type {one.name!r} has attributes that SQLite cannot tell apart, from one another or from the "
            f"standard's columns {', '.join(sorted(_OWN))}: {', '.join(names)}. Rename them, or write JSON or XML."
        )
    return names


def _table_name(type_: str, taken: set[str]) -> str:
    """The name of a type in the names of tables: its letters and digits, told apart by a number where needed."""
    plain = "".join(letter for letter in type_ if letter.isalnum() or letter == "_") or "type"
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain}_{number}"
    taken.add(name.lower())
    return name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
