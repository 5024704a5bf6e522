"""Delivery files, checklists as they are worked through, appointments for handover, and who owns which car."""

from datetime import datetime
from typing import Final
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from forecourt.delivery import checklists
from forecourt.delivery.slots import Booked
from forecourt.platform.models import Placed

WAITING, HAS_CAR, PREPARED, HANDED_OVER, CANCELLED = (
    "waiting",
    "allocated",
    "prepared",
    "handed_over",
    "cancelled",
)
FILE_STATES: Final = (WAITING, HAS_CAR, PREPARED, HANDED_OVER, CANCELLED)
BOOKED, KEPT, CALLED_OFF = "booked", "done", "cancelled"
APPOINTMENT_STATES: Final = (BOOKED, KEPT, CALLED_OFF)
BAY_FREE = "delivery_appointment_bay_free"
SPECIALIST_FREE = "delivery_appointment_specialist_free"
ONE_AN_ORDER = "delivery_appointment_one_an_order"
ONE_OWNER = "delivery_ownership_one_owner"


def states(*values: str) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class DeliveryFileQuerySet(models.QuerySet["DeliveryFile"]):
    """Questions asked of delivery files."""

    def to_hand_over(self) -> Self:
        """With a car, and not with the customer yet."""
        return self.filter(state__in=(HAS_CAR, PREPARED))


class DeliveryFile(Placed):
    """What the store that hands over must know of an order; its place is that store. Made from what the journal tells."""

    order = models.UUIDField(primary_key=True)
    person_id = models.UUIDField(null=True)
    journey = models.UUIDField(null=True)
    trim = models.CharField(max_length=64, default="", blank=True)
    model = models.CharField(max_length=64, default="", blank=True)
    configuration = models.CharField(max_length=300, default="", blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    paid = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    sold_in = models.CharField(max_length=32, default="", blank=True)
    vin = models.CharField(max_length=17, default="", blank=True)
    state = models.CharField(max_length=16, default=WAITING, choices=states(*FILE_STATES))
    locked_at = models.DateTimeField(null=True)
    allocated_at = models.DateTimeField(null=True)
    prepared_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)

    objects = DeliveryFileQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["store", "state", "allocated_at"], name="delivery_file_store"),
            models.Index(fields=["vin"], condition=~Q(vin=""), name="delivery_file_vin"),
            models.Index(fields=["person_id"], name="delivery_file_person"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.state}"


class Sheet(Placed):
    """One checklist being worked through for one car of one order, in the version that held when it was opened."""

    id = models.UUIDField(primary_key=True)
    order = models.UUIDField()
    person_id = models.UUIDField(null=True)
    vin = models.CharField(max_length=17)
    checklist = models.CharField(max_length=32)
    version = models.CharField(max_length=32)
    powertrain = models.CharField(max_length=8, default="", blank=True)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "vin", "checklist"], name="delivery_sheet_once")
        ]

    def __str__(self) -> str:
        return f"{self.checklist} {self.vin}"


class SheetMark(Placed):
    """What somebody recorded for an item. Never altered: a mistake is put right by another mark that corrects it."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="marks")
    person_id = models.UUIDField(null=True)
    code = models.CharField(max_length=40)
    outcome = models.CharField(max_length=8, choices=states(*checklists.OUTCOMES))
    value = models.CharField(max_length=80, default="", blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    evidence = models.JSONField(default=list)
    corrects = models.BigIntegerField(null=True, help_text="The mark that this one takes back.")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.code} {self.outcome}"

    def as_mark(self) -> checklists.Mark:
        return checklists.Mark(self.code, self.outcome, self.value, len(self.evidence))


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Questions asked of appointments."""

    def standing(self) -> Self:
        """Those that keep bay and specialist busy."""
        return self.filter(state__in=(BOOKED, KEPT))

    def between(self, start_at: datetime, end_at: datetime) -> Self:
        return self.filter(period__overlap=(start_at, end_at))


class Appointment(Placed):
    """One hour in one handover bay with one specialist. The database refuses a bay or a person taken twice."""

    id = models.UUIDField(primary_key=True)
    order = models.UUIDField()
    person_id = models.UUIDField(null=True)
    vin = models.CharField(max_length=17)
    bay = models.PositiveSmallIntegerField()
    specialist = models.CharField(max_length=32)
    period = DateTimeRangeField()
    state = models.CharField(max_length=16, default=BOOKED, choices=states(*APPOINTMENT_STATES))
    sequence = models.PositiveIntegerField(default=0, help_text="Rises with every change, for calendars.")
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=80)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name=BAY_FREE,
                expressions=[
                    ("store", RangeOperators.EQUAL),
                    ("bay", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=(BOOKED, KEPT)),
            ),
            ExclusionConstraint(
                name=SPECIALIST_FREE,
                expressions=[("specialist", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(state__in=(BOOKED, KEPT)),
            ),
            models.UniqueConstraint(fields=["order"], condition=Q(state=BOOKED), name=ONE_AN_ORDER),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.bay} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def starts_at(self) -> datetime:
        return self.period.lower

    @property
    def ends_at(self) -> datetime:
        return self.period.upper

    def as_booked(self) -> Booked:
        return Booked(self.starts_at, self.ends_at, self.bay, self.specialist)


class Ownership(Placed):
    """Who owns a car, from when to when. The delivery date is what the guarantee periods count from."""

    id = models.UUIDField(primary_key=True)
    vin = models.CharField(max_length=17)
    person_id = models.UUIDField()
    order = models.UUIDField(null=True)
    trim = models.CharField(max_length=64, default="", blank=True)
    model = models.CharField(max_length=64, default="", blank=True)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vin"], condition=Q(until_at=None), name=ONE_OWNER)]
        indexes = [models.Index(fields=["person_id"], name="delivery_ownership_person")]

    def __str__(self) -> str:
        return self.vin
