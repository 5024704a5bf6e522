"""Numbers of stores, brands and the network for the roof's pages: each is one aggregate in SQL, in the viewer's scope."""

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count
from django.db.models import F
from django.db.models import Q
from django.db.models.functions import Trunc
from django.db.models.functions import TruncDate

from forecourt.base.calendars import SHANGHAI
from forecourt.journeys.models import DONE
from forecourt.journeys.models import DueStep
from forecourt.journeys.queries import Kept
from forecourt.sales.models import Order
from forecourt.sales.models.orders import CANCELLED
from forecourt.sales.models.orders import STATES

GOOD, BAD = 95, 85
FEW = 5
STAGES = ("leads", "reached", "driven", "ordered", "locked", "handed_over")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time and the filters of a page: `only` names columns of a place."""

    start_at: datetime
    end_at: datetime
    only: Mapping[str, str]

    @property
    def days(self) -> int:
        return max(1, round((self.end_at - self.start_at) / timedelta(days=1)))


def kept_by_store(span: Span) -> dict[str, Kept]:
    """Steps with a deadline that were done in the span, and how many of them in time, by store."""
    rows = DueStep.objects.filter(
        status=DONE, due_at__isnull=False, done_at__gte=span.start_at, done_at__lt=span.end_at, **span.only
    )
    counted = (
        rows.order_by()
        .values("store")
        .annotate(n=Count("id"), kept=Count("id", filter=Q(done_at__lte=F("due_at"))))
    )
    return {row["store"]: Kept(row["n"], row["kept"]) for row in counted}


def kept_by_day(span: Span) -> dict[date, tuple[int, int]]:
    """Steps with a deadline done on each day of the store's zone, and how many of them in time."""
    rows = DueStep.objects.filter(
        status=DONE, due_at__isnull=False, done_at__gte=span.start_at, done_at__lt=span.end_at, **span.only
    )
    days = rows.order_by().annotate(day=TruncDate("done_at", tzinfo=SHANGHAI)).values_list("day")
    counted = days.annotate(n=Count("id"), kept=Count("id", filter=Q(done_at__lte=F("due_at"))))
    return {day: (done, kept) for day, done, kept in counted}


def kept_on_days(span: Span, store: str) -> dict[date, tuple[int, int, int, int]]:
    """As `kept_by_day`: done and in time in one store, then in all that the span names, in one query."""
    rows = DueStep.objects.filter(
        status=DONE, due_at__isnull=False, done_at__gte=span.start_at, done_at__lt=span.end_at, **span.only
    )
    in_time, here = Q(done_at__lte=F("due_at")), Q(store=store)
    counted = rows.order_by().annotate(day=TruncDate("done_at", tzinfo=SHANGHAI)).values_list("day").annotate(
        own=Count("id", filter=here), own_kept=Count("id", filter=here & in_time), n=Count("id"), kept=Count("id", filter=in_time),
    )  # fmt: skip
    return {row[0]: row[1:] for row in counted}


def together(kept: Iterable[Kept]) -> Kept:
    """Of many stores as one."""
    found = list(kept)
    return Kept(sum(one.done for one in found), sum(one.on_time for one in found))


def share_of(kept: Kept | None) -> float | None:
    """Per cent in time, to one place; None when too little was done to say."""
    return round(100 * kept.share, 1) if kept and kept.share is not None else None


def late(at: datetime, by: str, only: Mapping[str, str]) -> dict[str, int]:
    """How many steps are late now, by a column of the place."""
    rows = DueStep.objects.late(at).filter(**only).order_by().values(by).annotate(n=Count("id"))
    return {row[by]: row["n"] for row in rows}


def orders_by_state(only: Mapping[str, str]) -> dict[str, int]:
    """Reserved, firm, locked, cancelled: numbers that are never added up."""
    counted = dict(Order.objects.filter(**only).order_by().values_list("state").annotate(Count("id")))
    return {state: counted.get(state, 0) for state in STATES}


def orders_by_store(only: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Reserved, firm and locked orders that wait, by store."""
    rows = Order.objects.filter(handed_over_at=None, **only).exclude(state=CANCELLED).order_by()
    found: dict[str, dict[str, int]] = {}
    for store, state, count in rows.values_list("store", "state").annotate(Count("id")):
        found.setdefault(store, {})[state] = count
    return found


def curve(span: Span) -> tuple[str, list[tuple[datetime, int, int, int]]]:
    """The launch curve: (grain, moments with reserved, made firm, locked); hours with nothing are zero, not gaps."""
    grain = "hour" if span.days <= 2 else "day"
    counts: dict[datetime, list[int]] = {}
    for place, name in enumerate(("placed_at", "confirmed_at", "locked_at")):
        rows = Order.objects.filter(
            **{f"{name}__gte": span.start_at, f"{name}__lt": span.end_at}, **span.only
        ).order_by()
        moments = rows.annotate(moment=Trunc(name, grain, tzinfo=SHANGHAI)).values_list("moment")
        for moment, count in moments.annotate(Count("id")):
            counts.setdefault(moment, [0, 0, 0])[place] = count
    return grain, [(moment, *counts.get(moment, (0, 0, 0))) for moment in _moments(span, grain)]  # type: ignore[misc]


def _moments(span: Span, grain: str) -> Iterable[datetime]:
    step = timedelta(hours=1) if grain == "hour" else timedelta(days=1)
    start = span.start_at.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)
    at = start if grain == "hour" else start.replace(hour=0)
    while at < span.end_at:
        yield at
        at += step


_COHORT = """
    WITH cohort AS MATERIALIZED (
        SELECT id FROM journeys_journey
        WHERE id >= %(first)s AND id < %(last)s AND playbook = 'retail' {where}
    )
    SELECT (SELECT count(*) FROM cohort),
        (SELECT count(DISTINCT c.id) FROM cohort c JOIN journeys_duestep d ON d.journey_id = c.id
         WHERE d.status = 'done' AND d.step = 'respond' AND d.record ->> 'outcome' = 'reached'),
        (SELECT count(DISTINCT c.id) FROM cohort c JOIN sales_testdrive t ON t.journey = c.id WHERE t.state = 'driven'),
        count(o.id), count(o.locked_at), count(o.handed_over_at)
    FROM cohort c LEFT JOIN sales_order o ON o.sold_in = c.id
"""


def funnel(span: Span) -> dict[str, int]:
    """What became of the enquiries that began in the span: (leads, reached, test drive, order, locked, handed over).

    A journey's id carries the time it began, so the primary key finds the cohort.
    """
    where = "".join(f" AND {column} = %({column})s" for column in span.only)
    values = {"first": _first_id(span.start_at), "last": _first_id(span.end_at), **span.only}
    with connection.cursor() as cursor:
        cursor.execute(_COHORT.format(where=where), values)
        return dict(zip(STAGES, cursor.fetchone(), strict=True))


def _first_id(at: datetime) -> UUID:
    """The lowest UUIDv7 of a moment."""
    return UUID(int=(round(at.timestamp() * 1000) & 0xFFFFFFFFFFFF) << 80)
