"""Journeys of a playbook version as they were: who had them, what was done in them when by whom, what was recorded.

Read by a query, in the transaction and scope of whoever asks: a refresh reads the journeys of the last quarter, a draft is held against
those of a period. Steps taken back are left out. A journey that was moved to another version counts there whole.
"""

import json
from collections.abc import Collection
from collections.abc import Iterable
from dataclasses import asdict
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from forecourt.journeys.entries import STEP_DONE
from forecourt.journeys.entries import STEP_LATE
from forecourt.journeys.entries import STEP_WITHDRAWN
from forecourt.platform.roles import SYSTEM

_COLUMNS = (
    "id, network, brand, region, operator, store, owner, person_id, status, outcome, started_at, ended_at"
)
_RUN = f"SELECT playbook, version, {_COLUMNS} FROM journeys_journey WHERE id = %s"  # noqa: S608 - names of columns
_RUNS = f"""
    SELECT {_COLUMNS} FROM journeys_journey WHERE playbook = %(playbook)s AND version = ANY(%(versions)s)
    AND (ended_at IS NULL OR ended_at >= %(alive)s) AND started_at >= %(first)s AND started_at <= %(last)s ORDER BY id
"""  # noqa: S608 - names of columns
_DONE = """
    SELECT e.journey, e.step, e.happened_at, e.actor, e.role, e.data ->> 'outcome',
        CASE WHEN e.step = ANY(%(recording)s::text[]) THEN e.data -> 'record' END,
        CASE WHEN %(proving)s::text[] IS NULL OR e.step = ANY(%(proving)s::text[]) THEN e.evidence END
    FROM journal_entry e WHERE e.stream = ANY(%(runs)s::uuid[]) AND e.kind = %(kind)s AND e.happened_at <= %(until)s
    AND NOT (e.id = ANY(%(withdrawn)s::uuid[])) ORDER BY e.stream, e.happened_at, e.seq
"""
_WITHDRAWN = (
    "SELECT data ->> 'entry' FROM journal_entry WHERE kind = %(kind)s AND playbook = %(playbook)s"
    " AND version = ANY(%(versions)s)"
)
_OVERDUE = """
    SELECT stream, step, data ->> 'due_at' FROM journal_entry
    WHERE stream = ANY(%(runs)s::uuid[]) AND kind = %(kind)s AND happened_at <= %(until)s ORDER BY stream, seq
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A journey as its room keeps it."""

    id: UUID
    network: str
    brand: str
    region: str
    operator: str
    store: str
    owner: str
    person: UUID | None
    status: str
    outcome: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Done:
    """A step done; `record` and `proofs` only where they were asked for. `complete` says whether all proofs were there, where the source
    knows no more than that.
    """

    journey: UUID
    step: str
    at: datetime
    actor: str
    role: str
    outcome: str | None
    record: dict[str, Any] | None
    proofs: list[dict[str, Any]] | None
    complete: bool | None = None

    @property
    def acts_as(self) -> str:
        """The role held against the playbook; '' for the system, which may do everything."""
        return "" if self.role == SYSTEM else self.role


@dataclass(frozen=True, slots=True)
class Period:
    """Which journeys: begun from `first` to `last`, not ended before `alive`; each as far as it had come at `until`."""

    first: datetime
    last: datetime
    alive: datetime
    until: datetime


def under_way(since: datetime, until: datetime) -> Period:
    """The journeys that were under way at some time between two moments."""
    return Period(datetime.min.replace(tzinfo=UTC), until, since, until)


def begun(first: datetime, last: datetime, until: datetime) -> Period:
    """The journeys that began between two moments, as far as they have come at a third."""
    return Period(first, last, first, until)


@dataclass(frozen=True, slots=True)
class Reading:
    """Whole journeys: runs in the order of their ids, steps by run and time, deadlines that the journal calls missed."""

    runs: list[Run]
    done: list[Done]
    overdue: list[tuple[UUID, str, datetime]]


def runs_of(playbook: str, versions: Collection[str], period: Period) -> list[Run]:
    """The journeys of some versions, by their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, {"playbook": playbook, "versions": list(versions), **asdict(period)})
        return [Run(*row) for row in cursor.fetchall()]


def read(
    playbook: str,
    versions: Collection[str],
    period: Period,
    *,
    recording: Iterable[str] = (),
    proving: Iterable[str] = (),
) -> Reading:
    """Read the journeys of some versions. `recording` names steps whose record is wanted, `proving` those whose proofs are."""
    asked = {"playbook": playbook, "versions": list(versions), "until": period.until}
    asked |= {"recording": list(recording), "proving": list(proving)}
    return _read(runs_of(playbook, versions, period), asked)


def read_one(journey: UUID, until: datetime) -> tuple[str, str, Reading] | None:
    """Read one journey with its playbook and version, all proofs with it; None when it is not there, or out of sight."""
    with connection.cursor() as cursor:
        cursor.execute(_RUN, [journey])
        row = cursor.fetchone()
    if row is None:
        return None
    playbook, version, *columns = row
    asked = {"playbook": playbook, "versions": [version], "until": until, "recording": []}
    return playbook, version, _read([Run(*columns)], asked | {"proving": None})


def _read(runs: list[Run], asked: dict[str, Any]) -> Reading:
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAWN, asked | {"kind": STEP_WITHDRAWN})
        asked |= {"runs": [run.id for run in runs], "withdrawn": [row[0] for row in cursor.fetchall()]}
        cursor.execute(_DONE, asked | {"kind": STEP_DONE})
        done = [Done(*row[:6], _decoded(row[6]), _decoded(row[7])) for row in cursor.fetchall()]
        cursor.execute(_OVERDUE, asked | {"kind": STEP_LATE})
        overdue = [(run, step, datetime.fromisoformat(due)) for run, step, due in cursor.fetchall() if due]
    return Reading(runs, done, overdue)


def _decoded(value: Any) -> Any:
    """JSON as a value: below the ORM, Django's connection gives it as text."""
    return json.loads(value) if isinstance(value, str) else value
