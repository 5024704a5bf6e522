"""Tone and word of each state of a visit and a repair order."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Text = str | Promise

STATES: Final[dict[str, tuple[str, Text]]] = {
    "booked": ("info", pgettext_lazy("visit", "Booked")),
    "arrived": ("good", pgettext_lazy("visit", "Arrived")),
    "cancelled": ("quiet", pgettext_lazy("visit", "Cancelled")),
    "missed": ("bad", pgettext_lazy("visit", "Missed")),
    "opened": ("info", pgettext_lazy("repair order", "Opened")),
    "received": ("info", pgettext_lazy("repair order", "Car received")),
    "diagnosed": ("info", pgettext_lazy("repair order", "Diagnosed")),
    "quoted": ("info", pgettext_lazy("repair order", "Price agreed")),
    "in_work": ("warn", pgettext_lazy("repair order", "Work done, to be checked")),
    "checked": ("good", pgettext_lazy("repair order", "Checked")),
    "closed": ("quiet", pgettext_lazy("repair order", "Settled")),
    "declined": ("quiet", pgettext_lazy("repair order", "Declined")),
}


def of(state: str) -> str:
    """The word for a state."""
    return str(STATES[state][1])


def tone(state: str) -> str:
    return STATES[state][0]
