"""Writes the sample network of the methodology folder into the tables. Used by one action: `network.load_sample`."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from forecourt.base.ids import new_id
from forecourt.network import models
from forecourt.network.hours import hours_of_format
from forecourt.network.methodology import Row
from forecourt.network.methodology import as_date
from forecourt.network.methodology import names
from forecourt.network.methodology import read_csv
from forecourt.network.methodology import read_yaml
from forecourt.network.sampling import MadeStore
from forecourt.network.sampling import Plan
from forecourt.network.sampling import Town
from forecourt.network.sampling import make_stores
from forecourt.network.sampling import number_of_cities
from forecourt.network.staffing import MadeStaff
from forecourt.network.staffing import Training
from forecourt.network.staffing import make_staff
from forecourt.platform.actions import Doing

BATCH = 2000


def write(rows: Iterable[Any]) -> int:
    """Insert rows of one table; how many."""
    found = list(rows)
    if found:
        type(found[0]).objects.bulk_create(found, batch_size=BATCH)
    return len(found)


def load_parties(network: dict[str, Any]) -> None:
    """Carmakers, brands and regions."""
    write(models.Carmaker(code=code, **names(one)) for code, one in network["carmakers"].items())
    write(
        models.Brand(
            code=code,
            carmaker_id=one["carmaker"],
            joined_on=as_date(one["from"]),
            demand_share=one["demand_share"],
            **names(one),
        )
        for code, one in network["brands"].items()
    )
    write(models.Region(code=code, **names(one)) for code, one in network["regions"].items())


def load_vehicles(folder: Path) -> tuple[int, int]:
    """Models and trims; how many of each."""
    columns = ("code", "name_zh", "name_en", "segment_zh", "segment_en", "status")
    made = write(
        models.VehicleModel(
            brand_id=row["brand"],
            launched_on=as_date(row["launched_on"]),
            **{key: row[key] for key in columns},
        )
        for row in read_csv(folder, "models.csv")
    )
    return made, write(_trim(row) for row in read_csv(folder, "trims.csv"))


def _trim(row: Row) -> models.Trim:
    numbers = ("seats", "battery_kwh", "ev_range_km", "total_range_km")
    return models.Trim(
        model_id=row["model"],
        model_year=int(row["model_year"]),
        offered_from=as_date(row["offered_from"]),
        offered_to=as_date(row["offered_to"]),
        **{key: row[key] or None for key in numbers},
        **{key: row[key] for key in ("code", "name_zh", "name_en", "powertrain", "note")},
    )


def load_governance(folder: Path, do: Doing) -> int:
    """Who decides what, from when."""
    return write(
        models.Governance(
            id=new_id(do.at),
            function=row["function"],
            brand=row.get("brand", ""),
            channel=row.get("channel", ""),
            region=row.get("region", ""),
            party=row["party"],
            valid_from=as_date(row["from"]),
            valid_to=as_date(row.get("to")),
            source=str(row.get("source") or row.get("basis") or ""),
        )
        for row in read_yaml(folder, "governance.yaml")["rows"]
    )


def load_certificates(certificates: dict[str, Any]) -> int:
    """The certificates that playbooks may ask for."""
    return write(
        models.Certificate(
            code=code,
            months=one["months"],
            by_brand=one.get("by_brand", False),
            held_by=one["held_by"],
            **names(one, "title"),
        )
        for code, one in certificates.items()
    )


def load_cities(folder: Path, network: dict[str, Any], stores: int) -> list[Town]:
    """The cities of a network of that size: those named first, then the largest others. Returns where stores may stand."""
    facts = {row["division_code"]: row for row in read_csv(folder, "facts/cn_cities.csv")}
    region_of = {province: code for code, one in network["regions"].items() for province in one["provinces"]}
    chosen = read_csv(folder, "cities.csv")
    wanted = number_of_cities(stores, int(network["cities_at_60_stores"]), len(facts))
    rows = [*chosen, *_further_cities(facts, {row["division_code"] for row in chosen}, region_of)][:wanted]
    write(_city(row, facts[row["division_code"]]) for row in rows)
    districts = read_csv(folder, "districts.csv")
    return [town for row in rows for town in _towns(row, facts[row["division_code"]], districts)]


def _further_cities(facts: dict[str, Row], taken: set[str], region_of: dict[str, str]) -> list[Row]:
    """The cities of the facts that nobody picked, the most populous first; those without a WGS84 point are left out."""
    free = [
        row for code, row in facts.items() if code not in taken and row["coord_source"] == "geonames(WGS84)"
    ]
    free.sort(key=lambda row: (-int(row["population"] or 0), row["division_code"]))
    return [
        {
            "code": f"c{row['division_code']}",
            "division_code": row["division_code"],
            "region": region_of[row["province_zh"]],
            "stores_weight": "1",
        }
        for row in free
    ]


def _city(row: Row, fact: Row) -> models.City:
    return models.City(
        code=row["code"],
        division_code=row["division_code"],
        region_id=row["region"],
        name_zh=fact["name_zh"].removesuffix("市"),
        name_en=fact["name_en"] or fact["name_zh"],
        province_zh=fact["province_zh"],
        lat=float(fact["lat"]),
        lon=float(fact["lon"]),
        population=int(fact["population"]) if fact["population"] else None,
    )


def _towns(row: Row, fact: Row, districts: list[Row]) -> list[Town]:
    """The districts of a city where they are listed, otherwise the city itself."""
    city = (row["code"], row["region"], fact["name_zh"].removesuffix("市"), fact["name_en"])
    weight = float(row["stores_weight"])
    parts = [part for part in districts if part["city"] == row["code"]]
    whole = sum(float(part["stores_weight"]) for part in parts)
    return [
        Town(
            *city,
            float(part["lat"]),
            float(part["lon"]),
            weight * float(part["stores_weight"]) / whole,
            part["name_zh"],
            part["name_en"],
        )
        for part in parts
    ] or [Town(*city, float(fact["lat"]), float(fact["lon"]), weight)]


def load_operators(folder: Path, network: dict[str, Any], stores: int) -> list[str]:
    """The dealer groups of a network of that size; beyond the list they are numbered. Returns their codes."""
    listed = read_csv(folder, "operators.csv")
    count = max(2, round(stores / int(network["stores_per_operator"])))
    numbered = [
        {
            "code": f"op-{number:03d}",
            "name_zh": f"样例经销商集团{number}",
            "name_en": f"Sample Dealer Group {number}",
        }
        for number in range(len(listed), count + 1)
    ]
    rows = [*listed, *numbered][: count + 1]
    since = date(2022, 2, 1)
    write(
        models.Operator(code=row["code"], name_zh=row["name_zh"], name_en=row["name_en"], joined_on=since)
        for row in rows
    )
    return [row["code"] for row in rows]


def plan_of(network: dict[str, Any], stores: int, operators: list[str]) -> Plan:
    """What the methodology says about the shape of the network."""
    brands = network["brands"]
    return Plan(
        stores=stores,
        mix=network["mix"],
        exclusive={code: one["exclusive_share"] for code, one in brands.items()},
        formats=network["formats"],
        grades=network["grades"],
        brand_since={code: one["from"] for code, one in brands.items()},
        shared_service_from=network["shared_service_from"],
        direct_share=network["direct_share"],
        operators=operators,
    )


def load_stores(folder: Path, network: dict[str, Any], stores: int, seed: int) -> list[MadeStore]:
    """Stores with what they may do and when they are open."""
    towns = load_cities(folder, network, stores)
    operators = load_operators(folder, network, stores)
    made = make_stores(plan_of(network, stores, operators), towns, Random(f"stores-{seed}"))
    titles = {
        **{code: (one["name"]["zh"], one["name"]["en"]) for code, one in network["formats"].items()},
        **{code: (one["name"]["zh"], one["name"]["en"]) for code, one in network["brands"].items()},
    }
    write(_store(store, titles) for store in made)
    write(
        models.Franchise(store_id=store.code, brand_id=brand, work=work, valid_from=since)
        for store in made
        for brand, work, since in store.franchises
    )
    write(row for store in made for row in hours_of_format(folder, store.code, store.kind.format))
    return made


def _store(made: MadeStore, titles: dict[str, tuple[str, str]]) -> models.Store:
    brand = made.kind.brand
    form = "user_centre" if brand else made.kind.format
    brand_zh, brand_en = titles.get(brand, ("", ""))
    return models.Store(
        code=made.code,
        name_zh=f"{made.name_zh}{brand_zh}{titles[form][0]}",
        name_en=" ".join(f"{made.name_en} {brand_en} {titles[form][1].lower()}".split()),
        format=made.kind.format,
        grade=made.grade,
        channel=made.channel,
        operator_id=made.operator,
        region_id=made.town.region,
        city_id=made.town.city,
        brand_id=brand or None,
        district_zh=made.town.district_zh,
        lat=made.lat,
        lon=made.lon,
        opened_on=made.opened_on,
        test_cars=made.test_cars,
        **made.bays,
    )


def load_staff(
    network: dict[str, Any], stores: list[MadeStore], training: Training, seed: int, do: Doing
) -> list[MadeStaff]:
    """Staff with their certificates."""
    staffing = {code: one["staff"] for code, one in network["formats"].items()}
    made = make_staff(stores, staffing, training, seed)
    write(
        models.Staff(
            code=one.code, name=one.name, role=one.role, joined_on=one.joined_on, **_place(one.store)
        )
        for one in made
    )
    write(
        models.Holding(
            id=new_id(do.at),
            staff_id=one.code,
            certificate_id=held.certificate,
            for_brand=held.for_brand,
            valid_from=held.valid_from,
            valid_to=held.valid_to,
            examiner="network",
            **_place(one.store),
        )
        for one in made
        for held in one.holdings
    )
    return made


def _place(store: MadeStore) -> dict[str, str]:
    return {
        "brand": store.kind.brand,
        "region": store.town.region,
        "operator": store.operator,
        "store": store.code,
    }
