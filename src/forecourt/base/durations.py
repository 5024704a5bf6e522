"""Durations as a playbook writes them: an amount, a unit, and the calendar on which it is counted.

`15 min` is counted round the clock, `15 min of store hours` only while the store is open, `3 working days` on the
working days of the country. A duration has no fixed length until a calendar gives it a start: see `calendars.py`.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

ROUND_THE_CLOCK = "24 h"
STORE_HOURS = "store hours"
WORKING_DAYS = "working days"
CALENDARS = (ROUND_THE_CLOCK, STORE_HOURS, WORKING_DAYS)

_MINUTES = {"min": 1, "h": 60, "d": 1440}
_UNITS = {
    **dict.fromkeys(("min", "minute", "minutes", "m"), "min"),
    **dict.fromkeys(("h", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
}
_TEXT = re.compile(
    r"(?P<amount>\d{1,6})\s*(?P<working>working\s+)?(?P<unit>[a-z]+)(?:\s+of\s+(?P<calendar>[a-z0-9 ]+))?"
)
_RANGE = re.compile(r"(?P<low>\d{1,6})\s*(?:\.\.\s*(?P<high>\d{1,6}))?\s*(?P<unit>[a-z]+)")


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of `unit` (min, h or d) counted on the calendar of that name."""

    amount: int
    unit: str
    calendar: str = ROUND_THE_CLOCK

    @property
    def minutes(self) -> int:
        """The amount in minutes; a day counts 1,440, whatever the calendar."""
        return self.amount * _MINUTES[self.unit]

    @property
    def span(self) -> timedelta:
        """The amount as a timedelta of open time."""
        return timedelta(minutes=self.minutes)

    def __str__(self) -> str:
        if self.calendar == WORKING_DAYS and self.unit == "d":
            return f"{self.amount} working {'day' if self.amount == 1 else 'days'}"
        plain = f"{self.amount} {self.unit}"
        return plain if self.calendar == ROUND_THE_CLOCK else f"{plain} of {self.calendar}"


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a piece of work takes: between `low` and `high` minutes (both included)."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low} min" if self.low == self.high else f"{self.low}..{self.high} min"


def parse_duration(text: str) -> Duration:
    """Read `15 min`, `2 h`, `1 d`, `3 working days` or `15 min of store hours`.

    The calendar's name is not looked up here. Raises ValueError that names the text and shows how to write it.
    """
    match = _TEXT.fullmatch(" ".join(text.split()))
    unit = _UNITS.get(match["unit"]) if match else None
    if match is None or unit is None or int(match["amount"]) == 0:
        raise ValueError(
            f"{text!r} is not a duration; write it like 15 min, 2 h of store hours, 1 d or 3 working days"
        )
    calendar = WORKING_DAYS if match["working"] else match["calendar"] or ROUND_THE_CLOCK
    return Duration(int(match["amount"]), unit, calendar)


def parse_effort(text: str) -> Effort:
    """Read `4..9 min`, `2 h` or `1..2 h` into minutes. Raises ValueError when it cannot, or when low exceeds high."""
    match = _RANGE.fullmatch(" ".join(text.split()))
    unit = _UNITS.get(match["unit"]) if match else None
    if match is None or unit is None:
        raise ValueError(f"{text!r} is not a length of work; write it like 4..9 min or 1..2 h")
    low, high = int(match["low"]), int(match["high"] or match["low"])
    if low > high:
        raise ValueError(
            f"{text!r} runs backwards; write the shorter time first: {high}..{low} {match['unit']}"
        )
    return Effort(low * _MINUTES[unit], high * _MINUTES[unit])
