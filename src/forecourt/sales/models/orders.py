"""Quotes and orders. An order is reserved, firm or locked, and never two of them at once."""

from datetime import datetime
from typing import Final
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func
from django.db.models import Q
from django.db.models import Value

from forecourt.platform.models import Placed

RESERVED: Final = "reserved"
FIRM: Final = "firm"
LOCKED: Final = "locked"
CANCELLED: Final = "cancelled"
STATES: Final = (RESERVED, FIRM, LOCKED, CANCELLED)
ONE_ORDER_A_CAR = "sales_vehicle_hold_pkey"


class Quote(Placed):
    """Prices of one configuration, put together from the price list on one day and good until another."""

    id = models.UUIDField(primary_key=True)
    trim = models.CharField(max_length=64)
    model = models.CharField(max_length=64)
    options = ArrayField(models.CharField(max_length=32), default=list)
    configuration = models.CharField(max_length=300)
    price_kind = models.CharField(max_length=16)
    lines = models.JSONField()
    total = models.DecimalField(max_digits=12, decimal_places=2)
    quoted_at = models.DateTimeField()
    valid_until_on = models.DateField()
    person_id = models.UUIDField(null=True)
    opportunity = models.UUIDField(null=True)
    journey = models.UUIDField(null=True)
    adviser = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["opportunity"], name="sales_quote_opportunity")]

    def __str__(self) -> str:
        return f"{self.configuration} {self.total}"


class OrderQuerySet(models.QuerySet["Order"]):
    """Questions asked of orders."""

    def of_person(self, person_id: UUID) -> Self:
        return self.filter(person_id=person_id).order_by("-placed_at")

    def of_store(self, store: str) -> Self:
        return self.filter(store=store).order_by("-placed_at")

    def standing(self) -> Self:
        """Those not cancelled."""
        return self.exclude(state=CANCELLED)

    def lapsing(self, at: datetime) -> Self:
        """Firm orders whose lock window is over and not yet recorded as such."""
        return self.filter(state=FIRM, lock_by_at__lte=at, lapsed_at=None)


class Order(Placed):
    """A customer's order for one configuration at the price of the list."""

    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(
        unique=True, db_default=Func(Value("sales_order_number"), function="nextval"), editable=False
    )
    state = models.CharField(max_length=16, default=RESERVED, choices=[(state, state) for state in STATES])
    trim = models.CharField(max_length=64)
    model = models.CharField(max_length=64)
    options = ArrayField(models.CharField(max_length=32), default=list)
    configuration = models.CharField(max_length=300)
    city = models.CharField(max_length=64, default="", blank=True)
    price_kind = models.CharField(max_length=16)
    lines = models.JSONField()
    price = models.DecimalField(max_digits=12, decimal_places=2)
    vin = models.CharField(max_length=17, default="", blank=True)
    person_id = models.UUIDField(null=True)
    opportunity = models.UUIDField(null=True)
    quote = models.UUIDField(null=True)
    sold_in = models.UUIDField(null=True, help_text="The retail journey that ended with this order.")
    journey = models.UUIDField(null=True, help_text="The order-to-handover journey.")
    adviser = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    lock_by_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(
        null=True, help_text="When it was found that the lock window had passed."
    )
    locked_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=32, default="", blank=True)
    refund_approved_by = models.CharField(max_length=80, default="", blank=True)
    refund_approved_at = models.DateTimeField(null=True)
    refund_reason = models.CharField(max_length=32, default="", blank=True)
    allocated_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sales_order_states_not_mixed",
                condition=(
                    Q(state=RESERVED, confirmed_at=None, locked_at=None, cancelled_at=None)
                    | Q(
                        state=FIRM,
                        confirmed_at__isnull=False,
                        lock_by_at__isnull=False,
                        locked_at=None,
                        cancelled_at=None,
                    )
                    | Q(state=LOCKED, confirmed_at__isnull=False, locked_at__isnull=False, cancelled_at=None)
                    | Q(state=CANCELLED, cancelled_at__isnull=False)
                ),
            ),
            models.CheckConstraint(name="sales_order_price_positive", condition=Q(price__gt=0)),
            models.CheckConstraint(
                name="sales_order_locked_at_list_price", condition=~Q(state=LOCKED) | Q(price_kind="list")
            ),
        ]
        indexes = [
            models.Index(fields=["person_id"], name="sales_order_person"),
            models.Index(fields=["store", "-placed_at"], name="sales_order_store"),
            models.Index(fields=["placed_at"], name="sales_order_placed"),
            models.Index(fields=["sold_in"], name="sales_order_sold_in"),
            models.Index(
                fields=["lock_by_at"], condition=Q(state=FIRM, lapsed_at=None), name="sales_order_lapsing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state} {self.configuration}"

    @property
    def late_lock(self) -> bool:
        """Locked after its window: the priority of the window is lost, the place counts from the lock."""
        return bool(self.locked_at and self.lock_by_at and self.locked_at > self.lock_by_at)


class VehicleHold(Placed):
    """A car in stock that an order names. The primary key lets one order have it."""

    vin = models.CharField(max_length=17, primary_key=True)
    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="hold")
    held_at = models.DateTimeField()

    class Meta:
        db_table = "sales_vehicle_hold"

    def __str__(self) -> str:
        return self.vin
