"""A small world for the tests of supply and delivery: sample stores, locked orders as the journal tells of them, cars."""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.exchange.vin import make_vin
from forecourt.journeys import actions as journeys
from forecourt.network.actions import load_sample
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.people.actions import Contact
from forecourt.people.actions import join
from forecourt.people.actions import relate
from forecourt.platform.actions import ACTIONS
from forecourt.platform.actions import Action
from forecourt.platform.actions import Doing
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.scope import reading
from forecourt.supply.receiving import receive_vehicles

PLAYBOOKS = Path(__file__).parents[2] / "methodology" / "playbooks"
SYSTEM = Actor.system("tests")
TRIM = "aito-m9-2025-erev-max-52kwh-5"
MODEL = "aito-m9"
PRICE = "469800.00"


def _lock_order(
    do: Doing,
    *,
    order: UUID,
    person: UUID | None,
    store: str,
    vin: str,
    journey: str | None,
    options: str,
    locked_at: datetime,
    number: int,
) -> dict:
    """Tell of a locked order in the words of the contract; sales itself is tested elsewhere."""
    row = Store.objects.get(code=store)
    if person is None:
        contact = Contact("phone", f"+86139{number:08d}")
        person = join(do, name="王小明", contacts=[contact]).person
    relate(do, person=person, place=row.place("aito"))
    configuration = TRIM + (f"+{options}" if options else "")
    common = {"stream": order, "place": row.place("aito"), "person": person, "objects": {"order": order}}
    journal.write(
        do,
        "sales.payment_received",
        data={"order": order, "amount": "5000.00", "purpose": "firm_deposit"},
        **common,
    )
    data = {
        "order": order,
        "model": MODEL,
        "trim": TRIM,
        "configuration": configuration,
        "city": row.city_id,
        "price": PRICE,
        "journey": journey,
        "state": "locked",
    }
    journal.write(
        do, "sales.order_locked", data=data | ({"vin": vin} if vin else {}), happened_at=locked_at, **common
    )
    return {"person": str(person)}


def _cancel_order(do: Doing, *, order: UUID, store: str) -> dict:
    place = Store.objects.get(code=store).place("aito")
    journal.write(
        do,
        "sales.order_cancelled",
        stream=order,
        place=place,
        objects={"order": order},
        data={"order": order, "was": "locked"},
    )
    return {}


def _action(name: str, body: object) -> Action:
    return ACTIONS.get(name) or ACTIONS.setdefault(name, Action(name, frozenset(), body))  # type: ignore[arg-type]


lock_order = _action("tests.lock_order", _lock_order)
cancel_order = _action("tests.cancel_order", _cancel_order)


@dataclass(slots=True)
class Yard:
    """Two stores of one city and operators of their own, and the people in them."""

    at: datetime
    home: str
    mall: str
    city: str
    specialist: Actor
    manager: Actor
    stranger: Actor
    ops: Actor
    maker: Actor
    count: int = 0

    def lock(
        self,
        *,
        minutes: int = 0,
        store: str = "",
        vin: str = "",
        options: str = "",
        journey: bool = False,
        drain: bool = True,
    ) -> UUID:
        """A locked order, its lock time `minutes` after the start; joined to the queue when `drain`."""
        self.count += 1
        order = new_id(self.at + timedelta(seconds=self.count))
        run = self._run(order, store or self.home) if journey else None
        lock_order(
            by=SYSTEM, at=self.at, order=order, person=None, store=store or self.home, vin=vin, journey=run, options=options,
            locked_at=self.at + timedelta(minutes=minutes), number=self.count,
        )  # fmt: skip
        if drain:
            journal.drain(self.at)
        return order

    def _run(self, order: UUID, store: str) -> str:
        with reading(SYSTEM.scope):
            place = Store.objects.get(code=store).place("aito")
        return journeys.start(
            by=SYSTEM, at=self.at, playbook="order-to-handover", subject=("order", order), place=place
        )["journey"]

    def receive(
        self, *numbers: int, store: str = "", state: str = "in_stock", options: str = "", drain: bool = True
    ) -> dict:
        """Cars with these serial numbers come in."""
        rows = "".join(f"{vin(number)},{TRIM},{options},{self.city},{store},{state}\n" for number in numbers)
        result = receive_vehicles(by=SYSTEM, at=self.at, text="vin,trim,options,city,store,state\n" + rows)
        if drain:
            journal.drain(self.at)
        return result

    def cancel(self, order: UUID) -> None:
        cancel_order(by=SYSTEM, at=self.at, order=order, store=self.home)
        journal.drain(self.at)


def vin(number: int) -> str:
    return make_vin("LVV", "DB21B", number)


def open_yard(at: datetime) -> Yard:
    load_sample(by=SYSTEM, at=at, stores=9, seed=1)
    for name in ("order-to-handover", "first-month"):
        text = (PLAYBOOKS / f"{name}.yaml").read_text(encoding="utf-8")
        journeys.publish(by=SYSTEM, at=at, text=text, file=f"{name}.yaml")
    with reading(SYSTEM.scope):
        return _yard(at)


def _yard(at: datetime) -> Yard:
    on = at.date()
    home = Store.objects.delivering("aito", on).order_by("format", "code").filter(format="user_centre")[0]
    mall = (
        Store.objects.selling("aito", on)
        .filter(delivery_bays=0, region=home.region_id)
        .exclude(code=home.code)
        .order_by("code")
    )
    other = Store.objects.exclude(operator=home.operator_id).order_by("code")[0]
    return Yard(
        at, home.code, mall[0].code if mall else "", home.city_id, _staff(home.code, "delivery_specialist", on, ("delivery", "pdi")),
        _staff(home.code, "store_manager", on), Actor("m-2", "store_manager", Scope("operator", (other.operator_id,))),
        Actor("ops-1", "network_ops", Scope("network")), Actor("seres", "carmaker", Scope("brand", ("aito",))),
    )  # fmt: skip


def _staff(store: str, role: str, on: date, certificates: tuple[str, ...] = ()) -> Actor:
    rows = Staff.objects.in_store(store).in_role(role).holding_all(certificates, on, "aito")
    one = rows.order_by("code")[0]
    return Actor(one.code, role, Scope("store", (store,)), one.name, "en")
