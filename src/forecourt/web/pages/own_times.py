"""Choosing a time on the customer's own page: free slots are looked up for the whole network, and nothing else is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta

from forecourt.base.calendars import SHANGHAI
from forecourt.care.queries import free_times
from forecourt.care.terms import MAINTENANCE
from forecourt.delivery.models import Ownership
from forecourt.journeys.models import Journey
from forecourt.network.models import Store
from forecourt.network.queries import nearest
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.scope import widened
from forecourt.sales.models import TestCar
from forecourt.sales.queries import free_slots

DAYS_SHOWN = 14
STORES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A time that can be taken: what the form sends for it, and what is said beside it."""

    value: str
    starts_at: datetime
    beside: str = ""


@contextmanager
def everywhere(actor: Actor) -> Iterator[None]:
    """See the whole network for a moment; what is told of it are free times."""
    with widened(NETWORK_SCOPE, actor.scope):
        yield


def days_from(at: datetime) -> list[date]:
    """The days offered, today first."""
    today = at.astimezone(SHANGHAI).date()
    return [today + timedelta(days=number) for number in range(DAYS_SHOWN)]


def day_asked(text: str, days: list[date]) -> date | None:
    """The day in the address, if it is one of those offered."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found in days else None


def workshops(car: Ownership, on: date) -> list[Store]:
    """Where the car can be serviced: the store that handed it over first, then the nearest ones."""
    home = Store.objects.filter(code=car.store).first()
    able = [row for row in Store.objects.servicing(car.brand, on) if row.service_bays]
    if home is None:
        return able[:STORES_SHOWN]
    return [near.store for near in nearest(able, home.lat, home.lon, STORES_SHOWN)]


def visit_times(
    store: str, on: date, at: datetime, actor: Actor, length: timedelta = MAINTENANCE
) -> list[Choice]:
    """When a service visit can begin."""
    with everywhere(actor):
        found = free_times(store, on, length, at)
    return [Choice(one.starts_at.isoformat(), one.starts_at) for one in found if one.bays]


def drive_times(run: Journey, on: date, at: datetime, actor: Actor, models: dict[str, str]) -> list[Choice]:
    """When a test drive can begin and with which model; one car of each model and time is offered."""
    with everywhere(actor):
        slots = free_slots(run.store, on, at, adviser=run.owner)
        cars = _models_of({slot.car for slot in slots})
    offered: dict[tuple[datetime, str], Choice] = {}
    for slot in sorted(slots, key=lambda one: (one.starts_at, one.car)):
        model = cars.get(slot.car, "")
        value = f"{slot.car}|{slot.starts_at.isoformat()}"
        offered.setdefault((slot.starts_at, model), Choice(value, slot.starts_at, models.get(model, model)))
    return list(offered.values())


def _models_of(cars: set[str]) -> dict[str, str]:
    return dict(TestCar.objects.filter(code__in=cars).values_list("code", "model"))
