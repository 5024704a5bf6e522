"""Statements: what an operator earned in a month, from gross to net, every bar opening into journal entries."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from forecourt.journal.models import Entry
from forecourt.journeys import programs
from forecourt.network.models import Operator
from forecourt.network.models import Store
from forecourt.platform.access import page
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.settlement import queries
from forecourt.settlement.actions import fee_plans

app_name = "settlement"
READERS = (OPERATOR_MANAGER, CARMAKER, NETWORK_OPS)
MOST_LINES = 500


def component_title(code: str) -> str:
    """What a component is called on screen."""
    own = {"staff_pay": _("Staff pay"), "network_fee": _("Network fee")}
    return own.get(code) or fee_plans()[-1].title_of(code, get_language() or "zh")


def month_of(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404(f"{text} is not a month like 2026-09.") from error


@page(roles=READERS)
def statements(request: HttpRequest) -> HttpResponse:
    """Every operator and month that the viewer may see; for network operations what all parties got, which sums to zero."""
    role = request.actor.role  # type: ignore[attr-defined]
    totals = queries.totals() if role == NETWORK_OPS else {}
    names = {code: one.name for code, one in Operator.objects.in_bulk().items()}
    context = {
        "rows": [row | {"name": names.get(str(row["party"]), row["party"])} for row in queries.months()], "of_brand": role == CARMAKER,
        "totals": [(party_title(kind), Decimal(amount)) for kind, amount in totals.items()],
        "sum": sum((Decimal(amount) for amount in totals.values()), Decimal(0)),
    }  # fmt: skip
    return render(request, "settlement/statements.html", context)


def _name(operator: str) -> str:
    """What a dealer group is called; its code when it is not known here."""
    found = Operator.objects.filter(code=operator).first()
    return found.name if found else operator


def party_title(kind: str) -> str:
    """What a kind of party is called on screen."""
    known = {
        "carmaker": _("Carmakers"),
        "operator": _("Dealer groups"),
        "network": pgettext("party", "Network"),
        "staff": _("Staff"),
    }
    return known.get(kind, kind)


@page(roles=READERS)
def statement(request: HttpRequest, operator: str, month: str) -> HttpResponse:
    """One operator's month as a waterfall from gross to net."""
    account = queries.account(operator, month_of(month))
    if not account.bars:
        raise Http404(
            _("There is nothing booked for {operator} in {month}.").format(operator=operator, month=month)
        )
    bars = [(bar, component_title(bar.component), _line_url(account, bar.component)) for bar in account.bars]
    context = {"account": account, "name": _name(operator), "month": month, "bars": bars, "steps": _waterfall(account, bars),
               "columns": [_("Part"), _("Amount")], "plan": fee_plans()[-1],
               "of_brand": request.actor.role == CARMAKER}  # type: ignore[attr-defined]  # fmt: skip
    return render(request, "settlement/statement.html", context)


def _waterfall(account: queries.Account, bars: Sequence[tuple[queries.Bar, str, str]]) -> list[list[Any]]:
    steps: list[list[Any]] = [[title, bar.amount, "", url] for bar, title, url in bars if bar.amount > 0]
    steps.append([_("Gross"), account.gross, "total"])
    steps += [[title, bar.amount, "", url] for bar, title, url in bars if bar.amount <= 0]
    return [*steps, [_("Net"), account.net, "total"]]


def _line_url(account: queries.Account, component: str) -> str:
    return reverse("settlement:lines", args=[account.operator, f"{account.month:%Y-%m}", component])


@page(roles=READERS)
def lines(request: HttpRequest, operator: str, month: str, component: str) -> HttpResponse:
    """The postings of one bar, each with the journal entry that earned it."""
    found = queries.with_entries(queries.lines(operator, month_of(month), component)[:MOST_LINES])
    context = {
        "operator": operator,
        "name": _name(operator),
        "month": month,
        "title": component_title(component),
        "lines": [
            {"posting": one.posting, "entry": one.entry, "step": _step_title(one.entry) if one.entry else ""}
            for one in found
        ],
        "most": MOST_LINES,
    }
    return render(request, "settlement/lines.html", context)


@page(roles=READERS)
def entry(request: HttpRequest, entry: UUID) -> HttpResponse:
    """The journal entry behind a line: what was done, by whom, when, where, under which playbook, and its seal."""
    found = Entry.objects.filter(id=entry).first()
    if found is None:
        raise Http404(_("There is no such journal entry that you may see."))
    context = {
        "entry": found, "store": Store.objects.filter(code=found.store).first(), "seal": bytes(found.hash).hex()[:16], "step": _step_title(found),
        "earned": [(one, component_title(one.component)) for one in queries.earned_by(found)],
    }  # fmt: skip
    return render(request, "settlement/entry.html", context)


def _step_title(found: Entry) -> str:
    if not found.step:
        return ""
    try:
        return programs.of(found.playbook, found.version).step_title(found.step)
    except Missing:
        return found.step


urlpatterns = [
    path("statements/", statements, name="statements"),
    path("statements/entries/<uuid:entry>/", entry, name="entry"),
    path("statements/<slug:operator>/<str:month>/", statement, name="statement"),
    path("statements/<slug:operator>/<str:month>/<slug:component>/", lines, name="lines"),
]
