"""Before the first customer: the sample network, its playbooks, prices, test cars, and the enquiries of the sample folder."""

from collections.abc import Iterator
from datetime import date
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from forecourt.demand.intake import intake
from forecourt.journeys.actions import publish
from forecourt.network.actions import load_sample
from forecourt.network.models import Brand
from forecourt.network.models import City
from forecourt.network.models import Franchise
from forecourt.network.models import Store
from forecourt.network.models import Trim
from forecourt.network.models import VehicleModel
from forecourt.network.models.named import holds_on
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading
from forecourt.sales.drives import add_test_car
from forecourt.sales.loading import load_prices

HEADQUARTERS = Actor.system("demo.headquarters")


def open_network(at: datetime, stores: int, seed: int) -> None:
    """Load the methodology, with the demo's users, and give the stores their test cars."""
    load_methodology(HEADQUARTERS, at, stores=stores, seed=seed, personas=True)
    add_test_cars(HEADQUARTERS, at)


def load_methodology(by: Actor, at: datetime, *, stores: int, seed: int, personas: bool) -> dict[str, Any]:
    """The network, then its prices, then its playbooks; for a demo and for a real installation (`forecourt network load`).

    Each is an action of its own. Only the network needs empty tables; prices and playbooks that are there stay as they are.
    """
    network = load_sample(by=by, at=at, stores=stores, seed=seed, personas=personas)
    prices = load_prices(by=by, at=at)
    paths = sorted(Path(settings.FORECOURT_METHODOLOGY, "playbooks").glob("*.yaml"))
    published = [publish(by=by, at=at, text=path.read_text("utf-8"), file=path.name) for path in paths]
    return {**network, **prices, "playbooks": len(published)}


def add_test_cars(by: Actor, at: datetime) -> int:
    """Give each store a test car of each model it sells, as many as it has places for; how many."""
    with reading(NETWORK_SCOPE):
        cars = list(_test_cars(at.date()))
    for code, store, brand, model, trim in cars:
        add_test_car(by=by, at=at, code=code, store=store, brand=brand, model=model, trim=trim)
    return len(cars)


def _test_cars(on: date) -> Iterator[tuple[str, str, str, str, str]]:
    """One car for each model that a store sells, as many as the store has places for: code, store, brand, model, trim."""
    trims = {
        trim.model_id: trim for trim in Trim.objects.offered_on(on).select_related("model").order_by("-code")
    }
    sold: dict[str, list[str]] = {}
    for store, brand in (
        Franchise.objects.filter(holds_on(on), work="sales")
        .values_list("store", "brand")
        .order_by("store", "brand")
    ):
        sold.setdefault(store, []).append(brand)
    for store in Store.objects.open_on(on).order_by("code"):
        models = [trim for trim in trims.values() if trim.model.brand_id in sold.get(store.code, ())]
        models.sort(
            key=lambda trim: (
                trim.model_id not in ("aito-m7", "shangjie-h5", "luxeed-r7", "stelato-s9"),
                trim.model_id,
            )
        )
        for number, trim in enumerate(models[: max(store.test_cars, 1)], start=1):
            yield f"{store.code}-t{number}", store.code, trim.model.brand_id, trim.model_id, trim.code


def take_samples(at: datetime) -> int:
    """Take in the sample documents of other systems; how many."""
    paths = sorted(Path(settings.FORECOURT_METHODOLOGY, "samples", "leads").iterdir())
    for path in paths:
        intake(
            by=HEADQUARTERS,
            at=at,
            key=f"sample-{path.name}",
            raw=path.read_bytes(),
            filename=path.name,
            source="samples",
        )
    return len(paths)


def wishes() -> tuple[list[tuple[str, str, float]], list[tuple[str, str, float]]]:
    """Where demand comes from and what it asks for: cities with stores by population, models by their brand's share."""
    with_stores = set(Store.objects.values_list("city", flat=True))
    cities = [
        (one.code, one.name_zh, float(one.population or 500_000))
        for one in City.objects.filter(code__in=with_stores).order_by("code")
    ]
    shares = {brand: float(share) for brand, share in Brand.objects.values_list("code", "demand_share")}
    sold = VehicleModel.objects.filter(status="on_sale").order_by("code")
    count = {brand: sum(one.brand_id == brand for one in sold) for brand in shares}
    return cities, [(one.code, one.name_zh, shares[one.brand_id] / count[one.brand_id]) for one in sold]
