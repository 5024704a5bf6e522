"""How a run moves in the database: one read under lock, one statement that writes all of a move.

Recording a step is what the house does most, so it costs two reads and one write here, whatever the number of steps that
open and close. Below the ORM on purpose; everything else in the room uses it.
"""

# The names of columns are the models' own; every value is a parameter.
# ruff: noqa: S608

import json
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing


def _columns(model: type[Model]) -> list[str]:
    return [column.attname for column in model._meta.concrete_fields]  # noqa: SLF001 - Django documents it


_JOURNEY = _columns(Journey)
_STEP = _columns(DueStep)
_JSON = frozenset({"facts", "team", "record"})
_LOCK = f"SELECT {', '.join(_JOURNEY)} FROM journeys_journey WHERE id = %s FOR UPDATE"
_OPEN = (
    f"SELECT {', '.join(_STEP)} FROM journeys_duestep WHERE journey_id = %s AND status = 'open' ORDER BY id"
)
_INSERT = f"INSERT INTO journeys_duestep ({', '.join(_STEP)}) VALUES "
_ONE = "(" + ", ".join(["%s"] * len(_STEP)) + ")"
_DONE_COLUMNS = ("status", "done_at", "done_by", "record", "entry")


@dataclass(slots=True)
class Changes:
    """What a move writes: columns of the journey, steps done, closed, changed and opened."""

    journey: dict[str, Any]
    done: DueStep | None = None
    closed: dict[UUID, str] = field(default_factory=dict)
    changed: list[DueStep] = field(default_factory=list)
    opened: list[DueStep] = field(default_factory=list)


def lock(journey: UUID | str) -> Journey:
    """The journey, locked until the transaction ends. Raises Missing when it is not there or out of sight."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [journey])
        row = cursor.fetchone()
    if row is None:
        raise Missing(
            Blocked("journeys.missing", _("There is no journey {id} that you may see.").format(id=journey))
        )
    return Journey.from_db("default", _JOURNEY, _decoded(_JOURNEY, row))


def open_steps(journey: UUID) -> list[DueStep]:
    """The open steps of a run."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [journey])
        rows = cursor.fetchall()
    return [DueStep.from_db("default", _STEP, _decoded(_STEP, row)) for row in rows]


def _decoded(names: list[str], row: tuple[Any, ...]) -> list[Any]:
    """JSON columns as values: below the ORM, Django's connection gives them as text."""
    pairs = zip(names, row, strict=True)
    return [_load(value) if name in _JSON else value for name, value in pairs]


def _load(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def write(journey: Journey, changes: Changes) -> None:
    """Write a move in one statement."""
    parts: list[str] = []
    values: list[Any] = []
    _update_journey(journey, changes.journey, parts, values)
    if changes.done is not None:
        _update_done(changes.done, parts, values)
    for number, (status, ids) in enumerate(_by_status(changes.closed).items()):
        sql = "UPDATE journeys_duestep SET status = %s, listed = false, alarm_at = NULL WHERE id = ANY(%s)"
        parts.append(f"closed{number} AS ({sql})")
        values += [status, ids]
    for number, step in enumerate(changes.changed):
        sql = "UPDATE journeys_duestep SET optional = %s, listed = %s, assigned_to = %s, alarm_at = %s WHERE id = %s"
        parts.append(f"changed{number} AS ({sql})")
        values += [step.optional, step.listed, step.assigned_to, step.alarm_at, step.id]
    with connection.cursor() as cursor:
        cursor.execute(*_statement(parts, values, changes.opened))


def insert(journey: Journey, steps: list[DueStep]) -> bool:
    """Write a new run and its first steps; False when its subject has such a run already."""
    columns = ", ".join(_JOURNEY)
    places = ", ".join(["%s"] * len(_JOURNEY))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO journeys_journey ({columns}) VALUES ({places})"
            " ON CONFLICT (playbook, subject_type, subject_id) WHERE status = 'running' DO NOTHING",
            _row(journey, _JOURNEY),
        )
        if not cursor.rowcount:
            return False
        if steps:
            cursor.execute(
                _INSERT + ", ".join([_ONE] * len(steps)),
                [value for step in steps for value in _row(step, _STEP)],
            )
    return True


def _statement(parts: list[str], values: list[Any], opened: list[DueStep]) -> tuple[str, list[Any]]:
    head = "WITH " + ", ".join(parts) + " "
    if not opened:
        return head + "SELECT 1", values
    rows = [value for step in opened for value in _row(step, _STEP)]
    return head + _INSERT + ", ".join([_ONE] * len(opened)), values + rows


def _update_journey(journey: Journey, columns: dict[str, Any], parts: list[str], values: list[Any]) -> None:
    for name, value in columns.items():
        setattr(journey, name, value)
    settings = ", ".join(f"{name} = %s" for name in columns)
    parts.append(f"moved AS (UPDATE journeys_journey SET {settings} WHERE id = %s)")
    values += [*(_parameter(name, value) for name, value in columns.items()), journey.id]


def _update_done(step: DueStep, parts: list[str], values: list[Any]) -> None:
    settings = ", ".join(f"{name} = %s" for name in _DONE_COLUMNS)
    parts.append(
        f"done AS (UPDATE journeys_duestep SET {settings}, listed = false, alarm_at = NULL WHERE id = %s)"
    )
    values += [*(_parameter(name, getattr(step, name)) for name in _DONE_COLUMNS), step.id]


def _by_status(closed: dict[UUID, str]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for step, status in closed.items():
        found.setdefault(status, []).append(step)
    return found


def _row(row: Journey | DueStep, names: list[str]) -> list[Any]:
    return [_parameter(name, getattr(row, name)) for name in names]


def _parameter(name: str, value: Any) -> Any:
    return Jsonb(value) if name in _JSON else value
