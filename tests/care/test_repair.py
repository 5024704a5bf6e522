"""A repair order from arrival to the invoice: every step of the playbook `repair`, and what nobody can skip."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from forecourt.care import repairing
from forecourt.care.menu import menu
from forecourt.care.models import Car
from forecourt.care.models import RepairOrder
from forecourt.care.models import Visit
from forecourt.journal.models import Entry
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from tests.care.conftest import OWN
from tests.care.conftest import STRANGE
from tests.care.conftest import Garage


@pytest.fixture
def journey(garage: Garage) -> str:
    return str(garage.open()["journey"])


def order(garage: Garage) -> RepairOrder:
    with reading(garage.adviser.scope):
        return RepairOrder.objects.get()


def refused(garage: Garage, journey: str, step: str, by: Actor | None = None, **record: Any) -> str:
    with pytest.raises(Refused) as error:
        garage.record(journey, step, by, **record)
    return error.value.code


def test_the_arrival_opens_the_order_and_starts_the_playbook(garage: Garage) -> None:
    opened = garage.open(items=["inspect"], wish="年度检查")
    with reading(garage.adviser.scope):
        repair = RepairOrder.objects.get()
        run = Journey.objects.get(id=opened["journey"])
        assert Visit.objects.get().state == "arrived"
        assert [line.code for line in repair.lines.all()] == ["inspect"]
        step = DueStep.objects.open().get(journey_id=run.id)
    assert (run.playbook, run.subject, run.person_id) == (
        "repair",
        ("repair_order", str(repair.id)),
        garage.owner,
    )
    assert (step.step, step.assigned_to) == ("receive", garage.adviser.code)
    with pytest.raises(Refused, match="Arrived|arrived"):
        repairing.open_repair_order(by=garage.adviser, at=garage.at, visit=str(repair.visit_id))


def test_from_arrival_to_the_invoice(garage: Garage, journey: str) -> None:
    garage.record(journey, "receive", odometer_km=12000, wish="异响")
    garage.record(journey, "diagnose", garage.technician, finding="制动片磨损")
    garage.record(journey, "quote_repair", outcome="agreed", items=["brake-pads", "diagnose"])
    garage.record(journey, "do_repair", garage.technician)
    garage.record(journey, "check_repair", garage.second, result="passed")
    done = garage.record(journey, "close_repair", method="wechat")
    assert done["deviations"] == [] and done["status"] == "running", "three days later somebody asks"
    garage.record(journey, "follow_up", answer="fine")
    repair = order(garage)
    assert (repair.state, repair.amount) == ("closed", Decimal("1150.00"))
    assert repair.amount == menu()["brake-pads"].price + menu()["diagnose"].price
    with reading(garage.adviser.scope):
        entry = Entry.objects.get(kind="care.repair_order_closed")
        run = Journey.objects.get(id=journey)
    assert {"vin": OWN, "amount": "1150.00", "method": "wechat"}.items() <= entry.data.items()
    assert (run.status, run.outcome) == ("ended", "closed")
    assert "异响" not in str(entry.data), "what the customer said is not in the journal"


def test_the_steps_of_others_are_refused(garage: Garage, journey: str) -> None:
    with pytest.raises(Forbidden):
        garage.record(journey, "receive", garage.technician, odometer_km=1, wish="-")
    with pytest.raises(Forbidden):
        garage.record(journey, "diagnose", finding="-")


def test_the_customer_agrees_before_work_begins(garage: Garage, journey: str) -> None:
    assert refused(garage, journey, "do_repair", garage.technician) == "care.not_agreed"
    garage.record(journey, "receive", odometer_km=12000, wish="异响")
    assert refused(garage, journey, "quote_repair", outcome="agreed", items=[]) == "care.nothing_agreed"
    with pytest.raises(Invalid, match="no item gold"):
        garage.record(journey, "quote_repair", outcome="agreed", items=["gold"])
    assert refused(garage, journey, "do_repair", garage.technician) == "care.not_agreed"


def test_nobody_checks_their_own_work(garage: Garage, journey: str) -> None:
    garage.quoted(journey)
    assert refused(garage, journey, "check_repair", garage.second, result="passed") == "care.nothing_to_check"
    garage.record(journey, "do_repair", garage.technician)
    assert refused(garage, journey, "check_repair", garage.technician, result="passed") == "care.own_work"
    garage.record(journey, "check_repair", garage.second, result="passed")


def test_what_fails_the_check_is_done_again(garage: Garage, journey: str) -> None:
    garage.quoted(journey)
    garage.record(journey, "do_repair", garage.technician)
    garage.record(journey, "check_repair", garage.second, result="rework")
    assert refused(garage, journey, "close_repair", method="card") == "care.not_checked"
    garage.record(journey, "do_repair", garage.second)
    assert refused(garage, journey, "check_repair", garage.second, result="passed") == "care.own_work"
    garage.record(journey, "check_repair", garage.technician, result="passed")
    garage.record(journey, "close_repair", method="card")
    assert order(garage).state == "closed"


def test_a_car_goes_back_unrepaired_when_the_customer_declines(garage: Garage, journey: str) -> None:
    garage.record(journey, "receive", odometer_km=12000, wish="异响")
    garage.record(journey, "diagnose", garage.technician, finding="制动片磨损")
    garage.record(journey, "quote_repair", outcome="declined")
    done = garage.record(journey, "hand_back_unrepaired", reason="too_dear")
    assert (done["status"], done["outcome"]) == ("ended", "declined")
    repair = order(garage)
    assert (repair.state, repair.amount, repair.closed_at) == ("declined", Decimal(0), garage.at)
    with reading(garage.adviser.scope):
        assert not Entry.objects.filter(kind="care.repair_order_closed").exists(), (
            "nobody is asked how the repair was"
        )


def test_only_what_the_customer_agreed_to_stays_on_the_order(garage: Garage) -> None:
    opened = garage.open(items=["inspect", "cabin-filter"])
    garage.quoted(opened["journey"], "inspect")
    with reading(garage.adviser.scope):
        assert [line.code for line in RepairOrder.objects.get().lines.all()] == ["inspect"]
    assert order(garage).amount == Decimal("180.00")


def test_the_warranty_pays_repairs_and_not_maintenance(garage: Garage, journey: str) -> None:
    garage.quoted(journey, "brake-pads", "cabin-filter")
    garage.checked(journey)
    garage.record(journey, "close_repair", method="warranty")
    assert order(garage).amount == Decimal("188.00")
    with reading(garage.adviser.scope):
        assert Entry.objects.get(kind="care.repair_order_closed").data["covered"] == "1000.00"


@pytest.mark.parametrize(("km", "paid"), [(100_000, True), (100_001, False)])
def test_the_warranty_ends_by_distance(garage: Garage, journey: str, km: int, paid: bool) -> None:
    garage.record(journey, "receive", odometer_km=km, wish="异响")
    garage.record(journey, "quote_repair", outcome="agreed", items=["brake-pads"])
    garage.checked(journey)
    if paid:
        garage.record(journey, "close_repair", method="warranty")
    else:
        assert refused(garage, journey, "close_repair", method="warranty") == "care.warranty_over"


def test_the_warranty_ends_by_age(garage: Garage) -> None:
    garage.give(STRANGE, at=garage.at - timedelta(days=4 * 365 + 2))
    opened = garage.open(vin=STRANGE)
    garage.quoted(opened["journey"])
    garage.checked(opened["journey"])
    assert refused(garage, opened["journey"], "close_repair", method="warranty") == "care.warranty_over"
    garage.record(opened["journey"], "close_repair", method="alipay")


def test_a_handover_begins_a_warranty_of_four_years(garage: Garage) -> None:
    with reading(garage.adviser.scope):
        car = Car.objects.get(vin=OWN)
    assert (str(car.warranty_until_on), car.warranty_km) == ("2030-03-10", 100_000)


def test_a_settled_order_is_over(garage: Garage, journey: str) -> None:
    garage.quoted(journey)
    garage.checked(journey)
    garage.record(journey, "close_repair", method="card")
    assert refused(garage, journey, "diagnose", garage.technician, finding="more") == "care.repair_order_over"


def test_an_odometer_shows_what_an_odometer_can(garage: Garage, journey: str) -> None:
    with pytest.raises(Invalid, match="cannot be read off an odometer"):
        garage.record(journey, "receive", odometer_km=-5, wish="异响")


def test_orders_are_seen_by_their_store_their_owner_and_those_above(garage: Garage) -> None:
    repair = UUID(garage.open()["repair_order"])
    seen = {
        "store": Scope("store", (garage.home,)), "operator": Scope("operator", (garage.net.operator,)),
        "brand": Scope("brand", ("aito",)), "owner": garage.customer.scope, "network": Scope("network"),
        "another store": Scope("store", (garage.net.other,)), "another brand": Scope("brand", ("luxeed",)),
        "somebody": Scope("person", (str(repair),)), "nobody": Scope(),
    }  # fmt: skip
    found = set()
    for name, scope in seen.items():
        with reading(scope):
            if RepairOrder.objects.filter(id=repair).exists():
                found.add(name)
    assert found == {"store", "operator", "brand", "owner", "network"}


def test_another_store_cannot_receive_the_car(garage: Garage) -> None:
    visit = garage.book()
    elsewhere = Actor("st-x", "service_adviser", Scope("store", (garage.net.other,)))
    with pytest.raises(Missing):
        repairing.open_repair_order(by=elsewhere, at=garage.at, visit=visit)
