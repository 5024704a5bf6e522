"""Today without a mouse, without JavaScript, and the manager's late steps."""

from playwright.sync_api import Page
from playwright.sync_api import expect

from forecourt.journeys.models import Journey
from forecourt.platform.scope import reading
from tests.browser.conftest import Become
from tests.browser.trade.scene import Site
from tests.browser.trade.walking import ENGLISH
from tests.browser.trade.walking import follow
from tests.browser.trade.walking import row
from tests.browser.trade.walking import said
from tests.browser.trade.walking import speak
from tests.web.town import SYSTEM

LATE = "First personal answer"


def test_without_javascript_a_step_is_recorded(trading_site: Site, plain: Page, become: Become) -> None:
    become(plain, trading_site.user("adviser"))
    speak(plain, trading_site.url, ENGLISH)
    plain.goto("/today/")
    follow(plain, row(plain, LATE, "孙可").get_by_role("button", name="Reached", exact=True))
    plain.wait_for_url("**/today/")
    said(plain, f"Recorded: {LATE}")
    expect(row(plain, "Learn the customer's needs", "孙可")).to_be_visible()
    follow(plain, row(plain, "Learn the customer's needs", "孙可").get_by_role("link", name="Record…"))
    plain.get_by_label("Family", exact=True).check()
    plain.get_by_label("A week", exact=True).check()
    follow(plain, plain.get_by_role("button", name="Record", exact=True))
    said(plain, "Recorded: Learn the customer's needs")


def test_the_keyboard_is_enough_to_record(trading_site: Site, page: Page, become: Become) -> None:
    """`j` to the first row, Enter opens its form there, Tab and the arrows fill it, Enter sends it."""
    become(page, trading_site.user("adviser"))
    speak(page, trading_site.url, ENGLISH)
    page.goto("/today/")
    press = page.keyboard.press
    press("j")
    assert page.evaluate("document.activeElement.closest('[data-row]')?.innerText").startswith(LATE)
    reached = page.get_by_role("button", name="Reached", exact=True)
    tab_to(page, "reached")
    expect(reached).to_be_focused()
    press("Enter")
    done = page.locator("[data-row][role=status]")
    expect(done).to_contain_text("Recorded")
    tab_to(page, "Open the journey")
    press("Enter")
    page.wait_for_url("**/journeys/*/")
    tab_to(page, "family")
    press("Space")
    tab_to(page, "week")
    press("Space")
    tab_to(page, "Record")
    press("Enter")
    expect(page.locator("tbody th").filter(has_text="Learn the customer's needs")).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element with that text or value has the focus."""
    said = "(document.activeElement.value || document.activeElement.innerText || '').trim()"
    for _press in range(60):
        if page.evaluate(said) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name} on {page.url}.")


def test_the_manager_hands_late_steps_to_another(trading_site: Site, page: Page, become: Become) -> None:
    site = trading_site
    become(page, site.user("store_manager"))
    speak(page, site.url, ENGLISH)
    page.goto("/today/")
    follow(page, page.get_by_role("link", name="Late steps of the store"))
    first = row(page, LATE, "孙可")
    first.get_by_role("checkbox").check()
    other = page.locator("#to option").filter(has_text="adviser").filter(has_text="0 journeys").first
    code, name = other.get_attribute("value") or "", other.inner_text().split(" · ")[0]
    page.get_by_label("Hand to").select_option(code)
    page.get_by_label("Reason").select_option(label="Too much work")
    follow(page, page.get_by_role("button", name="Hand over"))
    expect(row(page, LATE, "孙可")).to_contain_text(name)
    with reading(SYSTEM.scope):
        assert Journey.objects.get(id=site.town.runs["late"]).owner == code


def test_whoever_got_the_step_sees_it(trading_site: Site, page: Page, become: Become) -> None:
    """Handed over in the page, it leaves the one worklist and comes to the other's."""
    test_the_manager_hands_late_steps_to_another(trading_site, page, become)
    become(page, trading_site.user("adviser"))
    page.goto("/today/")
    expect(page.locator("main")).not_to_contain_text("孙可")
