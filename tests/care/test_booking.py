"""Booking a visit: free times, who may book which car, one car in one bay at a time, moving, cancelling, not coming."""

from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from forecourt.care import booking
from forecourt.care import queries
from forecourt.care.models import Visit
from forecourt.care.repairing import open_repair_order
from forecourt.care.terms import MAINTENANCE
from forecourt.exchange.vin import make_vin
from forecourt.journal.models import Entry
from forecourt.journeys import actions as journeys
from forecourt.network.actions import set_special_day
from forecourt.network.calendars import store_calendar
from forecourt.network.models import Store
from forecourt.people.queries import display_one
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from tests.care.conftest import OWN
from tests.care.conftest import STRANGE
from tests.care.conftest import Garage
from tests.fixtures import SYSTEM
from tests.fixtures import make_person


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(ActionError) as refused:
        call()
    return refused.value.code


def offered(garage: Garage, length: timedelta = MAINTENANCE, days: int = 1) -> list[queries.FreeTime]:
    with reading(garage.customer.scope):
        on = queries.local(garage.at + timedelta(days=days)).date()
        return queries.offered(garage.customer, garage.home, on, length, garage.at)


def closing(garage: Garage) -> datetime:
    with reading(SYSTEM.scope):
        on = queries.local(garage.at + timedelta(days=1)).date()
        return store_calendar(garage.home, queries.CALENDAR).spans(on)[-1][1]


def test_every_free_time_lies_within_the_hours_and_can_be_booked(garage: Garage) -> None:
    times = offered(garage)
    assert times and all(time.ends_at - time.starts_at == MAINTENANCE for time in times)
    for number, time in enumerate((times[0], times[-1])):
        vin = make_vin("LZ9", "DEMS1", 100 + number)
        booking.book_visit(
            by=garage.adviser, at=garage.at, store=garage.home, vin=vin, person=str(garage.owner), starts_at=time.starts_at.isoformat()
        )  # fmt: skip


def test_long_work_is_offered_where_it_ends_before_the_workshop_closes(garage: Garage) -> None:
    long = timedelta(hours=3, minutes=30)
    times = offered(garage, long)
    closes = closing(garage)
    assert times and all(time.ends_at <= closes for time in times)
    assert len(times) < len(offered(garage))


def test_a_booked_bay_is_offered_no_more_even_to_a_customer_who_cannot_see_the_visit(garage: Garage) -> None:
    before = offered(garage)
    garage.book(vin=STRANGE, person=str(make_person(garage.at, garage.net.place, "周远", "+8613900139000")))
    with reading(garage.adviser.scope):
        visit = Visit.objects.get()
    after = {time.starts_at: time.bays for time in offered(garage)}
    touched = [one for one in before if one.starts_at < visit.ends_at and visit.starts_at < one.ends_at]
    assert touched and all(visit.bay not in after[one.starts_at] for one in touched)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("2026-03-11T03:00+08:00", "care.closed"), ("2026-03-09T11:00+08:00", "care.time_out_of_range"),
        ("2026-09-09T11:00+08:00", "care.time_out_of_range"), ("9999-12-31T23:59+08:00", "care.time_out_of_range"),
        ("2026-03-11T11:00", "care.bad_time"), ("soon", "care.bad_time"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be(garage: Garage, when: str, code: str) -> None:
    assert code_of(lambda: garage.book(starts_at=when)) == code


def test_a_visit_must_end_before_the_workshop_closes(garage: Garage) -> None:
    late = (closing(garage) - timedelta(minutes=30)).isoformat()
    assert code_of(lambda: garage.book(starts_at=late)) == "care.closed"


def test_a_day_on_which_the_workshop_is_closed_offers_nothing(garage: Garage) -> None:
    on = queries.local(garage.at + timedelta(days=1)).date()
    set_special_day(by=garage.manager, at=garage.at, store=garage.home, on=on, calendar=queries.CALENDAR)
    assert offered(garage) == []
    assert code_of(lambda: garage.book()) == "care.closed"


def test_a_car_is_in_one_workshop_at_a_time(garage: Garage) -> None:
    garage.book()
    assert code_of(lambda: garage.book()) == "care.car_booked"
    garage.book(hour=14)


def test_bays_run_out(garage: Garage) -> None:
    with reading(SYSTEM.scope):
        bays = Store.objects.get(code=garage.home).service_bays
    taken = []
    for number in range(bays):
        visit = garage.book(vin=make_vin("LZ9", "DEMS1", number), person=str(garage.owner))
        with reading(garage.adviser.scope):
            taken.append(Visit.objects.get(id=visit).bay)
    assert taken == list(range(1, bays + 1))
    assert code_of(lambda: garage.book()) == "care.bay_taken"
    assert code_of(lambda: garage.book(bay=1)) == "care.bay_taken"
    assert code_of(lambda: garage.book(bay=bays + 1)) == "care.no_bay"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"vin": "LVVDB21B"}, "care.bad_vin"), ({"items": ["gold-plating"]}, "care.unknown_item"),
        ({"store": "xx-999"}, "network.store_unknown"), ({"person": "nobody"}, "care.unknown_person"),
        ({"vin": STRANGE}, "care.owner_unknown"),
    ],
)  # fmt: skip
def test_what_the_desk_gets_wrong_is_named(garage: Garage, facts: dict[str, Any], code: str) -> None:
    assert code_of(lambda: garage.book(**facts)) == code


def test_the_desk_books_into_its_own_workshop_only(garage: Garage) -> None:
    assert code_of(lambda: garage.book(store=garage.net.other)) == "care.other_store"


def test_the_length_follows_the_items(garage: Garage) -> None:
    visit = garage.book(items=["body-panel", "inspect"])
    with reading(garage.adviser.scope):
        found = Visit.objects.get(id=visit)
    assert found.ends_at - found.starts_at == timedelta(hours=3, minutes=30)


def test_the_owner_is_known_from_the_handover(garage: Garage) -> None:
    visit = garage.book()
    with reading(garage.adviser.scope):
        found = Visit.objects.get(id=visit)
        entry = Entry.objects.get(kind="care.visit_booked")
    assert (found.person_id, found.brand) == (garage.owner, "aito")
    assert entry.data["vin"] == OWN and entry.person_id == garage.owner


def test_a_workshop_elsewhere_gets_to_know_whom_it_serves(garage: Garage) -> None:
    elsewhere = Actor("st-x", "service_adviser", Scope("store", (garage.net.other,)))
    with reading(elsewhere.scope):
        assert display_one(garage.owner, elsewhere) is None
    visit = garage.book(by=elsewhere, store=garage.net.other)
    with reading(elsewhere.scope):
        assert display_one(garage.owner, elsewhere) is None, "a VIN alone is no acquaintance"
    open_repair_order(by=elsewhere, at=garage.at, visit=visit)
    with reading(elsewhere.scope):
        assert display_one(garage.owner, elsewhere) is not None


def test_a_customer_books_moves_and_cancels_their_own_visit(garage: Garage) -> None:
    visit = garage.book(by=garage.customer)
    moved = booking.move_visit(by=garage.customer, at=garage.at, visit=visit, starts_at=garage.time(15))
    assert moved["starts_at"].endswith("T15:00:00+08:00")
    booking.cancel_visit(by=garage.customer, at=garage.at, visit=visit)
    with reading(garage.customer.scope):
        assert Visit.objects.get().state == "cancelled"
        kinds = list(Entry.objects.order_by("seq").filter(stream=visit).values_list("kind", flat=True))
    assert kinds == ["care.visit_booked", "care.visit_moved", "care.visit_cancelled"]
    assert (
        code_of(lambda: booking.cancel_visit(by=garage.customer, at=garage.at, visit=visit))
        == "care.visit_over"
    )


def test_a_customer_books_no_car_of_somebody_else(garage: Garage, stranger: Callable[[], Actor]) -> None:
    other = stranger()
    assert code_of(lambda: garage.book(by=other)) == "care.not_your_car"
    assert code_of(lambda: garage.book(by=other, person=str(garage.owner))) == "care.not_your_car"
    assert code_of(lambda: garage.book(by=garage.customer, vin=STRANGE)) == "care.not_your_car"


def test_a_customer_sees_and_changes_no_visit_of_somebody_else(
    garage: Garage, stranger: Callable[[], Actor]
) -> None:
    visit, other = garage.book(), stranger()
    with reading(other.scope):
        assert not Visit.objects.exists()
    for change in (booking.move_visit, booking.cancel_visit):
        facts = {"starts_at": garage.time(15)} if change is booking.move_visit else {}
        with pytest.raises(Missing):
            change(by=other, at=garage.at, visit=visit, **facts)


def test_whoever_sold_the_car_owns_it_no_more(garage: Garage, stranger: Callable[[], Actor]) -> None:
    buyer = stranger()

    garage.give(OWN, UUID(buyer.scope.ids[0]), garage.at + timedelta(hours=1))
    assert code_of(lambda: garage.book(by=garage.customer)) == "care.not_your_car"
    garage.book(by=buyer)


def test_an_old_handover_told_late_changes_no_owner(garage: Garage, stranger: Callable[[], Actor]) -> None:
    other = stranger()

    garage.give(OWN, UUID(other.scope.ids[0]), garage.at - timedelta(days=30))
    garage.book(by=garage.customer)


def test_a_mall_shop_takes_no_car_in(garage: Garage) -> None:
    assert code_of(lambda: garage.book(by=garage.customer, store=garage.net.mall)) == "care.no_workshop"


def test_only_the_desk_and_owners_book(garage: Garage) -> None:
    with pytest.raises(Forbidden):
        garage.book(by=garage.technician)


def test_another_store_sees_and_changes_nothing(garage: Garage) -> None:
    visit = garage.book()
    elsewhere = Actor("st-x", "store_manager", Scope("store", (garage.net.other,)))
    with reading(elsewhere.scope):
        assert not Visit.objects.exists()
    with pytest.raises(Missing):
        booking.cancel_visit(by=elsewhere, at=garage.at, visit=visit)


def test_moving_keeps_the_length_and_frees_the_old_time(garage: Garage) -> None:
    visit = garage.book(items=["body-panel"], hour=10)
    booking.move_visit(by=garage.adviser, at=garage.at, visit=visit, starts_at=garage.time(11))
    with reading(garage.adviser.scope):
        found = Visit.objects.get()
    assert found.ends_at - found.starts_at == timedelta(hours=3, minutes=30)
    assert found.bay == 1, "it may overlap with where it was itself"


def test_whoever_does_not_come_is_noticed_once(garage: Garage) -> None:
    garage.book()
    later = garage.at + timedelta(days=1, hours=2)
    assert booking.miss_all(later) == 0, "within the grace"
    later += timedelta(hours=4)
    assert (booking.miss_all(later), booking.miss_all(later)) == (1, 0)
    with reading(garage.adviser.scope):
        assert Visit.objects.get().state == "missed"
        assert Entry.objects.filter(kind="care.visit_missed").count() == 1


def test_the_first_month_books_the_car_that_it_is_about(garage: Garage) -> None:
    run = journeys.start(
        by=SYSTEM, at=garage.at, playbook="first-month", subject=("vehicle", OWN), place=garage.net.place, person=garage.owner
    )["journey"]  # fmt: skip
    specialist = garage.net.staff("delivery_specialist")
    garage.record(run, "day_1_call", specialist, outcome="problem")
    garage.record(run, "help", outcome="needs_visit")
    done = garage.record(run, "book_visit", starts_at=garage.time(11), wish="车机黑屏")
    assert done["deviations"] == []
    with reading(garage.adviser.scope):
        visit = Visit.objects.get()
    assert (visit.vin, visit.person_id, visit.store, visit.wish) == (
        OWN,
        garage.owner,
        garage.home,
        "车机黑屏",
    )


def test_a_refused_time_leaves_the_step_open(garage: Garage) -> None:
    run = journeys.start(
        by=SYSTEM, at=garage.at, playbook="first-month", subject=("vehicle", OWN), place=garage.net.place, person=garage.owner
    )["journey"]  # fmt: skip
    with pytest.raises(Refused, match="closed"):
        garage.record(run, "book_visit", starts_at=garage.time(3))
    with pytest.raises(Invalid):
        garage.record(run, "book_visit", starts_at="soon")
    with reading(SYSTEM.scope):
        assert not Entry.objects.filter(kind="journeys.step_done").exists()


def test_fifty_bookings_for_the_last_bay(busy_garage: Garage, in_threads: Callable[..., list[Any]]) -> None:
    """Exactly one wins, the others are told, nobody gets an error."""
    garage = busy_garage
    with reading(SYSTEM.scope):
        bays = Store.objects.get(code=garage.home).service_bays
    for number in range(bays - 1):
        garage.book(vin=make_vin("LZ9", "DEMS1", 900 + number), person=str(garage.owner))

    def work(number: int) -> str:
        try:
            return garage.book(vin=make_vin("LZ9", "DEMS1", number), person=str(garage.owner))
        except Refused as refusal:
            return refusal.code

    results = in_threads(50, work)
    assert results.count("care.bay_taken") == 49
    with reading(garage.adviser.scope):
        assert Visit.objects.standing().count() == bays


def test_fifty_bookings_for_all_bays(busy_garage: Garage, in_threads: Callable[..., list[Any]]) -> None:
    """As many win as there are bays, each in a bay of its own."""
    garage = busy_garage
    with reading(SYSTEM.scope):
        bays = Store.objects.get(code=garage.home).service_bays

    def work(number: int) -> str:
        try:
            garage.book(vin=make_vin("LZ9", "DEMS1", number), person=str(garage.owner))
        except Refused as refusal:
            return refusal.code
        return "booked"

    results = in_threads(50, work)
    assert (results.count("booked"), results.count("care.bay_taken")) == (bays, 50 - bays)


def test_one_car_booked_twenty_times_at_once(
    busy_garage: Garage, in_threads: Callable[..., list[Any]]
) -> None:
    def work(number: int) -> str:
        try:
            busy_garage.book(by=busy_garage.customer if number % 2 else busy_garage.adviser)
        except Refused as refusal:
            return refusal.code
        return "booked"

    results = in_threads(20, work)
    assert (results.count("booked"), results.count("care.car_booked")) == (1, 19)
