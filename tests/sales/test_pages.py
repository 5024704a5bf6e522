"""The pages as a browser gets them: book, quote, order, pay, lock; what they refuse and to whom they are closed."""

import re

import pytest

from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from forecourt.sales.models import Quote
from forecourt.sales.models import TestDrive
from tests.sales.shop import SYSTEM
from tests.sales.shop import TRIM
from tests.sales.shop import enquiry
from tests.sales.shop import record


def hidden(page):
    """The hidden fields of the first form of the page's content."""
    content = page.content.decode().split('id="content"')[1]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', content))


@pytest.fixture
def run(shop, at):
    return enquiry(shop, at)


@pytest.fixture
def client(shop, browser_of):
    return browser_of(shop.adviser)


@pytest.fixture
def order(shop, at, run):
    record(shop.adviser, at, run, "place_order", trim=TRIM)
    with reading(SYSTEM.scope):
        return Order.objects.get(sold_in=run)


def test_a_test_drive_is_booked_from_the_grid(client, shop, run):
    address = f"/test-drives/book/?journey={run}&step=book_test_drive"
    page = client.get(address)
    assert page.status_code == 200
    slots = re.findall(r'value="([^"|]+\|[^"]+)"(?! disabled)>', page.content.decode())
    assert len(slots) == 24
    sent = hidden(page) | {"slot": slots[0]}
    assert client.post("/test-drives/book/", sent).headers["Location"] == f"/journeys/{run}/"
    with reading(SYSTEM.scope):
        assert TestDrive.objects.get().car_id == slots[0].split("|")[0]
    again = client.get(address)
    taken = re.findall(r'value="([^"|]+\|[^"]+)" disabled', again.content.decode())
    assert slots[0] in taken


def test_a_slot_that_was_taken_meanwhile_is_refused_on_the_page(client, shop, at, run):
    page = client.get(f"/test-drives/book/?journey={run}&step=book_test_drive")
    slot = re.findall(r'value="([^"|]+\|[^"]+)"(?! disabled)>', page.content.decode())[5]
    other = enquiry(shop, at, adviser=shop.second)
    car, starts_at = slot.split("|")
    record(shop.second, at, other, "book_test_drive", car=car, starts_at=starts_at)
    answer = client.post("/test-drives/book/", hidden(page) | {"slot": slot})
    assert answer.status_code == 409
    assert "is taken at" in answer.content.decode()


def test_other_days_and_nonsense_days(client, run):
    for on in ("2026-03-15", "nonsense", "1999-01-01", "2030-01-01"):
        page = client.get(f"/test-drives/book/?journey={run}&step=book_test_drive&on={on}")
        assert page.status_code == 200


@pytest.mark.parametrize(
    "query", ["", "?journey=x&step=y", "?journey=019cd578-f500-7000-80a7-41e4d6310eb7&step=quote"]
)
def test_a_form_without_its_journey_is_not_there(client, query):
    assert client.get(f"/quotes/new/{query}").status_code == 404


def test_a_quote_is_previewed_and_kept(client, run):
    chosen = {"journey": run, "step": "quote", "trim": TRIM, "option_paint": "paint-pearl"}
    page = client.get("/quotes/new/", chosen)
    assert "475,800" in page.content.decode()
    sent = client.post("/quotes/new/", hidden(page) | chosen | {"total": "1"})
    assert sent.status_code == 302
    with reading(SYSTEM.scope):
        assert Quote.objects.get().total == 475800


def test_the_order_form_shows_the_price_before_it_takes_money(client, run):
    page = client.get(
        "/orders/new/", {"journey": run, "step": "place_order", "trim": TRIM, "option_paint": "paint-pearl"}
    )
    assert "475,800" in page.content.decode()
    with reading(SYSTEM.scope):
        assert not Order.objects.exists()


def test_an_order_goes_from_the_form_to_the_lock(client, run):
    page = client.get(f"/orders/new/?journey={run}&step=place_order")
    assert "Sandbox: no real money" in page.content.decode()
    sent = hidden(page) | {"trim": TRIM, "option_wheels": "wheels-21", "method": "wechat"}
    placed = client.post("/orders/new/", sent)
    assert placed.status_code == 302
    address = placed.headers["Location"]
    shown = client.get(address).content.decode()
    assert "477,800" in shown
    assert "4,000" in shown
    key = hidden(client.get(address))["key"]
    assert client.post(f"{address}confirm/", {"method": "card", "key": key}).status_code == 302
    assert "due in 3 d" in client.get(address).content.decode()
    refused = client.post(f"{address}lock/", {})
    assert refused.status_code == 409
    assert "Explain first" in refused.content.decode()
    assert client.post(f"{address}lock/", {"understood": "on"}).status_code == 302
    with reading(SYSTEM.scope):
        assert Order.objects.get().state == "locked"


def test_sending_a_form_twice_places_one_order(client, run):
    sent = hidden(client.get(f"/orders/new/?journey={run}&step=place_order")) | {
        "trim": TRIM,
        "method": "card",
    }
    first, second = client.post("/orders/new/", sent), client.post("/orders/new/", sent)
    assert first.headers["Location"] == second.headers["Location"]


def test_cancelling_and_approving_on_the_page(client, browser_of, shop, order):
    address = f"/orders/{order.id}/"
    client.post(f"{address}confirm/", {"method": "card"})
    assert client.post(f"{address}approve-refund/", {"reason": "delay"}).status_code == 403
    manager = browser_of(shop.manager)
    assert "Approve the refund" in manager.get(address).content.decode()
    assert manager.post(f"{address}approve-refund/", {"reason": "delay"}).status_code == 302
    assert client.post(f"{address}cancel/", {"reason": "wait"}).status_code == 302
    page = client.get(address).content.decode()
    assert page.count("Refunded") == 2


def test_the_list_filters_and_counts(client, order):
    page = client.get("/orders/").content.decode()
    assert str(order.number) in page
    assert str(order.number) in client.get("/orders/?state=reserved&model=aito-m9").content.decode()
    assert str(order.number) not in client.get("/orders/?state=locked").content.decode()
    assert "No orders here" in client.get("/orders/?model=aito-m5").content.decode()


def test_another_store_finds_no_order(browser_of, shop, order):
    stranger = browser_of(shop.stranger)
    assert str(order.number) not in stranger.get("/orders/").content.decode()
    assert stranger.get(f"/orders/{order.id}/").status_code == 404
    assert stranger.post(f"/orders/{order.id}/cancel/", {"reason": "other"}).status_code == 404


def test_the_catalogue_and_the_price_history(client):
    page = client.get("/catalogue/?on=2026-03-10").content.decode()
    assert "469,800" in page
    assert "Pre-sale price" in page
    assert "No prices hold" in client.get("/catalogue/?on=2001-01-01").content.decode()
    history = client.get("/catalogue/aito-m5/")
    assert history.status_code == 200
    assert 'data-chart="line"' in history.content.decode()
    assert client.get("/catalogue/no-such-model/").status_code == 404


def test_signed_out_is_sent_to_sign_in(shop, now):
    from django.test import Client

    assert Client().get("/orders/").status_code == 302


@pytest.mark.parametrize("address", ["/orders/", "/catalogue/", "/catalogue/aito-m9/"])
def test_pages_keep_to_their_queries(client, order, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        client.get(address)
    with django_assert_max_num_queries(25):
        client.get(f"/orders/{order.id}/")


def test_the_configuration_is_changed_on_the_page(client, order):
    page = client.get(f"/orders/{order.id}/").content.decode()
    assert "Change the configuration" in page
    sent = client.post(
        f"/orders/{order.id}/change/", {"trim": TRIM, "option_paint": "paint-pearl", "key": "k"}
    )
    assert sent.status_code == 302
    assert "475,800" in client.get(f"/orders/{order.id}/").content.decode()
