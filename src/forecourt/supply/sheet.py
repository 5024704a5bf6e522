"""Reads a list of vehicles as carmakers send it: CSV with commas, semicolons or tabs, headings in Chinese or English. Pure.

Nothing is decided here but the form: which columns there are, which line a value stands on, whether a VIN is a VIN.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forecourt.exchange.vin import VinRemark
from forecourt.exchange.vin import check_vin

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "vin": ("vin", "车架号", "车辆识别代号", "vin码"),
    "trim": ("trim", "trim_code", "配置代码", "车型代码"),
    "options": ("options", "选装"),
    "city": ("city", "city_code", "城市", "城市代码"),
    "store": ("store", "store_code", "门店", "门店代码"),
    "built_on": ("built_on", "生产日期", "下线日期"),
    "state": ("state", "状态"),
}
NEEDED = ("vin", "trim")
STATES: Mapping[str, str] = {
    "": "in_stock", "in_stock": "in_stock", "arrived": "in_stock", "到店": "in_stock", "在库": "in_stock",
    "in_transit": "in_transit", "在途": "in_transit",
}  # fmt: skip
MAX_ROWS = 20_000


class SheetUnreadable(ValueError):
    """The file as a whole cannot be read; `code` is stable, `facts` fill its sentence."""

    def __init__(self, code: str, **facts: str) -> None:
        self.code, self.facts = code, facts
        super().__init__(f"{code} {facts}")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: cleaned values, and what is wrong with its form."""

    line: int
    raw_vin: str
    vin: str | None
    trim: str
    options: tuple[str, ...]
    city: str
    store: str
    built_on: date | None
    state: str
    problem: VinRemark | None = None


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8 with or without mark, else GB 18030, as spreadsheets in China save it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def read(text: str) -> list[Row]:
    """The rows of a list, in file order.

    Raises:
        SheetUnreadable: no heading, a needed column is missing, or more than `MAX_ROWS` lines.
    """
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=_delimiter(text))
    try:
        columns = _columns(next(lines, []))
        rows = [
            _row(lines.line_num, columns, cells) for cells in lines if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise SheetUnreadable("supply.sheet_broken", line=str(lines.line_num), error=str(error)) from error
    if len(rows) > MAX_ROWS:
        raise SheetUnreadable("supply.sheet_too_long", rows=str(len(rows)), most=str(MAX_ROWS))
    return rows


def _delimiter(text: str) -> str:
    first = text.lstrip("\ufeff").partition("\n")[0]
    return max(",;\t", key=first.count)


def _columns(heading: list[str]) -> dict[str, int]:
    """Our name of each column and where it stands."""
    cleaned = [cell.strip().lower() for cell in heading]
    found = {
        name: cleaned.index(word) for name, words in HEADINGS.items() for word in words if word in cleaned
    }
    if missing := [name for name in NEEDED if name not in found]:
        raise SheetUnreadable(
            "supply.sheet_columns", missing=", ".join(missing), found=", ".join(heading)[:200]
        )
    return found


def _row(line: int, columns: Mapping[str, int], cells: list[str]) -> Row:
    cell = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
    checked = check_vin(cell["vin"])
    problem = next(iter(checked.problems), None)
    built_on, wrong_date = _date(cell.get("built_on", ""))
    state = STATES.get(cell.get("state", "").lower())
    if problem is None and wrong_date:
        problem = VinRemark("supply.bad_date", {"value": wrong_date})
    if problem is None and state is None:
        problem = VinRemark("supply.bad_state", {"value": cell["state"]})
    options = tuple(part for part in cell.get("options", "").replace("+", " ").split() if part)
    return Row(
        line, cell["vin"][:40], checked.vin, cell["trim"], options, cell.get("city", ""), cell.get("store", ""),
        built_on, state or "in_stock", problem,
    )  # fmt: skip


def _date(text: str) -> tuple[date | None, str]:
    """A date, or what could not be read as one: 2026-03-01, 2026/3/1, 20260301."""
    parts = text.replace("/", "-").replace(".", "-").split("-")
    if not text:
        return None, ""
    try:
        if len(parts) == 1 and len(text) == 8:
            return date(int(text[:4]), int(text[4:6]), int(text[6:])), ""
        return date(*(int(part) for part in parts)), ""
    except (ValueError, TypeError):
        return None, text
