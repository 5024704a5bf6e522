"""Pages of the store manager: what is late, and handing it to somebody else."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forecourt.base.calendars import SHANGHAI
from forecourt.base.ids import is_code
from forecourt.journeys import actions
from forecourt.journeys import lines
from forecourt.journeys import queries
from forecourt.journeys.actions.assigning import REASONS
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.network.models import Staff
from forecourt.people.queries import display
from forecourt.platform.access import page
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_MANAGER

PAGE = 100


@page(roles=(STORE_MANAGER, OPERATOR_MANAGER, NETWORK_OPS))
def late(request: HttpRequest) -> HttpResponse:
    """The late steps of the scope, chosen and handed over together."""
    if request.method == "POST":
        return _hand_over(request)
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    rows = list(queries.late_steps(at, _stores(request))[:PAGE])
    persons = display([row.person_id for row in rows], actor)
    names = _names({row.assigned_to for row in rows if row.assigned_to})
    shown = [
        {
            "line": lines.line(row, row.journey_id, persons.get(row.person_id), at),
            "has": names.get(row.assigned_to, ""),
        }
        for row in rows
    ]
    context = {
        "rows": shown, "more": len(rows) == PAGE, "staff": _staff(request, rows), "reasons": reasons(),
        "holders": Counter(item["has"] or _("Nobody yet") for item in shown).most_common(),
    }  # fmt: skip
    return render(request, "journeys/late.html", context)


def _stores(request: HttpRequest) -> list[str] | None:
    store = request.GET.get("store")
    return [store] if store and is_code(store) else None


def _names(codes: set[str]) -> dict[str, str]:
    return dict(Staff.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def _staff(request: HttpRequest, rows: list[DueStep]) -> list[dict[str, Any]]:
    """Who may take over: the people of the stores and roles concerned, with what they have to do already."""
    stores = {row.store for row in rows}
    roles = {role for row in rows for role in row.roles}
    on = request.at.astimezone(SHANGHAI).date()  # type: ignore[attr-defined]
    people = (
        Staff.objects.filter(store__in=stores, role__in=roles)
        .working_on(on)
        .order_by("store", "role", "name")
    )
    load = Counter(
        Journey.objects.running().filter(store__in=stores).exclude(owner="").values_list("owner", flat=True)
    )
    return [
        {"code": one.code, "name": one.name, "role": one.role, "store": one.store, "load": load[one.code]}
        for one in people
    ]


def _hand_over(request: HttpRequest) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    chosen = request.POST.getlist("journey")
    if not chosen:
        raise Invalid(Blocked("journeys.none_chosen", _("Choose at least one step to hand over."), "journey"))
    to = request.POST.get("to", "")
    person = Staff.objects.filter(code=to).first() if is_code(to) else None
    if person is None:
        raise Invalid(Blocked("journeys.nobody", _("Choose the person who takes over."), "to"))
    done = actions.reassign(
        by=actor,
        at=at,
        journeys=chosen,
        to=person.code,
        role=person.role,
        reason=request.POST.get("reason", "other"),
    )
    said = ngettext("{n} journey handed to {name}.", "{n} journeys handed to {name}.", done["journeys"])
    messages.success(request, said.format(n=done["journeys"], name=person.name))
    return redirect("journeys:late")


def reasons() -> list[tuple[str, str]]:
    """Why a run is handed over, for people."""
    said = {
        "absent": _("Absent"),
        "workload": _("Too much work"),
        "late": _("Late"),
        "customer_wish": _("The customer's wish"),
        "left": _("Left the store"),
        "other": _("Another reason"),
    }
    return [(code, said[code]) for code in REASONS if code in said]
