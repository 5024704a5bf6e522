"""What happened to a place, and which rule gave a date, as sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forecourt.supply.promises import ARRIVALS
from forecourt.supply.promises import PEAK
from forecourt.supply.promises import STANDARD

MOVES: dict[str, tuple[str, str | Promise]] = {
    "own_joined": ("info", _("The order was locked and joined the queue.")),
    "own_allocated": ("good", _("A car was allocated to this order.")),
    "own_returned": ("warn", _("The customer refused the car. The place by lock time is kept.")),
    "own_left": ("quiet", _("The order was cancelled and left the queue.")),
    "own_offered": ("info", _("A car that another customer refused was offered. Taking it is free choice.")),
    "own_declined": ("quiet", _("The offered car was not taken. The place is kept.")),
    "own_held": ("info", _("The car named in the order is kept for it.")),
    "own_hold_lost": ("warn", _("The car named in the order can no longer be had. The order waits in the queue from its lock time.")),
    "ahead_allocated": ("good", _("An order ahead was given its car.")),
    "ahead_left": ("good", _("An order ahead was cancelled.")),
    "ahead_returned": ("warn", _("An order ahead refused its car and is back at the place of its lock time.")),
    "ahead_joined": ("quiet", _("An order that was locked earlier joined the queue.")),
}  # fmt: skip

RULES: dict[str, str | Promise] = {
    STANDARD: _("Standard promise, counted from the lock. It does not move."),
    PEAK: _("Promise in the first weeks after a launch, counted from the lock. It does not move."),
    ARRIVALS: _(
        "Estimate from the cars that arrived in the last four weeks: 8 of 10 such orders fall into this band."
    ),
}

REFUSALS: dict[str, str | Promise] = {
    "colour": _("Colour or look"),
    "damage": _("Damage or fault"),
    "wrong_car": _("Not the car that was ordered"),
    "not_now": _("Cannot take it now"),
    "other": _("Other reason"),
}

OUTCOMES: dict[str, tuple[str, str | Promise]] = {
    "accepted": ("good", _("Accepted")),
    "arrived": ("good", _("Arrived")),
    "known": ("quiet", _("Known already")),
    "refused": ("bad", _("Refused")),
}
