"""Every code stands in the reference and is asserted by a test; none is used that is not in the table."""

import re
from pathlib import Path

import pytest

from forecourt.exchange.logs import codes
from forecourt.exchange.logs.codes import CODES
from forecourt.exchange.logs.limits import Limits
from tests.exchange.logs.makers import ROOT

CODE = re.compile(r'"(LG\d{3})"')
ROW = re.compile(r"\| (LG\d{3}) \| (\w+) \| ([^|]+) \|")


def test_the_reference_has_every_code_with_its_rule() -> None:
    page = (ROOT / "docs" / "reference" / "log-mapping.md").read_text("utf-8")
    assert {code: (severity, rule) for code, severity, rule in ROW.findall(page)} == CODES


def test_every_code_is_used_and_no_other() -> None:
    folder = Path(codes.__file__).parent
    used = {
        code
        for path in folder.glob("*.py")
        if path.name != "codes.py"
        for code in CODE.findall(path.read_text("utf-8"))
    }
    assert used == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_asserted(code: str) -> None:
    texts = [
        path.read_text("utf-8")
        for folder in (ROOT / "tests" / "exchange" / "logs", ROOT / "tests" / "cli")
        for path in folder.glob("test_*.py")
    ]
    assert any(f'"{code}"' in text for text in texts)


def test_a_limit_is_a_number_above_nothing() -> None:
    with pytest.raises(ValueError, match="the limit events is 0"):
        Limits(events=0)
