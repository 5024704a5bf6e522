"""The workshop's pages as a browser without JavaScript gets them, in both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from forecourt.care import words
from forecourt.care.models import RepairOrder
from forecourt.care.models import Visit
from forecourt.platform import clock
from forecourt.platform.scope import reading
from tests.care.conftest import OWN
from tests.care.conftest import STRANGE
from tests.care.conftest import Garage

LANGUAGES = [("en", False), ("zh-hans", True)]
SignedIn = Callable[..., Any]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch, at: Any) -> None:
    """The site's clock stands at the moment of the tests."""
    monkeypatch.setattr(clock, "now", lambda: at)


def tomorrow(garage: Garage) -> str:
    return garage.time()[:10]


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:400]
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize(("language", "chinese"), LANGUAGES)
def test_the_board_shows_who_holds_which_bay(
    garage: Garage, signed_in: SignedIn, language: str, chinese: bool
) -> None:
    visit = garage.book()
    page = shown(signed_in(garage.adviser, language), f"{reverse('care:workshop')}?on={tomorrow(garage)}")
    assert reverse("care:visit", args=[visit]) in page
    assert "林悦" in page and OWN in page
    assert ("已预约" if chinese else "Booked") in page
    assert ("1 号工位" if chinese else "Bay 1") in page


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "yesterday", "2026-03-08"])
def test_any_day_can_be_asked_for(garage: Garage, signed_in: SignedIn, on: str) -> None:
    shown(signed_in(garage.technician), f"{reverse('care:workshop')}?on={on}")


def test_only_the_workshop_sees_the_board(garage: Garage, signed_in: SignedIn) -> None:
    assert signed_in(garage.net.staff("adviser")).get(reverse("care:workshop")).status_code == 403
    elsewhere = garage.net.staff("service_adviser", garage.net.other)
    visit = garage.book()
    assert "林悦" not in shown(signed_in(elsewhere), f"{reverse('care:workshop')}?on={tomorrow(garage)}")
    shown(signed_in(elsewhere), reverse("care:visit", args=[visit]), 404)


def test_the_desk_books_a_car_by_its_number(garage: Garage, signed_in: SignedIn) -> None:
    client = signed_in(garage.adviser)
    form = f"{reverse('care:book')}?vin={OWN}&items=inspect&on={tomorrow(garage)}"
    time = re.search(r'name="starts_at" value="([^"]+)"', shown(client, form))
    assert time
    answer = client.post(form, {"starts_at": time[1], "wish": "年度检查"})
    assert answer["Location"] == reverse("care:workshop")
    with reading(garage.adviser.scope):
        visit = Visit.objects.get()
    assert (visit.items, visit.wish, visit.person_id) == (["inspect"], "年度检查", garage.owner)


def test_a_refused_booking_says_why_and_keeps_the_form(garage: Garage, signed_in: SignedIn) -> None:
    client = signed_in(garage.adviser)
    form = f"{reverse('care:book')}?vin={STRANGE}&on={tomorrow(garage)}"
    answer = client.post(form, {"starts_at": garage.time(), "wish": "异响"})
    assert answer.status_code == 409
    assert "Nobody is known as the owner" in answer.content.decode() and "异响" in answer.content.decode()


def test_a_visit_is_moved_cancelled_and_received(garage: Garage, signed_in: SignedIn) -> None:
    client, visit = signed_in(garage.adviser), garage.book()
    address = reverse("care:visit", args=[visit])
    assert client.post(address, {"starts_at": garage.time(3)}).status_code == 409
    assert client.post(address, {"starts_at": garage.time(15)})["Location"] == address
    answer = client.post(address, {"do": "receive"})
    assert answer["Location"].startswith("/repair-orders/")
    assert "Car received" not in shown(client, answer["Location"])
    other = garage.book(hour=17)
    assert client.post(reverse("care:visit", args=[other]), {"do": "cancel"}).status_code == 302
    with reading(garage.adviser.scope):
        assert sorted(Visit.objects.values_list("state", flat=True)) == ["arrived", "cancelled"]
    assert "Move to another time" not in shown(client, address)


@pytest.mark.parametrize(("language", "chinese"), LANGUAGES)
def test_a_repair_order_says_what_is_next_and_who_does_it(
    garage: Garage, signed_in: SignedIn, language: str, chinese: bool
) -> None:
    opened = garage.open()
    page = shown(
        signed_in(garage.adviser, language), reverse("care:repair-order", args=[opened["repair_order"]])
    )
    assert ("接车" if chinese else "Receive car and customer") in page
    assert reverse("journeys:step", args=[opened["journey"], "receive"]) in page
    garage.quoted(opened["journey"])
    page = shown(
        signed_in(garage.adviser, language), reverse("care:repair-order", args=[opened["repair_order"]])
    )
    assert ("由其他岗位的同事完成" if chinese else "done by a colleague in another role") in page
    assert "1,000" in page and ("前制动片更换" if chinese else "Front brake pads") in page


@pytest.mark.parametrize(("language", "chinese"), LANGUAGES)
def test_the_quote_takes_items_and_no_price(
    garage: Garage, signed_in: SignedIn, language: str, chinese: bool
) -> None:
    opened = garage.open(items=["inspect"])
    client = signed_in(garage.adviser, language)
    form = f"{reverse('care:quote')}?journey={opened['journey']}&step=quote_repair"
    page = shown(client, form)
    assert re.search(r'value="inspect" checked', page) and 'name="price"' not in page
    assert ("维修报价" if chinese else "Quote the repair") in page
    garage.record(opened["journey"], "receive", odometer_km=1200, wish="检查")
    garage.record(opened["journey"], "diagnose", garage.technician, finding="正常")
    assert client.post(form, {"outcome": "agreed"}).status_code == 409
    assert client.post(form, {"outcome": "agreed", "items": ["align"], "price": "1"}).status_code == 302
    with reading(garage.adviser.scope):
        assert str(RepairOrder.objects.get().amount) == "300.00"


def test_the_quote_can_be_declined(garage: Garage, signed_in: SignedIn) -> None:
    opened = garage.open()
    form = f"{reverse('care:quote')}?journey={opened['journey']}&step=quote_repair"
    assert signed_in(garage.adviser).post(form, {"outcome": "declined"}).status_code == 302
    with reading(garage.adviser.scope):
        assert RepairOrder.objects.get().state == "declined"


def test_a_form_without_a_journey_of_ours_is_not_found(garage: Garage, signed_in: SignedIn) -> None:
    for wrong in ("", "?journey=x", f"?journey={garage.owner}"):
        shown(signed_in(garage.adviser), reverse("care:quote") + wrong, 404)


def test_every_state_has_a_word_in_both_languages() -> None:
    for state in words.STATES:
        with translation.override("zh-hans"):
            assert not re.search("[A-Za-z]", words.of(state)), state
