"""The word and the tone of every state a thing can be in. Pages show a state as colour and word together."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise
TONES: Final = ("good", "warn", "bad", "info", "quiet")

STATES: Final[dict[str, tuple[str, Text]]] = {
    # orders: three states that must never be mixed
    "reserved": ("quiet", _("Reserved, refundable")),
    "firm": ("info", _("Firm, deposit at risk")),
    "locked": ("good", _("Locked, in the queue")),
    "cancelled": ("quiet", _("Cancelled")),
    "allocated": ("good", _("Car allocated")),
    "handed_over": ("good", _("Handed over")),
    # journeys and steps
    "open": ("info", _("Open")),
    "running": ("info", _("Running")),
    "waiting": ("quiet", _("Waiting")),
    "due": ("info", _("Due")),
    "late": ("bad", _("Late")),
    "done": ("good", _("Done")),
    "done_late": ("warn", _("Done late")),
    "skipped": ("warn", _("Skipped")),
    "blocked": ("bad", _("Blocked")),
    "ended": ("quiet", _("Ended")),
    "ordered": ("good", _("Ordered")),
    "lost": ("quiet", _("Lost")),
    "won": ("good", _("Won")),
    # leads
    "received": ("info", _("Received")),
    "accepted": ("good", _("Accepted")),
    "joined": ("good", _("Joined to a known person")),
    "routed": ("good", _("Routed")),
    "refused": ("bad", _("Refused")),
    # vehicles and handover
    "in_transit": ("info", _("In transit")),
    "in_stock": ("info", _("In stock")),
    "prepared": ("good", _("Prepared")),
    "delivered": ("good", _("Delivered")),
    # appointments and repair orders
    "booked": ("info", _("Booked")),
    "confirmed": ("good", _("Confirmed")),
    "no_show": ("bad", _("Did not come")),
    "in_work": ("info", _("In work")),
    "closed": ("quiet", _("Closed")),
    "opened": ("info", pgettext_lazy("repair order", "Opened")),
    "diagnosed": ("info", pgettext_lazy("repair order", "Diagnosed")),
    "quoted": ("info", pgettext_lazy("repair order", "Quoted")),
    "checked": ("good", pgettext_lazy("repair order", "Checked")),
    "declined": ("quiet", pgettext_lazy("repair order", "Declined")),
    "arrived": ("good", pgettext_lazy("visit", "Arrived")),
    "missed": ("bad", pgettext_lazy("visit", "Did not come")),
    "offered": ("info", pgettext_lazy("vehicle", "Offered to a customer")),
    # money
    "pending": ("warn", _("Pending")),
    "paid": ("good", _("Paid")),
    "refunded": ("quiet", _("Refunded")),
    "issued": ("info", _("Issued")),
    "draft": ("quiet", _("Draft")),
    "posted": ("good", _("Posted")),
    # playbooks and certificates
    "published": ("good", _("Published")),
    "retired": ("quiet", _("Retired")),
    "valid": ("good", pgettext_lazy("certificate", "Valid")),
    "expired": ("bad", _("Expired")),
    "active": ("good", _("Active")),
}


def describe(state: str) -> tuple[str, Text]:
    """(tone, word) of a state code; a code nobody declared is shown as it is, in the quiet tone."""
    return STATES.get(state, ("quiet", state.replace("_", " ")))
