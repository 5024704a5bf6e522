"""A workshop with its people, a person who owns a car, and a car that nobody in the house knows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Any
from uuid import UUID
from uuid import uuid4

import pytest

from forecourt import journal
from forecourt.care import booking
from forecourt.care import repairing
from forecourt.exchange.vin import make_vin
from forecourt.journeys import actions as journeys
from forecourt.platform.actions import Action
from forecourt.platform.actor import Actor
from tests.fixtures import SYSTEM
from tests.fixtures import Three
from tests.fixtures import make_person
from tests.fixtures import publish_samples

OWN = make_vin("LVV", "DB21B", 1)
STRANGE = make_vin("LZ9", "DEMS1", 7)
TRIM = "aito-m9-2025-erev-max-52kwh-5"


def _hand_over(do: Any, *, person: UUID, vin: str, place: Any) -> None:
    order = str(uuid4())
    data = {"order": order, "vin": vin, "price": "300000.00", "model": "aito-m9", "trim": TRIM}
    journal.write(
        do,
        "delivery.handed_over",
        stream=uuid4(),
        place=place,
        person=person,
        objects={"order": order},
        data=data,
    )


hand_over = Action("tests.hand_over", frozenset(), _hand_over)


@dataclass(slots=True)
class Garage:
    """A workshop: its store, the people in it, an owner with a car of their own."""

    net: Three
    at: datetime
    adviser: Actor
    technician: Actor
    second: Actor
    manager: Actor
    owner: UUID
    customer: Actor

    @property
    def home(self) -> str:
        return self.net.home

    def time(self, hour: int = 11, minute: int = 0, days: int = 1) -> str:
        return f"{(self.at + timedelta(days=days)).date()}T{hour:02}:{minute:02}:00+08:00"

    def book(self, *, by: Actor | None = None, vin: str = OWN, hour: int = 11, **more: Any) -> str:
        facts = {"store": self.home, "vin": vin, "starts_at": self.time(hour), **more}
        return str(booking.book_visit(by=by or self.adviser, at=self.at, **facts)["visit"])

    def give(self, vin: str, person: UUID | None = None, at: datetime | None = None) -> None:
        """A car is handed over, as delivery tells of it."""
        hand_over(by=SYSTEM, at=at or self.at, person=person or self.owner, vin=vin, place=self.net.place)
        journal.drain(self.at)

    def open(self, **more: Any) -> dict[str, Any]:
        """A booked car arrives: gives `repair_order` and `journey`."""
        return repairing.open_repair_order(by=self.adviser, at=self.at, visit=self.book(**more))

    def record(self, journey: str, step: str, by: Actor | None = None, **record: Any) -> dict[str, Any]:
        who = by or self.adviser
        return journeys.record_step(
            by=who, at=self.at, journey=journey, step=step, record=record, evidence=["photo", "signature"]
        )

    def quoted(self, journey: str, *items: str) -> None:
        """Received, diagnosed and agreed."""
        self.record(journey, "receive", odometer_km=12000, wish="异响")
        self.record(journey, "diagnose", self.technician, finding="制动片磨损")
        self.record(journey, "quote_repair", outcome="agreed", items=list(items or ("brake-pads",)))

    def checked(self, journey: str) -> None:
        self.record(journey, "do_repair", self.technician)
        self.record(journey, "check_repair", self.second, result="passed")


def open_garage(net: Three) -> Garage:
    publish_samples(net.at, "repair", "first-month")
    owner = make_person(net.at, net.place)
    garage = Garage(
        net, net.at, net.staff("service_adviser"), net.staff("technician"), net.staff("technician", number=1),
        net.staff("store_manager"), owner, Actor.customer(owner),
    )  # fmt: skip
    garage.give(OWN)
    return garage


@pytest.fixture
def garage(network_of_three: Three) -> Garage:
    return open_garage(network_of_three)


@pytest.fixture
def busy_garage(busy_network: Three) -> Garage:
    return open_garage(busy_network)


@pytest.fixture
def stranger(garage: Garage) -> Callable[[], Actor]:
    """Another customer with a car of their own."""

    def make() -> Actor:
        person = make_person(garage.at, garage.net.place, "周远", "+8613900139000")
        garage.give(make_vin("LVV", "DB21B", 2), person)
        return Actor.customer(person)

    return make
