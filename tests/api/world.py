"""A world for the guards: two stores of two operators, each with a customer who went the whole way, made through actions.

A customer asks, drives, orders, gets the car, comes to the workshop and is asked how it was; a second one is on the way. What
is found here about one operator must never be seen by the people of the other.
"""

from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from typing import Any
from uuid import UUID

from forecourt import journal
from forecourt.base.calendars import SHANGHAI
from forecourt.base.ids import new_id
from forecourt.care.booking import book_visit
from forecourt.care.menu import menu
from forecourt.care.repairing import open_repair_order
from forecourt.delivery import checklists
from forecourt.delivery.reading import checklist
from forecourt.exchange.vin import make_vin
from forecourt.journeys import actions as journeys
from forecourt.journeys import programs
from forecourt.network import calendars
from forecourt.network.actions import load_sample
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.network.queries import able
from forecourt.people import actions as people
from forecourt.platform import ticks
from forecourt.platform.actions import Doing
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import Place
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from forecourt.sales.drives import add_test_car
from forecourt.sales.loading import load_prices
from forecourt.sales.models import Order
from forecourt.settlement.actions import issue_statements
from forecourt.supply.receiving import receive_vehicles
from tests.sales.shop import PLAYBOOKS
from tests.sales.shop import TRIM

SYSTEM = Actor.system("tests")
BRAND = "aito"


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody with a name and numbers that occur nowhere else."""

    name: str
    phone: str
    email: str
    id: UUID

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody else's screen may hold."""
        return self.name, self.phone, self.phone.removeprefix("+86"), self.email, str(self.id)


@dataclass(slots=True)
class House:
    """One store and what happened in it."""

    store: str
    operator: str
    city: str
    place: Place
    crew: dict[str, Actor]
    customers: list[Customer] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> set[str]:
        """Whatever must not be seen from outside: customers, their things, the staff."""
        found = {one for customer in self.customers for one in customer.secrets} | set(self.ids.values())
        return {one for one in found | {actor.code for actor in self.crew.values()} if one}


@dataclass(slots=True)
class World:
    at: datetime
    home: House
    away: House


def build(at: datetime) -> World:
    """Open the network and let both stores trade. Afterwards it is `world.at`."""
    calendars.forget()
    programs.forget()
    load_sample(by=SYSTEM, at=at, stores=9, seed=1)
    load_prices(by=SYSTEM, at=at)
    for file in sorted(PLAYBOOKS.glob("*.yaml")):
        journeys.publish(by=SYSTEM, at=at, text=file.read_text("utf-8"), file=file.name)
    with reading(SYSTEM.scope):
        home, away = _houses(at)
    for number, house in enumerate((home, away)):
        _trade(house, at, number)
    last = at + timedelta(days=40)
    ticks.run(last)
    journal.drain(last)
    issue_statements(by=SYSTEM, at=last, month=at.astimezone(SHANGHAI).date().replace(day=1).isoformat())
    return World(last, home, away)


def _houses(at: datetime) -> tuple[House, House]:
    """The personas' store, and one of another operator that sells, delivers and repairs."""
    first = User.objects.get(persona="store_manager").ids[0]
    home = Store.objects.get(code=first)
    others = Store.objects.delivering(BRAND, at.date()).filter(service_bays__gt=0)
    away = others.exclude(operator=home.operator_id).order_by("code")[0]
    return _house(home, at), _house(away, at)


def _house(store: Store, at: datetime) -> House:
    needed = {
        "adviser": ("reception", "brand-product", "test-drive"), "delivery_specialist": ("delivery", "pdi"),
        "service_adviser": ("service-reception",), "technician": ("ev-technician", "high-voltage"), "store_manager": (),
    }  # fmt: skip
    crew = {}
    for role, certificates in needed.items():
        for number, one in enumerate(able(store.code, role, at.date(), certificates, BRAND)[:2]):
            crew[f"{role}{number or ''}"] = _actor(one)
    return House(store.code, store.operator_id, store.city_id, store.place(BRAND), crew)


def _actor(staff: Staff) -> Actor:
    return Actor(staff.code, staff.role, Scope("store", (staff.store,)), staff.name, "en")


def _trade(house: House, at: datetime, number: int) -> None:
    car = f"tc-{house.store}"
    add_test_car(
        by=SYSTEM, at=at, code=car, store=house.store, brand=BRAND, model="aito-m9", trim=TRIM, plate=f"沪AD{number}7731"
    )  # fmt: skip
    owner = _customer(house, at, ("欧阳清梧", "司徒望川")[number], f"+8613900{number}47{number}11")
    waiting = _customer(house, at, ("上官如岚", "夏侯知微")[number], f"+8613700{number}58{number}22")
    _retail(house, at, waiting, "waiting")
    run, day = _retail(house, at, owner, "owner"), at + timedelta(days=1)
    _do(house, "adviser", at, run, "check_licence", licence="valid")
    starts_at = day.astimezone(SHANGHAI).replace(hour=14, minute=0)
    _do(house, "adviser", at, run, "book_test_drive", car=car, starts_at=starts_at.isoformat())
    _do(house, "adviser", starts_at, run, "test_drive", result="driven")
    _do(house, "adviser", starts_at, run, "quote", trim=TRIM)
    _do(house, "adviser", starts_at, run, "place_order", trim=TRIM)
    journal.drain(starts_at)
    handed_at = _order(house, starts_at, run, number)
    _workshop(house, handed_at + timedelta(days=7), owner)


def _customer(house: House, at: datetime, name: str, phone: str) -> Customer:
    email = f"{phone[-6:]}@mail.example"
    with reading(SYSTEM.scope):
        do = Doing(SYSTEM, at, "tests", scope=SYSTEM.scope)
        contacts = [people.Contact("phone", phone), people.Contact("email", email)]
        found = people.join(do, name=name, contacts=contacts)
        people.relate(do, person=found.person, place=house.place)
        do.finish()
    words = {"purpose": "test-drive", "channel": "store", "text_version": "2026.1"}
    people.give_consent(by=house.crew["adviser"], at=at, person=str(found.person), **words)
    made = Customer(name, phone, email, found.person)
    house.customers.append(made)
    return made


def _retail(house: House, at: datetime, customer: Customer, name: str) -> str:
    opportunity = new_id(at)
    run = journeys.start(
        by=SYSTEM, at=at, playbook="retail", subject=("opportunity", str(opportunity)), place=house.place,
        person=customer.id, owner=house.crew["adviser"].code,
    )["journey"]  # fmt: skip
    house.ids |= {f"journey_{name}": str(run), f"opportunity_{name}": str(opportunity)}
    _do(house, "adviser", at, run, "respond", outcome="reached")
    _do(house, "adviser", at, run, "learn_needs", use="family", buys_within="month")
    return str(run)


def _do(house: House, role: str, at: datetime, run: str, step: str, *evidence: str, **what: Any) -> dict:
    by = house.crew[role] if role else SYSTEM
    return journeys.record_step(
        by=by, at=at, journey=run, step=step, record=what, evidence=[{"kind": kind} for kind in evidence]
    )


def _order(house: House, at: datetime, sold_in: str, number: int) -> datetime:
    """From the order to the car in the customer's hands; gives when that was."""
    with reading(SYSTEM.scope):
        order = Order.objects.get(sold_in=sold_in)
        run = str(order.journey or journeys_run(order.id))
    vin = make_vin("LVV", "DB21B", 700 + number)
    house.ids |= {"order": str(order.id), "journey_order": run, "vin": vin}
    _do(house, "adviser", at, run, "confirm_order", method="card")
    _do(house, "adviser", at, run, "lock_order", understood="yes")
    journal.drain(at)
    row = f"{vin},{TRIM},,{house.city},{house.store},in_stock"
    receive_vehicles(by=SYSTEM, at=at, text=f"vin,trim,options,city,store,state\n{row}\n")
    journal.drain(at)
    items = {code: checklists.in_order(checklist(code).for_car("EREV")) for code in ("pdi", "handover")}
    _do(house, "delivery_specialist", at, run, "prepare", items=items["pdi"])
    when = (at + timedelta(days=1)).astimezone(SHANGHAI).replace(hour=11, minute=0)
    _do(house, "delivery_specialist", at, run, "appoint", starts_at=when.isoformat())
    _do(house, "", when, run, "hand_over", "photo", "signature", items=items["handover"])
    journal.drain(when)
    return when


def journeys_run(order: UUID) -> UUID:
    from forecourt.journeys.models import Journey

    return Journey.objects.get(subject_type="order", subject_id=str(order)).id


def _workshop(house: House, at: datetime, customer: Customer) -> None:
    """A first service, paid; and a visit to come."""
    at = at.astimezone(SHANGHAI).replace(hour=10, minute=0)
    booked = {"store": house.store, "vin": house.ids["vin"], "person": str(customer.id)}
    visit = book_visit(by=SYSTEM, at=at - timedelta(days=1), starts_at=at.isoformat(), **booked)["visit"]
    opened = open_repair_order(by=house.crew["service_adviser"], at=at, visit=visit)
    run = opened["journey"]
    house.ids |= {"visit": visit, "repair_order": opened["repair_order"], "journey_repair": run}
    _do(house, "service_adviser", at, run, "receive", "photo", odometer_km=1200, wish="Rattles")
    _do(house, "technician", at, run, "diagnose", finding="Loose panel")
    _do(house, "service_adviser", at, run, "quote_repair", outcome="agreed", items=[next(iter(menu()))])
    _do(house, "technician", at, run, "do_repair")
    _do(house, "technician1", at, run, "check_repair", result="passed")
    _do(house, "service_adviser", at, run, "close_repair", "signature", method="wechat")
    journal.drain(at)
    later = at + timedelta(days=60)
    coming = book_visit(by=SYSTEM, at=at, starts_at=later.isoformat(), **booked)
    house.ids["visit_coming"] = coming["visit"]
