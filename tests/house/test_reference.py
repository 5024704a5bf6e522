"""The reference pages are made from the code, and leave nothing out."""

import re
from pathlib import Path

import pytest

from tools import reference
from tools.refusals import refusals

ROOT = Path(__file__).resolve().parents[2]
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
    # Tests of the journal subscribe to kinds of their own in the same process.
    assert rows and [row[0] for row in rows if not row[1].strip() and "`tests." not in row[0]] == []


NAMED = re.compile(r"""(?<!settings, )["']((?:FORECOURT|DATABASE)_[A-Z_]+)["']""")
DESCRIBED = "tools/reference.py"


def named() -> set[str]:
    """Names of variables that the code writes out: how they are read differs, from a dictionary of names to a constant."""
    files = [
        ROOT / "hatch_build.py",
        *(path for folder in ("src", "tools", "tests") for path in (ROOT / folder).rglob("*.py")),
    ]
    texts = (path.read_text("utf-8") for path in files if path not in (ROOT / DESCRIBED, Path(__file__)))
    return {name for text in texts for name in NAMED.findall(text)}


def test_every_variable_is_described() -> None:
    assert named() - set(INNER) - set(reference.SETTINGS) == set()


def test_every_variable_described_is_there() -> None:
    assert (set(INNER) | set(reference.SETTINGS)) - named() == set()


def test_a_setting_of_django_is_no_variable() -> None:
    assert NAMED.findall('getattr(settings, "FORECOURT_X", "") or environ["FORECOURT_Y"]') == ["FORECOURT_Y"]
