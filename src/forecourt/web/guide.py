"""What the style guide shows: one honest example of every component, with invented numbers."""

from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forecourt.platform.refusals import Advice
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import NeedsApproval
from forecourt.web.states import STATES


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As on the licence."))
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("walk_in", gettext_lazy("Walk-in")), ("app", gettext_lazy("App"))],
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        widget=forms.RadioSelect,
        choices=[
            ("reached", gettext_lazy("Reached")),
            ("no_answer", gettext_lazy("No answer")),
        ],
    )
    starts_at = forms.DateTimeField(
        label=gettext_lazy("Starts"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    agreed = forms.BooleanField(label=gettext_lazy("The customer agreed to be called"))


def samples(at: datetime) -> dict[str, Any]:
    """The context of `web/style.html` for the moment `at`."""
    return {
        "form": SampleForm({"name": "", "channel": "app"}),
        "states": list(STATES)[:6],
        "times": {
            "soon": at + timedelta(minutes=12),
            "later": at + timedelta(hours=5),
            "late": at - timedelta(hours=3),
            "now": at,
        },
        "standard": _("standard: %(n)s %%") % {"n": 95},
        "price": Decimal("329800"),
        "fee": Decimal("-1250.50"),
        "problems": problems(),
        "orders": orders(at),
        **figures(),
        "columns": columns(),
    }


def columns() -> dict[str, list[str]]:
    """Headings of the charts."""
    return {
        "bars": [_("Store"), _("On time"), _("Late")],
        "line": [_("Day"), _("Leads"), _("Answered")],
        "funnel": [_("Stage"), _("Count")],
        "waterfall": [_("Item"), _("Amount")],
        "map": [_("City"), _("Latitude"), _("Longitude"), _("Adherence")],
    }


def problems() -> list[Any]:
    return [
        Blocked(
            "sample.licence",
            _("The licence of this customer is not checked. Record the step “Check licence” first."),
        ),
        NeedsApproval(
            "sample.discount",
            _("A loan car for 5 days needs the store manager. Ask for approval."),
            "store_manager",
        ),
        Advice(
            "sample.unconfirmed",
            _("The appointment is not confirmed. You may go on; it will be recorded."),
        ),
    ]


def orders(at: datetime) -> list[dict[str, Any]]:
    prices = (
        ("M7 Max", "firm", 329800),
        ("M9 Ultra", "locked", 569800),
        ("S7 Pro", "reserved", 229800),
    )
    rows = enumerate(prices)
    return [
        {
            "code": f"A-{1041 + n}",
            "model": model,
            "state": state,
            "price": price,
            "due_at": at + timedelta(hours=4 * n - 2),
        }
        for n, (model, state, price) in rows
    ]


def figures() -> dict[str, Any]:
    """Rows for one chart of each kind."""
    return {
        "stores": [(_("Store %(n)s") % {"n": n}, 92 - 7 * (n % 4), 3 + n % 4) for n in range(1, 8)],
        "days": [(f"11-{n:02d}", 120 + (n * 37) % 90, 100 + (n * 23) % 60) for n in range(1, 22)],
        "funnel": [
            (_("Leads"), 2140), (_("Reached"), 1630), (_("Test drives"), 520), (_("Orders"), 188), (_("Handovers"), 141),
        ],
        "waterfall": [
            (_("Gross"), 412000, "total"), (_("Handover fees"), 86000, ""), (_("Service"), 31000, ""),
            (_("Clawback"), -24000, ""), (_("Net"), 505000, "total"),
        ],
        "map": [
            (_("Shanghai"), 31.23, 121.47, 96, 20), (_("Beijing"), 39.9, 116.4, 91, 15), (_("Chengdu"), 30.66, 104.06, 83, 9),
            (_("Guangzhou"), 23.13, 113.26, 97, 14), (_("Urumqi"), 43.82, 87.62, 88, 3),
        ],
    }  # fmt: skip
