"""A real browser against a live site on a database of its own.

`live_site` gives the address (a demo, unless the test says otherwise); `page` a desktop page, `phone` one of 390 px; `become(page, user)`
signs a user in without the sign-in page. A missing Chromium fails the tests; FORECOURT_NO_BROWSER=1 skips them.
"""

import os
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import sync_playwright

from forecourt.platform.models import User
from forecourt.web import assets
from tests.browser import chromium

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
Become = Callable[[Page, User], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder needs the browser."""
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)
            if chromium.left_out():
                item.add_marker(pytest.mark.skip(reason="FORECOURT_NO_BROWSER=1: left out on purpose"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    with sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; Django would take every query for one from a coroutine.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        path = chromium.program(playwright.chromium.executable_path)
        if not path:
            pytest.fail(chromium.ADVICE)
        started = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture
def live_site(live_server: Any, settings: Any) -> str:
    """The address of a running demo site."""
    assets.build()
    settings.FORECOURT_DEMO = True
    return str(live_server.url)


def _pages(browser: Browser, live_site: str, **options: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=live_site, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    page = context.new_page()
    page.set_default_timeout(15_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors, f"The page's script failed: {errors}"


@pytest.fixture
def page(browser: Browser, live_site: str) -> Iterator[Page]:
    """A desktop window."""
    yield from _pages(browser, live_site, viewport=DESKTOP)


@pytest.fixture
def phone(browser: Browser, live_site: str) -> Iterator[Page]:
    """A window of 390 px."""
    yield from _pages(browser, live_site, viewport=PHONE)


@pytest.fixture
def plain(browser: Browser, live_site: str) -> Iterator[Page]:
    """A desktop window without JavaScript."""
    yield from _pages(browser, live_site, viewport=DESKTOP, java_script_enabled=False)


@pytest.fixture
def become(live_site: str) -> Become:
    """Sign a user in: `become(page, user)`."""

    def sign_in(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        page.context.add_cookies(
            [
                {
                    "name": site.SESSION_COOKIE_NAME,
                    "value": client.cookies[site.SESSION_COOKIE_NAME].value,
                    "url": live_site,
                }
            ]
        )

    return sign_in
