"""Who works in the stores and what they are certified for. Certificates are dated and can be revoked."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists
from django.db.models import OuterRef
from django.db.models import Q
from django.db.models import QuerySet

from forecourt.network.models.named import Named
from forecourt.network.models.named import holds_on
from forecourt.platform.models import Placed


class Certificate(Named):
    """A proof of training that a playbook may ask for. `by_brand`: held for each brand by itself."""

    months = models.PositiveSmallIntegerField()
    by_brand = models.BooleanField(default=False)
    held_by = models.JSONField(default=list)


class StaffQuerySet(QuerySet["Staff"]):
    """Questions asked of staff."""

    def working_on(self, on: date) -> Self:
        return self.filter(holds_on(on, start="joined_on", end="left_on"))

    def in_store(self, store: str) -> Self:
        return self.filter(store=store)

    def in_role(self, *roles: str) -> Self:
        return self.filter(role__in=roles)

    def holding(self, certificate: str, on: date, brand: str = "") -> Self:
        """Those whose certificate is valid on that day, for `brand` where the certificate is held by brand."""
        held = Holding.objects.valid_on(on).for_brand_of(brand)
        return self.filter(Exists(held.filter(staff=OuterRef("pk"), certificate=certificate)))

    def holding_all(self, certificates: Iterable[str], on: date, brand: str = "") -> Self:
        """Those who hold every one of the certificates on that day."""
        found = self
        for certificate in certificates:
            found = found.holding(certificate, on, brand)
        return found


class Staff(Placed):
    """A person who works in a store. In the sample network all of them are invented."""

    code = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=32)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["store", "role"], name="network_staff_store_role")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class HoldingQuerySet(QuerySet["Holding"]):
    """Questions asked of certificates held."""

    def valid_on(self, on: date) -> Self:
        """Holdings that have begun, have not run out and were not revoked on that day."""
        return self.filter(holds_on(on), Q(revoked_on__isnull=True) | Q(revoked_on__gt=on))

    def for_brand_of(self, brand: str) -> Self:
        """Holdings that cover the brand: those not tied to one, and those tied to it. Without a brand, all."""
        return self.filter(Q(for_brand="") | Q(for_brand=brand)) if brand else self

    def running_out(self, on: date, before: date) -> Self:
        """Valid on `on` but no longer on `before`."""
        return self.valid_on(on).filter(valid_to__lte=before)


class Holding(Placed):
    """A certificate held by somebody, from when to when; `for_brand` is empty when it covers every brand."""

    id = models.UUIDField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="holdings")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="holdings")
    for_brand = models.CharField(max_length=32, default="", blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField()
    revoked_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    examiner = models.CharField(max_length=80, default="", blank=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "certificate", "for_brand", "valid_from"], name="network_holding_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gt=models.F("valid_from")), name="network_holding_dates"
            ),
        ]
