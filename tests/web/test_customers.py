"""Finding a customer and their page: masked, shown once for a reason, and never a word about another store's people."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from forecourt.journal.models import Entry
from forecourt.people.queries import consented
from forecourt.platform import links
from forecourt.platform.models import User
from forecourt.platform.roles import ADVISER
from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from tests.web.town import SYSTEM
from tests.web.town import Town

EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def adviser(town: Town, client: Client) -> Client:
    client.force_login(town.user("adviser"))
    client.defaults |= EN
    return client


@pytest.fixture
def stranger(town: Town, client: Client) -> Client:
    """An adviser of another store, which knows none of these customers."""
    user = User.objects.create_user("other", role=ADVISER, level="store", ids=[town.second])
    client.force_login(user)
    client.defaults |= EN
    return client


def text(answer: Any) -> str:
    return answer.content.decode()


def number_of(town: Town, key: str) -> int:
    with reading(SYSTEM.scope):
        return Order.objects.get(id=town.orders[key]).number


@pytest.mark.parametrize(
    "asked", ["13800138000", "+86 138 0013 8000", "kunde0@Example.com", "林悦", "LVVDB21B6TA000001", "order"]
)
def test_one_hit_leads_to_the_customer(town: Town, adviser: Client, asked: str) -> None:
    asked = str(number_of(town, "owner")) if asked == "order" else asked
    answer = adviser.get("/customers/", {"q": asked})
    assert answer["Location"] == f"/customers/{town.persons['owner']}/"


@pytest.mark.parametrize("asked", ["13800138000", "kunde0@example.com", "林悦", "LVVDB21B6TA000001", "order"])
def test_another_stores_customer_is_not_found(town: Town, stranger: Client, asked: str) -> None:
    asked = str(number_of(town, "owner")) if asked == "order" else asked
    page = text(stranger.get("/customers/", {"q": asked}))
    assert "Nobody found" in page
    assert "8000" not in page.replace(asked, "")
    assert stranger.get(f"/customers/{town.persons['owner']}/").status_code == 404


@pytest.mark.parametrize("asked", ["1380013", "138****8000", "悦", "%", "' OR 1=1", "9" * 90])
def test_a_part_finds_nobody(adviser: Client, asked: str) -> None:
    assert "Nobody found" in text(adviser.get("/customers/", {"q": asked}))


def test_operations_cannot_search_by_name(town: Town, client: Client) -> None:
    client.force_login(town.user("network_ops"))
    assert "Nobody found" in text(client.get("/customers/", {"q": "林悦"}, **EN))
    assert client.get("/customers/", {"q": "13800138000"}).status_code == 302
    page = text(client.get(f"/customers/{town.persons['owner']}/", **EN))
    assert "林悦" not in page
    assert town.vin not in page


def test_the_store_sees_whom_it_met_last(adviser: Client) -> None:
    page = text(adviser.get("/customers/"))
    assert "孙可" in page
    assert "138****8004" in page


def test_the_page_shows_order_place_promise_and_what_is_next(town: Town, adviser: Client) -> None:
    page = text(adviser.get(f"/customers/{town.persons['waiting']}/"))
    for words in (
        "No. 1",
        "2026-03-30",
        "A car is allocated in queue order",
        "Order locked, in the queue",
        "周明",
    ):
        assert words in page
    assert "13800138001" not in page


def test_what_blocks_a_step_is_said(town: Town, adviser: Client) -> None:
    """The test drive needs a licence that nobody has checked."""
    page = text(adviser.get(f"/customers/{town.persons['choosing']}/"))
    assert "Book a test drive" in page
    assert "First personal answer" in text(adviser.get(f"/customers/{town.persons['late']}/"))


def test_contact_details_are_shown_once_for_a_reason(town: Town, adviser: Client) -> None:
    address = f"/customers/{town.persons['owner']}/"
    assert "13800138000" not in text(adviser.get(address))
    refused = adviser.post(f"{address}unmask/", {"reason": "x"})
    assert refused.status_code == 422
    assert "13800138000" not in text(refused)
    shown = adviser.post(f"{address}unmask/", {"reason": "Call about the handover"})
    assert "+8613800138000" in text(shown)
    assert shown["Cache-Control"] == "no-store"
    assert "13800138000" not in text(adviser.get(address))
    with reading(SYSTEM.scope):
        entry = Entry.objects.get(kind="people.unmasked")
    assert (entry.actor, entry.data["reason"]) == (town.staff["adviser"].code, "Call about the handover")


def test_another_store_cannot_unmask(town: Town, stranger: Client) -> None:
    answer = stranger.post(f"/customers/{town.persons['owner']}/unmask/", {"reason": "curious"})
    assert answer.status_code == 404
    assert "13800138000" not in text(answer)


def test_a_consent_is_given_and_withdrawn(town: Town, adviser: Client) -> None:
    person = town.persons["owner"]
    for do, stands in (("give", True), ("withdraw", False)):
        answer = adviser.post(f"/customers/{person}/consents/", {"purpose": "marketing", "do": do})
        assert answer.status_code == 302
        with reading(SYSTEM.scope):
            assert consented(person, "marketing") is stands
    assert adviser.post(f"/customers/{person}/consents/", {"purpose": "nonsense"}).status_code == 422


def test_the_link_on_the_page_opens_the_customers_own_page(
    town: Town, adviser: Client, client: Client
) -> None:
    page = text(adviser.get(f"/customers/{town.persons['waiting']}/"))
    token = page.split("/c/")[1].split("/")[0]
    assert links.person_behind(token) == town.persons["waiting"]


def test_only_operations_locks_data_and_then_nothing_is_shown(town: Town, adviser: Client) -> None:
    address = f"/customers/{town.persons['late']}/"
    assert adviser.post(f"{address}forget/").status_code == 403
    adviser.force_login(town.user("network_ops"))
    assert adviser.post(f"{address}forget/").status_code == 302
    adviser.force_login(town.user("adviser"))
    page = text(adviser.get(address))
    assert "Asked to be forgotten" in page
    assert "孙可" not in page
    assert "own-link" not in page
    assert adviser.post(f"{address}unmask/", {"reason": "Call them"}).status_code == 404


def test_a_customer_who_is_not_there(adviser: Client) -> None:
    assert adviser.get(f"/customers/{uuid4()}/").status_code == 404


def test_who_builds_the_system_reads_no_customers(town: Town, client: Client) -> None:
    client.force_login(town.user("engineer"))
    assert client.get("/customers/").status_code == 403
