"""What four weeks of trade came to, counted from the tables that live work writes."""

from typing import Any

from django.db.models import Count
from django.db.models import Q
from django.db.models import QuerySet

from forecourt.care.models import RepairOrder
from forecourt.delivery.models import Ownership
from forecourt.demand.models import Lead
from forecourt.insight.models import Case
from forecourt.journal.models import Entry
from forecourt.journeys.models import OPEN
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.sales.models import Order
from forecourt.settlement.queries import totals


def counts() -> dict[str, Any]:
    """The demo's result. Orders are counted by state and never added up."""
    return {
        "journal_entries": Entry.objects.count(),
        "leads": _by(Lead.objects.all(), "outcome"),
        "journeys": _journeys(),
        "deadlines": _deadlines(),
        "orders": _by(Order.objects.all(), "state"),
        "handovers": Ownership.objects.count(),
        "repair_orders": _by(RepairOrder.objects.all(), "state"),
        "measured": _by(Case.objects.all(), "playbook"),
        "statement_totals": totals(),
    }


def _by(rows: "QuerySet[Any]", field: str) -> dict[str, int]:
    counted = rows.order_by().values_list(field).annotate(count=Count("pk"))
    return dict(sorted(counted.values_list(field, "count")))


def _journeys() -> dict[str, dict[str, int]]:
    """Runs by playbook and by where they stand: running, or the outcome they ended with."""
    found: dict[str, dict[str, int]] = {}
    rows = Journey.objects.order_by().values_list("playbook", "status", "outcome").annotate(count=Count("id"))
    for playbook, status, outcome, count in rows:
        found.setdefault(playbook, {})[outcome or status] = count
    return {playbook: dict(sorted(states.items())) for playbook, states in sorted(found.items())}


def _deadlines() -> dict[str, Any]:
    """Of the steps that were done under a deadline: how many in time; and how many are late and still open."""
    done = DueStep.objects.filter(done_at__isnull=False, due_at__isnull=False)
    said = done.aggregate(done=Count("id"), late=Count("id", filter=Q(late_at__isnull=False)))
    kept = said["done"] - said["late"]
    late_open = DueStep.objects.filter(status=OPEN, late_at__isnull=False).count()
    return {
        "late_and_open": late_open,
        "done": said["done"],
        "in_time": kept,
        "share": round(kept / said["done"], 4) if said["done"] else None,
    }
