"""The customer books: a service visit for their car, another time for it, a test drive that their enquiry waits for."""

from datetime import date
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forecourt.care import booking
from forecourt.care.models import BOOKED
from forecourt.care.models import Visit
from forecourt.delivery.models import Ownership
from forecourt.journeys.actions import record_step
from forecourt.network.models import Store
from forecourt.network.models import VehicleModel
from forecourt.platform.actor import Actor
from forecourt.platform.links import customer_page
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.web.naming import names_of
from forecourt.web.pages import keeping
from forecourt.web.pages import own_times
from forecourt.web.pages.own_times import Choice

ON_BEHALF = Actor.system("customer")


def _person(request: HttpRequest) -> UUID:
    return UUID(request.actor.scope.ids[0])  # type: ignore[attr-defined]


@customer_page
def service(request: HttpRequest, token: str) -> HttpResponse:
    """Book one of the customer's cars into a workshop: car, store, day, time."""
    cars = keeping.cars_of(_person(request))
    if not cars:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    car = next((one for one in cars if one.vin == given.get("car")), cars[0])
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            return _book(request, token, car)
        except ActionError as refusal:
            problems = refusal.problems
    context = _service_form(request, car) | {"token": token, "cars": cars, "problems": problems}
    return render(request, "web/own_service.html", context, status=409 if problems else 200)


def _service_form(request: HttpRequest, car: Ownership) -> dict[str, Any]:
    at: datetime = request.at  # type: ignore[attr-defined]
    days = own_times.days_from(at)
    stores = own_times.workshops(car, days[0])
    store = next(
        (one for one in stores if one.code == request.GET.get("store")), stores[0] if stores else None
    )
    asked = own_times.day_asked(request.GET.get("on", ""), days)
    on, times = _first_free(request, store, asked, days) if store else (days[0], [])
    names = names_of(trims={car.trim})
    return {
        "car": car,
        "title": names.trim(car.trim),
        "names": names,
        "stores": stores,
        "store": store,
        "days": days,
        "on": on,
        "times": times,
    }


def _first_free(
    request: HttpRequest, store: Store, asked: date | None, days: list[date]
) -> tuple[date, list[Choice]]:
    """The day that was asked for; else the first of three days that has a free time."""
    tried: list[tuple[date, list[Choice]]] = []
    for on in [asked] if asked else days[:3]:
        times = own_times.visit_times(store.code, on, request.at, request.actor)  # type: ignore[attr-defined]
        if times:
            return on, times
        tried.append((on, times))
    return tried[0]


def _book(request: HttpRequest, token: str, car: Ownership) -> HttpResponse:
    stores = {store.code for store in own_times.workshops(car, own_times.days_from(request.at)[0])}  # type: ignore[attr-defined]
    store = request.POST.get("store", "")
    if store not in stores:
        raise Invalid(Blocked("web.no_workshop", _("Choose one of the workshops shown."), "store"))
    booking.book_visit(
        by=request.actor, at=request.at, store=store, vin=car.vin, person=str(_person(request)),  # type: ignore[attr-defined]
        starts_at=request.POST.get("starts_at", ""), wish=request.POST.get("wish", "")[:500],
    )  # fmt: skip
    messages.success(request, _("Booked. The workshop expects you."))
    return redirect("web:own", token)


@customer_page
def move(request: HttpRequest, token: str, visit: UUID) -> HttpResponse:
    """Another time for a booked visit."""
    found = Visit.objects.filter(id=visit, state=BOOKED).first()
    if found is None:
        raise Http404
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            booking.move_visit(
                by=request.actor, at=request.at, visit=str(visit), starts_at=request.POST.get("starts_at", "")
            )  # type: ignore[attr-defined]
            messages.success(request, _("Moved. The workshop expects you at the new time."))
            return redirect("web:own", token)
        except ActionError as refusal:
            problems = refusal.problems
    days = own_times.days_from(request.at)  # type: ignore[attr-defined]
    on = own_times.day_asked(request.GET.get("on", ""), days) or days[0]
    length = found.ends_at - found.starts_at
    times = own_times.visit_times(found.store, on, request.at, request.actor, length)  # type: ignore[attr-defined]
    context = {
        "token": token,
        "visit": found,
        "days": days,
        "on": on,
        "times": times,
        "problems": problems,
        "names": names_of(stores={found.store}),
    }
    return render(request, "web/own_move.html", context, status=409 if problems else 200)


@customer_page
@require_POST
def cancel(request: HttpRequest, token: str, visit: UUID) -> HttpResponse:
    """The customer does not come."""
    booking.cancel_visit(by=request.actor, at=request.at, visit=str(visit))  # type: ignore[attr-defined]
    messages.success(request, _("Cancelled. The time is free for somebody else."))
    return redirect("web:own", token)


@customer_page
def drive(request: HttpRequest, token: str, journey: UUID) -> HttpResponse:
    """Choose a time for the test drive that an enquiry waits for."""
    waiting = next(
        (one for one in keeping.test_drives_waiting(_person(request)) if one.journey.id == journey), None
    )
    if waiting is None:
        raise Http404
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            return _book_drive(request, token, waiting)
        except ActionError as refusal:
            problems = refusal.problems
    at: datetime = request.at  # type: ignore[attr-defined]
    days = own_times.days_from(at)
    on = own_times.day_asked(request.GET.get("on", ""), days) or days[0]
    models = {row.code: row.name for row in VehicleModel.objects.filter(brand=waiting.journey.brand)}
    times = own_times.drive_times(waiting.journey, on, at, request.actor, models)  # type: ignore[attr-defined]
    names = names_of(stores={waiting.journey.store})
    context = {
        "token": token,
        "waiting": waiting,
        "days": days,
        "on": on,
        "times": times,
        "problems": problems,
        "names": names,
    }
    return render(request, "web/own_drive.html", context, status=409 if problems else 200)


def _book_drive(request: HttpRequest, token: str, waiting: keeping.Waiting) -> HttpResponse:
    """The step is the adviser's; the customer takes it off their hands, and the journal says on whose behalf."""
    car, _separator, starts_at = request.POST.get("slot", "").partition("|")
    with own_times.everywhere(request.actor):  # type: ignore[attr-defined]
        record_step(
            by=ON_BEHALF, at=request.at, journey=str(waiting.journey.id), step=waiting.item.name,  # type: ignore[attr-defined]
            record={"car": car, "starts_at": starts_at},
        )  # fmt: skip
    messages.success(request, _("Booked. Bring your driving licence; your adviser expects you."))
    return redirect("web:own", token)
