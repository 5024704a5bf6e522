"""The handover day: bays against hours; appointing and moving handovers."""

from datetime import date
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.urls import path
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forecourt.base.calendars import SHANGHAI
from forecourt.delivery import queries
from forecourt.delivery import sheetpages
from forecourt.delivery.appointing import call_off as call_off_appointment
from forecourt.delivery.appointing import move_appointment
from forecourt.delivery.invitation import invitation as calendar_file
from forecourt.delivery.models import BOOKED
from forecourt.delivery.models import Appointment
from forecourt.delivery.models import DeliveryFile
from forecourt.journeys.actions import record_step
from forecourt.network.models import Store
from forecourt.people.queries import display
from forecourt.people.queries import display_one
from forecourt.platform.access import page
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_MANAGER

app_name = "delivery"
VIEWERS = (DELIVERY_SPECIALIST, STORE_MANAGER, ADVISER, OPERATOR_MANAGER, NETWORK_OPS)
BOOKERS = (DELIVERY_SPECIALIST, STORE_MANAGER, NETWORK_OPS)
DAYS = 7


def _day(request: HttpRequest, default: date) -> date:
    try:
        found = date.fromisoformat(request.GET.get("on") or request.POST.get("on") or "")
    except ValueError:
        return default
    return found if 2000 <= found.year <= 2100 else default


def _today(request: HttpRequest) -> date:
    return request.at.astimezone(SHANGHAI).date()  # type: ignore[attr-defined]


def _store(request: HttpRequest) -> str:
    """The viewer's own store, or the one in ?store= for those who see several."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.store:
        return actor.store
    asked = request.GET.get("store", "")
    if asked:
        return asked
    rows = Store.objects.filter(delivery_bays__gt=0).order_by("code")
    if actor.scope.level == "operator":
        rows = rows.filter(operator__in=actor.scope.ids)
    return rows.values_list("code", flat=True).first() or ""


@page(roles=VIEWERS)
def day(request: HttpRequest) -> HttpResponse:
    """Bays against hours, and the cars that are to be handed over. `?move=` chooses an appointment to be moved."""
    actor, on, store = request.actor, _day(request, _today(request)), _store(request)  # type: ignore[attr-defined]
    moving = _moving(request)
    board = queries.day_board(store, on, request.at, moving=moving.id if moving else None)  # type: ignore[attr-defined]
    work = queries.to_do(store)
    people = display(
        [*(row.person_id for row in board.appointments), *(one.file.person_id for one in work)], actor
    )
    context = {
        "board": board, "people": people, "on": on, "before": on - timedelta(days=1), "after": on + timedelta(days=1),
        "moving": moving, "mover": people.get(moving.person_id) if moving and moving.person_id else None,
        "rows": [(bay, [(cell, people.get(cell.appointment.person_id) if cell.appointment else None) for cell in cells]) for bay, cells in board.rows],
        "work": [(one, people.get(one.file.person_id)) for one in work], "may_book": actor.role in BOOKERS,
        "unprepared": sum(not one.prepared for one in work), "unappointed": sum(one.appointment is None for one in work),
    }  # fmt: skip
    return render(request, "delivery/day.html", context)


def _moving(request: HttpRequest) -> Appointment | None:
    try:
        return Appointment.objects.filter(id=UUID(request.GET.get("move", "")), state=BOOKED).first()
    except ValueError:
        return None


@page(roles=BOOKERS)
@require_POST
def move(request: HttpRequest, appointment: UUID) -> HttpResponse:
    """Move an appointment to the cell that was chosen."""
    facts = {"starts_at": request.POST.get("starts_at", ""), "bay": _number(request.POST.get("bay"))}
    done = move_appointment(by=request.actor, at=request.at, appointment=str(appointment), **facts)  # type: ignore[attr-defined]
    messages.success(request, _("Moved to bay {bay}.").format(bay=done["bay"]))
    return redirect(f"{reverse('delivery:day')}?on={_day(request, _today(request))}&store={done['store']}")


@page(roles=BOOKERS)
@require_POST
def call_off(request: HttpRequest, appointment: UUID) -> HttpResponse:
    """Call an appointment off."""
    done = call_off_appointment(by=request.actor, at=request.at, appointment=str(appointment))  # type: ignore[attr-defined]
    messages.success(request, _("Called off. Agree on another time with the customer."))
    return redirect(f"{reverse('delivery:appoint')}?order={done['order']}")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 4 else 0


@page(roles=BOOKERS)
def appoint(request: HttpRequest) -> HttpResponse:
    """Free hours of a day; choosing one records the step of the order's journey."""
    file = sheetpages.file_asked(request)
    problems: Any = ()
    if request.method == "POST":
        try:
            return _book(request, file)
        except ActionError as refusal:
            problems = refusal.problems
    return _offer(request, file, problems)


def _book(request: HttpRequest, file: DeliveryFile) -> HttpResponse:
    record = {
        name: request.POST.get(name, "")
        for name in ("starts_at", "bay", "specialist")
        if request.POST.get(name)
    }
    record_step(by=request.actor, at=request.at, journey=str(file.journey), step="appoint", record=record)  # type: ignore[attr-defined]
    messages.success(request, _("The handover is appointed."))
    row = queries.appointment_of(file.order)
    on = row.starts_at.astimezone(SHANGHAI).date() if row else _today(request)
    return redirect(f"{reverse('delivery:day')}?on={on}&store={file.store}")


def _offer(request: HttpRequest, file: DeliveryFile, problems: Any) -> HttpResponse:
    today = _today(request)
    on = _day(request, today + timedelta(days=1))
    standing = queries.appointment_of(file.order)
    slots = queries.free_slots(
        file.store, file.brand, on, request.at, without=standing.id if standing else None
    )  # type: ignore[attr-defined]
    context = {
        "file": file, "person": display_one(file.person_id, request.actor), "on": on, "problems": problems,  # type: ignore[attr-defined]
        "days": [today + timedelta(days=number) for number in range(DAYS)], "slots": slots, "standing": standing,
        "any_free": any(slot.free for slot in slots),
    }  # fmt: skip
    return render(request, "delivery/appoint.html", context, status=409 if problems else 200)


@page(roles=VIEWERS)
def invitation(request: HttpRequest, order: UUID) -> HttpResponse:
    """The appointment of an order as a calendar file."""
    row = queries.appointment_of(order)
    if row is None:
        raise Missing(Blocked("delivery.no_appointment", _("No handover is appointed for this order.")))
    person = display_one(row.person_id, request.actor)  # type: ignore[attr-defined]
    body = calendar_file(row, request.at, person.name if person else "")  # type: ignore[attr-defined]
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="handover.ics"'},
    )


_ITEM = "preparation/<uuid:order>/<slug:code>/<slug:item>/"
urlpatterns = [
    path("handovers/", day, name="day"),
    path("handovers/appoint/", appoint, name="appoint"),
    path("handovers/hand-over/", sheetpages.hand_over, name="hand-over"),
    path("handovers/<uuid:appointment>/move/", move, name="move"),
    path("handovers/<uuid:appointment>/call-off/", call_off, name="call-off"),
    path("handovers/<uuid:order>/handover.ics", invitation, name="invitation"),
    path("preparation/", sheetpages.prepare, name="prepare"),
    path("preparation/<uuid:order>/<slug:code>/close/", sheetpages.close, name="close"),
    path(_ITEM + "check/", sheetpages.check, name="check"),
    path(_ITEM + "undo/", sheetpages.undo, name="undo"),
]
