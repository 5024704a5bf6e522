"""A small shop for the tests of sales: sample stores with staff, prices, playbooks, two test cars, a retail journey."""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from pathlib import Path
from uuid import UUID

from forecourt.base.ids import new_id
from forecourt.journeys import actions as journeys
from forecourt.network.actions import load_sample
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.people import actions as people
from forecourt.platform.actions import Doing
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import Place
from forecourt.platform.scope import reading
from forecourt.sales.drives import add_test_car
from forecourt.sales.loading import load_prices

PLAYBOOKS = Path(__file__).parents[2] / "methodology" / "playbooks"
SYSTEM = Actor.system("tests")
TRIM = "aito-m9-2025-erev-max-52kwh-5"
OTHER_TRIM = "aito-m5-2025-bev-ultra-rwd"
PRE_SALE_TRIM = "aito-m8-2025-bev-entry"


@dataclass(frozen=True, slots=True)
class Shop:
    """One store that sells AITO, its people, and another store's adviser."""

    store: str
    city: str
    place: Place
    adviser: Actor
    second: Actor
    manager: Actor
    stranger: Actor
    ops: Actor
    cars: tuple[str, str]


def open_shop(at: datetime) -> Shop:
    """Make the shop through actions."""
    load_sample(by=SYSTEM, at=at, stores=9, seed=1)
    load_prices(by=SYSTEM, at=at)
    for name in ("retail", "order-to-handover"):
        journeys.publish(by=SYSTEM, at=at, text=(PLAYBOOKS / f"{name}.yaml").read_text(), file=f"{name}.yaml")
    with reading(SYSTEM.scope):
        home, other = _stores(at.date())
        shop = _shop(home, other, at.date())
    for number, car in enumerate(shop.cars):
        add_test_car(
            by=SYSTEM, at=at, code=car, store=shop.store, brand="aito", model="aito-m9", trim=TRIM,
            plate=f"沪AD{number}8812",
        )  # fmt: skip
    return shop


def _stores(on: date) -> list[Store]:
    found = Store.objects.selling("aito", on).order_by("code")
    return list(found.filter(format="user_centre")[:1]) + list(found.exclude(format="user_centre")[:1])


def _shop(home: Store, other: Store, on: date) -> Shop:
    advisers = [_actor(one) for one in _staff(home, on, "adviser")]
    return Shop(
        home.code, home.city_id, home.place("aito"), advisers[0], advisers[1],
        _actor(Staff.objects.in_store(home.code).in_role("store_manager").order_by("code")[0]),
        _actor(_staff(other, on, "adviser")[0]), Actor("ops-1", "network_ops", Scope("network")),
        (f"tc-{home.code}-1", f"tc-{home.code}-2"),
    )  # fmt: skip


def _staff(store: Store, on: date, role: str) -> list[Staff]:
    able = Staff.objects.in_store(store.code).in_role(role).working_on(on)
    return list(able.holding_all(("reception", "brand-product", "test-drive"), on, "aito").order_by("code"))


def _actor(staff: Staff) -> Actor:
    return Actor(staff.code, staff.role, Scope("store", (staff.store,)), staff.name, "en")


def enquiry(shop: Shop, at: datetime, *, adviser: Actor | None = None, person: UUID | None = None) -> str:
    """A retail journey whose customer was reached; gives its id."""
    owner = adviser or shop.adviser
    run = journeys.start(
        by=SYSTEM, at=at, playbook="retail", subject=("opportunity", str(new_id(at))), place=shop.place,
        person=person or new_id(at), owner=owner.code,
    )["journey"]  # fmt: skip
    record(owner, at, run, "respond", outcome="reached")
    record(owner, at, run, "learn_needs", use="family", buys_within="month")
    return run


def record(by: Actor, at: datetime, journey: str, step: str, **what: object) -> dict:
    """Record a step."""
    return journeys.record_step(by=by, at=at, journey=journey, step=step, record=what)


def known_person(shop: Shop, at: datetime) -> UUID:
    """A person that the shop's store knows and who agreed to a test drive."""
    with reading(SYSTEM.scope):
        do = Doing(SYSTEM, at, "tests", scope=SYSTEM.scope)
        found = people.join(do, name="林悦", contacts=[people.Contact("phone", "+8613800138000")])
        people.relate(do, person=found.person, place=shop.place)
        do.finish()
    words = {"purpose": "test-drive", "channel": "store", "text_version": "2026.1"}
    people.give_consent(by=shop.adviser, at=at, person=str(found.person), **words)
    return found.person
