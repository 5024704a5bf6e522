"""What an owner sees behind their link: their cars, their visits; booking, moving and cancelling one."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from forecourt.care import booking
from forecourt.care import cars
from forecourt.care import queries
from forecourt.care.booking_pages import day_asked
from forecourt.care.booking_pages import days_offered
from forecourt.care.booking_pages import items_offered
from forecourt.care.menu import menu
from forecourt.care.models import BOOKED
from forecourt.care.models import Car
from forecourt.care.models import Visit
from forecourt.care.terms import length_of
from forecourt.network.models import Store
from forecourt.network.models import Trim
from forecourt.platform.links import customer_page
from forecourt.platform.refusals import ActionError

Problems = tuple[Any, ...]


def _person(request: HttpRequest) -> UUID:
    return UUID(request.actor.scope.ids[0])  # type: ignore[attr-defined]


def _stores(codes: set[str]) -> dict[str, Store]:
    return Store.objects.in_bulk(codes)


@customer_page
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """The owner's cars with their warranty, the visits ahead, what was done before."""
    person = _person(request)
    own = cars.cars_of(person)
    ahead = queries.visits_of(person, request.at)  # type: ignore[attr-defined]
    done = queries.of_person(person)
    stores = _stores({one.store for one in (*ahead, *done)})
    trims = Trim.objects.select_related("model").in_bulk({car.trim for car in own})
    context = {
        "token": token, "cars": [(car, trims[car.trim].title if car.trim in trims else car.model) for car in own],
        "ahead": [(one, stores.get(one.store)) for one in ahead], "done": [(one, stores.get(one.store)) for one in done],
    }  # fmt: skip
    return render(request, "care/customer.html", context)


@customer_page
def book(request: HttpRequest, token: str) -> HttpResponse:
    """A car, a workshop, what is to be done, a day, a free time."""
    own = cars.cars_of(_person(request))
    car = next((one for one in own if one.vin == request.GET.get("vin")), own[0] if len(own) == 1 else None)
    if car is None:
        return redirect("care:customer", token)
    problems: Problems = ()
    if request.method == "POST":
        try:
            booked = _book(request, car)
            return redirect("care:customer-visit", token, booked["visit"])
        except ActionError as refusal:
            problems = refusal.problems
    return _form(request, token, car, problems)


def _book(request: HttpRequest, car: Car) -> dict[str, Any]:
    return booking.book_visit(
        by=request.actor, at=request.at, store=request.GET.get("store", ""), vin=car.vin,  # type: ignore[attr-defined]
        starts_at=request.POST.get("starts_at", ""), wish=request.POST.get("wish", ""), items=_chosen(request),
    )  # fmt: skip


def _chosen(request: HttpRequest) -> list[str]:
    return [code for code in request.GET.getlist("items") if code in menu()]


def _form(request: HttpRequest, token: str, car: Car, problems: Problems) -> HttpResponse:
    actor, at, on = request.actor, request.at, day_asked(request)  # type: ignore[attr-defined]
    near = queries.workshops_for(car, queries.local(at).date())
    asked = request.GET.get("store", "")
    store = next((one.store for one in near if one.store.code == asked), near[0].store if near else None)
    length = length_of(booking.items_of(_chosen(request)))
    context = {
        "token": token, "car": car, "near": near, "store": store, "on": on, "days": days_offered(request), "problems": problems,
        "items": items_offered(_chosen(request)), "minutes": int(length.total_seconds() // 60),
        "times": queries.offered(actor, store.code, on, length, at) if store else [], "wish": request.POST.get("wish", ""),
    }  # fmt: skip
    return render(request, "care/customer_book.html", context, status=409 if problems else 200)


@customer_page
def visit(request: HttpRequest, token: str, visit: UUID) -> HttpResponse:
    """The owner's visit: when and where; moved or cancelled while it is booked."""
    found = Visit.objects.filter(id=visit).first()
    if found is None:
        raise Http404(_("There is no such visit that you may see."))
    problems: Problems = ()
    if request.method == "POST":
        try:
            return _change(request, token, found)
        except ActionError as refusal:
            problems = refusal.problems
            found.refresh_from_db()
    return _visit(request, token, found, problems)


def _change(request: HttpRequest, token: str, found: Visit) -> HttpResponse:
    who = {"by": request.actor, "at": request.at}  # type: ignore[attr-defined]
    if request.POST.get("do") == "cancel":
        booking.cancel_visit(**who, visit=str(found.id))
        return redirect("care:customer", token)
    booking.move_visit(**who, visit=str(found.id), starts_at=request.POST.get("starts_at", ""))
    return redirect("care:customer-visit", token, found.id)


def _visit(request: HttpRequest, token: str, found: Visit, problems: Problems) -> HttpResponse:
    actor, at, on = request.actor, request.at, day_asked(request)  # type: ignore[attr-defined]
    booked = found.state == BOOKED
    length = found.ends_at - found.starts_at
    context = {
        "token": token, "visit": found, "store": _stores({found.store}).get(found.store), "on": on, "problems": problems,
        "days": days_offered(request), "times": queries.offered(actor, found.store, on, length, at) if booked else [],
    }  # fmt: skip
    return render(request, "care/customer_visit.html", context, status=409 if problems else 200)
