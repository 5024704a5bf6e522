"""Stores: where they are, what they may do for which brand and from when, when they are open."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists
from django.db.models import OuterRef
from django.db.models import Q
from django.db.models import QuerySet

from forecourt.network.models.named import Named
from forecourt.network.models.named import holds_on
from forecourt.network.models.parties import Brand
from forecourt.network.models.parties import City
from forecourt.network.models.parties import Operator
from forecourt.network.models.parties import Region
from forecourt.platform.models import NETWORK
from forecourt.platform.models import Place


class StoreQuerySet(QuerySet["Store"]):
    """Questions asked of stores."""

    def open_on(self, on: date) -> Self:
        """Stores in business on that day: opened, not yet closed."""
        return self.filter(holds_on(on, start="opened_on", end="closed_on"))

    def doing(self, work: str, brand: str, on: date) -> Self:
        """Stores that may do `work` (sales, delivery, service) for the brand on that day."""
        allowed = Franchise.objects.filter(holds_on(on), store=OuterRef("pk"), work=work, brand=brand)
        return self.open_on(on).filter(Exists(allowed))

    def selling(self, brand: str, on: date) -> Self:
        """Stores that may sell the brand on that day."""
        return self.doing("sales", brand, on)

    def delivering(self, brand: str, on: date) -> Self:
        """Stores that may hand over cars of the brand on that day."""
        return self.doing("delivery", brand, on)

    def servicing(self, brand: str, on: date) -> Self:
        """Stores that may service cars of the brand on that day."""
        return self.doing("service", brand, on)

    def of_operator(self, operator: str) -> Self:
        return self.filter(operator=operator)


class Store(Named):
    """A place where customers are received. Its invented position is in WGS84 unless `datum` says otherwise."""

    format = models.CharField(max_length=32)
    grade = models.CharField(max_length=1)
    channel = models.CharField(max_length=16)
    operator = models.ForeignKey(
        Operator, on_delete=models.PROTECT, related_name="stores", db_column="operator"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="stores", db_column="region")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="stores", db_column="city")
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, null=True, related_name="exclusive_stores", db_column="brand"
    )
    district_zh = models.CharField(max_length=40, default="", blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    datum = models.CharField(max_length=8, default="WGS84")
    display_bays = models.PositiveSmallIntegerField(default=0)
    delivery_bays = models.PositiveSmallIntegerField(default=0)
    service_bays = models.PositiveSmallIntegerField(default=0)
    test_cars = models.PositiveSmallIntegerField(default=0)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__range=(-90, 90), lon__range=(-180, 180)), name="network_store_point"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=models.F("opened_on")),
                name="network_store_dates",
            ),
        ]

    def place(self, brand: str = "") -> Place:
        """The place of a row written in this store about a car of `brand`; an exclusive store brings its own."""
        return Place(brand or self.brand_id or "", self.region_id, self.operator_id, self.code, NETWORK)


class Franchise(models.Model):
    """What a store may do for a brand, from when to when. Work: sales, delivery, service."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="franchises")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="franchises", db_column="brand")
    work = models.CharField(max_length=16)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "brand", "work", "valid_from"], name="network_franchise_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.work} {self.brand_id}"


class StoreHours(models.Model):
    """Opening hours of one weekday (1 is Monday) on a calendar of the store: `store hours` or `workshop hours`."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="hours")
    calendar = models.CharField(max_length=32)
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "calendar", "weekday", "opens"], name="network_hours_once"
            ),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="network_hours_weekday"),
        ]


class SpecialDay(models.Model):
    """A day on which a store keeps other hours; without hours it is closed."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="special_days")
    calendar = models.CharField(max_length=32)
    on = models.DateField()
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "calendar", "on"], name="network_special_day_once")
        ]
