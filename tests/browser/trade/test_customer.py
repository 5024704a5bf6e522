"""A customer behind their signed link: the honest place in the queue, a service visit, a survey."""

import re

from playwright.sync_api import Page
from playwright.sync_api import expect

from forecourt.platform import links
from forecourt.platform import ticks
from forecourt.platform.scope import reading
from forecourt.supply.queries import standing_of
from forecourt.voice.models import Survey
from tests.browser.trade.scene import Site
from tests.browser.trade.walking import CHINESE
from tests.browser.trade.walking import ENGLISH
from tests.browser.trade.walking import assert_chinese
from tests.browser.trade.walking import follow
from tests.browser.trade.walking import said
from tests.browser.trade.walking import speak
from tests.web.town import SYSTEM


def come(page: Page, site: Site, who: str, language: str) -> None:
    """Follow the link that the store sent."""
    speak(page, site.url, language)
    page.goto(f"/c/{links.sign(site.town.persons[who])}/")


def test_the_place_in_the_queue_is_the_true_one(trading_site: Site, phone: Page) -> None:
    site = trading_site
    come(phone, site, "waiting", CHINESE)
    assert_chinese(phone)
    with reading(SYSTEM.scope):
        standing = standing_of(site.town.orders["waiting"], SYSTEM, site.at)
    expect(phone.locator(".supply-number")).to_have_text(str(standing.number))
    expect(phone.locator(".web-place")).to_contain_text(f"{standing.length}")
    site.car_arrives()
    phone.reload()
    expect(phone.locator(".supply-number")).to_have_count(0)
    expect(phone.locator("main")).to_contain_text("LVV")


def test_nobody_else_is_seen_through_a_link(trading_site: Site, phone: Page) -> None:
    come(phone, trading_site, "waiting", ENGLISH)
    expect(phone.locator("main")).to_contain_text("周明")
    for other in ("林悦", "陈安", "赵宁", "孙可"):
        expect(phone.locator("body")).not_to_contain_text(other)
    order = trading_site.town.orders["reserved"]
    answer = phone.request.post(f"{phone.url}orders/{order}/pay/", form={"method": "card"})
    assert answer.status in (403, 404)
    phone.goto("/today/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_customer_books_a_service_visit(trading_site: Site, phone: Page) -> None:
    come(phone, trading_site, "owner", ENGLISH)
    follow(phone, phone.get_by_role("link", name="Book a service visit"))
    phone.get_by_label("What should we look at?").fill("A noise at the front")
    follow(phone, phone.get_by_role("link", name=re.compile("03-13")))
    time = phone.locator(".care-times button").first
    begins = time.inner_text().strip()
    follow(phone, time)
    said(phone, "Booked. The workshop expects you.")
    date = phone.locator(".web-dates li").filter(has_text="03-13")
    expect(date).to_contain_text(begins)
    with phone.expect_download() as download:
        date.get_by_role("link", name="Into my calendar").click()
    assert b"BEGIN:VEVENT" in download.value.path().read_bytes()


def test_the_customer_answers_a_survey(trading_site: Site, phone: Page) -> None:
    site = trading_site
    ticks.run(site.at)
    site.settle()
    come(phone, site, "owner", CHINESE)
    follow(phone, phone.locator("a.web-call").filter(has_text="两分钟").first)
    assert_chinese(phone)
    for question in phone.locator("fieldset").filter(has=phone.locator("input[required]")).all():
        question.locator("input[type=radio]").last.check()
    follow(phone, phone.get_by_role("button", name="提交").or_(phone.get_by_role("button", name="发送")))
    expect(phone.locator("main")).to_contain_text("感谢")
    with reading(SYSTEM.scope):
        answered = Survey.objects.filter(person_id=site.town.persons["owner"], answered_at__isnull=False)
        assert [one.score for one in answered] == [10]


def test_an_altered_link_opens_nothing(trading_site: Site, phone: Page) -> None:
    token = links.sign(trading_site.town.persons["owner"])
    other = "A" if token[-2] != "A" else "B"
    answer = phone.goto(f"/c/{token[:-2]}{other}{token[-1]}/")
    assert answer is not None and answer.status == 410
    expect(phone.locator("body")).not_to_contain_text("林悦")
