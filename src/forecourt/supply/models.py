"""Vehicles, places in the queue and their record, allocations, offers of refused cars, requests for allocation by hand."""

from datetime import datetime
from typing import Final
from typing import Self

from django.db import models
from django.db.models import Q

from forecourt.platform.models import Placed
from forecourt.supply.rules import EVENT_KINDS
from forecourt.supply.rules import Event
from forecourt.supply.rules import Line
from forecourt.supply.rules import Waiting

IN_TRANSIT, IN_STOCK, ALLOCATED, PREPARED, DELIVERED = (
    "in_transit",
    "in_stock",
    "allocated",
    "prepared",
    "delivered",
)
WAITING, OFFERED, HAS_CAR, LEFT, DONE = "waiting", "offered", "allocated", "cancelled", "handed_over"
VEHICLE_STATES: Final = (IN_TRANSIT, IN_STOCK, OFFERED, ALLOCATED, PREPARED, DELIVERED)
PLACE_STATES: Final = (WAITING, OFFERED, HAS_CAR, LEFT, DONE)
OPEN, ACCEPTED, DECLINED, LAPSED = "open", "accepted", "declined", "lapsed"
ASKED, APPROVED, REFUSED = "asked", "approved", "refused"
ONE_ORDER_A_VEHICLE = "supply_allocation_one_order_a_vehicle"
ONE_VEHICLE_AN_ORDER = "supply_allocation_one_vehicle_an_order"


def states(*values: str) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class VehicleQuerySet(models.QuerySet["Vehicle"]):
    """Questions asked of vehicles."""

    def of_line(self, line: Line) -> Self:
        return self.filter(model=line.model, configuration=line.configuration, city=line.city)

    def free(self) -> Self:
        """Arrived and nobody's."""
        return self.filter(state=IN_STOCK)

    def received_between(self, start_at: datetime, end_at: datetime) -> Self:
        return self.filter(received_at__gte=start_at, received_at__lt=end_at)


class Vehicle(Placed):
    """One car. Its place is where it stands: a store, or only the region of a city while it is in the city's pool."""

    vin = models.CharField(max_length=17, primary_key=True)
    trim = models.CharField(max_length=64)
    model = models.CharField(max_length=64)
    configuration = models.CharField(max_length=300)
    city = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=states(*VEHICLE_STATES))
    built_on = models.DateField(null=True)
    listed_at = models.DateTimeField(help_text="When it came into the list.")
    received_at = models.DateTimeField(null=True, help_text="When it arrived in its city.")
    refusals = models.PositiveSmallIntegerField(default=0, help_text="Customers who refused this car.")

    objects = VehicleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["model", "configuration", "city", "received_at"],
                condition=Q(state=IN_STOCK),
                name="supply_vehicle_free",
            ),
            models.Index(fields=["brand", "-listed_at"], name="supply_vehicle_brand"),
            models.Index(fields=["store", "-listed_at"], name="supply_vehicle_store"),
            models.Index(fields=["model", "city", "received_at"], name="supply_vehicle_arrivals"),
        ]
        constraints = [
            models.CheckConstraint(
                name="supply_vehicle_received",
                condition=Q(state=IN_TRANSIT, received_at=None) | Q(received_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.vin

    @property
    def line(self) -> Line:
        return Line(self.model, self.configuration, self.city)


class QueuePlaceQuerySet(models.QuerySet["QueuePlace"]):
    """Questions asked of the queue."""

    def of_line(self, line: Line) -> Self:
        return self.filter(model=line.model, configuration=line.configuration, city=line.city)

    def waiting(self) -> Self:
        """Without a car: whoever is being asked about a refused car still waits."""
        return self.filter(state__in=(WAITING, OFFERED))

    def in_order(self) -> Self:
        return self.order_by("locked_at", "order")

    def ahead_of(self, place: "QueuePlace") -> Self:
        before = Q(locked_at__lt=place.locked_at) | Q(locked_at=place.locked_at, order__lt=place.order)
        return self.of_line(place.line).waiting().filter(before)


class QueuePlace(Placed):
    """A locked order in its line, with the promise that was made when it was locked."""

    order = models.UUIDField(primary_key=True)
    person_id = models.UUIDField(null=True)
    journey = models.UUIDField(null=True)
    trim = models.CharField(max_length=64)
    model = models.CharField(max_length=64)
    configuration = models.CharField(max_length=300)
    city = models.CharField(max_length=64)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    wanted_vin = models.CharField(max_length=17, default="", blank=True)
    state = models.CharField(max_length=16, default=WAITING, choices=states(*PLACE_STATES))
    locked_at = models.DateTimeField()
    promised_from_on = models.DateField()
    promised_to_on = models.DateField()
    promise_rule = models.CharField(max_length=32)
    left_at = models.DateTimeField(null=True, help_text="When the order was cancelled or handed over.")

    objects = QueuePlaceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["model", "configuration", "city", "locked_at", "order"],
                condition=Q(state__in=(WAITING, OFFERED)),
                name="supply_queue_line",
            ),
            models.Index(fields=["store", "state"], name="supply_queue_store"),
            models.Index(fields=["person_id"], name="supply_queue_person"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.state}"

    @property
    def line(self) -> Line:
        return Line(self.model, self.configuration, self.city)

    def as_waiting(self, refused: frozenset[str] = frozenset()) -> Waiting:
        return Waiting(self.order, self.locked_at, self.wanted_vin, refused, self.state == OFFERED)


class QueueEvent(Placed):
    """One line of the queue's record. The database refuses to alter or delete it."""

    order = models.UUIDField()
    person_id = models.UUIDField(null=True)
    model = models.CharField(max_length=64)
    configuration = models.CharField(max_length=300)
    city = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=states(*EVENT_KINDS))
    locked_at = models.DateTimeField()
    vin = models.CharField(max_length=17, default="", blank=True)
    reason = models.CharField(max_length=40, default="", blank=True)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["model", "configuration", "city", "id"], name="supply_event_line"),
            models.Index(fields=["order", "id"], name="supply_event_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order}"

    def as_event(self) -> Event:
        return Event(self.order, self.kind, self.locked_at, self.at)


class Allocation(Placed):
    """A car given to an order; its place is the store that hands over.

    While it stands (`ended_at` is null) no other order has the car and the order has no other.
    """

    id = models.UUIDField(primary_key=True)
    order = models.UUIDField()
    person_id = models.UUIDField(null=True)
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, db_column="vin", related_name="allocations"
    )
    number = models.PositiveIntegerField(help_text="The place in the line when the car was given.")
    by_hand = models.BooleanField(default=False)
    approved_by = models.CharField(max_length=80, default="", blank=True)
    allocated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vehicle"], condition=Q(ended_at=None), name=ONE_ORDER_A_VEHICLE),
            models.UniqueConstraint(fields=["order"], condition=Q(ended_at=None), name=ONE_VEHICLE_AN_ORDER),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.vehicle_id}"


class Offer(Placed):
    """A refused car, offered to the next order of the line, which must agree."""

    id = models.UUIDField(primary_key=True)
    order = models.UUIDField()
    person_id = models.UUIDField(null=True)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, db_column="vin", related_name="offers")
    state = models.CharField(max_length=16, default=OPEN, choices=states(OPEN, ACCEPTED, DECLINED, LAPSED))
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle"], condition=Q(state=OPEN), name="supply_offer_one_a_vehicle"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state=OPEN), name="supply_offer_one_an_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.vehicle_id} {self.state}"


class AllocationRequest(Placed):
    """Somebody asks to give a certain car to a certain order out of turn; somebody else decides."""

    id = models.UUIDField(primary_key=True)
    order = models.UUIDField()
    person_id = models.UUIDField(null=True)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, db_column="vin", related_name="requests")
    reason = models.TextField()
    passes = models.PositiveIntegerField(help_text="How many orders ahead would be passed over.")
    state = models.CharField(max_length=16, default=ASKED, choices=states(ASKED, APPROVED, REFUSED))
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, default="", blank=True)
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.order} {self.vehicle_id} {self.state}"
