"""What is built: models and the trims offered of them, from when to when. Prices belong to sales."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import QuerySet

from forecourt.network.models.named import Named
from forecourt.network.models.named import holds_on
from forecourt.network.models.parties import Brand


class VehicleModel(Named):
    """A model series of a brand; `announced` ones have no trims yet."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="models", db_column="brand")
    segment_zh = models.CharField(max_length=40, default="", blank=True)
    segment_en = models.CharField(max_length=40, default="", blank=True)
    launched_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=16, default="on_sale")


class TrimQuerySet(QuerySet["Trim"]):
    """Questions asked of trims."""

    def offered_on(self, on: date) -> Self:
        """Trims that may be quoted on that day."""
        return self.filter(holds_on(on, start="offered_from", end="offered_to"))

    def of_brand(self, brand: str) -> Self:
        return self.filter(model__brand=brand)


class Trim(Named):
    """One configuration of a model year that has a price of its own."""

    model = models.ForeignKey(VehicleModel, on_delete=models.PROTECT, related_name="trims")
    model_year = models.PositiveSmallIntegerField()
    powertrain = models.CharField(max_length=8)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    battery_kwh = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    ev_range_km = models.PositiveSmallIntegerField(null=True, blank=True)
    total_range_km = models.PositiveSmallIntegerField(null=True, blank=True)
    offered_from = models.DateField(null=True, blank=True)
    offered_to = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, default="", blank=True)

    objects = TrimQuerySet.as_manager()

    @property
    def title(self) -> str:
        """Model, year and trim as a customer reads it."""
        return f"{self.model.name} {self.model_year} {self.name}"
