"""Test drives: slots within opening hours, the licence as a gate, a drive that takes place or not."""

from datetime import timedelta

import pytest

from forecourt.base.ids import new_id
from forecourt.journal.models import Entry
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.sales import queries
from forecourt.sales.deals import Deal
from forecourt.sales.drives import book_test_drive
from forecourt.sales.drives import cancel_test_drive
from forecourt.sales.hours import starts_of
from forecourt.sales.models import TestCar
from forecourt.sales.models import TestDrive
from forecourt.sales.refusing import SHANGHAI
from tests.sales.shop import SYSTEM
from tests.sales.shop import enquiry
from tests.sales.shop import known_person
from tests.sales.shop import record


def book(shop, at, run, starts_at, car=0, by=None):
    return record(
        by or shop.adviser, at, run, "book_test_drive", car=shop.cars[car], starts_at=starts_at.isoformat()
    )


def free(shop, at, on=None, **more):
    with reading(shop.adviser.scope):
        return queries.free_slots(shop.store, on or at.astimezone(SHANGHAI).date(), at, **more)


def drive():
    with reading(SYSTEM.scope):
        return TestDrive.objects.order_by("-booked_at", "-id").first()


def test_slots_follow_one_another_from_opening_to_closing(at):
    opens, closes = at.replace(hour=1), at.replace(hour=3, minute=20)
    assert starts_of([(opens, closes)]) == [
        opens,
        opens + timedelta(minutes=45),
        opens + timedelta(minutes=90),
    ]
    assert starts_of([]) == []


def test_free_slots_of_a_day(shop, at):
    """Open from 9 to 20 o'clock: 14 slots a car, of which those before 10 o'clock have passed."""
    slots = free(shop, at)
    assert {slot.car for slot in slots} == set(shop.cars)
    assert min(slot.starts_at for slot in slots) == at + timedelta(minutes=30)
    assert len(slots) == 2 * 12
    assert len(free(shop, at, on=(at + timedelta(days=1)).date())) == 2 * 14
    assert free(shop, at, model="aito-m5") == []


def test_a_booked_slot_is_no_longer_free(shop, at):
    slot = free(shop, at)[3]
    run = enquiry(shop, at)
    book(shop, at, run, slot.starts_at, car=shop.cars.index(slot.car))
    assert slot not in free(shop, at)
    same_time = [one for one in free(shop, at) if one.starts_at == slot.starts_at]
    assert [one.car for one in same_time] == [car for car in shop.cars if car != slot.car]
    assert all(one.starts_at != slot.starts_at for one in free(shop, at, adviser=shop.adviser.code))


def test_a_taken_car_and_a_taken_adviser_are_refused_by_name(shop, at):
    slot = at + timedelta(hours=3)
    book(shop, at, enquiry(shop, at), slot)
    other = enquiry(shop, at, adviser=shop.second)
    with pytest.raises(Refused) as refused:
        book(shop, at, other, slot + timedelta(minutes=30), by=shop.second)
    assert refused.value.code == "sales.slot_taken"
    with pytest.raises(Refused) as refused:
        book(shop, at, enquiry(shop, at), slot, car=1)
    assert refused.value.code == "sales.adviser_taken"
    book(shop, at, other, slot, car=1, by=shop.second)


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        (-1, "sales.slot_past"),
        (9.5, "sales.store_closed"),
        (14, "sales.store_closed"),
        (24 * 5 - 2, "sales.store_closed"),
    ],
)
def test_only_later_and_while_the_store_is_open(shop, at, hours, code):
    with pytest.raises(Refused) as refused:
        book(shop, at, enquiry(shop, at), at + timedelta(hours=hours))
    assert refused.value.code == code


def test_a_car_of_another_store_is_not_there(shop, at):
    run = enquiry(shop, at)
    with pytest.raises(Missing):
        record(
            shop.adviser,
            at,
            run,
            "book_test_drive",
            car="tc-elsewhere",
            starts_at=(at + timedelta(hours=2)).isoformat(),
        )


def test_booking_again_gives_the_first_slot_up(shop, at):
    run, slot = enquiry(shop, at), at + timedelta(hours=3)
    book(shop, at, run, slot)
    record(shop.adviser, at, run, "check_licence", licence="valid")
    book(shop, at, run, slot + timedelta(hours=2))
    with reading(SYSTEM.scope):
        states = list(TestDrive.objects.order_by("booked_at", "id").values_list("state", flat=True))
    assert sorted(states) == ["booked", "cancelled"]
    book(shop, at, enquiry(shop, at, adviser=shop.second), slot, by=shop.second)


def test_without_licence_nobody_drives(shop, at):
    run = enquiry(shop, at)
    book(shop, at, run, at + timedelta(hours=3))
    record(shop.adviser, at, run, "check_licence", licence="not_shown")
    with pytest.raises(Refused):
        record(shop.adviser, at, run, "test_drive", result="driven")
    assert drive().state == "booked"


def test_a_strange_licence_result_is_invalid(shop, at):
    with pytest.raises(Invalid):
        record(shop.adviser, at, enquiry(shop, at), "check_licence", licence="forged")


def test_a_drive_is_driven(shop, at):
    run = enquiry(shop, at, person=known_person(shop, at))
    book(shop, at, run, at + timedelta(hours=3))
    record(shop.adviser, at, run, "check_licence", licence="valid")
    record(shop.adviser, at + timedelta(hours=4), run, "test_drive", result="driven")
    assert (drive().state, drive().driven_at) == ("driven", at + timedelta(hours=4))
    with reading(SYSTEM.scope):
        kinds = set(Entry.objects.filter(journey=run).values_list("kind", flat=True))
    assert {"sales.licence_checked", "sales.test_drive_booked", "sales.test_drive_done"} <= kinds


def test_losing_a_customer_frees_the_car(shop, at):
    run = enquiry(shop, at)
    book(shop, at, run, at + timedelta(hours=3))
    record(shop.adviser, at, run, "lose", reason="price")
    assert drive().state == "cancelled"
    with reading(SYSTEM.scope):
        assert Entry.objects.get(kind="sales.opportunity_lost").data["reason"] == "price"


def test_a_slot_is_given_back_once(shop, at):
    book(shop, at, enquiry(shop, at), at + timedelta(hours=3))
    cancel_test_drive(by=shop.manager, at=at, test_drive=str(drive().id))
    with pytest.raises(Refused):
        cancel_test_drive(by=shop.manager, at=at, test_drive=str(drive().id))


def test_another_store_sees_neither_cars_nor_drives(shop, at):
    book(shop, at, enquiry(shop, at), at + timedelta(hours=3))
    with reading(shop.stranger.scope):
        assert not TestCar.objects.exists()
        assert not TestDrive.objects.exists()


def test_a_customer_books_on_their_own_link(shop, at):
    person = new_id(at)
    customer = Actor.customer(person)
    on = at.astimezone(SHANGHAI).date()
    with reading(customer.scope):
        assert queries.free_slots(shop.store, on, at) == []
        slots = queries.slots_shown_to(customer, shop.store, on, at)
        assert not TestCar.objects.exists()
    deal = Deal(shop.place, person, adviser=shop.second.code)
    book_test_drive(by=customer, at=at, deal=deal, car=slots[0].car, starts_at=slots[0].starts_at)
    with reading(customer.scope):
        assert TestDrive.objects.get().starts_at == slots[0].starts_at
        assert slots[0] not in queries.slots_shown_to(customer, shop.store, on, at)


def test_the_plate_is_masked(shop):
    with reading(shop.adviser.scope):
        assert TestCar.objects.get(code=shop.cars[0]).plate_masked == "沪A·***12"
