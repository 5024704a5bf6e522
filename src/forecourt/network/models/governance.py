"""Who decides what, from when (law 5): dated rows, never a column on a store."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import QuerySet

from forecourt.network.models.named import holds_on


class GovernanceQuerySet(QuerySet["Governance"]):
    """Questions asked of governance."""

    def in_force(self, on: date) -> Self:
        return self.filter(holds_on(on))

    def about(self, function: str) -> Self:
        return self.filter(function=function)


class Governance(models.Model):
    """A party holds a function for a brand, channel and region between two dates; an empty column means any."""

    id = models.UUIDField(primary_key=True)
    function = models.CharField(max_length=32)
    brand = models.CharField(max_length=32, default="", blank=True)
    channel = models.CharField(max_length=16, default="", blank=True)
    region = models.CharField(max_length=32, default="", blank=True)
    party = models.CharField(max_length=16)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, default="", blank=True)

    objects = GovernanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["function", "brand", "channel", "region", "valid_from"],
                name="network_governance_once",
            )
        ]
        indexes = [models.Index(fields=["function", "valid_from"], name="network_governance_function")]

    def __str__(self) -> str:
        return f"{self.function} {self.party} from {self.valid_from}"
