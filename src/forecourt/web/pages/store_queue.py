"""What waits in a store: orders without a car, by the end of their promise, and decisions that somebody has to make."""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField
from django.db.models import Count
from django.db.models import F
from django.db.models import OuterRef
from django.db.models import Q
from django.db.models import QuerySet
from django.db.models import Subquery
from django.db.models import Value
from django.db.models import Window
from django.db.models.functions import Cast
from django.db.models.functions import Coalesce

from forecourt.network.models import VehicleModel
from forecourt.network.models.named import in_language
from forecourt.people.queries import Display
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.scope import widened
from forecourt.sales.models.orders import FIRM
from forecourt.sales.models.orders import LOCKED
from forecourt.sales.models.orders import Order
from forecourt.supply.models import ASKED
from forecourt.supply.models import AllocationRequest
from forecourt.supply.models import QueuePlace

SHOWN = 8
REFUND, ALLOCATION = "refund", "allocation"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order without a car: its number in the line and the last day of its promise."""

    order: UUID
    person_id: UUID | None
    model: str
    number: int
    promised_to_on: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that waits for a word: a refund that was approved, or a car that was asked for out of turn."""

    kind: str
    order: UUID
    person_id: UUID | None
    about: str
    by: str
    at: datetime
    person: Display | None = None


def waiting(store: str, on: date, actor: Actor) -> tuple[list[Waiting], int]:
    """The store's orders that wait, those promised soonest first, and how many there are. The caller has checked the store.

    Which number an order has counts the orders of all stores in its line; whose these are is not read.
    """
    model = VehicleModel.objects.filter(code=OuterRef("model"))
    places = QueuePlace.objects.waiting().filter(store=store).annotate(
        number=Coalesce(Subquery(_ahead()), 0) + 1, of_all=Window(Count("order")),
        model_zh=Subquery(model.values("name_zh")), model_en=Subquery(model.values("name_en")),
    )  # fmt: skip
    with widened(NETWORK_SCOPE, actor.scope):
        rows = list(places.order_by("promised_to_on", "locked_at", "order")[:SHOWN])
    return [_waiting(row, on) for row in rows], rows[0].of_all if rows else 0


def _ahead() -> QuerySet[QueuePlace, int]:
    """How many wait before an order in its line, as `QueuePlace.objects.ahead_of` counts them, for many orders at once."""
    same_line = {name: OuterRef(name) for name in ("model", "configuration", "city")}
    earlier = Q(locked_at__lt=OuterRef("locked_at")) | Q(
        locked_at=OuterRef("locked_at"), order__lt=OuterRef("order")
    )
    rows = QueuePlace.objects.waiting().filter(earlier, **same_line).order_by().values("model")
    return rows.annotate(n=Count("*")).values("n")


def _waiting(row: Any, on: date) -> Waiting:
    name = in_language(row.model_zh or row.model, row.model_en or row.model)
    return Waiting(row.order, row.person_id, name, row.number, row.promised_to_on, row.promised_to_on < on)


def decisions(store: str) -> list[Decision]:
    """What waits in the store for a decision or for what follows it, the oldest first; one query."""
    columns = ("kind", "of", "person_id", "about", "by", "at")
    refunds = Order.objects.filter(store=store, state__in=(FIRM, LOCKED), refund_approved_at__isnull=False).annotate(
        kind=Value(REFUND), of=F("id"), about=Cast("number", CharField()), by=F("refund_approved_by"), at=F("refund_approved_at")
    )  # fmt: skip
    asked = AllocationRequest.objects.filter(store=store, state=ASKED).annotate(
        kind=Value(ALLOCATION), of=F("order"), about=F("vehicle_id"), by=F("asked_by"), at=F("asked_at")
    )
    both = refunds.order_by().values_list(*columns).union(asked.order_by().values_list(*columns), all=True)
    return [Decision(*row) for row in both.order_by("at")[: SHOWN * 2]]
