"""The reference page names every refusal and every limit of the code."""

import re
from pathlib import Path

from forecourt.exchange import bpmn
from forecourt.exchange.bpmn import words

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "reference" / "bpmn.md").read_text("utf-8")
SOURCES = "".join(path.read_text("utf-8") for path in Path(bpmn.__file__).parent.glob("*.py"))


def test_every_refusal_has_its_heading() -> None:
    assert set(re.findall(r'"(BP\d{3})"', SOURCES)) == set(re.findall(r"^### (BP\d{3}) ", PAGE, re.MULTILINE))


def test_the_limits_are_those_of_the_code() -> None:
    for limit in (words.MAX_BYTES, words.MAX_ELEMENTS, words.MAX_NODES, words.MAX_NESTING):
        assert f"{limit:,}" in PAGE
    assert words.OURS in PAGE
