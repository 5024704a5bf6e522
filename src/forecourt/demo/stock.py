"""Where the demo's cars come from: some stand in a city already, the others arrive about three weeks after their order."""

from collections.abc import Sequence
from datetime import date
from datetime import datetime

from forecourt.demo.stage import Stage
from forecourt.exchange.vin import make_vin
from forecourt.network.models import Store
from forecourt.network.models import Trim
from forecourt.platform.actor import Actor
from forecourt.supply.receiving import receive_vehicles

FACTORY = Actor.system("demo.factories")
# Codes that no maker holds: position 3 is 9 (a small maker) with letters of our own.
WMI = {"aito": "LZ9", "luxeed": "LY9", "stelato": "LX9", "maextro": "LW9", "shangjie": "LV9"}
HEADING = "vin,trim,city,store,built_on,state"


class Stock:
    """Builds cars for orders and hands them to supply as the lists that carmakers send."""

    def __init__(self, stage: Stage, on: date) -> None:
        self.stage = stage
        self._serial = 0
        self._cities = dict(Store.objects.values_list("code", "city"))
        self._trims: dict[str, Sequence[str]] = {}
        self._brands = dict(Trim.objects.values_list("code", "model__brand"))
        for trim in Trim.objects.offered_on(on).order_by("code"):
            self._trims[trim.model_id] = (*self._trims.get(trim.model_id, ()), trim.code)

    @property
    def models(self) -> list[str]:
        return sorted(self._trims)

    def brand(self, model: str) -> str:
        return self._brands[self._trims[model][0]]

    def trim(self, model: str) -> str:
        """A trim of the model, the middle ones more often."""
        trims = self._trims[model]
        return trims[min(int(self.stage.rng.triangular(0, len(trims))), len(trims) - 1)]

    def ordered(self, at: datetime, store: str, trim: str, *, wanted_soon: bool) -> None:
        """Plan the car of an order: in stock within days, else built in about three weeks."""
        hours = self.stage.rng.uniform(12, 72) if wanted_soon else self.stage.rng.uniform(14, 35) * 24
        self.stage.plan(self.stage.soon(at, hours * 60, 0.1), self.arrive, trim, self._cities[store])

    def arrive(self, at: datetime, trim: str, city: str) -> None:
        """A car arrives in a city; supply gives it to whose turn it is."""
        self._serial += 1
        vin = make_vin(WMI[self._brands[trim]], "DEMA1", self._serial)
        row = f"{vin},{trim},{city},,{at.date().isoformat()},in_stock"
        receive_vehicles(by=FACTORY, at=at, text=f"{HEADING}\n{row}\n")
