"""Every page of the site, in both languages and both widths: whole, accessible, in one language, not wider than its window.

FORECOURT_SHOTS=<folder> keeps a picture of each.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from playwright.sync_api import expect

from forecourt.platform import links
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
    rest = [
        one
        for one in addresses.declared()
        if one.name not in looked_at and not one.name.startswith(addresses.OTHER)
    ]
    forgotten = [one.name for one in rest if not forms_only(trading_site, one)]
    assert not forgotten, f"Add to tests/browser/trade/addresses.py: {forgotten}"


def forms_only(site: Site, one: addresses.Declared) -> bool:
    """Whether the address refuses to be read."""
    client, parts = Client(), dict(one.parts)
    if "customer" in one.roles:
        parts["token"] = links.sign(site.town.persons["owner"])
    elif "anyone" not in one.roles:
        client.force_login(site.user(sorted(one.roles)[0]))
    return client.get(reverse(one.name, kwargs=parts)).status_code == 405
