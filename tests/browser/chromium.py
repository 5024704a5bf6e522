"""Finds a Chromium for browser tests, and judges a page by axe."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
SERIOUS = {"serious", "critical"}
ADVICE = (
    "Browser tests need Chromium. Install it (Debian, as root: `apt-get install chromium fonts-noto-cjk`; elsewhere: "
    "`playwright install chromium`), or point FORECOURT_CHROMIUM at its program, or set FORECOURT_NO_BROWSER=1 to leave browser tests "
    "out on purpose."
)


def left_out() -> bool:
    """Whether somebody decided to run without a browser."""
    return os.environ.get("FORECOURT_NO_BROWSER") == "1"


def program(own: str = "") -> str:
    """The Chromium to start: FORECOURT_CHROMIUM, else PATH, else Playwright's `own`; '' where there is none."""
    given = os.environ.get("FORECOURT_CHROMIUM", "")
    if given:
        return given if Path(given).exists() else ""
    found = next((path for name in NAMES if (path := shutil.which(name))), "")
    return found or (own if own and Path(own).exists() else "")


def violations(page: Page, *, impacts: set[str] = SERIOUS) -> list[str]:
    """What axe finds on the page: one line for each rule broken, with the first elements at fault."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [_line(violation) for violation in found if violation["impact"] in impacts]


def _line(violation: dict[str, Any]) -> str:
    where = "; ".join(json.dumps(node["target"], ensure_ascii=False) for node in violation["nodes"][:3])
    why = violation["nodes"][0]["failureSummary"].splitlines()[-1].strip()
    return f"{violation['impact']} {violation['id']}: {where}: {why}"


def assert_accessible(page: Page) -> None:
    """Fail when axe reports a serious or critical violation on the page."""
    found = violations(page)
    assert not found, f"{page.url}:\n" + "\n".join(found)


def assert_fits(page: Page) -> None:
    """Fail when the page is wider than its window."""
    width, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= window, f"{page.url} is {width} px wide in a window of {window} px."
