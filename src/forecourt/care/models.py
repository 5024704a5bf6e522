"""Visits that hold a bay for a time, and repair orders with their lines."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from forecourt.platform.models import Placed

BOOKED, ARRIVED, CANCELLED, MISSED = "booked", "arrived", "cancelled", "missed"
RECEIVED, DIAGNOSED, QUOTED, IN_WORK, CHECKED, CLOSED, DECLINED = (
    "received", "diagnosed", "quoted", "in_work", "checked", "closed", "declined",
)  # fmt: skip
OPENED = "opened"
BAY_FREE = "care_visit_bay_free"
ONE_A_CAR = "care_visit_one_a_car"


class VisitQuerySet(models.QuerySet["Visit"]):
    """Questions asked of visits."""

    def standing(self) -> Self:
        """Booked or arrived: they hold their bay."""
        return self.filter(state__in=(BOOKED, ARRIVED))

    def during(self, start_at: datetime, end_at: datetime) -> Self:
        return self.filter(period__overlap=(start_at, end_at))


class Visit(Placed):
    """A service appointment: a car, a bay and a time. Two visits cannot hold one bay at once; the database sees to it."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    vin = models.CharField(max_length=17)
    bay = models.PositiveSmallIntegerField()
    period = DateTimeRangeField()
    wish = models.CharField(max_length=500, default="", blank=True)
    items = models.JSONField(default=list)
    state = models.CharField(max_length=16, default=BOOKED)
    booked_at = models.DateTimeField()

    objects = VisitQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name=BAY_FREE,
                expressions=[
                    ("store", RangeOperators.EQUAL), ("bay", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=(BOOKED, ARRIVED)),
            ),
            ExclusionConstraint(
                name=ONE_A_CAR,
                expressions=[("vin", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(state__in=(BOOKED, ARRIVED)),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["person_id"], name="care_visit_person")]

    @property
    def starts_at(self) -> datetime:
        return self.period.lower

    @property
    def ends_at(self) -> datetime:
        return self.period.upper


class Car(Placed):
    """A car and whose it is, learnt from handovers: its owner books it by link, and its warranty is known here."""

    vin = models.CharField(max_length=17, primary_key=True)
    person_id = models.UUIDField()
    since_at = models.DateTimeField()
    model = models.CharField(max_length=64)
    trim = models.CharField(max_length=64)
    warranty_until_on = models.DateField()
    warranty_km = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="care_car_person")]


class RepairOrder(Placed):
    """What is to be done to a car, at which price the customer agreed, and what was done."""

    id = models.UUIDField(primary_key=True)
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, null=True, related_name="repair_order")
    person_id = models.UUIDField()
    vin = models.CharField(max_length=17)
    state = models.CharField(max_length=16, default=OPENED)
    wish = models.CharField(max_length=500, default="", blank=True)
    odometer_km = models.PositiveIntegerField(null=True)
    finding = models.CharField(max_length=1000, default="", blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal("0.00"))
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    worked_by = models.CharField(max_length=32, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["store", "state", "opened_at"], name="care_repair_store"),
            models.Index(fields=["person_id"], name="care_repair_person"),
        ]


class RepairLine(Placed):
    """One line of a repair order, at the menu's price of the day it was quoted."""

    repair_order = models.ForeignKey(RepairOrder, on_delete=models.PROTECT, related_name="lines")
    person_id = models.UUIDField()
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, default="repair")
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    labour_hours = models.DecimalField(max_digits=5, decimal_places=2)
    labour = models.DecimalField(max_digits=10, decimal_places=2)
    parts = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["repair_order", "code"], name="care_line_once")]

    @property
    def amount(self) -> Decimal:
        return self.labour + self.parts
