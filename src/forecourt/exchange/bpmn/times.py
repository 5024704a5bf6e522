"""Durations of BPMN timers (ISO 8601, `PT15M`) as a playbook writes them."""

import re

_DURATION = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})(?:\.\d+)?S)?)?"
)
_DAYS = {"years": 365, "months": 30, "weeks": 7, "days": 1}
_MOST = 999_999


def duration(text: str) -> tuple[str, bool] | None:
    """Return `15 min`, `2 h` or `3 d`, and whether that is exact; None for what is no fixed length of time.

    A month counts 30 days and a year 365, which is not exact; seconds are rounded up to a minute.
    """
    match = _DURATION.fullmatch(text.strip().strip("\"'").upper())
    if match is None:
        return None
    given = {key: int(value) for key, value in match.groupdict().items() if value}
    seconds = given.get("seconds", 0)
    minutes = sum(given.get(key, 0) * days * 1440 for key, days in _DAYS.items())
    minutes += given.get("hours", 0) * 60 + given.get("minutes", 0) + -(-seconds // 60)
    exact = seconds % 60 == 0 and not given.keys() & {"years", "months"}
    return (written(minutes), exact) if 0 < minutes <= _MOST else None


def written(minutes: int) -> str:
    """Return minutes in the largest unit that divides them."""
    for unit, length in (("d", 1440), ("h", 60)):
        if minutes % length == 0:
            return f"{minutes // length} {unit}"
    return f"{minutes} min"
