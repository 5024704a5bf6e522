"""The workshop: a booked car is received, quoted, repaired and checked by two people, settled."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect

from forecourt.care.models import RepairOrder
from forecourt.network.queries import able
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from tests.browser.conftest import Become
from tests.browser.trade.scene import DAY
from tests.browser.trade.scene import Site
from tests.browser.trade.test_delivery import PNG
from tests.browser.trade.walking import ENGLISH
from tests.browser.trade.walking import follow
from tests.browser.trade.walking import row
from tests.browser.trade.walking import said
from tests.browser.trade.walking import speak
from tests.fixtures import user_of
from tests.web.town import SYSTEM

CUSTOMER = "林悦"


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    path = tmp_path / "proof.png"
    path.write_bytes(PNG)
    return path


def second_technician(site: Site) -> User:
    """Somebody else of the workshop who may check."""
    first = site.town.staff["technician"]
    with reading(SYSTEM.scope):
        found = able(site.town.store, "technician", site.at.date(), ["ev-technician"], "aito")
    other = next(one for one in found if one.code != first.code)
    return user_of(Actor(other.code, "technician", Scope("store", (site.town.store,)), other.name))


def test_from_the_visit_to_a_closed_repair_order(
    trading_site: Site, page: Page, become: Become, proof: Path
) -> None:
    site = trading_site
    speak(page, site.url, ENGLISH)
    at_the_desk(site, page, become)
    site.later(2 * DAY)  # the day of the booked visit
    page.goto("/workshop/")
    follow(page, row(page, CUSTOMER, "Booked").get_by_role("link").first)
    follow(page, page.get_by_role("button", name="The car is here"))
    page.wait_for_url("**/repair-orders/*/")
    repair = page.url
    next_step(page, "Receive car and customer")
    page.get_by_label("Odometer in km").fill("12480")
    page.get_by_label("Wish").fill("Maintenance, wipers")
    page.get_by_label("Photo").set_input_files(proof)
    record(page)

    become(page, site.user("technician"))
    page.goto(repair)
    next_step(page, "Find the fault")
    page.get_by_label("Finding").fill("Cabin filter used up")
    record(page)

    at_the_desk(site, page, become)
    page.goto(repair)
    next_step(page, "Quote, confirmed by the customer")
    prices = [page.locator("tbody tr").nth(number) for number in (0, 1)]
    for line in prices:
        line.get_by_role("checkbox").check()
    agreed = sum(yuan(line.locator("td.n").last.inner_text()) for line in prices)
    follow(page, page.get_by_role("button", name="The customer agrees"))
    page.wait_for_url(repair)
    assert yuan(page.locator("tbody tr").last.locator("td.n").inner_text()) == agreed > 0

    do_and_check(site, page, become, repair)

    at_the_desk(site, page, become)
    page.goto(repair)
    next_step(page, "Explain, settle, hand back")
    page.get_by_label("Card", exact=True).check()
    page.get_by_label("Signature").set_input_files(proof)
    record(page)
    page.goto(repair)
    expect(page.locator(".fc-badge").first).to_have_text("Settled")
    with reading(SYSTEM.scope):
        order = RepairOrder.objects.get(id=repair.rstrip("/").rpartition("/")[2])
    assert (order.state, order.amount, order.closed_at) == ("closed", agreed, site.at)


def do_and_check(site: Site, page: Page, become: Become, repair: str) -> None:
    """The work, and the quality check that whoever did it may not make."""
    become(page, site.user("technician"))
    page.goto(repair)
    next_step(page, "Do the work")
    record(page)
    page.goto(repair)
    next_step(page, "Quality check by a second person")
    page.get_by_label("Passed").check()
    follow(page, page.get_by_role("button", name="Record", exact=True))
    expect(page.locator("main")).to_contain_text(
        "made by a second person"
    )  # whoever did the work may not check it
    become(page, second_technician(site))
    page.goto(repair)
    next_step(page, "Quality check by a second person")
    page.get_by_label("Passed").check()
    record(page)


def at_the_desk(site: Site, page: Page, become: Become) -> None:
    become(page, site.user("service_adviser"))


def next_step(page: Page, title: str) -> None:
    """Open the form of what is next."""
    follow(page, page.locator("aside").get_by_role("link", name=title))


def record(page: Page) -> None:
    follow(page, page.get_by_role("button", name="Record", exact=True))
    said(page, "Recorded")


def yuan(text: str) -> int:
    return int(re.sub(r"[^\d]", "", text.split(".")[0]))
