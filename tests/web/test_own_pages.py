"""The customer's own pages: only what is their own, an honest place, and everything they can do without calling anybody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from forecourt.care.models import Visit
from forecourt.journal.models import Entry
from forecourt.journeys.models import Journey
from forecourt.people.models import Person
from forecourt.people.queries import consented
from forecourt.platform import links
from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.models import TestDrive
from tests.web.conftest import NOW
from tests.web.town import SYSTEM
from tests.web.town import Town


@pytest.fixture
def guest(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def own(town: Town, key: str) -> str:
    return f"/c/{links.sign(town.persons[key])}/"


def text(answer: Any) -> str:
    return answer.content.decode()


def test_the_place_and_the_promise_are_told(town: Town, guest: Client) -> None:
    answer = guest.get(own(town, "waiting"))
    page = text(answer)
    for words in (
        "周明",
        "of 1 order in your queue",
        "2026-03-30",
        "2026-04-13",
        "What moved your place",
        "469,800",
    ):
        assert words in page
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_nothing_of_others_is_told(town: Town, guest: Client) -> None:
    page = text(guest.get(own(town, "waiting")))
    for other in ("林悦", "陈安", "孙可", town.vin, town.staff["adviser"].code, town.staff["adviser"].name):
        assert other not in page
    assert 'class="fc-nav"' not in page


def test_staff_who_follow_a_link_see_what_the_customer_sees(town: Town, guest: Client) -> None:
    guest.force_login(town.user("network_ops"))
    page = text(guest.get(own(town, "waiting")))
    assert 'class="fc-nav"' not in page
    assert "林悦" not in page


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "%20"])
def test_an_altered_link_has_run_out(town: Town, guest: Client, token: str) -> None:
    answer = guest.get(f"/c/{token}/")
    assert answer.status_code == 410
    assert "This link has run out" in text(answer)


def test_an_old_link_has_run_out(town: Town, guest: Client, settings: Any) -> None:
    address = own(town, "waiting")
    settings.FORECOURT_LINK_LIFETIME = timedelta(seconds=-1)
    assert guest.get(address).status_code == 410


def test_a_visit_is_booked_moved_and_cancelled(town: Town, guest: Client) -> None:
    page = text(guest.get(f"{own(town, 'owner')}service/"))
    begins = re.findall(r'name="starts_at" value="([^"]+)"', page)[-1]
    wish = {"car": town.vin, "store": town.store, "starts_at": begins, "wish": "异响"}
    assert guest.post(f"{own(town, 'owner')}service/", wish).status_code == 302
    visit = _visit("异响")
    assert visit.starts_at.isoformat() == begins
    move = f"{own(town, 'owner')}service/{visit.id}/"
    later = re.findall(r'name="starts_at" value="([^"]+)"', text(guest.get(f"{move}?on=2026-03-13")))[0]
    assert guest.post(move, {"starts_at": later}).status_code == 302
    assert _visit("异响").starts_at.isoformat() == later
    assert guest.post(f"{move}cancel/").status_code == 302
    assert _visit("异响").state == "cancelled"


def _visit(wish: str) -> Visit:
    with reading(SYSTEM.scope):
        return Visit.objects.get(wish=wish)


def test_a_time_that_is_taken_is_refused_with_the_reason(town: Town, guest: Client) -> None:
    with reading(SYSTEM.scope):
        taken = Visit.objects.get(state="booked")
    wish = {"car": town.vin, "store": town.store, "starts_at": taken.starts_at.isoformat()}
    answer = guest.post(f"{own(town, 'owner')}service/", wish)
    assert answer.status_code == 409
    assert "fc-reasons" in text(answer)


def test_nobody_books_at_a_store_that_was_not_offered(town: Town, guest: Client) -> None:
    answer = guest.post(f"{own(town, 'owner')}service/", {"store": "sh-999", "starts_at": NOW.isoformat()})
    assert "Choose one of the workshops shown." in text(answer)


def test_without_a_car_there_is_no_service_to_book(town: Town, guest: Client) -> None:
    assert guest.get(f"{own(town, 'waiting')}service/").status_code == 404


@pytest.mark.parametrize("what", ["service/{visit}/", "service/{visit}/cancel/", "appointments/{visit}.ics"])
def test_anothers_appointment_is_not_there(town: Town, guest: Client, what: str) -> None:
    with reading(SYSTEM.scope):
        visit = Visit.objects.get(state="booked").id
    address = own(town, "waiting") + what.format(visit=visit)
    assert guest.post(address).status_code == 404
    with reading(SYSTEM.scope):
        assert Visit.objects.get(id=visit).state == "booked"


def test_a_calendar_takes_the_appointment(town: Town, guest: Client) -> None:
    with reading(SYSTEM.scope):
        visit = Visit.objects.get(state="booked").id
    answer = guest.get(f"{own(town, 'owner')}appointments/{visit}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert "attachment" in answer["Content-Disposition"]
    assert f"UID:service_visit-{visit}@" in text(answer)


def test_a_test_drive_is_chosen_without_a_call(town: Town, guest: Client) -> None:
    address = f"{own(town, 'choosing')}test-drive/{town.runs['choosing']}/"
    slot = re.findall(r'name="slot" value="([^"]+)"', text(guest.get(f"{address}?on=2026-03-12")))[0]
    assert guest.post(address, {"slot": slot}).status_code == 302
    with reading(SYSTEM.scope):
        drive = TestDrive.objects.get(person_id=town.persons["choosing"])
    assert f"{drive.car_id}|{drive.starts_at.isoformat()}" == slot
    assert drive.adviser == town.staff["adviser"].code
    assert "Test drive" in text(guest.get(own(town, "choosing")))


def test_a_slot_that_was_made_up_is_refused(town: Town, guest: Client) -> None:
    address = f"{own(town, 'choosing')}test-drive/{town.runs['choosing']}/"
    for slot in ("", "tc-none|2026-03-12T02:00:00+00:00", "x|y"):
        answer = guest.post(address, {"slot": slot})
        assert answer.status_code == 409
        assert "fc-reasons" in text(answer)


def test_anothers_enquiry_is_not_theirs_to_book(town: Town, guest: Client) -> None:
    assert guest.get(f"{own(town, 'late')}test-drive/{town.runs['choosing']}/").status_code == 404


def test_paying_the_deposit_makes_the_order_firm(town: Town, guest: Client) -> None:
    order = town.orders["reserved"]
    assert "To pay now:" in text(guest.get(own(town, "reserved")))
    assert guest.post(f"{own(town, 'reserved')}orders/{order}/pay/", {"method": "wechat"}).status_code == 302
    with reading(SYSTEM.scope):
        assert Order.objects.get(id=order).state == "firm"
    page = text(guest.get(own(town, "reserved")))
    assert "best lock it before" in page
    assert "To pay now:" not in page


def test_nobody_pays_anothers_order(town: Town, guest: Client) -> None:
    answer = guest.post(f"{own(town, 'late')}orders/{town.orders['reserved']}/pay/", {"method": "card"})
    assert answer.status_code == 404


def test_consents_are_the_customers_to_give_and_take_back(town: Town, guest: Client) -> None:
    person = town.persons["waiting"]
    for do, stands in (("give", True), ("withdraw", False)):
        answer = guest.post(f"{own(town, 'waiting')}consents/", {"purpose": "marketing", "do": do})
        assert answer.status_code == 302
        with reading(SYSTEM.scope):
            assert consented(person, "marketing") is stands


def test_who_asks_to_be_forgotten_keeps_the_order(town: Town, guest: Client) -> None:
    assert guest.post(f"{own(town, 'waiting')}forget/").status_code == 302
    with reading(SYSTEM.scope):
        assert Person.objects.get(id=town.persons["waiting"]).restricted_at == NOW
        assert not consented(town.persons["waiting"], "survey")
    page = text(guest.get(own(town, "waiting")))
    assert "of 1 order in your queue" in page
    assert 'value="give"' not in page
    assert "周明" not in page


def test_nothing_changes_by_looking(town: Town, guest: Client) -> None:
    for action in ("forget/", "consents/", f"orders/{town.orders['reserved']}/pay/"):
        assert guest.get(own(town, "reserved") + action).status_code == 405


def test_a_payment_stands_when_the_order_cannot_become_firm(town: Town, guest: Client) -> None:
    """The run was ended, so the step that makes the order firm is refused; the provider has the money all the same."""
    order = town.orders["reserved"]
    with reading(SYSTEM.scope):
        Journey.objects.filter(subject_id=str(order)).update(status="ended")
    paid = guest.post(f"{own(town, 'reserved')}orders/{order}/pay/", {"method": "wechat"}, follow=True)
    assert "An adviser will follow up with you." in text(paid)
    with reading(SYSTEM.scope):
        assert Order.objects.get(id=order).state == "reserved"
        payment = Payment.objects.get(order=order, purpose="firm_deposit")
        assert payment.state == "paid"
        told = Entry.objects.filter(about__payment=str(payment.id)).values_list("kind", flat=True)
        assert list(told) == ["sales.payment_received"]
