"""The entries to export, read once or twice through the reader role as one unchanging picture, a few thousand at a time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db import transaction

from forecourt.journeys.entries import STARTED
from forecourt.journeys.entries import STEP_DONE
from forecourt.journeys.entries import STEP_WITHDRAWN

CHUNK = 5000
BY_TIME = "happened_at, stream, seq"
BY_JOURNEY = "journey, happened_at, stream, seq"
_COLUMNS = (
    "id", "stream", "kind", "actor", "role", "person_id", "journey", "playbook", "version", "step", "happened_at",
    "recorded_at", "brand", "operator", "region", "store", "taken IS NOT NULL", "objects", "data",
)  # fmt: skip
# A join, not a sub-query for each row: of millions of entries, hundreds of thousands may be taken back.
_FROM = (
    "journal_entry LEFT JOIN (SELECT DISTINCT data->>'entry' AS taken FROM journal_entry"  # noqa: S608 - constants of the module
    f" WHERE kind = '{STEP_WITHDRAWN}') AS withdrawn ON taken = id::text"
)
_OF_PLAYBOOK = (
    "journey IN (SELECT journey FROM journal_entry WHERE playbook = %(playbook)s AND journey IS NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which entries: those of journeys of one playbook ('' for all), from `since` on and before `until`, by when they happened;
    with `steps`, only steps that were done and not taken back, of whole journeys: those that began between `since` and `until`, for
    half a journey departs from every playbook."""

    playbook: str = ""
    since: datetime | None = None
    until: datetime | None = None
    steps: bool = False

    def where(self, *, journeys_only: bool = False) -> str:
        """The condition, with parameters named as the fields are."""
        parts = [
            _OF_PLAYBOOK if self.playbook else "",
            "journey IS NOT NULL" if journeys_only else "",
            self._steps() if self.steps else self._period(),
        ]
        return " AND ".join(part for part in parts if part) or "true"

    def _period(self) -> str:
        first, last = "happened_at >= %(since)s", "happened_at < %(until)s"
        return " AND ".join(part for part, at in ((first, self.since), (last, self.until)) if at)

    def _steps(self) -> str:
        steps = f"kind = '{STEP_DONE}' AND taken IS NULL"
        if not (period := self._period()):
            return steps
        began = f"SELECT journey FROM journal_entry WHERE kind = '{STARTED}' AND {period}"  # noqa: S608 - constants of the module
        return f"{steps} AND journey IN ({began})"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, as far as an export needs it."""

    id: UUID
    stream: UUID
    kind: str
    actor: str
    role: str
    person_id: UUID | None
    journey: UUID | None
    playbook: str
    version: str
    step: str
    happened_at: datetime
    recorded_at: datetime
    brand: str
    operator: str
    region: str
    store: str
    withdrawn: bool  # a step that was taken back later
    about: dict[str, Any]
    data: dict[str, Any]


@contextmanager
def picture(alias: str = "reader") -> Iterator[None]:
    """One transaction that sees the whole network, and the journal as it is at its beginning."""
    with transaction.atomic(using=alias):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT set_config('forecourt.level', 'network', true)")
        yield


def lines(
    choice: Choice, order: str = BY_TIME, *, journeys_only: bool = False, alias: str = "reader"
) -> Iterator[Line]:
    """The chosen entries in an order, through a server-side cursor. Must be called inside `picture`."""
    where = choice.where(journeys_only=journeys_only)
    query = f"SELECT {', '.join(_COLUMNS)} FROM {_FROM} WHERE {where} ORDER BY {order}"  # noqa: S608 - constants of the module
    values = {"playbook": choice.playbook, "since": choice.since, "until": choice.until}
    with connections[alias].chunked_cursor() as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(CHUNK):
            yield from (Line(*row[:-2], _decoded(row[-2]), _decoded(row[-1])) for row in rows)


def _decoded(value: Any) -> dict[str, Any]:
    """JSON as values: below the ORM, Django's connection gives it as text."""
    found: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return found
