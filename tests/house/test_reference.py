"""The reference pages are made from the code, and leave nothing out."""

import re
from pathlib import Path

import pytest

from tools import reference
from tools.refusals import refusals

SOURCE = Path(__file__).resolve().parents[2] / "src" / "forecourt"
# Read from the environment, but not for those who run an installation to set.
INNER = {
    "FORECOURT_WEB_DSN": "the supervisor tells its children",
    "FORECOURT_OWNER_DSN": "the supervisor tells its children",
    "FORECOURT_READER_DSN": "the supervisor tells its children",
}


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    reference.set_up()


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_is_a_page(name: str) -> None:
    text = reference.PAGES[name]()
    assert text.startswith("# ") and len(text.splitlines()) > 15


def test_every_refusal_stands_in_the_reference() -> None:
    page = reference.refused()
    assert [one.code for one in refusals() if f"| `{one.code}` |" not in page] == []


def test_every_kind_that_is_heard_is_written() -> None:
    rows = [line.split(" | ") for line in reference.entries().splitlines() if line.startswith("| `")]
    assert rows and [row[0] for row in rows if not row[1].strip()] == []


def test_every_variable_is_described() -> None:
    """What the code reads from the environment by a name written out."""
    read = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(
            r'environ(?:\.get\(|\[)\s*"((?:FORECOURT|DATABASE)_[A-Z_]+)"', path.read_text("utf-8")
        )
    }
    assert read - set(INNER) - set(reference.SETTINGS) == set()
