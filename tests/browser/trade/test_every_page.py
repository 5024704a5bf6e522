"""Every page of the site, in both languages and both widths: whole, accessible, in one language, not wider than its window.

FORECOURT_SHOTS=<folder> keeps a picture of each.
"""

import os
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch
from django.urls import reverse
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.chromium import assert_accessible
from tests.browser.chromium import assert_fits
from tests.browser.conftest import DESKTOP
from tests.browser.conftest import PHONE
from tests.browser.conftest import Become
from tests.browser.trade import addresses
from tests.browser.trade.scene import Site
from tests.browser.trade.walking import CHINESE
from tests.browser.trade.walking import ENGLISH
from tests.browser.trade.walking import assert_chinese
from tests.browser.trade.walking import speak

SHOTS = os.environ.get("FORECOURT_SHOTS", "")
SAMPLE = UUID(int=7)
PARTS = ({}, {"order": SAMPLE}, {"person": SAMPLE}, {"journey": SAMPLE}, {"appointment": SAMPLE}, {"offer": SAMPLE}, {"id": SAMPLE},
         {"document": SAMPLE}, {"persona": "x"}, {"order": SAMPLE, "code": "pdi"}, {"order": SAMPLE, "code": "pdi", "item": "x"},
         {"token": "x"}, {"token": "x", "order": SAMPLE}, {"token": "x", "offer": SAMPLE}, {"token": "x", "visit": SAMPLE})  # fmt: skip


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_every_page(trading_site: Site, page: Page, become: Become, language: str) -> None:
    site = trading_site
    speak(page, site.url, language)
    found = walk(page, site, become, addresses.queue(site), language)
    site.car_arrives()
    found += walk(page, site, become, addresses.pages(site), language)
    assert not found, "\n".join(found)


def walk(page: Page, site: Site, become: Become, shown: list[addresses.Shown], language: str) -> list[str]:
    """Look at one page after the other, each as who may; what is wrong with them."""
    found: list[str] = []
    now = "-"
    for number, one in enumerate(shown):
        if one.persona not in (now, addresses.CUSTOMER):
            page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
            if one.persona:
                become(page, site.user(one.persona))
            now = one.persona
        found += problems(page, one, language, number)
    return found


def problems(page: Page, shown: addresses.Shown, language: str, number: int) -> list[str]:
    """All that is wrong with a page, so that one run names everything."""
    page.set_viewport_size(DESKTOP)
    answer = page.goto(shown.address)
    if answer is None or answer.status != 200:
        return [f"{shown.name} {shown.address}: {answer and answer.status}"]
    found = []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        wanted = [drawn, assert_fits, assert_accessible] + [assert_chinese] * (language == CHINESE)
        for check in wanted:
            try:
                check(page)
            except AssertionError as error:
                found.append(f"{shown.name} {size['width']} {language}: {error}")
        keep(page, f"{shown.name.replace(':', '-')}-{number}-{language}-{size['width']}")
    return found


def drawn(page: Page) -> None:
    """Charts have become pictures."""
    figures = page.locator("figure[data-chart]:has([data-canvas])")
    expect(page.locator("figure[data-drawn]")).to_have_count(figures.count())


def keep(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_no_page_is_forgotten(trading_site: Site) -> None:
    """Each declared address is looked at above, is no page of ours, or answers forms only."""
    trading_site.car_arrives()
    shown = [*addresses.queue(trading_site), *addresses.pages(trading_site)]
    looked_at = {one.name for one in shown}
    rest = {
        name: roles
        for name, roles in addresses.declared().items()
        if name not in looked_at and not name.startswith(addresses.OTHER)
    }
    forgotten = [name for name, roles in rest.items() if not forms_only(trading_site, name, roles)]
    assert not forgotten, f"Add to tests/browser/trade/addresses.py: {forgotten}"


def forms_only(site: Site, name: str, roles: frozenset[str]) -> bool:
    """Whether the address refuses to be read."""
    client = Client()
    if "anyone" not in roles and "customer" not in roles:
        client.force_login(site.user(sorted(roles)[0]))
    address = next(filter(None, (_reversed(name, parts) for parts in PARTS)), "")
    assert address, f"Add the parts of {name} to PARTS."
    if "customer" in roles:
        address = address.replace("/x/", f"/{addresses.links.sign(site.town.persons['owner'])}/")
    return client.get(address).status_code == 405


def _reversed(name: str, parts: dict[str, object]) -> str:
    try:
        return reverse(name, kwargs=parts)
    except NoReverseMatch:
        return ""
