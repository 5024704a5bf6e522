"""Booking a visit at the desk: for the car of a journey, or for any car by its VIN."""

from datetime import date
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forecourt.care import booking
from forecourt.care import queries
from forecourt.care.menu import menu
from forecourt.care.terms import length_of
from forecourt.journeys.actions import record_step
from forecourt.journeys.models import Journey
from forecourt.network.queries import store_of
from forecourt.platform.access import page
from forecourt.platform.refusals import ActionError
from forecourt.platform.roles import SERVICE_ADVISER
from forecourt.platform.roles import STORE_MANAGER

DAYS_SHOWN = 7
FAR = timedelta(days=400)
Problems = tuple[Any, ...]


def day_asked(request: HttpRequest) -> date:
    """The day in ?on=; today when it is none or far from today."""
    today = queries.local(request.at).date()  # type: ignore[attr-defined]
    try:
        asked = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) <= FAR else today


def days_offered(request: HttpRequest) -> list[date]:
    """The days to choose from: a week from today, and the one that is asked for."""
    today = queries.local(request.at).date()  # type: ignore[attr-defined]
    days = {today + timedelta(days=number) for number in range(DAYS_SHOWN)}
    return sorted(days | {max(day_asked(request), today)})


def items_offered(chosen: list[str]) -> list[tuple[str, str, bool]]:
    """Code, name and whether it is chosen, for each item of the menu."""
    language = get_language() or "zh"
    return [(item.code, item.name(language), item.code in chosen) for item in menu().values()]


def run_asked(request: HttpRequest) -> tuple[Journey, str]:
    """The journey and step that a form is opened for."""
    try:
        found = Journey.objects.filter(id=UUID(request.GET.get("journey", ""))).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404(_("There is no such journey that you may see."))
    return found, request.GET.get("step", "")


@page(roles=(SERVICE_ADVISER, STORE_MANAGER))
def book(request: HttpRequest) -> HttpResponse:
    """Book a car into the workshop: what is to be done, a day, a free time."""
    run, step = run_asked(request) if "journey" in request.GET else (None, "")
    problems: Problems = ()
    if request.method == "POST":
        try:
            if run:
                record = _given(request)
                record_step(by=request.actor, at=request.at, journey=run.id, step=step, record=record)  # type: ignore[attr-defined]
            else:
                _book(request)
            return redirect("care:workshop")
        except ActionError as refusal:
            problems = refusal.problems
    return _form(request, run, step, problems)


def _given(request: HttpRequest) -> dict[str, Any]:
    known = [code for code in request.GET.getlist("items") if code in menu()]
    given = {"starts_at": request.POST.get("starts_at", ""), "wish": request.POST.get("wish", "")}
    return given | ({"items": known} if known else {})


def _book(request: HttpRequest) -> None:
    actor, asked = request.actor, request.GET  # type: ignore[attr-defined]
    booking.book_visit(
        by=actor, at=request.at, store=actor.store, vin=asked.get("vin", ""), person=asked.get("person", ""),  # type: ignore[attr-defined]
        **_given(request),
    )  # fmt: skip


def _form(request: HttpRequest, run: Journey | None, step: str, problems: Problems) -> HttpResponse:
    actor, at, on = request.actor, request.at, day_asked(request)  # type: ignore[attr-defined]
    chosen = [code for code in request.GET.getlist("items") if code in menu()]
    store = run.store if run else actor.store
    vin = run.subject_id if run else request.GET.get("vin", "").strip()
    length = length_of(booking.items_of(chosen))
    context = {
        "run": run, "step": step, "on": on, "days": days_offered(request), "problems": problems, "vin": vin,
        "person": request.GET.get("person", ""), "items": items_offered(chosen), "store": store_of(store) if store else None,
        "times": queries.offered(actor, store, on, length, at) if store and vin else [],
        "minutes": int(length.total_seconds() // 60), "wish": request.POST.get("wish", ""),
    }  # fmt: skip
    return render(request, "care/book.html", context, status=409 if problems else 200)
