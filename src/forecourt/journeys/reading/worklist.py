"""The worklist: what a person should do now, next and later, by deadline; their own steps and those in their role's pool.

Read straight from two partial indexes, a page at a time; it is the first screen of most people of the house.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.journeys import programs
from forecourt.journeys.storing import prepared
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid

NOW, NEXT, LATER = "now", "next", "later"
SOON = timedelta(hours=1)
PAGE = 50
MOST = 200

_COLUMNS = "id, journey_id, playbook, version, step, roles, assigned_to, person_id, optional, store, opened_at, due_at, rank_at, late_at"
_PART = f"SELECT {_COLUMNS} FROM journeys_duestep WHERE status = 'open' AND listed AND {{where}} AND (rank_at, id) > (%s, %s) ORDER BY rank_at, id LIMIT %s"  # noqa: S608 - constants
_WHOLE = """
    SELECT d.*, j.subject_type, j.subject_id, j.brand FROM ({parts}) d JOIN journeys_journey j ON j.id = d.journey_id
    ORDER BY d.rank_at, d.id LIMIT %s
"""
_MINE = "store = %s AND assigned_to = %s"
_POOL = "store = %s AND assigned_to = '' AND roles @> ARRAY[%s]::varchar[]"
_OFFICE = "roles && '{carmaker,engineer,network_ops,operator_manager,planner}' AND roles @> ARRAY[%s]::varchar[] AND assigned_to IN ('', %s)"
_BEGINNING = (datetime.min.replace(year=1970, tzinfo=SHANGHAI), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a worklist."""

    id: UUID
    journey: UUID
    playbook: str
    version: str
    step: str
    roles: list[str]
    assigned_to: str
    person_id: UUID | None
    optional: bool
    store: str
    opened_at: datetime
    due_at: datetime | None
    rank_at: datetime
    late_at: datetime | None
    subject_type: str
    subject_id: str
    brand: str

    @property
    def cursor(self) -> str:
        return f"{self.rank_at.isoformat()}_{self.id}"

    @property
    def title(self) -> str:
        """What the step is called in the language of the moment."""
        return programs.of(self.playbook, self.version).step_title(self.step)

    def is_late(self, at: datetime) -> bool:
        return not self.optional and self.due_at is not None and at > self.due_at

    def group(self, at: datetime) -> str:
        """Now: late or due within the hour; next: due today; later: the rest, and what has to wait first."""
        if self.opened_at > at:
            return LATER
        if self.rank_at <= at + SOON:
            return NOW
        return NEXT if self.rank_at.astimezone(SHANGHAI).date() <= at.astimezone(SHANGHAI).date() else LATER


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page of a worklist: `next` is the cursor of the page after it, '' at the end."""

    rows: list[Row]
    next: str
    at: datetime

    def group(self, name: str) -> list[Row]:
        return [row for row in self.rows if row.group(self.at) == name]

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """Now, next, later, with their rows in order."""
        return [(name, self.group(name)) for name in (NOW, NEXT, LATER)]


def worklist(actor: Actor, at: datetime, limit: int = PAGE, cursor: str = "") -> Worklist:
    """A page of what `actor` should do, by deadline. Raises Invalid for a cursor that is none of ours."""
    limit = max(1, min(limit, MOST))
    start = _position(cursor)
    rows = _rows(_parts(actor), start, limit + 1)
    more = len(rows) > limit
    return Worklist(rows[:limit], rows[limit - 1].cursor if more else "", at)


def _parts(actor: Actor) -> list[tuple[str, list[Any]]]:
    """Conditions with their values: one's own steps and the pool of one's role, in each store of the scope."""
    if actor.scope.level != "store":
        return [(_OFFICE, [actor.role, actor.code])]
    stores = actor.scope.ids
    mine = [(_MINE, [store, actor.code]) for store in stores]
    return mine + [(_POOL, [store, actor.role]) for store in stores]


def _rows(parts: Iterable[tuple[str, list[Any]]], start: tuple[datetime, UUID], limit: int) -> list[Row]:
    texts: list[str] = []
    values: list[Any] = []
    for where, given in parts:
        texts.append(f"({_PART.format(where=where)})")
        values += [*given, *start, limit]
    if not texts:
        return []
    with prepared() as cursor:
        cursor.execute(_WHOLE.format(parts=" UNION ALL ".join(texts)), [*values, limit], prepare=True)
        return [Row(*row) for row in cursor.fetchall()]


def _position(cursor: str) -> tuple[datetime, UUID]:
    if not cursor:
        return _BEGINNING
    moment, _separator, number = cursor.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        found = at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
        return found, UUID(number)
    except (ValueError, OverflowError) as error:
        text = _("The cursor {cursor} is not one of ours. Leave it out to begin at the first page.")
        raise Invalid(Blocked("journeys.cursor", text.format(cursor=cursor[:60]), "cursor")) from error


def progress(actor: Actor, at: datetime) -> tuple[int, int]:
    """How many steps the actor did today, and how many wait until the day ends."""
    midnight = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM journeys_duestep WHERE status = 'done' AND store = ANY(%s) AND done_at >= %s"
            " AND done_by = %s),"
            " (SELECT count(*) FROM journeys_duestep WHERE status = 'open' AND listed AND store = ANY(%s)"
            " AND assigned_to = %s AND rank_at < %s AND opened_at <= %s)",
            [list(actor.scope.ids), midnight, actor.code, list(actor.scope.ids), actor.code, end, at],
        )
        done, waiting = cursor.fetchone()
    return done, done + waiting
