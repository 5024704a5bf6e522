"""A delivery specialist: the car arrives, is prepared on a phone, appointed on the grid, handed over."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect

from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from tests.browser.chromium import assert_fits
from tests.browser.conftest import Become
from tests.browser.trade.scene import DAY
from tests.browser.trade.scene import Site
from tests.browser.trade.walking import ENGLISH
from tests.browser.trade.walking import follow
from tests.browser.trade.walking import row
from tests.browser.trade.walking import said
from tests.browser.trade.walking import speak
from tests.web.town import SYSTEM

CUSTOMER = "周明"
# The smallest picture there is: what the camera of the phone would give.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
VALUES = {"%": "80", "kWh": "40", "V": "12.6", "bar": "2.6", "kPa": "250", "km": "3", "mm": "7"}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(PNG)
    return path


def check_all(page: Page, photo: Path) -> int:
    """Record every item of the sheet, one after the other, in place; how many."""
    items = page.locator(".delivery-items > li")
    for number in range(items.count()):
        item = items.nth(number)
        if (
            item.locator("form").first.is_visible()
            and "done" not in (item.get_attribute("class") or "").split()
        ):
            check(item, photo)
        expect(item).to_have_class("done")
    return items.count()


def check(item, photo: Path) -> None:  # type: ignore[no-untyped-def]
    form = item.locator("form").first
    proof, value = form.locator("input[type=file]"), form.locator("input[name=value]")
    if proof.count():
        proof.set_input_files(photo)  # the row is sent when a picture was taken
        return
    if value.count():
        value.fill(VALUES.get(value.get_attribute("placeholder") or "", "5"))
    form.locator("button.btn-primary").click()


def test_from_the_arrival_of_the_car_to_the_handover(
    trading_site: Site, phone: Page, become: Become, photo: Path
) -> None:
    site, page = trading_site, phone
    vin = site.car_arrives()
    become(page, site.user("delivery_specialist"))
    speak(page, site.url, ENGLISH)
    page.goto("/handovers/")
    assert_fits(page)
    expect(row(page, CUSTOMER)).to_contain_text(vin)

    follow(page, row(page, CUSTOMER).get_by_role("link", name="prepare", exact=True))
    assert_fits(page)
    page.evaluate("window.stayed = true")
    count = check_all(page, photo)
    assert page.evaluate("window.stayed"), "the page was loaded anew"
    expect(page.locator("#sheet-progress")).to_contain_text(f"{count} of {count}")
    follow(page, page.get_by_role("button", name="The car is prepared"))
    said(page, "The car is prepared.")

    follow(page, row(page, CUSTOMER).get_by_role("link", name="appoint", exact=True))
    assert_fits(page)
    follow(page, page.locator(".delivery-slots button:enabled").nth(1))
    said(page, "The handover is appointed.")
    expect(page.locator(".delivery-board")).to_contain_text(CUSTOMER)

    site.later(DAY)
    page.goto("/handovers/")
    follow(page, page.locator(".delivery-board").get_by_role("link", name=CUSTOMER, exact=True))
    assert check_all(page, photo) > 3
    follow(page, page.get_by_role("button", name="Hand over the car"))
    said(page, "The car is handed over.")
    site.settle()
    with reading(SYSTEM.scope):
        order = Order.objects.get(id=site.town.orders["waiting"])
    assert (order.vin, order.handed_over_at) == (vin, site.at)


def test_a_handover_that_is_not_prepared_is_refused_with_its_reason(
    trading_site: Site, phone: Page, become: Become, photo: Path
) -> None:
    site, page = trading_site, phone
    site.car_arrives()
    become(page, site.user("delivery_specialist"))
    speak(page, site.url, ENGLISH)
    page.goto(f"/handovers/hand-over/?order={site.town.orders['waiting']}")
    check_all(page, photo)
    follow(page, page.get_by_role("button", name="Hand over the car"))
    expect(page.locator("main")).to_contain_text("The car must be prepared before it is handed over.")
