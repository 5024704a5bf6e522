"""A row records in place, says why it cannot, and tells of a server that failed."""

from typing import Any

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect


@pytest.fixture
def steps(live_site: str, settings: Any) -> str:
    settings.ROOT_URLCONF = "tests.browser.swapping"
    return "/steps/"


def test_a_row_is_replaced_by_its_answer(page: Page, steps: str) -> None:
    page.goto(steps)
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Record good").click()
    expect(page.locator("#row-good")).to_contain_text("done")
    expect(page.get_by_role("button", name="Record good")).to_be_focused()
    assert page.evaluate("window.stayed")


def test_a_refusal_is_shown_in_the_row(page: Page, steps: str) -> None:
    page.goto(steps)
    page.get_by_role("button", name="Record refused").click()
    expect(page.locator("#row-refused")).to_contain_text("Check the licence first.")


def test_a_failure_changes_nothing_and_says_so(page: Page, steps: str) -> None:
    page.goto(steps)
    page.get_by_role("button", name="Record broken").click()
    expect(page.locator("#fc-say")).to_contain_text("500")
    expect(page.locator("#row-broken")).not_to_contain_text("done")


def test_without_javascript_the_page_comes_back(plain: Page, steps: str) -> None:
    plain.goto(steps)
    plain.get_by_role("button", name="Record good").click()
    plain.wait_for_url("**/steps/")
    expect(plain.get_by_role("heading", level=1)).to_have_text("Steps")
