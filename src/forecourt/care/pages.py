"""The workshop day, booking a visit, a repair order and its quote."""

from datetime import date
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language

from forecourt.care import booking
from forecourt.care import queries
from forecourt.care.board import board
from forecourt.care.menu import menu
from forecourt.care.models import RepairOrder
from forecourt.care.repairing import open_repair_order
from forecourt.care.terms import MAINTENANCE
from forecourt.journeys.actions import record_step
from forecourt.journeys.models import Journey
from forecourt.journeys.queries import open_for
from forecourt.people.queries import display
from forecourt.people.queries import display_one
from forecourt.platform.access import page
from forecourt.platform.refusals import ActionError
from forecourt.platform.roles import SERVICE_ADVISER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.roles import TECHNICIAN

app_name = "care"
WORKSHOP = (SERVICE_ADVISER, TECHNICIAN, STORE_MANAGER)
DAYS_SHOWN = 7


def day_asked(request: HttpRequest) -> date:
    """The day in ?on=, or today."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return queries.local(request.at).date()  # type: ignore[attr-defined]


@page(roles=WORKSHOP)
def workshop(request: HttpRequest) -> HttpResponse:
    """Bays against hours, and the repair orders in the workshop."""
    actor, on = request.actor, day_asked(request)  # type: ignore[attr-defined]
    if not actor.store:
        raise Http404("The workshop page shows one store; sign in as somebody who works in one.")
    day = queries.day(actor.store, on)
    waiting = queries.in_workshop(actor.store)
    people = display(
        [*(visit.person_id for visit in day.visits), *(order.person_id for order in waiting)], actor
    )
    context = {
        "day": day, "board": board(day, people, request.at), "orders": [(one, people.get(one.person_id)) for one in waiting],  # type: ignore[attr-defined]
        "before": on - timedelta(days=1), "after": on + timedelta(days=1), "people": people,
    }  # fmt: skip
    return render(request, "care/workshop.html", context)


@page(roles=WORKSHOP)
def visit(request: HttpRequest, visit: UUID) -> HttpResponse:
    """Receive, move or cancel a booked visit."""
    found = next(iter(booking.Visit.objects.filter(id=visit)), None)
    if found is None:
        raise Http404("There is no such visit that you may see.")
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            return _change(request, found)
        except ActionError as refusal:
            problems = refusal.problems
    on = (
        day_asked(request)
        if "on" in request.GET
        else max(queries.local(found.starts_at).date(), queries.local(at).date())
    )
    times = queries.free_times(found.store, on, found.ends_at - found.starts_at, at)
    context = {
        "visit": found, "person": display_one(found.person_id, actor), "times": [one for one in times if one.bays], "on": on,
        "problems": problems, "items": _names(found.items), "before": on - timedelta(days=1), "after": on + timedelta(days=1),
    }  # fmt: skip
    return render(request, "care/visit.html", context)


def _change(request: HttpRequest, found: booking.Visit) -> HttpResponse:
    who = {"by": request.actor, "at": request.at}  # type: ignore[attr-defined]
    what = request.POST.get("do")
    if what == "receive":
        opened = open_repair_order(**who, visit=str(found.id))
        return redirect("care:repair-order", opened["repair_order"])
    if what == "cancel":
        booking.cancel_visit(**who, visit=str(found.id))
        return redirect("care:workshop")
    booking.move_visit(**who, visit=str(found.id), starts_at=request.POST.get("starts_at", ""))
    return redirect("care:visit", found.id)


@page(roles=WORKSHOP)
def repair_order(request: HttpRequest, repair_order: UUID) -> HttpResponse:
    """One repair order: the car, the lines, the amount, and what is next."""
    found = RepairOrder.objects.filter(id=repair_order).prefetch_related("lines").first()
    if found is None:
        raise Http404("There is no such repair order that you may see.")
    context = {
        "order": found, "person": display_one(found.person_id, request.actor), "run": open_for("repair_order", found.id),  # type: ignore[attr-defined]
        "lines": [(line, line.title_zh if (get_language() or "zh").startswith("zh") else line.title_en) for line in found.lines.all()],
    }  # fmt: skip
    return render(request, "care/repair_order.html", context)


@page(roles=(SERVICE_ADVISER, STORE_MANAGER))
def quote(request: HttpRequest) -> HttpResponse:
    """Choose the items that the customer agreed to; the menu has the prices."""
    run, step = _run(request)
    problems: tuple[Any, ...] = ()
    chosen = request.POST.getlist("items")
    if request.method == "POST":
        record = {"outcome": request.POST.get("outcome", "agreed"), "items": chosen}
        try:
            record_step(by=request.actor, at=request.at, journey=run.id, step=step, record=record)  # type: ignore[attr-defined]
            return redirect("care:repair-order", run.subject_id)
        except ActionError as refusal:
            problems = refusal.problems
    language = get_language() or "zh"
    booked = set(RepairOrder.objects.get(id=run.subject_id).lines.values_list("code", flat=True))
    items = [
        (item, item.name(language), item.code in chosen or item.code in booked) for item in menu().values()
    ]
    return render(
        request, "care/quote.html", {"run": run, "step": step, "items": items, "problems": problems}
    )


@page(roles=(SERVICE_ADVISER, STORE_MANAGER))
def book(request: HttpRequest) -> HttpResponse:
    """Book the car of a journey into the workshop: a day, a free time, a wish."""
    run, step = _run(request)
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        record = {"starts_at": request.POST.get("starts_at", ""), "wish": request.POST.get("wish", "")}
        try:
            record_step(by=request.actor, at=request.at, journey=run.id, step=step, record=record)  # type: ignore[attr-defined]
            return redirect("care:workshop")
        except ActionError as refusal:
            problems = refusal.problems
    on = day_asked(request)
    times = [one for one in queries.free_times(run.store, on, MAINTENANCE, request.at) if one.bays]  # type: ignore[attr-defined]
    days = [queries.local(request.at).date() + timedelta(days=n) for n in range(DAYS_SHOWN)]  # type: ignore[attr-defined]
    context = {"run": run, "step": step, "on": on, "times": times, "days": days, "problems": problems}
    return render(request, "care/book.html", context)


def _run(request: HttpRequest) -> tuple[Journey, str]:
    """The journey and step that a form is opened for."""
    try:
        found = Journey.objects.filter(id=UUID(request.GET.get("journey", ""))).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404("There is no such journey that you may see.")
    return found, request.GET.get("step", "")


def _names(codes: list[str]) -> list[str]:
    language = get_language() or "zh"
    return [menu()[code].name(language) for code in codes if code in menu()]


urlpatterns = [
    path("workshop/", workshop, name="workshop"),
    path("workshop/visits/<uuid:visit>/", visit, name="visit"),
    path("workshop/book/", book, name="book"),
    path("workshop/quote/", quote, name="quote"),
    path("repair-orders/<uuid:repair_order>/", repair_order, name="repair-order"),
]
