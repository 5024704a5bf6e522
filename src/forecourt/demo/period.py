"""When the demo takes place: fixed days, so that the same seed gives the same result whenever it is run.

Four weeks end on 11 October 2026: they hold a launch Saturday, the National Day holidays and the end of a month.
"""

from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
LAST_DAY = date(2026, 10, 11)
LAUNCH_DAY = date(2026, 9, 26)
LAUNCH_MODEL = "shangjie-h5"
WAKES_AT = time(10, 30)


def local(on: date, hours: float) -> datetime:
    """A moment of a day in the stores' zone, `hours` after midnight, in UTC."""
    return (datetime.combine(on, time(), ZONE) + timedelta(hours=hours)).astimezone(UTC)


def first_day(days: int) -> date:
    return LAST_DAY - timedelta(days=days - 1)


def wakes_at() -> datetime:
    """The morning after the last day, when the site is opened."""
    return datetime.combine(LAST_DAY + timedelta(days=1), WAKES_AT, ZONE).astimezone(UTC)
