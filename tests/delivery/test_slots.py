"""Handover slots: hours cut into pieces, and what is free in each."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from forecourt.base.slots import cut
from forecourt.delivery import slots
from forecourt.delivery.slots import Booked

DAY = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def test_what_is_left_of_an_opening_is_too_short() -> None:
    assert cut([(at(0), at(2.5)), (at(4), at(4.9))], HOUR) == [(at(0), at(1)), (at(1), at(2))]


def test_a_booking_across_two_slots_takes_both() -> None:
    times = cut([(at(0), at(3))], HOUR)
    found = slots.slots(times, 2, ["st-1"], [Booked(at(0.5), at(1.5), 1, "st-9")], at(-1))
    assert [(slot.bays, slot.free) for slot in found] == [((2,), 1), ((2,), 1), ((1, 2), 1)]


def test_who_has_fewer_handovers_comes_first_and_past_slots_are_gone() -> None:
    booked = [
        Booked(at(0), at(1), 1, "st-1"),
        Booked(at(1), at(2), 1, "st-1"),
        Booked(at(2), at(3), 1, "st-2"),
    ]
    (slot,) = slots.slots([(at(0), at(1)), (at(4), at(5))], 3, ["st-1", "st-2", "st-3"], booked, at(0))
    assert slot.specialists == ("st-3", "st-2", "st-1")


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 4), st.sampled_from("abc")), max_size=12))
def test_nothing_free_is_taken(taken: list[tuple[int, int, str]]) -> None:
    booked = [Booked(at(half / 2), at(half / 2 + 1), bay, person) for half, bay, person in taken]
    for slot in slots.slots(cut([(at(0), at(11))], HOUR), 4, list("abc"), booked, at(-1)):
        for one in booked:
            if one.overlaps(slot.starts_at, slot.ends_at):
                assert one.bay not in slot.bays
                assert one.specialist not in slot.specialists
