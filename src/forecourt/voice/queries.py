"""Reading what customers say: scores by store with their number, and answers."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg
from django.db.models import Count
from django.db.models import Q
from django.db.models import QuerySet

from forecourt.voice.models import Survey

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Score:
    """A store's mean score in one instrument version; `few` when too few answered to compare."""

    store: str
    instrument: str
    version: str
    sent: int
    answered: int
    mean: float | None

    @property
    def few(self) -> bool:
        return self.answered < FEWEST


def scores(instrument: str = "") -> list[Score]:
    """By store and instrument version; never averaged over two versions, which do not compare."""
    rows = Survey.objects.filter(sent_at__isnull=False)
    rows = rows.filter(instrument=instrument) if instrument else rows
    grouped = rows.values("store", "instrument", "version").annotate(
        sent=Count("id"), answered=Count("id", filter=Q(answered_at__isnull=False)), mean=Avg("score")
    )
    return [Score(**row) for row in grouped.order_by("instrument", "version", "store")]


def newest_answers(limit: int = 50) -> "QuerySet[Survey]":
    return Survey.objects.answered().order_by("-answered_at")[:limit]


def open_for(person_id: object, at: datetime) -> "QuerySet[Survey]":
    """What a customer can still answer."""
    return Survey.objects.open(at).filter(person_id=person_id).order_by("closes_at")
