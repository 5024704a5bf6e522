"""The working calendars of stores and of headquarters, from the tables and the methodology, kept for a minute."""

from datetime import date
from datetime import time
from functools import lru_cache
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from forecourt.base.calendars import DayTable
from forecourt.base.calendars import Spans
from forecourt.base.calendars import WorkingCalendar
from forecourt.base.calendars import round_the_clock
from forecourt.base.calendars import store_hours
from forecourt.base.calendars import working_days
from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.base.durations import STORE_HOURS
from forecourt.base.durations import WORKING_DAYS
from forecourt.network.hours import closed_days
from forecourt.network.hours import written
from forecourt.network.methodology import holiday_rows
from forecourt.network.models import SpecialDay
from forecourt.network.models import Store
from forecourt.network.models import StoreHours
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing

KEPT_SECONDS = 60
_kept: dict[tuple[str, str], tuple[float, WorkingCalendar]] = {}


def store_calendar(store: str, name: str = STORE_HOURS) -> WorkingCalendar:
    """The calendar `name` of a store: `store hours`, `workshop hours`, `working days` or `24 h`.

    A store without a workshop counts workshop hours on its store hours. Raises Missing for an unknown store. Changed hours
    are seen at once in the process that changes them and within a minute elsewhere.
    """
    if name == ROUND_THE_CLOCK:
        return round_the_clock()
    if name == WORKING_DAYS:
        return office_calendar()
    kept = _kept.get((store, name))
    if kept is None or monotonic() - kept[0] > KEPT_SECONDS:
        kept = _kept[store, name] = (monotonic(), _load(store, name))
    return kept[1]


def office_calendar() -> WorkingCalendar:
    """Office hours on the country's working days. Asking beyond the published years raises CalendarUnknown."""
    return _office(Path(settings.FORECOURT_METHODOLOGY))


def forget(store: str = "") -> None:
    """Forget what is kept of a store, or of all, because its hours changed."""
    for key in [key for key in _kept if store in ("", key[0])]:
        del _kept[key]


@lru_cache(maxsize=4)
def _office(folder: Path) -> WorkingCalendar:
    rules = written(folder)
    hours = rules[WORKING_DAYS]
    table = DayTable.from_rows(holiday_rows(folder, rules["holidays"]))
    return working_days(
        table, hours=(time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"]))
    )


def _load(store: str, name: str) -> WorkingCalendar:
    rows = StoreHours.objects.filter(store=store, calendar=name).order_by("weekday", "opens")
    weekly: dict[int, Spans] = {}
    for row in rows:
        weekly[row.weekday - 1] = (*weekly.get(row.weekday - 1, ()), (row.opens, row.closes))
    if not weekly and name != STORE_HOURS:
        return _load(store, STORE_HOURS)
    return store_hours(weekly, name=name, zone=_zone(store), exceptions=_exceptions(store, name))


def _zone(store: str) -> ZoneInfo:
    zone = Store.objects.filter(code=store).values_list("time_zone", flat=True).first()
    if zone is None:
        raise Missing(Blocked("network.store_unknown", _("There is no store {store}.").format(store=store)))
    return ZoneInfo(zone)


def _exceptions(store: str, name: str) -> dict[date, Spans]:
    """Closed holidays of every store, then what the store itself says about single days."""
    found: dict[date, Spans] = dict.fromkeys(closed_days(Path(settings.FORECOURT_METHODOLOGY), name), ())
    for day in SpecialDay.objects.filter(store=store, calendar=name):
        found[day.on] = ((day.opens, day.closes),) if day.opens and day.closes else ()
    return found
