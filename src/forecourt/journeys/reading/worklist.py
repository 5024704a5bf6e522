"""The worklist: what a person should do now, next and later, by deadline; their own steps and those in their role's pool.

Read straight from two partial indexes, a page at a time; it is the first screen of most people of the house.
"""

import json
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
NEWS = 12

_COLUMNS = "id, journey_id, playbook, version, step, roles, assigned_to, person_id, optional, store, opened_at, due_at, rank_at, late_at"
_PART = f"SELECT {_COLUMNS} FROM journeys_duestep WHERE status = 'open' AND listed AND {{where}} AND (rank_at, id) > (%s, %s) ORDER BY rank_at, id LIMIT %s"  # noqa: S608 - constants
_WHOLE = """
    SELECT d.*, j.subject_type, j.subject_id, j.brand FROM ({parts}) d JOIN journeys_journey j ON j.id = d.journey_id
    ORDER BY d.rank_at, d.id LIMIT %s
"""
_MINE = "store = %s AND assigned_to = %s"
_POOL = "store = %s AND assigned_to = '' AND roles @> ARRAY[%s]::varchar[]"
_OFFICE = "roles && '{carmaker,engineer,network_ops,operator_manager,planner}' AND roles @> ARRAY[%s]::varchar[] AND assigned_to IN ('', %s)"
_DAY = """
    SELECT
    (SELECT count(*) FROM journeys_duestep WHERE status = 'done' AND store = ANY(%s) AND done_at >= %s AND done_by = %s),
    (SELECT count(*) FROM journeys_duestep WHERE status = 'open' AND listed AND store = ANY(%s) AND assigned_to = %s
        AND rank_at < %s AND opened_at <= %s),
    (SELECT coalesce(jsonb_agg(n ORDER BY n.made_at DESC, n.id DESC), '[]')::text FROM (
        SELECT id, kind, journey_id AS journey, playbook, version, step, store, made_at FROM journeys_notice
        WHERE read_at IS NULL AND (to_staff = %s OR (to_staff = '' AND to_role = %s))
        ORDER BY made_at DESC, id DESC LIMIT %s) n)
"""
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

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """Now, next, later, with their rows in order."""
        found: dict[str, list[Row]] = {NOW: [], NEXT: [], LATER: []}
        for row in self.rows:
            found[row.group(self.at)].append(row)
        return list(found.items())


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


@dataclass(frozen=True, slots=True)
class News:
    """Something that a person should know and has not read."""

    id: UUID
    kind: str
    journey: UUID
    playbook: str
    version: str
    step: str
    store: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """What stands beside a worklist: steps done today of those that were or are to do, and news, newest first."""

    done: int
    total: int
    news: list[News]


def day(actor: Actor, at: datetime) -> Day:
    """How the actor's day stands, in one statement."""
    midnight = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(days=1)
    stores, code = list(actor.scope.ids), actor.code
    with connection.cursor() as cursor:
        cursor.execute(_DAY, [stores, midnight, code, stores, code, end, at, code, actor.role, NEWS])
        done, waiting, news = cursor.fetchone()
    return Day(done, done + waiting, [_news(one) for one in json.loads(news)])


def _news(found: dict[str, Any]) -> News:
    ids = {name: UUID(found.pop(name)) for name in ("id", "journey")}
    return News(made_at=datetime.fromisoformat(found.pop("made_at")), **ids, **found)
