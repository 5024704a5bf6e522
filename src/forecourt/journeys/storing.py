"""How a run moves in the database: one read under lock, one statement that writes all of a move.

Recording a step is what the house does most, so it costs two reads and one write here, whatever the number of steps that
open and close. Below the ORM on purpose; everything else in the room uses it.
"""

# The names of columns are the models' own; every value is a parameter.
# ruff: noqa: S608

import json
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import Self
from uuid import UUID

import psycopg
from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing


def _columns(model: type[Model]) -> list[str]:
    return [column.attname for column in model._meta.concrete_fields]


_JOURNEY = _columns(Journey)
_STEP = _columns(DueStep)
_JSON = frozenset({"facts", "team", "record"})
_LOCK = f"SELECT {', '.join(_JOURNEY)} FROM journeys_journey WHERE id = %s FOR UPDATE"
_OPEN = (
    f"SELECT {', '.join(_STEP)} FROM journeys_duestep WHERE journey_id = %s AND status = 'open' ORDER BY id"
)
_BEGIN = (
    f"INSERT INTO journeys_journey ({', '.join(_JOURNEY)}) VALUES ({', '.join(['%s'] * len(_JOURNEY))})"
    " ON CONFLICT (playbook, subject_type, subject_id) WHERE status = 'running' DO NOTHING"
)
# Rows travel as one JSON value, so that a move is one of few statements, which the database plans once a connection.
_OPENED = "INSERT INTO journeys_duestep SELECT * FROM jsonb_populate_recordset(NULL::journeys_duestep, %s)"
_DONE_COLUMNS = ("status", "done_at", "done_by", "record", "entry")
_DONE = (
    f"done AS (UPDATE journeys_duestep SET {', '.join(f'{name} = %s' for name in _DONE_COLUMNS)},"
    " listed = false, alarm_at = NULL WHERE id = %s)"
)
_CLOSED = (
    "closed AS (UPDATE journeys_duestep d SET status = c.status, listed = false, alarm_at = NULL"
    " FROM jsonb_to_recordset(%s) AS c(id uuid, status varchar) WHERE d.id = c.id)"
)
_CHANGED = (
    "changed AS (UPDATE journeys_duestep d SET optional = c.optional, listed = c.listed, assigned_to = c.assigned_to,"
    " alarm_at = c.alarm_at FROM jsonb_to_recordset(%s) AS"
    " c(id uuid, optional boolean, listed boolean, assigned_to varchar, alarm_at timestamptz) WHERE d.id = c.id)"
)


@dataclass(slots=True)
class Changes:
    """What a move writes: columns of the journey, steps done, closed, changed and opened."""

    journey: dict[str, Any]
    done: DueStep | None = None
    closed: dict[UUID, str] = field(default_factory=dict)
    changed: list[DueStep] = field(default_factory=list)
    opened: list[DueStep] = field(default_factory=list)


class _Logged(psycopg.Cursor[Any]):
    """Tells Django of its statements where Django counts them."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        if connection.queries_logged:
            connection.queries_log.append({"sql": query, "time": "0"})
        return super().execute(query, params, **how)


@contextmanager
def prepared() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor whose statements the server parses and plans once a connection; Django's own binds on the client."""
    connection.ensure_connection()
    with connection.wrap_database_errors, _Logged(connection.connection) as cursor:
        yield cursor


def lock(journey: UUID | str) -> Journey:
    """The journey, locked until the transaction ends. Raises Missing when it is not there or out of sight."""
    number = _number(journey)
    row = None
    if number is not None:
        with prepared() as cursor:
            row = cursor.execute(_LOCK, [number], prepare=True).fetchone()
    if row is None:
        raise Missing(
            Blocked("journeys.missing", _("There is no journey {id} that you may see.").format(id=journey))
        )
    return Journey.from_db("default", _JOURNEY, _decoded(_JOURNEY, row))


def _number(journey: UUID | str) -> UUID | None:
    try:
        return as_id(journey)
    except ValueError:
        return None


def open_steps(journey: UUID) -> list[DueStep]:
    """The open steps of a run."""
    with prepared() as cursor:
        rows = cursor.execute(_OPEN, [journey], prepare=True).fetchall()
    return [DueStep.from_db("default", _STEP, _decoded(_STEP, row)) for row in rows]


def _decoded(names: list[str], row: tuple[Any, ...]) -> list[Any]:
    """JSON columns as values: below the ORM, Django's connection gives them as text."""
    pairs = zip(names, row, strict=True)
    return [json.loads(value) if name in _JSON and isinstance(value, str) else value for name, value in pairs]


def write(journey: Journey, changes: Changes) -> None:
    """Write a move in one statement."""
    parts, values = _moved(journey, changes.journey)
    if changes.done is not None:
        parts.append(_DONE)
        values += [*_parameters(changes.done, _DONE_COLUMNS), changes.done.id]
    if changes.closed:
        parts.append(_CLOSED)
        values.append(_rows({"id": step, "status": status} for step, status in changes.closed.items()))
    if changes.changed:
        parts.append(_CHANGED)
        names = ("id", "optional", "listed", "assigned_to", "alarm_at")
        values.append(_rows({name: getattr(step, name) for name in names} for step in changes.changed))
    last = _OPENED if changes.opened else "SELECT 1"
    if changes.opened:
        values.append(_rows(_as_row(step) for step in changes.opened))
    with prepared() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} {last}", values, prepare=True)


def _moved(journey: Journey, columns: dict[str, Any]) -> tuple[list[str], list[Any]]:
    for name, value in columns.items():
        setattr(journey, name, value)
    settings = ", ".join(f"{name} = %s" for name in columns)
    part = f"moved AS (UPDATE journeys_journey SET {settings} WHERE id = %s)"
    return [part], [*_parameters(journey, tuple(columns)), journey.id]


def insert(journey: Journey, steps: list[DueStep]) -> bool:
    """Write a new run and its first steps; False when its subject has such a run already."""
    with prepared() as cursor:
        if not cursor.execute(_BEGIN, _parameters(journey, tuple(_JOURNEY)), prepare=True).rowcount:
            return False
        if steps:
            cursor.execute(_OPENED, [_rows(_as_row(step) for step in steps)], prepare=True)
    return True


def _parameters(row: Journey | DueStep, names: tuple[str, ...]) -> list[Any]:
    return [_parameter(name, getattr(row, name)) for name in names]


def _parameter(name: str, value: Any) -> Any:
    return Jsonb(value) if name in _JSON else value


def _as_row(step: DueStep) -> dict[str, Any]:
    return {name: getattr(step, name) for name in _STEP}


def _rows(rows: Iterable[dict[str, Any]]) -> Jsonb:
    """Rows as one JSON value, for `jsonb_to_recordset`."""
    return Jsonb(list(rows), dumps=_dumped)


def _dumped(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)
