"""What routing needs to know of the network, kept for a minute in each process: stores, who may sell what, advisers, cities, names.

Reference data change a few times a day and are asked for with every lead; so a lead costs no query for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from functools import lru_cache
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.db import connection

from forecourt.base.calendars import SHANGHAI
from forecourt.demand.naming import Called
from forecourt.demand.naming import Names
from forecourt.demand.naming import plain
from forecourt.journeys import programs
from forecourt.network.methodology import read_csv
from forecourt.network.models import Brand
from forecourt.network.models import City
from forecourt.network.models import Franchise
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.network.models import VehicleModel
from forecourt.network.models.named import holds_on
from forecourt.platform.actions import Doing
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import ADVISER

KEPT_SECONDS = 60
PLAYBOOK = "retail"

_kept: dict[tuple[str, date], "Directory"] = {}


@dataclass(frozen=True, slots=True)
class Town:
    """A city that leads come from; `code` is '' when the network has no city of that name, only a point."""

    code: str
    lat: float
    lon: float


@dataclass(slots=True)
class Directory:
    """One day's reference data, as the whole network sees it."""

    on: date
    loaded: float
    stores: dict[str, Store]
    sellers: dict[str, tuple[Store, ...]]
    names: Names
    towns: dict[str, Town]
    store_names: dict[str, str]
    needed: tuple[str, ...] | None
    _advisers: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def has_playbook(self) -> bool:
        """Whether there is a playbook on which a lead can be followed."""
        return self.needed is not None

    def advisers(self, brand: str) -> dict[str, tuple[str, ...]]:
        """Store to the advisers in it who hold what the playbook's first step asks for, by code."""
        if brand not in self._advisers:
            able = (
                Staff.objects.in_role(ADVISER)
                .working_on(self.on)
                .holding_all(self.needed or (), self.on, brand)
            )
            found: dict[str, tuple[str, ...]] = {}
            for code, store in able.order_by("code").values_list("code", "store"):
                found[store] = (*found.get(store, ()), code)
            self._advisers[brand] = found
        return self._advisers[brand]

    def sells(self, store: str, brand: str) -> bool:
        return any(one.code == store for one in self.sellers.get(brand, ()))

    def brands_of(self, store: str) -> list[str]:
        """The brands that a store may sell, by code."""
        return sorted(brand for brand in self.sellers if self.sells(store, brand))

    def store_named(self, ids: Iterable[str], name: str) -> str:
        """The store that a sender means by its codes or its name; '' when it is none of ours."""
        code = next((one for one in ids if one in self.stores), "")
        return code or self.store_names.get(plain(name), "")

    def town(self, *written: str) -> Town | None:
        """The first of the written names or division codes that is a city we know."""
        return next((town for text in written if (town := self.towns.get(_city_key(text)))), None)

    def town_of(self, store: str) -> Town | None:
        """Where a store itself is, for a customer who stands in it."""
        found = self.stores.get(store)
        return Town(found.city_id, found.lat, found.lon) if found else None


def directory(do: Doing) -> Directory:
    """The reference data of the action's day, seen above row permissions."""
    on = do.at.astimezone(SHANGHAI).date()
    key = (str(connection.settings_dict["NAME"]), on)
    found = _kept.get(key)
    if found is None or monotonic() - found.loaded > KEPT_SECONDS:
        with do.above():
            found = _load(do, on)
        _kept.clear()
        _kept[key] = found
    return found


def forget() -> None:
    """Forget what is kept, because the network changed in this process."""
    _kept.clear()


def _load(do: Doing, on: date) -> Directory:
    stores = {store.code: store for store in Store.objects.open_on(on).order_by("code")}
    sellers: dict[str, tuple[Store, ...]] = {}
    rows = Franchise.objects.filter(holds_on(on), work="sales", store__in=list(stores))
    for brand, code in sorted(set(rows.values_list("brand", "store"))):
        sellers[brand] = (*sellers.get(brand, ()), stores[code])
    return Directory(
        on, monotonic(), stores, sellers, _names(), _towns(),
        {plain(name): store.code for store in stores.values() for name in (store.name_zh, store.name_en) if name},
        _needed(do),
    )  # fmt: skip


def _names() -> Names:
    brands = [Called(one.code, one.code, (one.name_zh, one.name_en)) for one in Brand.objects.all()]
    models = [
        Called(one.code, one.brand_id, (one.name_zh, one.name_en)) for one in VehicleModel.objects.all()
    ]
    return Names.of(brands, models)


def _towns() -> dict[str, Town]:
    """Every city of the country by its names and division code; those of the network with their code."""
    found = dict(_country(Path(settings.FORECOURT_METHODOLOGY)))
    for city in City.objects.all():
        town = Town(city.code, city.lat, city.lon)
        for text in (city.code, city.name_zh, city.name_en, city.division_code):
            found[_city_key(text)] = town
    return found


@lru_cache(maxsize=2)
def _country(folder: Path) -> dict[str, Town]:
    found: dict[str, Town] = {}
    for row in read_csv(folder, "facts/cn_cities.csv"):
        if not row["lat"]:
            continue
        town = Town("", float(row["lat"]), float(row["lon"]))
        for text in (row["name_zh"], row["name_en"], row["division_code"]):
            found.setdefault(_city_key(text), town)
    return found


def _city_key(text: str) -> str:
    """`上海市` and `上海`, `SHANGHAI`, `310000` and `31` are each one key."""
    key = plain(text)
    if key.isdecimal():
        return key.rstrip("0") if len(key) == 6 and key.endswith("0000") else key[:4]
    return key.removesuffix("市").removesuffix("city") if len(key) > 2 else key


def _needed(do: Doing) -> tuple[str, ...] | None:
    """The certificates that the first step of the playbook asks for; None while none is published."""
    try:
        known = programs.of(PLAYBOOK, programs.latest_version(PLAYBOOK, do.at))
    except Missing:
        return None
    offers = known.offers(known.program.start).values()
    first = next((offer.step for offer in offers if not offer.optional), None)
    return tuple(name.text for name in first.holds) if first else ()
