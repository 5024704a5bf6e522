"""Checklists: what is missing, what the law asks for, what a correction undoes."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from forecourt.delivery import checklists
from forecourt.delivery.checklists import DONE
from forecourt.delivery.checklists import FAULT
from forecourt.delivery.checklists import SKIPPED
from forecourt.delivery.checklists import UNDONE
from forecourt.delivery.checklists import Item
from forecourt.delivery.checklists import Mark

FOLDER = Path(__file__).resolve().parents[2] / "methodology" / "checklists"
TITLE = {"en": "x", "zh": "x"}
LAW = Item("certificate", TITLE, law="MOFCOM 1/2017", evidence="document")
CHARGE = Item("charge", TITLE, evidence="value", unit="%", minimum=Decimal(80))
WASH = Item("wash", TITLE)
EXTRA = Item("fuel", TITLE, required=False)


@pytest.mark.parametrize("code", ["pdi", "handover"])
def test_the_methodology_can_be_read(code: str) -> None:
    found = checklists.read(yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8")))
    assert found.code == code
    assert checklists.lacks(found.for_car("EREV"), _marks(checklists.in_order(found.for_car("EREV")))) == []


def _marks(record: dict) -> list[Mark]:
    return [
        Mark(code, DONE, given.get("value", ""), len(given.get("evidence", ())))
        for code, given in record.items()
    ]


def test_handover_asks_for_what_the_law_asks_for() -> None:
    found = checklists.read(yaml.safe_load((FOLDER / "handover.yaml").read_text(encoding="utf-8")))
    legal = {item.code for item in found.items if item.law}
    assert {"conformity-certificate", "three-guarantee-voucher", "invoice", "price-as-displayed"} <= legal


def test_fuel_is_only_for_range_extenders() -> None:
    found = checklists.read(yaml.safe_load((FOLDER / "pdi.yaml").read_text(encoding="utf-8")))
    assert {item.code for item in found.for_car("EREV")} - {item.code for item in found.for_car("BEV")} == {
        "fuel"
    }


@pytest.mark.parametrize(
    ("marks", "why"),
    [
        ([], {"certificate": "open", "charge": "open", "wash": "open"}),
        ([Mark("certificate", SKIPPED), Mark("wash", SKIPPED)], {"certificate": "law", "charge": "open"}),
        (
            [Mark("certificate", DONE), Mark("charge", DONE, "79")],
            {"certificate": "proof", "charge": "below", "wash": "open"},
        ),
        (
            [Mark("charge", DONE, "full"), Mark("wash", FAULT)],
            {"certificate": "open", "charge": "value", "wash": "fault"},
        ),
        ([Mark("charge", DONE, "NaN")], {"certificate": "open", "charge": "value", "wash": "open"}),
        ([Mark("certificate", DONE, "", 1), Mark("charge", DONE, "80"), Mark("wash", DONE)], {}),
        (
            [Mark("wash", DONE), Mark("wash", UNDONE)],
            {"certificate": "open", "charge": "open", "wash": "open"},
        ),
    ],
)
def test_what_is_missing_and_why(marks: list[Mark], why: dict[str, str]) -> None:
    found = checklists.lacks((WASH, LAW, CHARGE, EXTRA), marks)
    assert {lack.item.code: lack.why for lack in found} == why
    laws = [bool(lack.item.law) for lack in found]
    assert laws == sorted(laws, reverse=True), "what the law asks for comes first"


@given(st.lists(st.sampled_from([DONE, FAULT, UNDONE]), max_size=8))
def test_the_last_mark_counts(outcomes: list[str]) -> None:
    found = checklists.lacks((WASH,), [Mark("wash", outcome) for outcome in outcomes])
    assert bool(found) == (not outcomes or outcomes[-1] != DONE)


def test_a_mistake_in_the_text_is_named() -> None:
    with pytest.raises(ValueError, match="item wash: unknown keys colour"):
        checklists.read(
            {
                "checklist": "pdi",
                "version": 1,
                "title": TITLE,
                "items": [{"code": "wash", "title": TITLE, "colour": "red"}],
            }
        )
