"""The frame of every page: sign-in, language, keyboard, charts, a phone's width, and what axe says of it."""

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect

from forecourt.platform import roles
from forecourt.platform.models import User
from tests.browser.chromium import assert_accessible
from tests.browser.chromium import assert_fits
from tests.browser.conftest import Become
from tests.browser.trade.walking import follow


@pytest.fixture
def lin(live_site: str) -> User:
    return User.objects.create(
        username="lin", last_name="林", role=roles.NETWORK_OPS, level="network", persona=roles.NETWORK_OPS
    )


def test_one_click_to_the_first_page_and_out_again(page: Page, lin: User) -> None:
    page.goto("/style/")
    assert_accessible(page)
    page.get_by_role("button", name="网络运营").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("界面规范")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_the_language_switches_and_stays(page: Page, lin: User, become: Become) -> None:
    become(page, lin)
    page.goto("/style/")
    follow(page, page.get_by_role("button", name="English"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Style guide")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_style_guide_is_accessible(
    page: Page, lin: User, become: Become, language: str, scheme: str
) -> None:
    become(page, lin)
    page.emulate_media(color_scheme=scheme)
    page.goto("/style/")
    follow(page, page.locator(f'button[name=language][value="{language}"]'))
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    expect(page.locator("figure[data-drawn]")).to_have_count(5)
    assert_accessible(page)
    assert_fits(page)


def test_the_style_guide_fits_a_phone(phone: Page, lin: User, become: Become) -> None:
    become(phone, lin)
    phone.goto("/style/")
    expect(phone.locator("figure[data-drawn]")).to_have_count(5)
    assert_fits(phone)
    assert_accessible(phone)
    expect(phone.get_by_role("link", name="界面规范")).to_be_hidden()
    phone.get_by_role("button", name="菜单").click()
    expect(phone.get_by_role("link", name="界面规范")).to_be_visible()
    assert_accessible(phone)


def test_the_keyboard_is_enough(page: Page, lin: User, become: Become) -> None:
    become(page, lin)
    page.goto("/style/")
    expect(page.locator("figure[data-drawn]")).to_have_count(5)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="A-1042")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="A-1041")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/style/#A-1041")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("j?")
    expect(page.get_by_role("searchbox")).to_have_value("j?")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)


def test_a_chart_is_a_table_without_javascript(plain: Page, lin: User, become: Become) -> None:
    page = plain
    become(page, lin)
    page.goto("/style/")
    expect(page.locator("figure[data-chart=bars] table")).to_be_visible()
    expect(page.locator("[data-canvas]").first).to_be_hidden()
    follow(page, page.get_by_role("button", name="English"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Style guide")
