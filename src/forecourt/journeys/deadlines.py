"""When a step is due: its `within`, counted on the calendar of the store where the run lives."""

import logging
from datetime import datetime

from forecourt.base.calendars import CalendarUnknown
from forecourt.base.calendars import NeverOpen
from forecourt.base.calendars import WorkingCalendar
from forecourt.base.calendars import round_the_clock
from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.base.durations import Duration
from forecourt.network import calendars
from forecourt.platform.refusals import Missing

logger = logging.getLogger(__name__)
ALWAYS = round_the_clock()


def after(store: str, start_at: datetime, duration: Duration | None) -> datetime | None:
    """Return when `duration` from `start_at` is over for a run in `store`; None without a duration.

    Also None when the calendar has no facts that far ahead: nothing is assumed about days that are not published.
    """
    if duration is None:
        return None
    try:
        return calendar(store, duration.calendar).add(start_at, duration)
    except (CalendarUnknown, NeverOpen) as unknown:
        logger.warning(
            "No deadline for %s from %s in %s: %s", duration, start_at, store or "the network", unknown
        )
        return None


def calendar(store: str, name: str) -> WorkingCalendar:
    """The calendar `name` (as playbooks say it) of a store; round the clock where the network has none."""
    if name == ROUND_THE_CLOCK:
        return ALWAYS
    try:
        return calendars.store_calendar(store, name) if store else calendars.office_calendar()
    except Missing:
        return ALWAYS
