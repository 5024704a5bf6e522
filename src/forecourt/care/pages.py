"""The workshop day, a booked visit, a repair order and its quote; booking and the customer's pages stand beside."""

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
from django.utils.translation import gettext as _

from forecourt.care import booking
from forecourt.care import queries
from forecourt.care.board import board
from forecourt.care.booking_pages import book
from forecourt.care.booking_pages import day_asked
from forecourt.care.booking_pages import run_asked
from forecourt.care.menu import menu
from forecourt.care.models import RepairOrder
from forecourt.care.models import Visit
from forecourt.care.repairing import open_repair_order
from forecourt.journeys import lines as worklist
from forecourt.journeys.actions import record_step
from forecourt.journeys.models import Journey
from forecourt.journeys.queries import next_steps
from forecourt.journeys.queries import open_for
from forecourt.network.queries import store_of
from forecourt.people.queries import display
from forecourt.people.queries import display_one
from forecourt.platform.access import page
from forecourt.platform.refusals import ActionError
from forecourt.platform.roles import SERVICE_ADVISER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.roles import TECHNICIAN

app_name = "care"
WORKSHOP = (SERVICE_ADVISER, TECHNICIAN, STORE_MANAGER)
DESK = (SERVICE_ADVISER, STORE_MANAGER)


@page(roles=WORKSHOP)
def workshop(request: HttpRequest) -> HttpResponse:
    """Bays against hours, and the repair orders in the workshop."""
    actor, at, on = request.actor, request.at, day_asked(request)  # type: ignore[attr-defined]
    if not actor.store:
        raise Http404(_("The workshop page shows one store; sign in as somebody who works in one."))
    day = queries.day(actor.store, on)
    waiting = queries.in_workshop(actor.store)
    people = display([one.person_id for one in (*day.visits, *waiting)], actor)
    context = {
        "day": day, "store": store_of(actor.store), "board": board(day, people, at), "people": people,
        "orders": [(one, people.get(one.person_id)) for one in waiting],
        "visits": [(one, people.get(one.person_id)) for one in day.visits],
        "before": on - timedelta(days=1), "after": on + timedelta(days=1), "books": actor.role in DESK,
    }  # fmt: skip
    return render(request, "care/workshop.html", context)


@page(roles=WORKSHOP)
def visit(request: HttpRequest, visit: UUID) -> HttpResponse:
    """Receive, move or cancel a booked visit."""
    found = Visit.objects.select_related("repair_order").filter(id=visit).first()
    if found is None:
        raise Http404(_("There is no such visit that you may see."))
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            return _change(request, found)
        except ActionError as refusal:
            problems = refusal.problems
            found.refresh_from_db()
    return _visit(request, found, problems)


def _visit(request: HttpRequest, found: Visit, problems: tuple[Any, ...]) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    booked_on = queries.local(max(found.starts_at, at)).date()
    on = day_asked(request) if "on" in request.GET else booked_on
    times = queries.offered(actor, found.store, on, found.ends_at - found.starts_at, at)
    context = {
        "visit": found, "order": getattr(found, "repair_order", None), "person": display_one(found.person_id, actor),
        "times": times, "on": on, "problems": problems, "items": _names(found.items), "mine": actor.role in DESK,
        "before": on - timedelta(days=1), "after": on + timedelta(days=1),
    }  # fmt: skip
    return render(request, "care/visit.html", context, status=409 if problems else 200)


def _change(request: HttpRequest, found: Visit) -> HttpResponse:
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
    actor = request.actor  # type: ignore[attr-defined]
    found = RepairOrder.objects.filter(id=repair_order).prefetch_related("lines").first()
    if found is None:
        raise Http404(_("There is no such repair order that you may see."))
    run = open_for("repair_order", found.id)
    chinese = (get_language() or "zh").startswith("zh")
    context = {
        "order": found, "person": display_one(found.person_id, actor), "run": run,
        "steps": _steps(run, actor.role) if run else [],
        "lines": [(line, line.title_zh if chinese else line.title_en) for line in found.lines.all()],
    }  # fmt: skip
    return render(request, "care/repair_order.html", context)


def _steps(run: Journey, role: str) -> list[tuple[Any, str, bool]]:
    """What is next: the step, where it is recorded, whether it is the viewer's."""
    found = []
    for item in next_steps(run, anytime=False):
        effect = item.step.effect.text if item.step.effect else ""
        address = worklist.page_url(effect, run.id, item.name) or worklist.url(
            "journeys:step", run.id, item.name
        )
        found.append((item, address, role in [one.text for one in item.step.roles]))
    return found


@page(roles=DESK)
def quote(request: HttpRequest) -> HttpResponse:
    """Choose the items that the customer agreed to; the menu has the prices."""
    run, step = run_asked(request)
    problems: tuple[Any, ...] = ()
    chosen = request.POST.getlist("items")
    if request.method == "POST":
        record = {"outcome": request.POST.get("outcome", "agreed"), "items": chosen}
        try:
            record_step(by=request.actor, at=request.at, journey=run.id, step=step, record=record)  # type: ignore[attr-defined]
            return redirect("care:repair-order", run.subject_id)
        except ActionError as refusal:
            problems = refusal.problems
    else:
        order = RepairOrder.objects.filter(id=run.subject_id).first()
        chosen = list(order.lines.values_list("code", flat=True)) if order else []
    language = get_language() or "zh"
    items = [(item, item.name(language), item.code in chosen) for item in menu().values()]
    context = {"run": run, "step": step, "items": items, "problems": problems}
    return render(request, "care/quote.html", context, status=409 if problems else 200)


def _names(codes: list[str]) -> list[str]:
    language = get_language() or "zh"
    return [menu()[code].name(language) if code in menu() else code for code in codes]


urlpatterns = [
    path("workshop/", workshop, name="workshop"),
    path("workshop/visits/<uuid:visit>/", visit, name="visit"),
    path("workshop/book/", book, name="book"),
    path("workshop/quote/", quote, name="quote"),
    path("repair-orders/<uuid:repair_order>/", repair_order, name="repair-order"),
]
