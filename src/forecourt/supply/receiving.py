"""Vehicles come in: a list is read line by line, each line accepted, known, or refused with its reason; none is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from uuid import uuid5

from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.exchange.vin import REASONS
from forecourt.exchange.vin import VinRemark
from forecourt.network.models import City
from forecourt.network.models import Store
from forecourt.network.models import Trim
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.locks import lock
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.supply import sheet
from forecourt.supply.models import IN_STOCK
from forecourt.supply.models import IN_TRANSIT
from forecourt.supply.models import Vehicle

ACCEPTED, ARRIVED, KNOWN, REFUSED = "accepted", "arrived", "known", "refused"
VEHICLES = UUID("5d1c0f3e-3b1f-5a52-9d0a-6f6c1b0e7a11")


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one line of a list."""

    line: int
    vin: str
    outcome: str
    code: str = ""
    text: str = ""

    def as_json(self) -> dict[str, str | int]:
        return {
            "line": self.line,
            "vin": self.vin,
            "outcome": self.outcome,
            "code": self.code,
            "text": self.text,
        }


@dataclass(slots=True)
class Known:
    """What the lines of a list are compared with, looked up at once."""

    trims: dict[str, Trim]
    cities: dict[str, City]
    stores: dict[str, Store]
    vehicles: dict[str, Vehicle]

    @classmethod
    def for_rows(cls, rows: Sequence[sheet.Row]) -> "Known":
        trims = Trim.objects.select_related("model").in_bulk({row.trim for row in rows})
        stores = Store.objects.in_bulk({row.store for row in rows if row.store})
        cities = City.objects.in_bulk(
            {row.city for row in rows if row.city} | {store.city_id for store in stores.values()}
        )
        return cls(trims, cities, stores, Vehicle.objects.in_bulk({row.vin for row in rows if row.vin}))


def stream_of(vin: str) -> UUID:
    """The journal chain of a vehicle."""
    return uuid5(VEHICLES, vin)


def configuration_of(trim: str, options: Sequence[str] = ()) -> str:
    """Trim and options in the canonical form that orders carry: options sorted, joined by `+`."""
    return "+".join([trim, *sorted({option for option in options if option})])


@action("supply.receive_vehicles", roles=(CARMAKER, NETWORK_OPS))
def receive_vehicles(do: Doing, *, text: str) -> Result:
    """Take a list of vehicles (CSV text). The same list again changes nothing: its cars are known."""
    rows = _read(text)
    lock("supply.receive_vehicles")
    with do.above():
        known = Known.for_rows(rows)
    report = [_receive(do, row, known) for row in rows]
    counts = {
        name: sum(line.outcome == name for line in report) for name in (ACCEPTED, ARRIVED, KNOWN, REFUSED)
    }
    return {**counts, "rows": [line.as_json() for line in report]}


def _read(text: str) -> list[sheet.Row]:
    try:
        return sheet.read(text)
    except sheet.SheetUnreadable as error:
        raise Invalid(Blocked(error.code, _unreadable(error), "text")) from error


def _unreadable(error: sheet.SheetUnreadable) -> str:
    said = {
        "supply.sheet_columns": _(
            "The list lacks the columns {missing}; its first line has: {found}. Name the columns vin, trim, options, city, store, built_on, state."
        ),
        "supply.sheet_too_long": _("The list has {rows} lines; at most {most} are taken at once. Split it."),
        "supply.sheet_broken": _(
            "Line {line} of the list cannot be read as CSV: {error}. Save it again as CSV."
        ),
    }
    return said[error.code].format(**error.facts)


def _receive(do: Doing, row: sheet.Row, known: Known) -> Line:
    problem = row.problem or _problem(do, row, known)
    if problem is not None or row.vin is None:
        problem = problem or VinRemark("vin.empty", {})
        return Line(row.line, row.raw_vin, REFUSED, problem.code, _sentence(problem))
    before = known.vehicles.get(row.vin)
    return _again(do, row, before, known) if before else _add(do, row, known)


def _problem(do: Doing, row: sheet.Row, known: Known) -> VinRemark | None:
    """Why the line cannot be taken, the first reason found."""
    trim, store = known.trims.get(row.trim), known.stores.get(row.store)
    if trim is None:
        return VinRemark("supply.unknown_trim", {"value": row.trim})
    if do.scope.level == "brand" and trim.model.brand_id not in do.scope.ids:
        return VinRemark("supply.other_brand", {"value": row.trim})
    if row.store and store is None:
        return VinRemark("supply.unknown_store", {"value": row.store})
    if store and row.city and store.city_id != row.city:
        return VinRemark("supply.store_elsewhere", {"value": row.store, "city": row.city})
    if store is None and row.city not in known.cities:
        return VinRemark("supply.unknown_city", {"value": row.city})
    return None


def _sentence(problem: VinRemark) -> str:
    ours = {
        "supply.unknown_trim": _("No trim has the code “{value}”. Take one from the catalogue."),
        "supply.other_brand": _("The trim “{value}” belongs to a brand that you do not act for."),
        "supply.unknown_store": _("No store has the code “{value}”."),
        "supply.unknown_city": _("No city has the code “{value}”. Give a city or a store."),
        "supply.store_elsewhere": _("Store {value} is not in the city {city}. Correct one of them."),
        "supply.bad_date": _("“{value}” is no date. Write it like 2026-03-01."),
        "supply.bad_state": _("“{value}” is no state. Write in_transit or in_stock."),
        "supply.vin_conflict": _(
            "This VIN is known as {known}; the list says {value}. Correct the list, or ask the network."
        ),
    }
    said = ours.get(problem.code) or _(REASONS[problem.code])
    return said.format(**problem.facts)


def _place(row: sheet.Row, known: Known) -> tuple[Place, str]:
    """Whose row the car is where it stands, and its city."""
    brand = known.trims[row.trim].model.brand_id
    if store := known.stores.get(row.store):
        return store.place(brand), store.city_id
    return Place(brand=brand, region=known.cities[row.city].region_id), row.city


def _add(do: Doing, row: sheet.Row, known: Known) -> Line:
    place, city = _place(row, known)
    trim = known.trims[row.trim]
    vehicle = Vehicle(
        vin=row.vin, trim=trim.code, model=trim.model_id, configuration=configuration_of(trim.code, row.options), city=city,
        state=row.state, built_on=row.built_on, listed_at=do.at, received_at=do.at if row.state == IN_STOCK else None,
        **place.columns(),
    )  # fmt: skip
    vehicle.save(force_insert=True)
    known.vehicles[vehicle.vin] = vehicle
    if vehicle.state == IN_STOCK:
        _tell(do, vehicle)
    return Line(row.line, vehicle.vin, ACCEPTED)


def _again(do: Doing, row: sheet.Row, before: Vehicle, known: Known) -> Line:
    """A VIN that is known: nothing new, or the arrival of a car in transit, or a contradiction."""
    configuration = configuration_of(row.trim, row.options)
    if before.configuration != configuration:
        problem = VinRemark("supply.vin_conflict", {"known": before.configuration, "value": configuration})
        return Line(row.line, before.vin, REFUSED, problem.code, _sentence(problem))
    if before.state != IN_TRANSIT or row.state != IN_STOCK:
        return Line(row.line, before.vin, KNOWN)
    place, city = _place(row, known)
    for name, value in {**place.columns(), "city": city, "state": IN_STOCK, "received_at": do.at}.items():
        setattr(before, name, value)
    before.save()
    _tell(do, before)
    return Line(row.line, before.vin, ARRIVED)


def _tell(do: Doing, vehicle: Vehicle) -> None:
    journal.write(
        do, "supply.vehicle_received", stream=stream_of(vehicle.vin), place=vehicle.place(), objects={"vehicle": vehicle.vin},
        data={"vin": vehicle.vin, "trim": vehicle.trim, "city": vehicle.city, "configuration": vehicle.configuration},
    )  # fmt: skip
