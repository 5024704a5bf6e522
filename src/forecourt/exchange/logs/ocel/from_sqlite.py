"""Reads OCEL 2.0 from an SQLite file of unknown origin.

The file is opened read-only and immutable. Only plain tables are read, by statements of ours: an authorizer refuses everything
else that the schema of a hostile file could bring into them (views, triggers, virtual tables, functions). No value may be longer
than a limit, and no table may hold more than the file has room for: pages that point to one another could go on for ever.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from forecourt.exchange.logs.ocel.building import EVENT
from forecourt.exchange.logs.ocel.building import OBJECT
from forecourt.exchange.logs.ocel.building import Builder
from forecourt.exchange.logs.ocel.building import Raw
from forecourt.exchange.logs.ocel.findings import Findings
from forecourt.exchange.logs.ocel.findings import Place
from forecourt.exchange.logs.ocel.findings import shown
from forecourt.exchange.logs.ocel.records import BOOLEAN
from forecourt.exchange.logs.ocel.records import FLOAT
from forecourt.exchange.logs.ocel.records import INTEGER
from forecourt.exchange.logs.ocel.records import STRING
from forecourt.exchange.logs.ocel.records import TIME
from forecourt.exchange.logs.ocel.records import Limits
from forecourt.exchange.logs.ocel.records import Ocel
from forecourt.exchange.logs.ocel.records import Relation

ID, OCEL_TYPE, AT, CHANGED = "ocel_id", "ocel_type", "ocel_time", "ocel_changed_field"
_PANDAS = "This is OCEL 1.0 as pandas tables ({what}). Convert it to OCEL 2.0 first: 1.0 has no qualifiers and no dated values."
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
# Declared types of columns by what SQLite and other tools write; the first that is found in it counts.
_DECLARED = (
    (re.compile("BOOL"), BOOLEAN), (re.compile("INT"), INTEGER), (re.compile("TIME|DATE"), TIME),
    (re.compile("REAL|FLOA|DOUB|NUM|DEC"), FLOAT),
)  # fmt: skip


def read_sqlite(path: Path, findings: Findings, limits: Limits) -> Ocel:
    """Read a log from a database. Raises `Stopped` where nothing more can be read; the findings say why."""
    findings.place_of = _place
    _refuse_pending(path, findings)
    try:
        with closing(_opened(path, limits)) as connection:
            tables = _Tables(connection, findings, path.stat().st_size)
            return _Reading(tables, Builder(findings, limits), findings).read()
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:  # the last is from SQLite's sentence
        hint = "Was the file cut off on its way? Fetch or export it again."
        raise findings.at("LO004", f"SQLite cannot read the database: {error}.", 1, 1, hint) from error


def _refuse_pending(path: Path, findings: Findings) -> None:
    """Refuse a database with changes beside it: opened immutable, it would be read without them."""
    beside = path.resolve().with_name(path.resolve().name + "-wal")
    if beside.exists() and beside.stat().st_size:
        message = f"The newest changes of the database are not in it yet: they stand in {shown(beside.name)} beside it."
        hint = (
            "Close the program that writes it, or run PRAGMA wal_checkpoint(TRUNCATE) on it, and try again."
        )
        raise findings.at("LO004", message, 1, 1, hint)


def _place(kind: str, where: int) -> Place:
    return 1, 1, f"{kind.capitalize()} table, row {where:,}: " if kind else ""


def _opened(path: Path, limits: Limits) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.cell)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA cache_size = -16384")
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.set_authorizer(_authorize)
    return connection


def _authorize(what: int, first: str | None, *_: str | None) -> int:
    allowed = what in _ALLOWED or (what == sqlite3.SQLITE_PRAGMA and first == "table_info")
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


class _Tables:
    """The plain tables of the file and their columns."""

    def __init__(self, connection: sqlite3.Connection, findings: Findings, size: int) -> None:
        self._connection = connection
        self._findings = findings
        self._most = 2 * size + 100_000
        rows = connection.execute("SELECT name, type, rootpage, sql FROM sqlite_master").fetchmany(100_000)
        self._names: dict[str, str] = {}
        for name, type_, root, sql in rows:
            plain = type_ == "table" and isinstance(root, int) and root > 0 and isinstance(sql, str)
            if plain and isinstance(name, str) and re.match(r"\s*CREATE\s+TABLE\b", sql, re.IGNORECASE):
                self._names[name.lower()] = name

    def has(self, name: str) -> bool:
        return name.lower() in self._names

    def columns(self, name: str) -> dict[str, str]:
        """The columns of a table with their declared types, in upper case; refuses a file without it."""
        if not self.has(name):
            hint = "OCEL 2.0 has the tables event, object, event_object, object_object, event_map_type, object_map_type."
            raise self._findings.stop("LO007", f"The database has no table {shown(name)}.", hint=hint)
        rows = self._connection.execute(f"PRAGMA table_info({_quoted(self._names[name.lower()])})")
        return {row[1]: str(row[2]).upper() for row in rows}

    def rows(self, name: str, needed: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        """The rows of a table, the columns `needed`; refuses a table without them."""
        missing = sorted(set(needed) - set(self.columns(name)))
        if missing:
            raise self._findings.stop("LO007", f"The table {shown(name)} has no column {shown(missing[0])}.")
        columns = ", ".join(_quoted(column) for column in needed)
        left = self._most
        statement = f"SELECT {columns} FROM {_quoted(self._names[name.lower()])}"  # noqa: S608 - names that are quoted
        for row in self._connection.execute(statement):
            left -= 2 + sum(len(value) for value in row if isinstance(value, str | bytes))
            if left < 0:
                raise self._findings.stop("LO004", f"The table {shown(name)} holds more than the file has room for.")  # fmt: skip
            yield row


class _Reading:
    """Goes through the tables: types, then objects, then events, each in the order of `object` and `event`."""

    def __init__(self, tables: _Tables, builder: Builder, findings: Findings) -> None:
        self._tables = tables
        self._builder = builder
        self._findings = findings

    def read(self) -> Ocel:
        self._judge()
        for kind, take in ((OBJECT, self._objects), (EVENT, self._events)):
            maps = dict(self._texts(f"{kind}_map_type", ("ocel_type", "ocel_type_map"), kind))
            take(self._ids(kind), maps)
        return self._builder.finish()

    def _judge(self) -> None:
        """Name what is not OCEL 2.0 by what stands instead."""
        for table in ("events", "relations"):
            if self._tables.has(table) and not self._tables.has("event"):
                raise self._findings.stop("LO003", _PANDAS.format(what=f"a table `{table.upper()}`"))

    def _texts(self, table: str, columns: tuple[str, ...], kind: str) -> Iterator[Any]:
        """Rows of a table whose columns are all ids or names: numbers become text, nothing may be missing."""
        for number, row in enumerate(self._tables.rows(table, columns), 1):
            if any(value is None or isinstance(value, bytes) for value in row):
                self._findings.error("LO008", f"The table {table} has {shown(row)}; texts belong there.", kind=kind, where=number)  # fmt: skip
            else:
                yield tuple(value if isinstance(value, str) else _plain(value) for value in row)

    def _ids(self, kind: str) -> dict[str, tuple[str, int]]:
        """The type and the row of each event or object."""
        found: dict[str, tuple[str, int]] = {}
        for number, (id_, type_) in enumerate(self._texts(kind, (ID, OCEL_TYPE), kind), 1):
            if id_ in found:
                code = "LO011" if kind == EVENT else "LO012"
                self._findings.error(code, f"Two {kind}s have the id {shown(id_)}.", kind=kind, where=number)
            found[id_] = type_, number
        return found

    def _relations(self, table: str, source: str, target: str, kind: str) -> dict[str, list[Relation]]:
        found: dict[str, list[Relation]] = {}
        columns = (source, target, "ocel_qualifier")
        for number, (one, other, qualifier) in enumerate(self._tables.rows(table, columns), 1):
            if not isinstance(one, str | int) or not isinstance(other, str | int):
                self._findings.error("LO008", f"The table {table} has {shown((one, other))}; ids belong there.", kind=kind, where=number)  # fmt: skip
                continue
            words = qualifier if isinstance(qualifier, str) or qualifier is None else _plain(qualifier)
            found.setdefault(str(one), []).append(self._builder.relation(str(other), words, number))
        return found

    def _objects(self, ids: dict[str, tuple[str, int]], maps: dict[str, str]) -> None:
        relations = self._relations("object_object", "ocel_source_id", "ocel_target_id", OBJECT)
        values: dict[str, list[tuple[str, Raw, str | None]]] = {}
        for type_, table in maps.items():
            columns = self._declared(OBJECT, type_, f"object_{table}", (ID, AT, CHANGED))
            changing = CHANGED in self._tables.columns(f"object_{table}")
            for row in self._tables.rows(
                f"object_{table}", (ID, AT, *([CHANGED] if changing else []), *columns)
            ):
                id_, at, changed = str(row[0]), _time(row[1]), row[2] if changing else None
                named = zip(columns, row[3 if changing else 2 :], strict=True)
                values.setdefault(id_, []).extend(
                    (name, _raw(value), at) for name, value in named if value is not None and changed in (None, "", name)
                )  # fmt: skip
        for id_, (type_, number) in ids.items():
            self._builder.object(id_, type_, values.pop(id_, ()), relations.pop(id_, ()), number)
        self._strangers(OBJECT, values, relations)

    def _events(self, ids: dict[str, tuple[str, int]], maps: dict[str, str]) -> None:
        relations = self._relations("event_object", "ocel_event_id", "ocel_object_id", EVENT)
        rows: dict[str, tuple[str | None, list[tuple[str, Raw]]]] = {}
        for type_, table in maps.items():
            columns = self._declared(EVENT, type_, f"event_{table}", (ID, AT))
            for id_, at, *cells in self._tables.rows(f"event_{table}", (ID, AT, *columns)):
                if str(id_) in rows:
                    self._findings.error("LO011", f"Two events have the id {shown(str(id_))} in table event_{table}.")  # fmt: skip
                named = zip(columns, cells, strict=True)
                rows[str(id_)] = (
                    _time(at),
                    [(name, _raw(value)) for name, value in named if value is not None],
                )
        for id_, (type_, number) in ids.items():
            time, values = rows.pop(id_, (None, []))
            self._builder.event(id_, type_, time, values, relations.pop(id_, ()), number)
        self._strangers(EVENT, rows, relations)

    def _declared(self, kind: str, type_: str, table: str, own: tuple[str, ...]) -> list[str]:
        """Declare a type from the columns of its table; return the names of its attributes."""
        columns = {name: words for name, words in self._tables.columns(table).items() if name not in own}
        self._builder.declare(kind, type_, [(name, _type(words)) for name, words in columns.items()], 1)
        return list(columns)

    def _strangers(self, kind: str, rows: dict[str, Any], relations: dict[str, list[Relation]]) -> None:
        """Rows about an event or object that the table of all does not have."""
        for id_ in [*rows, *(one for one in relations if one not in rows)]:
            message = f"The table {kind} has no {shown(id_)}, but other tables tell of it."
            self._findings.error("LO007", message, hint=f"Add it to the table {kind}.")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _type(declared: str) -> str:
    return next((found for pattern, found in _DECLARED if pattern.search(declared)), STRING)


def _plain(value: int | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _raw(value: Any) -> Raw:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _time(value: Any) -> str | None:
    return None if value is None else str(_raw(value))
