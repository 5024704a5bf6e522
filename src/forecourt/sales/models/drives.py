"""Test cars and the drives booked with them; the database keeps a car and an adviser from being booked twice."""

from datetime import datetime
from typing import Final
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from forecourt.platform.models import Placed

BOOKED: Final = "booked"
DRIVEN: Final = "driven"
NO_SHOW: Final = "no_show"
CANCELLED: Final = "cancelled"
STATES: Final = (BOOKED, DRIVEN, NO_SHOW, CANCELLED)
CAR_FREE = "sales_test_drive_car_free"
ADVISER_FREE = "sales_test_drive_adviser_free"

_TAKEN = Q(state__in=(BOOKED, DRIVEN))


class TestCar(Placed):
    """A car of a store for test drives."""

    __test__ = False

    code = models.CharField(max_length=64, primary_key=True)
    model = models.CharField(max_length=64)
    trim = models.CharField(max_length=64, default="", blank=True)
    plate = models.CharField(max_length=16, default="", blank=True)
    since_on = models.DateField()
    retired_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["store", "model"], name="sales_test_car_store")]

    def __str__(self) -> str:
        return f"{self.code} ({self.model})"

    @property
    def plate_masked(self) -> str:
        """The plate with its middle hidden: `沪A·***27`."""
        return f"{self.plate[:2]}·***{self.plate[-2:]}" if len(self.plate) > 4 else ""


class TestDriveQuerySet(models.QuerySet["TestDrive"]):
    """Questions asked of test drives."""

    def taken(self) -> Self:
        """Those that keep their car busy."""
        return self.filter(_TAKEN)

    def overlapping(self, start_at: datetime, end_at: datetime) -> Self:
        return self.filter(period__overlap=(start_at, end_at))


class TestDrive(Placed):
    """A drive that one customer has with one car, accompanied by one adviser, for a stretch of time."""

    __test__ = False

    id = models.UUIDField(primary_key=True)
    car = models.ForeignKey(TestCar, on_delete=models.PROTECT, related_name="drives")
    adviser = models.CharField(max_length=32)
    period = DateTimeRangeField()
    state = models.CharField(max_length=16, default=BOOKED, choices=[(state, state) for state in STATES])
    person_id = models.UUIDField(null=True)
    opportunity = models.UUIDField(null=True)
    journey = models.UUIDField(null=True)
    booked_at = models.DateTimeField()
    driven_at = models.DateTimeField(null=True)

    objects = TestDriveQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name=CAR_FREE,
                expressions=[("car", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=_TAKEN,
            ),
            ExclusionConstraint(
                name=ADVISER_FREE,
                expressions=[("adviser", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=_TAKEN,
            ),
        ]
        indexes = [
            models.Index(fields=["journey"], name="sales_test_drive_journey"),
            models.Index(fields=["store", "booked_at"], name="sales_test_drive_store"),
        ]

    def __str__(self) -> str:
        return f"{self.car_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def starts_at(self) -> datetime:
        return self.period.lower

    @property
    def ends_at(self) -> datetime:
        return self.period.upper
