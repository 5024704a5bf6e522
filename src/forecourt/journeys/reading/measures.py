"""How well the steps go: late now, done on time, live counts on the drawing of a playbook."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count
from django.db.models import F
from django.db.models import Q

from forecourt.journeys.models import DONE
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import DueStepQuerySet
from forecourt.journeys.models import Journey


@dataclass(frozen=True, slots=True)
class Kept:
    """Of the steps with a deadline that were done, how many were done in time."""

    done: int
    on_time: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None when nothing was done."""
        return self.on_time / self.done if self.done else None


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """The live numbers of one step of a playbook: open now, late now, done, median minutes, share late."""

    open: int = 0
    late: int = 0
    done: int = 0
    median_minutes: float | None = None
    late_share: float | None = None


def late_steps(at: datetime, stores: Iterable[str] | None = None) -> DueStepQuerySet:
    """The open steps whose deadline is missed, the latest first; of the scope, or of some stores in it."""
    rows = DueStep.objects.late(at).select_related("journey")
    return (rows.filter(store__in=list(stores)) if stores is not None else rows).order_by("due_at", "id")


def late_by_store(at: datetime) -> dict[str, int]:
    """How many steps are late now in each store of the scope; stores without are absent."""
    rows = DueStep.objects.late(at).order_by().values("store").annotate(n=Count("id"))
    return {row["store"]: row["n"] for row in rows}


def late_by_region(at: datetime) -> dict[str, int]:
    """How many steps are late now in each region of the scope."""
    rows = DueStep.objects.late(at).order_by().values("region").annotate(n=Count("id"))
    return {row["region"]: row["n"] for row in rows}


def adherence_by_store(
    start_at: datetime, end_at: datetime, playbook: str = "", step: str = ""
) -> dict[str, Kept]:
    """The share of steps done in time between two moments, by store."""
    return _kept("store", start_at, end_at, playbook, step)


def adherence_by_region(start_at: datetime, end_at: datetime, playbook: str = "") -> dict[str, Kept]:
    """The share of steps done in time between two moments, by region."""
    return _kept("region", start_at, end_at, playbook, "")


def adherence_by_step(start_at: datetime, end_at: datetime, playbook: str) -> dict[str, Kept]:
    """The share of steps done in time between two moments, by step of a playbook."""
    return _kept("step", start_at, end_at, playbook, "")


def adherence(start_at: datetime, end_at: datetime, stores: Iterable[str] | None = None) -> Kept:
    """The share of steps done in time between two moments, in the scope or in some stores of it."""
    rows = _judged(start_at, end_at)
    rows = rows.filter(store__in=list(stores)) if stores is not None else rows
    found = rows.aggregate(done=Count("id"), on_time=Count("id", filter=Q(done_at__lte=F("due_at"))))
    return Kept(found["done"], found["on_time"])


def _judged(start_at: datetime, end_at: datetime) -> DueStepQuerySet:
    return DueStep.objects.filter(
        status=DONE, due_at__isnull=False, done_at__gte=start_at, done_at__lt=end_at
    )


def _kept(by: str, start_at: datetime, end_at: datetime, playbook: str, step: str) -> dict[str, Kept]:
    rows = _judged(start_at, end_at)
    rows = rows.filter(playbook=playbook) if playbook else rows
    rows = rows.filter(step=step) if step else rows
    counted = (
        rows.order_by()
        .values(by)
        .annotate(n=Count("id"), kept=Count("id", filter=Q(done_at__lte=F("due_at"))))
    )
    return {row[by]: Kept(row["n"], row["kept"]) for row in counted}


def journeys_by_state() -> list[dict[str, object]]:
    """How many runs there are by playbook, status and outcome, in the scope."""
    rows = Journey.objects.order_by("playbook", "status", "outcome").values("playbook", "status", "outcome")
    return list(rows.annotate(n=Count("id")))


def numbers(playbook: str, version: str, at: datetime, since_at: datetime) -> dict[str, StepNumbers]:
    """The live numbers of each step of a version: open and late at `at`, done with median and late share since `since_at`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT step, count(*) FILTER (WHERE status = 'open' AND NOT optional),"
            " count(*) FILTER (WHERE status = 'open' AND NOT optional AND due_at <= %(at)s),"
            " count(*) FILTER (WHERE done),"
            " percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(extract(epoch FROM done_at - opened_at), 0)"
            "  ) FILTER (WHERE done) / 60,"
            " (count(*) FILTER (WHERE done AND done_at > due_at))::float"
            "  / nullif(count(*) FILTER (WHERE done AND due_at IS NOT NULL), 0)"
            " FROM (SELECT *, status = 'done' AND done_at >= %(since)s AS done FROM journeys_duestep"
            "  WHERE playbook = %(playbook)s AND version = %(version)s"
            "  AND (status = 'open' OR (status = 'done' AND done_at >= %(since)s))) d GROUP BY step",
            {"at": at, "since": since_at, "playbook": playbook, "version": version},
        )
        return {row[0]: StepNumbers(*row[1:]) for row in cursor.fetchall()}
