"""The page on which a test drive is booked: the store's cars against the slots of a day."""

from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from forecourt.base.calendars import CalendarUnknown
from forecourt.journeys.actions import record_step
from forecourt.network.models import VehicleModel
from forecourt.platform.access import page
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.sales import queries
from forecourt.sales import showing
from forecourt.sales.models import TestCar

DAYS_AHEAD = 14


@page(roles=(ADVISER, STORE_MANAGER, NETWORK_OPS))
def test_drive(request: Any) -> HttpResponse:
    """Choose a slot and record the step."""
    asked = showing.asked(request)
    problems: Sequence[Any] = asked.problems
    if request.method == "POST":
        try:
            return _booked(request, asked)
        except ActionError as refusal:
            problems = refusal.problems
    context = _grid(request, asked) | {"asked": asked, "problems": problems}
    return render(request, "sales/test_drive.html", context, status=409 if request.method == "POST" else 200)


def _booked(request: Any, asked: showing.Asked) -> HttpResponse:
    car, _bar, starts_at = request.POST.get("slot", "").partition("|")
    record = {"car": car, "starts_at": starts_at}
    record_step(
        by=request.actor,
        at=request.at,
        key=asked.key,
        journey=str(asked.run.id),
        step=asked.step,
        record=record,
    )
    messages.success(request, _("The test drive is booked."))
    return redirect(showing.run_url(asked.run.id))


def _grid(request: Any, asked: showing.Asked) -> dict[str, Any]:
    today = showing.today_of(request)
    on = _day(request.GET.get("on") or request.POST.get("on") or "", today)
    problems: list[Blocked] = []
    try:
        slots = queries.slots(asked.run.store, on, request.at, adviser=asked.run.owner)
    except CalendarUnknown as unknown:
        slots, problems = [], [Blocked("sales.calendar_unknown", str(unknown))]
    starts = sorted({slot.starts_at for slot in slots})
    cars = queries.test_cars(asked.run.store)
    return {
        "on": on, "days": _days(today, on), "starts": starts, "rows": _rows(cars, slots), "closed": problems,
        "free": sum(slot.free for slot in slots), "cars": len(cars), "owner": asked.run.owner,
    }  # fmt: skip


def _rows(cars: Sequence[TestCar], slots: Sequence[queries.Slot]) -> list[dict[str, Any]]:
    models = VehicleModel.objects.in_bulk({car.model for car in cars})
    names = {code: model.name for code, model in models.items()}
    return [
        {
            "car": car,
            "model": names.get(car.model, car.model),
            "slots": [slot for slot in slots if slot.car == car.code],
        }
        for car in cars
    ]


def _day(text: str, today: date) -> date:
    """The day asked for, within what may be booked."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        asked = today
    return min(max(asked, today), today + timedelta(days=DAYS_AHEAD))


def _days(today: date, on: date) -> list[dict[str, Any]]:
    days = (today + timedelta(days=number) for number in range(DAYS_AHEAD + 1))
    return [{"on": day, "current": day == on} for day in days]
