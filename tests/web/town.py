"""A small network with some days of trade in it, played through actions: what the roof's pages have to show.

Nine sample stores; in the home store a customer who drives their new car, one who waits in the queue, one whose order is
reserved, one who may choose a test drive, one whose answer is late. Every name and number is invented.
"""

from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.care import booking
from forecourt.care.queries import free_times
from forecourt.care.repairing import open_repair_order
from forecourt.care.terms import MAINTENANCE
from forecourt.delivery import checklists
from forecourt.delivery.reading import checklist
from forecourt.exchange.vin import make_vin
from forecourt.journeys import actions as journeys
from forecourt.network.actions import load_sample
from forecourt.network.models import Store
from forecourt.people import actions as people
from forecourt.platform import ticks
from forecourt.platform.actions import Doing
from forecourt.platform.actor import Actor
from forecourt.platform.models import Place
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from forecourt.sales.drives import add_test_car
from forecourt.sales.loading import load_prices
from forecourt.sales.models import Order
from forecourt.sales.queries import free_slots
from forecourt.supply.receiving import receive_vehicles

PLAYBOOKS = Path(__file__).parents[2] / "methodology" / "playbooks"
SYSTEM = Actor.system("tests")
TRIM = "aito-m9-2025-erev-max-52kwh-5"
BRAND = "aito"
DAY = timedelta(days=1)
NAMES = ("林悦", "周明", "陈安", "赵宁", "孙可")


@dataclass(slots=True)
class Town:
    """The home store, its people, and the customers by what became of them."""

    at: datetime
    store: str
    city: str
    place: Place
    staff: dict[str, Actor]
    second: str = ""
    persons: dict[str, UUID] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    orders: dict[str, UUID] = field(default_factory=dict)
    vin: str = ""

    def user(self, role: str) -> User:
        """The demo's user of that role."""
        return User.objects.get(persona=role)


def build(now: datetime) -> Town:
    """Play the town until `now`."""
    opened = now - 12 * DAY
    load_sample(by=SYSTEM, at=opened, stores=9, seed=1)
    load_prices(by=SYSTEM, at=opened)
    for file in sorted(PLAYBOOKS.glob("*.yaml")):
        journeys.publish(by=SYSTEM, at=opened, text=file.read_text("utf-8"), file=file.name)
    town = _town(opened)
    for number in (1, 2):
        add_test_car(
            by=SYSTEM, at=opened, code=f"tc-{town.store}-{number}", store=town.store, brand=BRAND, model="aito-m9",
            trim=TRIM, plate=f"沪AD{number}8812",
        )  # fmt: skip
    _trade(town, opened, now)
    journal.drain(now)
    ticks.run(now)
    journal.drain(now)
    town.at = now
    return town


def _town(at: datetime) -> Town:
    with reading(SYSTEM.scope):
        home = Store.objects.get(code=User.objects.get(persona="store_manager").ids[0])
        staff = {user.role: user.actor() for user in User.objects.exclude(persona="")}
        other = Store.objects.selling(BRAND, at.date()).exclude(code=home.code).order_by("code")[0]
        return Town(at, home.code, home.city_id, home.place(BRAND), staff, other.code)


def _trade(town: Town, opened: datetime, now: datetime) -> None:
    _owner(town, opened + DAY)
    _sell(town, "waiting", 1, opened + 2 * DAY)
    _reserve(town, "reserved", 2, now - DAY)
    _enquire(town, "choosing", 3, now - DAY)
    _contact(town, "late", 4, now - DAY)
    _service(town, now)


def _person(town: Town, key: str, number: int, at: datetime) -> UUID:
    with reading(SYSTEM.scope):
        do = Doing(SYSTEM, at, "tests", scope=SYSTEM.scope)
        contacts = [
            people.Contact("phone", f"+861380013800{number}"),
            people.Contact("email", f"kunde{number}@example.com"),
        ]
        found = people.join(do, name=NAMES[number], contacts=contacts)
        people.relate(do, person=found.person, place=town.place)
        do.finish()
    town.persons[key] = found.person
    words = {"channel": "store", "text_version": "2026.1"}
    for purpose in ("test-drive", "survey"):
        people.give_consent(by=SYSTEM, at=at, person=str(found.person), purpose=purpose, **words)
    return found.person


def record(
    run: str, at: datetime, step: str, what: dict[str, Any], *, by: Actor = SYSTEM, evidence: bool = False
) -> dict[str, Any]:
    proofs = ["photo", "signature"] if evidence else ()
    return journeys.record_step(by=by, at=at, journey=run, step=step, record=what, evidence=proofs)


def _contact(town: Town, key: str, number: int, at: datetime) -> str:
    person = _person(town, key, number, at)
    run = journeys.start(
        by=SYSTEM, at=at, playbook="retail", subject=("opportunity", str(new_id(at))), place=town.place,
        person=person, owner=town.staff["adviser"].code,
    )["journey"]  # fmt: skip
    town.runs[key] = run
    return run


def _enquire(town: Town, key: str, number: int, at: datetime) -> str:
    run = _contact(town, key, number, at)
    record(run, at + timedelta(minutes=6), "respond", {"outcome": "reached"})
    record(run, at + timedelta(minutes=40), "learn_needs", {"use": "family", "buys_within": "month"})
    return run


def _reserve(town: Town, key: str, number: int, at: datetime) -> str:
    run = _enquire(town, key, number, at)
    later = at + timedelta(hours=2)
    record(run, later, "check_licence", {"licence": "valid"})
    with reading(SYSTEM.scope):
        slot = free_slots(town.store, (at + DAY).date(), later)[0]
    record(run, later, "book_test_drive", {"car": slot.car, "starts_at": slot.starts_at.isoformat()})
    record(run, slot.ends_at, "test_drive", {"result": "driven"})
    record(run, slot.ends_at, "quote", {"trim": TRIM})
    record(run, slot.ends_at, "place_order", {"trim": TRIM})
    with reading(SYSTEM.scope):
        order = Order.objects.get(sold_in=run)
    town.orders[key] = order.id
    return str(order.journey)


def _sell(town: Town, key: str, number: int, at: datetime) -> str:
    run = _reserve(town, key, number, at)
    paid = at + 2 * DAY
    record(run, paid, "confirm_order", {"method": "card"})
    record(run, paid + timedelta(hours=3), "lock_order", {"understood": "yes"})
    journal.drain(paid + timedelta(hours=3))
    return run


def _owner(town: Town, at: datetime) -> None:
    run = _sell(town, "owner", 0, at)
    came = at + 4 * DAY
    town.vin = make_vin("LVV", "DB21B", 1)
    sheet = f"vin,trim,options,city,store,state\n{town.vin},{TRIM},,{town.city},{town.store},in_stock\n"
    receive_vehicles(by=SYSTEM, at=came, text=sheet)
    journal.drain(came)
    items = {code: checklists.in_order(checklist(code).for_car("EREV")) for code in ("pdi", "handover")}
    record(run, came, "prepare", {"items": items["pdi"]}, evidence=True)
    specialist = town.staff["delivery_specialist"].code
    day = f"{(came + DAY).date()}T11:00+08:00"
    record(run, came, "appoint", {"starts_at": day, "specialist": specialist})
    handed = came + DAY + timedelta(hours=2)
    record(run, handed, "hand_over", {"items": items["handover"]}, evidence=True)
    journal.drain(handed)


def _service(town: Town, now: datetime) -> None:
    """A visit today that has become a repair order, and one that lies ahead."""
    for day, opens in ((now.date(), True), ((now + 2 * DAY).date(), False)):
        with reading(SYSTEM.scope):
            times = free_times(town.store, day, MAINTENANCE, now - timedelta(hours=1) if opens else now)
        begins = next(one for one in times if one.bays).starts_at
        made = booking.book_visit(
            by=SYSTEM, at=now - DAY, store=town.store, vin=town.vin, person=str(town.persons["owner"]),
            starts_at=begins.isoformat(), wish="保养",
        )  # fmt: skip
        if opens:
            open_repair_order(by=SYSTEM, at=now, visit=made["visit"])
