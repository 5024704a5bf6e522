"""Deposits paid for orders, and the sandbox provider's own book of charges."""

from typing import Final

from django.db import models
from django.db.models import Q

from forecourt.platform.models import Placed
from forecourt.sales.models.orders import Order

RESERVATION: Final = "reservation"
FIRM_DEPOSIT: Final = "firm_deposit"
PURPOSES: Final = (RESERVATION, FIRM_DEPOSIT)

PENDING: Final = "pending"
PAID: Final = "paid"
DECLINED: Final = "declined"
REFUNDED: Final = "refunded"
STATES: Final = (PENDING, PAID, DECLINED, REFUNDED)


class Payment(Placed):
    """One payment towards the deposit of an order, as the provider last told us."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    person_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=16, choices=[(purpose, purpose) for purpose in PURPOSES])
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    refunded = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    state = models.CharField(max_length=16, choices=[(state, state) for state in STATES])
    method = models.CharField(max_length=32, default="", blank=True)
    provider = models.CharField(max_length=32)
    reference = models.CharField(max_length=80)
    reason = models.CharField(max_length=64, default="", blank=True)
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="sales_payment_reference"),
            models.UniqueConstraint(
                fields=["order", "purpose"],
                condition=Q(state__in=(PENDING, PAID)),
                name="sales_payment_once",
            ),
            models.CheckConstraint(
                name="sales_payment_amounts",
                condition=Q(amount__gt=0, refunded__gte=0, refunded__lte=models.F("amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.amount} {self.state}"


class SandboxCharge(models.Model):
    """A charge in the sandbox provider's own book. No real money, no customer."""

    reference = models.CharField(max_length=80, primary_key=True)
    key = models.CharField(max_length=120, unique=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    refunded = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    state = models.CharField(max_length=16)
    reason = models.CharField(max_length=64, default="", blank=True)
    made_at = models.DateTimeField()
    settles_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sales_sandbox_amounts", condition=Q(refunded__gte=0, refunded__lte=models.F("amount"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.state}"
