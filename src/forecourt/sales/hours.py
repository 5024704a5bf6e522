"""When a store receives customers, and the slots that a test drive fits into."""

from datetime import date
from datetime import datetime

from forecourt.network.calendars import store_calendar
from forecourt.sales.terms import terms

Span = tuple[datetime, datetime]


def open_spans(store: str, on: date) -> list[Span]:
    """The stretches of a local date in which the store is open, in UTC."""
    return store_calendar(store).spans(on)


def starts_of(spans: list[Span]) -> list[datetime]:
    """The moments at which a test drive may start: one after the other from opening time."""
    length = terms().test_drive
    found = []
    for start, end in spans:
        while start + length <= end:
            found.append(start)
            start += length
    return found
