"""What the trading site begins with: the played town of the roof's tests, and enquiries of the sample folder.

Five customers of one store: one drives their new car, one waits in the queue, one has reserved, one may choose a test drive, one
has not been answered in time. Everything is made through actions.
"""

from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from uuid import UUID

from forecourt import journal
from forecourt.demo.opening import take_samples
from forecourt.exchange.vin import make_vin
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from forecourt.supply.receiving import receive_vehicles
from tests.web.town import SYSTEM
from tests.web.town import TRIM
from tests.web.town import Town
from tests.web.town import build

NOW = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)  # a Tuesday, 10:30 in Shanghai
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(slots=True)
class Site:
    """A live site with trade in it. `at` is the time that its clock shows; tests set it forward."""

    url: str
    town: Town
    at: datetime

    def user(self, persona: str) -> User:
        return self.town.user(persona)

    def later(self, pause: timedelta) -> None:
        """Let time pass."""
        self.at += pause

    def settle(self) -> None:
        """What the worker does: tell the rooms what happened."""
        journal.drain(self.at)

    def car_arrives(self, number: int = 7) -> str:
        """A car of the town's configuration reaches the store and is allocated in queue order; its VIN."""
        vin, town = make_vin("LVV", "DB21B", number), self.town
        sheet = f"vin,trim,options,city,store,state\n{vin},{TRIM},,{town.city},{town.store},in_stock\n"
        receive_vehicles(by=SYSTEM, at=self.at, text=sheet)
        self.settle()
        return vin

    def order_of(self, person: UUID) -> Order:
        with reading(SYSTEM.scope):
            return Order.objects.get(person_id=person)


def play() -> Town:
    """Make all of it in the database that Django looks at."""
    town = build(NOW)
    take_samples(NOW)
    journal.drain(NOW)
    return town
