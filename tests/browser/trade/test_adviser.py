"""An adviser, from a customer at the stand to a locked order; the first half again in Chinese."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Become
from tests.browser.trade.scene import HOUR
from tests.browser.trade.scene import Site
from tests.browser.trade.walking import CHINESE
from tests.browser.trade.walking import ENGLISH
from tests.browser.trade.walking import assert_chinese
from tests.browser.trade.walking import follow
from tests.browser.trade.walking import row
from tests.browser.trade.walking import said
from tests.browser.trade.walking import speak
from tests.browser.trade.walking import step

NAME = "何晓雯"


@dataclass(frozen=True)
class Words:
    """What the pages say on the way from the stand to the test drive."""

    leads: str = "Leads"
    stand: str = "Customer at the stand"
    name: str = "Name"
    telephone: str = "Telephone"
    model: str = "Model"
    receive: str = "Receive"
    today: str = "Today"
    respond: str = "First personal answer"
    reached: str = "Reached"
    recorded: str = "Recorded"
    open_journey: str = "Open the journey"
    needs: str = "Learn the customer's needs"
    family: str = "Family"
    month: str = "A month"
    record: str = "Record"
    licence: str = "Check the driving licence"
    valid: str = "Valid"
    agrees: str = "Agrees: Test drive and licence check"
    book: str = "Book a test drive"
    form: str = "Open the form of this step"
    book_it: str = "Book the test drive"
    booked: str = "The test drive is booked."


IN_CHINESE = Words(
    leads="线索", stand="到店客户登记", name="姓名", telephone="电话", model="车型", receive="登记接待", today="今日",
    respond="首次人工响应", reached="已联系上", recorded="已登记", open_journey="查看流程", needs="了解客户需求", family="家用",
    month="一个月内", record="登记", licence="核验驾驶证", valid="有效", agrees="同意: 试驾与驾驶证核验", book="预约试驾",
    form="打开该步骤的表单", book_it="预约试驾", booked="试驾已预约。",
)  # fmt: skip


class Desk:
    """The adviser at their screen. `look` is called on every page that they come to."""

    def __init__(self, page: Page, site: Site, words: Words, look=lambda page: None) -> None:  # type: ignore[no-untyped-def]
        self.page, self.site, self.words, self.look = page, site, words, look

    def go(self, name: str) -> None:
        """Choose an entry of the bar; on a phone it stands behind the menu."""
        menu = self.page.locator("[popovertarget=fc-menu]")
        if menu.is_visible():
            menu.click()
        follow(self.page, self.page.get_by_role("navigation").get_by_role("link", name=name, exact=True))

    def receive(self) -> None:
        """Enter a customer who stands in the store; their journey opens."""
        page, words = self.page, self.words
        page.goto("/")
        self.go(words.leads)
        self.look(page)
        follow(page, page.get_by_role("link", name=words.stand))
        self.look(page)
        page.get_by_label(words.name).fill(NAME)
        page.get_by_label(words.telephone).fill("138 0013 8999")
        page.get_by_label(words.model).select_option("aito-m9")
        follow(page, page.get_by_role("button", name=words.receive))
        page.wait_for_url("**/journeys/*/")
        self.look(page)

    def answer_in_place(self) -> None:
        """Record the first answer with one tap on Today: the row changes, the page stays."""
        page, words = self.page, self.words
        self.go(words.today)
        self.look(page)
        page.evaluate("window.stayed = true")
        row(page, words.respond, NAME).get_by_role("button", name=words.reached, exact=True).click()
        done = page.locator("[data-row][role=status]")
        expect(done).to_contain_text(words.recorded)
        expect(done).to_contain_text(words.needs)
        assert page.evaluate("window.stayed"), "the page was loaded anew"
        follow(page, done.get_by_role("link", name=words.open_journey))
        page.wait_for_url("**/journeys/*/")
        self.look(page)

    def record(self, title: str, *choices: str) -> None:
        """Record a step on the page of the journey."""
        found = step(self.page, title)
        for choice in choices:
            found.get_by_label(choice, exact=True).check()
        follow(self.page, found.get_by_role("button", name=self.words.record, exact=True))
        expect(self.page.locator("tbody th").filter(has_text=title).first).to_be_visible()
        self.look(self.page)

    def consent(self) -> None:
        """The customer agrees to the test drive; recorded on their page."""
        page, words = self.page, self.words
        journey = page.url
        follow(page, page.locator("aside").get_by_role("link", name=NAME))
        self.look(page)
        agrees = page.get_by_role("button", name=words.agrees, exact=True)
        follow(page, agrees)
        expect(agrees).to_have_count(0)
        page.goto(journey)

    def book(self) -> None:
        """Choose the first free slot of today on the grid."""
        page, words = self.page, self.words
        follow(page, step(page, words.book).get_by_role("link", name=words.form))
        self.look(page)
        page.locator("input[name=slot]:enabled").first.check()
        follow(page, page.get_by_role("button", name=words.book_it, exact=True))
        said(page, words.booked)
        self.look(page)

    def first_half(self) -> None:
        words = self.words
        self.receive()
        self.answer_in_place()
        self.record(words.needs, words.family, words.month)
        self.record(words.licence, words.valid)
        self.consent()
        self.book()

    def drive(self) -> None:
        self.site.later(2 * HOUR)
        self.page.reload()
        self.record("Test drive", "Driven")

    def quote(self) -> str:
        """Ask the price, keep the quote; what the customer would pay."""
        page = self.page
        follow(page, step(page, "Quote from the price list").get_by_role("link", name=self.words.form))
        self.choose_car()
        follow(page, page.get_by_role("button", name="Show the price"))
        total = page.locator("tfoot td.n").first.inner_text()
        follow(page, page.get_by_role("button", name="Keep the quote"))
        said(page, "The quote is kept.")
        return total

    def choose_car(self) -> None:
        trims = self.page.get_by_label("Trim", exact=True)
        trims.select_option(
            label=trims.locator("option", has_text="2025").filter(has_text="Max").first.inner_text()
        )

    def order(self) -> None:
        """Reserve and pay, make firm, lock."""
        page = self.page
        follow(page, step(page, "Place the order").get_by_role("link", name=self.words.form))
        self.choose_car()
        follow(page, page.get_by_role("button", name="Reserve and pay"))
        page.wait_for_url("**/orders/*/")
        said(page, "is reserved")
        follow(page, page.get_by_role("button", name="Pay the firm deposit"))
        said(page, "is firm")
        page.get_by_label("The customer understood").check()
        follow(page, page.get_by_role("button", name="Lock the configuration"))
        said(page, "is locked and in the queue")


def test_from_the_stand_to_a_locked_order(trading_site: Site, page: Page, become: Become) -> None:
    become(page, trading_site.user("adviser"))
    speak(page, trading_site.url, ENGLISH)
    desk = Desk(page, trading_site, Words())
    desk.first_half()
    desk.drive()
    total = desk.quote()
    desk.order()
    expect(page.locator("[aria-current=step]")).to_contain_text("Locked")
    expect(page.locator("tfoot td.n").first).to_have_text(total)
    trading_site.settle()
    desk.go("Customers")
    follow(page, page.get_by_role("link", name=NAME).first)
    expect(row(page, "Locked")).to_contain_text(re.compile(r"No\. \d+"))
    expect(page.locator("#story")).to_contain_text("Order locked, in the queue")


def test_a_row_of_today_leads_to_the_same(trading_site: Site, page: Page, become: Become) -> None:
    """The customer whose answer is late: the deadline is shown as passed, one tap records, the lateness is told."""
    become(page, trading_site.user("adviser"))
    speak(page, trading_site.url, ENGLISH)
    page.goto("/today/")
    late = row(page, "First personal answer", "孙可")
    expect(late).to_contain_text("late")
    late.get_by_role("button", name="Reached", exact=True).click()
    done = page.locator("[data-row][role=status]")
    expect(done).to_contain_text("Late: First personal answer")
    expect(done).to_contain_text("Learn the customer's needs")


@pytest.mark.parametrize("size", ["page", "phone"])
def test_the_first_half_in_chinese(
    trading_site: Site, become: Become, request: pytest.FixtureRequest, size: str
) -> None:
    page: Page = request.getfixturevalue(size)
    become(page, trading_site.user("adviser"))
    speak(page, trading_site.url, CHINESE)
    desk = Desk(page, trading_site, IN_CHINESE, look=assert_chinese)
    desk.first_half()
