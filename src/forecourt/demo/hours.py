"""When a store of the demo is open."""

from datetime import datetime

from forecourt.network.calendars import store_calendar
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.scope import reading


def next_open(store: str, at: datetime) -> datetime:
    """The first moment from `at` on at which the store is open."""
    with reading(NETWORK_SCOPE):
        return store_calendar(store).next_open(at)
