"""What a demo says of itself, by its data, and how one looks at it through a customer's eyes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forecourt.network.actions import load_sample
from forecourt.platform import clock
from forecourt.platform import links
from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from forecourt.web.personas import sample_customer
from tests.web.conftest import NOW
from tests.web.town import SYSTEM
from tests.web.town import Town

EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


def test_a_real_installation_may_begin_with_the_stores_of_the_sample(db: None, client: Client) -> None:
    load_sample(by=SYSTEM, at=NOW, stores=4, personas=False)
    assert "Simulated data" not in client.get("/accounts/login/", **EN).content.decode()


def test_a_sample_network_is_called_simulated_whatever_the_setting(
    town: Town, client: Client, settings: Any
) -> None:
    settings.FORECOURT_DEMO = False
    assert "Simulated data" in client.get("/accounts/login/", **EN).content.decode()
    client.force_login(town.user("store_manager"))
    page = client.get(f"/stores/{town.store}/", **EN).content.decode()
    assert "Simulated data" in page
    assert "孙可" in page, "looking for the mark must leave the page's scope as it was"


def test_the_mark_is_looked_for_once(town: Town, client: Client) -> None:
    client.get("/accounts/login/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/accounts/login/")
    assert not [one["sql"] for one in queries.captured_queries if "journal_entry" in one["sql"]]


@pytest.mark.parametrize(("moved", "said"), [(timedelta(), False), (timedelta(days=-3), True)])
def test_only_a_clock_that_was_moved_is_told(
    town: Town, client: Client, monkeypatch: pytest.MonkeyPatch, moved: timedelta, said: bool
) -> None:
    monkeypatch.setattr(clock, "offset", lambda: moved)
    page = client.get("/accounts/login/", **EN).content.decode()
    assert "Simulated data" in page
    assert ("The demo&#x27;s clock" in page or "The demo's clock" in page) is said


def test_the_customer_of_a_demo_comes_by_a_signed_link(town: Town, client: Client, settings: Any) -> None:
    settings.FORECOURT_DEMO = True
    client.force_login(town.user("adviser"))
    assert "/sign-in/customer/" in client.get("/sign-in/").content.decode()
    address = client.post("/sign-in/customer/")["Location"]
    assert links.person_behind(address.split("/")[2]) == town.persons["waiting"]
    assert client.get(address).status_code == 200
    assert client.get("/today/").status_code == 302, "the adviser was signed out"
    assert client.get("/sign-in/customer/").status_code == 405


def test_outside_a_demo_nobody_becomes_a_customer(town: Town, client: Client, settings: Any) -> None:
    settings.FORECOURT_DEMO = False
    assert client.post("/sign-in/customer/").status_code == 404


def test_an_order_that_stands_is_chosen(town: Town, client: Client, settings: Any) -> None:
    settings.FORECOURT_DEMO = True
    _cancel(person_id=town.persons["waiting"])
    assert sample_customer() == town.persons["owner"]
    _cancel()
    assert sample_customer() is None
    assert "/sign-in/customer/" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/customer/").status_code == 404


def _cancel(**which: Any) -> None:
    with reading(SYSTEM.scope):
        Order.objects.filter(**which).update(state="cancelled", cancelled_at=NOW)
