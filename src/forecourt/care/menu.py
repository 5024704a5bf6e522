"""The service menu: what work costs, the same in every store. Text that headquarters edits, read into records."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from decimal import InvalidOperation
from functools import cache
from pathlib import Path

from django.conf import settings

from forecourt.base.money import yuan


class MenuError(ValueError):
    """The menu breaks a rule; the text names the row and the rule."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu: labour hours and prices, labour and parts apart."""

    code: str
    title: dict[str, str]
    kind: str
    applies_to: str
    labour_hours: Decimal
    labour_price: Decimal
    parts_price: Decimal

    @property
    def price(self) -> Decimal:
        return self.labour_price + self.parts_price

    def name(self, language: str) -> str:
        return self.title["zh" if language.startswith("zh") else "en"]


def read_menu(path: Path) -> dict[str, Item]:
    """The menu by code. Raises `MenuError` naming the row that is wrong."""
    with path.open(encoding="utf-8") as file:
        items = [_item(number, row) for number, row in enumerate(csv.DictReader(file), start=2)]
    codes = [item.code for item in items]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise MenuError(f"{path.name}: the code {sorted(twice)[0]!r} is used twice.")
    return {item.code: item for item in items}


def _item(number: int, row: dict[str, str]) -> Item:
    try:
        return Item(
            row["code"], {"zh": row["title_zh"], "en": row["title_en"]}, row["kind"], row["applies_to"],
            Decimal(row["labour_hours"]), yuan(row["labour_price"]), yuan(row["parts_price"]),
        )  # fmt: skip
    except (KeyError, InvalidOperation, TypeError) as error:
        raise MenuError(f"Line {number} of the service menu: {type(error).__name__} {error}.") from error


@cache
def menu() -> dict[str, Item]:
    """The menu of the methodology, read once a process."""
    return read_menu(settings.FORECOURT_METHODOLOGY / "service" / "menu.csv")
