"""Opening hours as the methodology gives them to a store format."""

from collections.abc import Iterator
from datetime import date
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from forecourt.network.methodology import holiday_rows
from forecourt.network.methodology import read_yaml
from forecourt.network.models import StoreHours


@lru_cache(maxsize=4)
def written(folder: Path) -> dict[str, Any]:
    """`calendars.yaml` of the folder, read once."""
    return read_yaml(folder, "calendars.yaml")


def hours_of_format(folder: Path, store: str, form: str) -> Iterator[StoreHours]:
    """The rows of a new store's opening hours."""
    for calendar, hours in written(folder)["hours"].get(form, {}).items():
        for weekday in hours["days"]:
            opens, closes = time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"])
            yield StoreHours(store_id=store, calendar=calendar, weekday=weekday, opens=opens, closes=closes)


@lru_cache(maxsize=16)
def closed_days(folder: Path, calendar: str) -> frozenset[date]:
    """The days on which a calendar is closed in every store: the first days of some holidays, as far as published."""
    rules = written(folder).get("closed_first_days_of", {}).get(calendar, {})
    rows = holiday_rows(folder, written(folder)["holidays"])
    found: set[date] = set()
    for holiday, count in rules.items():
        by_year: dict[str, list[date]] = {}
        for row in rows:
            if row["holiday_en"] == holiday and row["is_workday"] == "0":
                by_year.setdefault(row["date"][:4], []).append(date.fromisoformat(row["date"]))
        found.update(day for days in by_year.values() for day in sorted(days)[:count])
    return frozenset(found)
