"""Makes the stores and staff of a sample network out of the methodology: pure, and the same for the same seed.

Everything random comes from one generator that the caller seeds. Positions, addresses and people are invented; formats,
counts and brands follow the methodology.
"""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import timedelta
from math import cos
from math import floor
from math import pi
from math import radians
from math import sin
from random import Random
from typing import Any

KM_PER_DEGREE = 111.32
CITY_GROWTH = 0.683  # 20 cities at 60 stores, 230 at 2,150 (DOMAIN: 230 cities)
SIDES = (
    ("东", "East"), ("东北", "Northeast"), ("北", "North"), ("西北", "Northwest"),
    ("西", "West"), ("西南", "Southwest"), ("南", "South"), ("东南", "Southeast"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Town:
    """A city or a district of one: where stores may stand, and how many of them by weight."""

    city: str
    region: str
    name_zh: str
    name_en: str
    lat: float
    lon: float
    weight: float
    district_zh: str = ""
    district_en: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many stores of which kind: formats by share, brands of exclusive centres by share."""

    stores: int
    mix: Mapping[str, float]
    exclusive: Mapping[str, float]
    formats: Mapping[str, Mapping[str, Any]]
    grades: Mapping[str, Mapping[str, int]]
    brand_since: Mapping[str, date]
    shared_service_from: date
    direct_share: float
    operators: Sequence[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is to stand somewhere: a format, and the brand of an exclusive centre."""

    format: str
    brand: str = ""


@dataclass(slots=True)
class MadeStore:
    """A store as it was made, ready for the tables."""

    code: str
    kind: Kind
    grade: str
    channel: str
    operator: str
    town: Town
    name_zh: str
    name_en: str
    lat: float
    lon: float
    opened_on: date
    bays: Mapping[str, int]
    test_cars: int
    franchises: list[tuple[str, str, date]] = field(default_factory=list)


def shares(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """`total` divided by weight into whole numbers (largest remainder); the first named wins a tie."""
    whole = sum(weights.values()) or 1.0
    exact = {name: total * weight / whole for name, weight in weights.items()}
    counts = {name: floor(value) for name, value in exact.items()}
    left = sorted(exact, key=lambda name: counts[name] - exact[name])[: total - sum(counts.values())]
    return {name: count + (name in left) for name, count in counts.items()}


def number_of_cities(stores: int, at_60: int, known: int) -> int:
    """How many cities a network of that size is in."""
    return max(1, min(known, stores, round(at_60 * (stores / 60) ** CITY_GROWTH)))


def kinds(plan: Plan) -> list[Kind]:
    """The kinds of all stores: user centres first, so that every city gets one as long as they last."""
    counts = shares(plan.stores, plan.mix)
    if plan.stores and not counts["user_centre"]:
        counts["user_centre"], counts["experience_centre"] = 1, counts["experience_centre"] - 1
    exclusive = shares(counts["exclusive_centre"], plan.exclusive)
    return [
        *(Kind("user_centre") for _ in range(counts["user_centre"])),
        *(Kind("exclusive_centre", brand) for brand, count in exclusive.items() for _ in range(count)),
        *(Kind("experience_centre") for _ in range(counts["experience_centre"])),
    ]


def spread(wanted: Sequence[Kind], towns: Sequence[Town]) -> list[tuple[Kind, Town]]:
    """Give each kind a town: first one to each city, then by weight; a city's share is filled district by district."""
    by_city: dict[str, list[Town]] = {}
    for town in towns:
        by_city.setdefault(town.city, []).append(town)
    weights = {city: sum(town.weight for town in of_city) for city, of_city in by_city.items()}
    more = shares(max(0, len(wanted) - len(by_city)), weights)
    turns = _turns({city: 1 + more[city] for city in by_city})
    taken = dict.fromkeys(by_city, 0)
    placed = []
    for kind, city in zip(wanted, turns, strict=False):
        placed.append((kind, by_city[city][taken[city] % len(by_city[city])]))
        taken[city] += 1
    return placed


def _turns(counts: Mapping[str, int]) -> list[str]:
    """Cities in turn until each has its count: a b c a b a."""
    rounds = range(max(counts.values(), default=0))
    return [city for turn in rounds for city, count in counts.items() if count > turn]


def make_stores(plan: Plan, towns: Sequence[Town], random: Random) -> list[MadeStore]:
    """The stores of the network in the order of their codes."""
    numbers: dict[str, int] = {}
    homes = _operator_homes(plan.operators, towns, random)
    made: list[MadeStore] = []
    for kind, town in spread(kinds(plan), towns):
        numbers[town.city] = numbers.get(town.city, 0) + 1
        made.append(_store(plan, kind, town, numbers[town.city], homes, random))
    _number_equal_names(made)
    return sorted(made, key=lambda store: store.code)


def _operator_homes(operators: Sequence[str], towns: Sequence[Town], random: Random) -> dict[str, list[str]]:
    """Dealer groups by region; every region that has a town gets at least one."""
    regions = list(dict.fromkeys(town.region for town in towns))
    homes: dict[str, list[str]] = {region: [] for region in regions}
    for number, operator in enumerate(operators[1:]):
        region = regions[number % len(regions)] if number < len(regions) else random.choice(towns).region
        homes[region].append(operator)
    return homes


def _store(
    plan: Plan, kind: Kind, town: Town, number: int, homes: Mapping[str, list[str]], random: Random
) -> MadeStore:
    form = plan.formats[kind.format]
    grade = random.choices(list(form["grades"]), list(form["grades"].values()))[0]
    direct = kind.format == "experience_centre" and random.random() < plan.direct_share
    channel = "direct" if direct else "exclusive" if kind.brand else "agency"
    groups = homes[town.region] or list(plan.operators[1:])
    operator = plan.operators[0] if direct or not groups else random.choice(groups)
    lat, lon, side = _somewhere(town, form["distance_km"], random)
    area_zh, area_en = (town.district_zh, town.district_en) if town.district_zh else (f"城{side[0]}", side[1])
    bays = {name: int(form.get(name, plan.grades[grade][name])) for name in plan.grades[grade]}
    opened_on = _opening(plan, kind, random)
    return MadeStore(
        f"{town.city}-{number:03d}", kind, grade, channel, operator, town,
        f"{town.name_zh}{area_zh}", f"{town.name_en} {area_en}", lat, lon, opened_on, bays,
        int(form["test_cars"]), _franchises(plan, kind, form["does"], opened_on),
    )  # fmt: skip


def _somewhere(town: Town, distance: Sequence[float], random: Random) -> tuple[float, float, tuple[str, str]]:
    """A point around the middle of the town (nearer in a district), and the side of town it lies on."""
    angle, far = random.random() * 2 * pi, random.uniform(*distance) / (4 if town.district_zh else 1)
    lat = town.lat + far * sin(angle) / KM_PER_DEGREE
    lon = town.lon + far * cos(angle) / (KM_PER_DEGREE * cos(radians(town.lat)))
    return round(lat, 5), round(lon, 5), SIDES[round(angle / (pi / 4)) % 8]


def _opening(plan: Plan, kind: Kind, random: Random) -> date:
    """Between the first day this kind could open and 2026-03-01."""
    first = {"experience_centre": date(2022, 6, 1), "user_centre": date(2023, 12, 1)}.get(kind.format)
    first = first or plan.brand_since[kind.brand] + timedelta(days=30)
    return first + timedelta(days=random.randrange(max(1, (date(2026, 3, 1) - first).days)))


def _franchises(plan: Plan, kind: Kind, does: Sequence[str], opened_on: date) -> list[tuple[str, str, date]]:
    """(brand, work, from): an exclusive centre sells one brand, and services all since the shared service network."""
    found = []
    for brand, since in plan.brand_since.items():
        own = not kind.brand or kind.brand == brand
        for work in does:
            if own:
                found.append((brand, work, max(since, opened_on)))
            elif work == "service":
                found.append((brand, work, max(plan.shared_service_from, since, opened_on)))
    return found


def _number_equal_names(made: Sequence[MadeStore]) -> None:
    """Stores of one kind in one area are told apart by a number."""
    seen: dict[tuple[str, Kind], int] = {}
    for store in made:
        key = (store.name_zh, store.kind)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            store.name_zh, store.name_en = f"{store.name_zh}{seen[key]}号", f"{store.name_en} {seen[key]}"
