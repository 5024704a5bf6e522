"""The roof's pages and those beside them in a real browser: nothing too wide, nothing axe objects to, in both languages.

FORECOURT_SHOTS=<folder> keeps a picture of each page.
"""

import os
from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect

from forecourt.platform import clock
from forecourt.platform import links
from tests.browser.chromium import assert_accessible
from tests.browser.chromium import assert_fits
from tests.browser.conftest import Become
from tests.web.pages_shown import own_pages
from tests.web.pages_shown import staff_pages
from tests.web.town import Town
from tests.web.town import build

NOW = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)
SHOTS = os.environ.get("FORECOURT_SHOTS", "")


@pytest.fixture
def town(live_site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    yield build(NOW)


def look(page: Page, name: str) -> None:
    """Fit, accessible, and kept as a picture when asked."""
    figures = page.locator("figure[data-chart]:has([data-canvas])")
    expect(page.locator("figure[data-drawn]")).to_have_count(figures.count())
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    assert_fits(page)
    assert_accessible(page)


def speak(page: Page, language: str) -> None:
    page.goto("/sign-in/")
    page.evaluate(f"document.cookie = 'django_language={language};path=/'")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", ["page", "phone"])
def test_every_page_of_the_staff(
    town: Town, become: Become, request: pytest.FixtureRequest, size: str, language: str
) -> None:
    page: Page = request.getfixturevalue(size)
    found: list[str] = []
    for role, addresses in staff_pages(town).items():
        become(page, town.user(role))
        speak(page, language)
        for name, address in addresses.items():
            page.goto(address)
            found += _problems(page, f"{role}-{name}-{size}-{language}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", ["page", "phone"])
def test_every_page_of_a_customer(
    town: Town, request: pytest.FixtureRequest, size: str, language: str
) -> None:
    page: Page = request.getfixturevalue(size)
    speak(page, language)
    found: list[str] = []
    for name, address in own_pages(town, links.sign).items():
        page.goto(address)
        found += _problems(page, f"own-{name}-{size}-{language}")
    assert not found, "\n".join(found)


def _problems(page: Page, name: str) -> list[str]:
    """What is wrong with the page, so that one run names all."""
    try:
        look(page, name)
    except AssertionError as error:
        return [f"{name}: {error}"]
    return []
