"""How tests walk through the site: language, rows, steps; and what must be true of every page on the way."""

import re

from playwright.sync_api import Locator
from playwright.sync_api import Page
from playwright.sync_api import expect

ENGLISH, CHINESE = "en", "zh-hans"
SPOKEN = "nav a, nav button, main button, main .btn, label, legend, th, h1, h2, h3, summary, dt, footer span, aside button"
WITHOUT_CODES = """found => found.map(one => {
    const copy = one.cloneNode(true)
    copy.querySelectorAll("code").forEach(code => code.remove())
    return copy.textContent
})"""
LATIN = re.compile(r"[A-Za-z]{2,}")
# Names that are the same in every language: ourselves, the other language, formats, brands, parts of model names.
PROPER = re.compile(
    r"English|Forecourt|UTC|Enter|VIN|ADF|BPMN|WeCom|CSV|JSON|XML|API|SUV|MPV|EREV|BEV|PDI|PDF|AITO|LUXEED|STELATO|MAEXTRO|SHANGJIE|HIMA"
    r"|\w+(?:/\w+)+|[\w-]+\.(?:xml|json|csv|eml)|prospect|aito"  # paths in documents, files, codes
    r"|Max|Pro|U[lI]tra|Plus|kWh|km|[a-z]{2,}-[\w-]+|[A-Z]*\d[\w-]*|\b[A-Z]{1,2}\b"
)


def speak(page: Page, site: str, language: str) -> None:
    """Choose the language of the site, as its cookie keeps it."""
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])


def row(page: Page, *words: str) -> Locator:
    """The row (of a worklist or table) in which all these words stand."""
    found = page.locator("[data-row], tbody tr, li")
    for word in words:
        found = found.filter(has_text=word)
    return found.first


def section(page: Page, title: str) -> Locator:
    """The card under a heading."""
    return page.locator("section.fc-card, .fc-card").filter(
        has=page.get_by_role("heading", name=title, exact=True)
    )


def step(page: Page, title: str) -> Locator:
    """A step on the page of a journey, unfolded."""
    found = page.locator("details[data-row]").filter(has=page.locator("summary strong", has_text=title)).first
    if found.get_attribute("open") is None:
        found.locator("summary").click()
    return found


def follow(page: Page, control: Locator) -> None:
    """Click what leads to another page, and wait until that page is whole: whoever looks at once sees the new one, not half of it."""
    with page.expect_navigation(wait_until="load"):
        control.click()


def said(page: Page, words: str) -> None:
    """The site answered with these words."""
    expect(page.locator(".fc-message").filter(has_text=words).first).to_be_visible()


def assert_chinese(page: Page) -> None:
    """No English is left in headings, buttons, labels and links of the bar, and there is Chinese. Codes (`code`) speak no language."""
    texts = [text.strip() for text in page.locator(SPOKEN).evaluate_all(WITHOUT_CODES) if text.strip()]
    assert any("\u4e00" <= letter <= "\u9fff" for text in texts for letter in text), (
        f"{page.url} has no Chinese."
    )
    left = [text for text in texts if LATIN.search(PROPER.sub("", text))]
    assert not left, f"English left on {page.url}: {left}"
