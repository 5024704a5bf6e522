"""From an allocated car to a car handed over: preparation, appointment, the checks at the end, and who owns it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from forecourt import journal
from forecourt.delivery import checklists
from forecourt.delivery import preparing
from forecourt.delivery.appointing import free_slots
from forecourt.delivery.appointing import move_appointment
from forecourt.delivery.models import Appointment
from forecourt.delivery.models import DeliveryFile
from forecourt.delivery.models import Ownership
from forecourt.delivery.models import Sheet
from forecourt.delivery.models import SheetMark
from forecourt.delivery.reading import checklist
from forecourt.journal.models import Entry
from forecourt.journeys import actions as journeys
from forecourt.journeys.models import Journey
from forecourt.platform.actor import Actor
from forecourt.platform.models import OutboxMessage
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import NeedsApproval
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.supply import refusing
from forecourt.supply.allocating import allocate
from tests.supply.yard import SYSTEM
from tests.supply.yard import Yard
from tests.supply.yard import vin


def run_of(order: UUID) -> Journey:
    with reading(SYSTEM.scope):
        return Journey.objects.about("order", order).get()


def record(
    yard: Yard, order: UUID, step: str, record: dict[str, Any], by: Actor | None = None
) -> dict[str, Any]:
    return journeys.record_step(
        by=by or yard.specialist,
        at=yard.at,
        journey=run_of(order).id,
        step=step,
        record=record,
        evidence=["photo", "signature"],
    )


def everything(code: str) -> dict[str, Any]:
    return checklists.in_order(checklist(code).for_car("EREV"))


@pytest.fixture
def order(yard: Yard) -> UUID:
    """An order with a car, ready to be prepared."""
    order = yard.lock(journey=True)
    yard.receive(1)
    return order


def tomorrow(yard: Yard, hour: int = 11) -> str:
    return f"{(yard.at + timedelta(days=1)).date()}T{hour:02}:00+08:00"


def test_to_the_handover(yard: Yard, order: UUID) -> None:
    record(yard, order, "prepare", {"items": everything("pdi")})
    record(yard, order, "appoint", {"starts_at": tomorrow(yard)})
    done = record(yard, order, "hand_over", {"items": everything("handover")}, by=SYSTEM)
    assert (done["status"], done["outcome"]) == ("ended", "handed_over")
    assert done["started"], "the first month begins"
    with reading(yard.specialist.scope):
        entry = Entry.objects.get(kind="delivery.handed_over")
        owner = Ownership.objects.get()
        month = Journey.objects.about("vehicle", vin(1)).get()
    assert (
        entry.data | {"order": str(order), "vin": vin(1), "price": "469800.00", "model": "aito-m9"}
        == entry.data
    )
    assert (owner.vin, owner.person_id, owner.until_at, month.playbook) == (
        vin(1),
        entry.person_id,
        None,
        "first-month",
    )
    journal.drain(yard.at)
    with reading(SYSTEM.scope):
        from forecourt.supply.models import QueuePlace  # supply hears of it

        assert QueuePlace.objects.get(order=order).state == "handed_over"


def test_nothing_can_be_prepared_before_there_is_a_car(yard: Yard) -> None:
    order = yard.lock(journey=True)
    with pytest.raises(Refused, match="No car is allocated"):
        record(yard, order, "prepare", {})


def test_every_missing_item_is_named_at_once(yard: Yard, order: UUID) -> None:
    items = everything("pdi")
    del items["tyres"], items["cleaning"]
    with pytest.raises(Refused) as caught:
        record(yard, order, "prepare", {"items": items})
    assert [problem.field for problem in caught.value.problems] == ["tyres", "cleaning"]
    with reading(SYSTEM.scope):
        assert not SheetMark.objects.exists(), "a refused step leaves nothing behind"


def test_a_handover_without_the_certificate_of_conformity_is_refused(yard: Yard, order: UUID) -> None:
    record(yard, order, "prepare", {"items": everything("pdi")})
    items = everything("handover")
    del items["conformity-certificate"]
    with pytest.raises(Refused) as caught:
        record(yard, order, "hand_over", {"items": items}, by=SYSTEM)
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == ("delivery.item_law", "conformity-certificate")
    assert "MOFCOM 1/2017" in problem.text


@pytest.mark.parametrize("who", ["specialist", "manager", "ops"])
def test_nobody_can_skip_what_the_law_asks_for(yard: Yard, order: UUID, who: str) -> None:
    with pytest.raises(Refused, match="cannot be skipped: the law asks for it"):
        preparing.check_item(
            by=getattr(yard, who), at=yard.at, order=str(order), checklist="handover", item="three-guarantee-voucher",
            outcome="skipped", reason="customer in a hurry",
        )  # fmt: skip


def test_a_required_item_is_left_out_only_by_the_manager(yard: Yard, order: UUID) -> None:
    facts = {
        "order": str(order),
        "checklist": "pdi",
        "item": "cleaning",
        "outcome": "skipped",
        "reason": "no water today",
    }
    with pytest.raises(Refused) as caught:
        preparing.check_item(by=yard.specialist, at=yard.at, **facts)
    assert isinstance(caught.value.problems[0], NeedsApproval)
    left = preparing.check_item(by=yard.manager, at=yard.at, **facts)["left"]
    assert "cleaning" not in left


def test_an_unprepared_car_is_not_handed_over(yard: Yard, order: UUID) -> None:
    with pytest.raises(Refused, match="must be prepared"):
        record(yard, order, "hand_over", {"items": everything("handover")}, by=SYSTEM)


def test_a_mistake_is_taken_back_by_a_correcting_mark(yard: Yard, order: UUID) -> None:
    record(yard, order, "prepare", {"items": everything("pdi")})
    facts = {"order": str(order), "checklist": "pdi", "item": "tyres"}
    undone = preparing.undo_item(by=yard.specialist, at=yard.at, **facts, reason="wrong wheel")
    assert undone["left"] == ["tyres"]
    with reading(yard.specialist.scope):
        first, second = SheetMark.objects.filter(code="tyres").order_by("id")
        assert (first.outcome, second.outcome, second.corrects) == ("done", "undone", first.id)
        assert Entry.objects.get(kind="delivery.item_corrected").data["corrects"] == first.id
        assert DeliveryFile.objects.get(order=order).state == "allocated"
    with pytest.raises(Refused, match="not prepared"):
        record(yard, order, "hand_over", {"items": everything("handover")}, by=SYSTEM)
    with pytest.raises(Refused, match="Nothing is recorded"):
        preparing.undo_item(by=yard.specialist, at=yard.at, **facts, reason="wrong wheel")
    record(yard, order, "prepare", {"items": {"tyres": {"value": "250"}}})
    record(yard, order, "hand_over", {"items": everything("handover")}, by=SYSTEM)


def test_a_fault_found_after_the_preparation_opens_it_again(yard: Yard, order: UUID) -> None:
    record(yard, order, "prepare", {"items": everything("pdi")})
    facts = {"order": str(order), "checklist": "pdi", "item": "tyres"}
    found = preparing.check_item(by=yard.specialist, at=yard.at, **facts, outcome="fault", value="cut")
    assert found["left"] == ["tyres"]
    with reading(yard.specialist.scope):
        assert Sheet.objects.get(order=order, checklist="pdi").done_at is None
        assert DeliveryFile.objects.get(order=order).state == "allocated"
    with pytest.raises(Refused, match="not prepared"):
        record(yard, order, "hand_over", {"items": everything("handover")}, by=SYSTEM)
    record(yard, order, "prepare", {"items": {"tyres": {"value": "250"}}})
    record(yard, order, "hand_over", {"items": everything("handover")}, by=SYSTEM)


def test_a_sheet_that_was_closed_over_a_fault_does_not_count(yard: Yard, order: UUID) -> None:
    """Sheets of before the rule above may be closed although they lack something."""
    record(yard, order, "prepare", {"items": everything("pdi")})
    preparing.check_item(
        by=yard.specialist, at=yard.at, order=str(order), checklist="pdi", item="tyres", outcome="fault"
    )
    with reading(SYSTEM.scope):
        Sheet.objects.filter(order=order, checklist="pdi").update(done_at=yard.at)
    with pytest.raises(Refused, match="not prepared"):
        record(yard, order, "hand_over", {"items": everything("handover")}, by=SYSTEM)


def test_marks_cannot_be_altered(yard: Yard, order: UUID) -> None:
    preparing.check_item(
        by=yard.specialist, at=yard.at, order=str(order), checklist="pdi", item="accessories"
    )
    with pytest.raises(Exception, match="append-only"), reading(SYSTEM.scope):
        SheetMark.objects.update(outcome="skipped")


def test_a_refused_car_takes_its_appointment_with_it(yard: Yard, order: UUID) -> None:
    record(yard, order, "prepare", {"items": everything("pdi")})
    record(yard, order, "appoint", {"starts_at": tomorrow(yard)})
    refusing.refuse_vehicle(by=yard.specialist, at=yard.at, order=str(order), reason="damage")
    journal.drain(yard.at)
    with reading(SYSTEM.scope):
        assert Appointment.objects.get().state == "cancelled"
        assert DeliveryFile.objects.get(order=order).vin == ""
    yard.receive(2)
    assert run_of(order).facts["vehicle"]["prepared"] is False
    with pytest.raises(Refused, match="must be prepared"):
        record(yard, order, "hand_over", {"items": everything("handover")}, by=SYSTEM)
    record(yard, order, "prepare", {"items": everything("pdi")})
    assert (
        record(yard, order, "hand_over", {"items": everything("handover")}, by=SYSTEM)["outcome"]
        == "handed_over"
    )


def test_an_allocation_heard_of_after_its_refusal_changes_nothing(yard: Yard) -> None:
    order = yard.lock(journey=True)
    yard.receive(1, drain=False)
    with reading(SYSTEM.scope):
        OutboxMessage.objects.all().delete()
    allocate(by=SYSTEM, at=yard.at, order=str(order), vin=vin(1))
    with reading(SYSTEM.scope):
        late = OutboxMessage.objects.filter(topic="delivery.take_vehicle")
        assert late.update(next_try_at=yard.at + timedelta(minutes=1)) == 1
    refusing.refuse_vehicle(by=yard.specialist, at=yard.at, order=str(order), reason="damage")
    journal.drain(yard.at)
    journal.drain(yard.at + timedelta(minutes=2))
    with reading(SYSTEM.scope):
        assert not OutboxMessage.objects.exists(), "the allocation was heard of in the end"
        file = DeliveryFile.objects.get(order=order)
    assert (file.vin, file.state) == ("", "waiting")
    yard.receive(2)
    with reading(SYSTEM.scope):
        assert DeliveryFile.objects.get(order=order).vin == vin(2), "a later allocation counts"


def test_slots_outside_the_hours_or_in_the_past_are_refused(yard: Yard, order: UUID) -> None:
    for when, code in (
        (tomorrow(yard, 3), "delivery.slot_closed"),
        ("2026-03-09T11:00", "delivery.slot_past"),
    ):
        with pytest.raises(Refused) as caught:
            record(yard, order, "appoint", {"starts_at": when})
        assert caught.value.code == code


def test_an_appointment_is_moved_and_the_old_hour_is_free(yard: Yard, order: UUID) -> None:
    record(yard, order, "appoint", {"starts_at": tomorrow(yard, 11)})
    with reading(yard.specialist.scope):
        row = Appointment.objects.get()
    moved = move_appointment(
        by=yard.specialist, at=yard.at, appointment=str(row.id), starts_at=tomorrow(yard, 14), bay=2
    )
    assert (moved["bay"], moved["starts_at"][11:16]) == (2, "06:00")
    with reading(yard.specialist.scope):
        on = (yard.at + timedelta(days=1)).date()
        free = {slot.starts_at.hour: slot.bays for slot in free_slots(yard.home, "aito", on, yard.at)}
        assert Appointment.objects.get().sequence == 1
    assert 2 not in free[6]
    assert 1 in free[3]


def test_another_group_sees_nothing_of_it(yard: Yard, order: UUID) -> None:
    record(yard, order, "prepare", {"items": everything("pdi")})
    with reading(yard.stranger.scope):
        assert not DeliveryFile.objects.exists()
        assert not SheetMark.objects.exists()
    with pytest.raises(Missing):
        preparing.check_item(by=yard.stranger, at=yard.at, order=str(order), checklist="pdi", item="cleaning")


def test_twenty_customers_for_one_hour(busy_yard: Yard, in_threads: Callable[..., list[Any]]) -> None:
    """As many get it as there are bays and specialists; nobody gets an error."""
    orders = [busy_yard.lock(minutes=number, journey=True, drain=False) for number in range(20)]
    journal.drain(busy_yard.at)
    busy_yard.receive(*range(20))
    with reading(busy_yard.specialist.scope):
        on = (busy_yard.at + timedelta(days=1)).date()
        (slot,) = [
            one for one in free_slots(busy_yard.home, "aito", on, busy_yard.at) if one.starts_at.hour == 3
        ]

    def work(number: int) -> str:
        try:
            record(busy_yard, orders[number], "appoint", {"starts_at": tomorrow(busy_yard)})
        except Refused as refusal:
            return refusal.code
        return "booked"

    results = in_threads(20, work)
    assert results.count("booked") == slot.free
    assert set(results) <= {"booked", "delivery.slot_taken"}
