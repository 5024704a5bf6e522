"""The customer's own pages behind a signed link: the order with its honest place, appointments, consents, being forgotten."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forecourt.base.calendars import SHANGHAI
from forecourt.exchange import icalendar
from forecourt.journal.models import Entry
from forecourt.journeys.actions import record_step
from forecourt.network.models import Store
from forecourt.people import actions as people
from forecourt.people.queries import consents_of
from forecourt.people.queries import display_one
from forecourt.platform.actor import Actor
from forecourt.platform.links import customer_page
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.sales.models import Order
from forecourt.sales.models.orders import FIRM
from forecourt.sales.models.orders import RESERVED
from forecourt.sales.models.payments import FIRM_DEPOSIT
from forecourt.sales.models.payments import PAID
from forecourt.sales.models.payments import PENDING
from forecourt.sales.paying import pay as pay_deposit
from forecourt.sales.steps import step_with
from forecourt.supply.models import Offer
from forecourt.supply.refusing import answer_offer
from forecourt.voice.queries import open_for as open_surveys
from forecourt.web.naming import names_of
from forecourt.web.pages import keeping
from forecourt.web.pages import own_booking
from forecourt.web.pages.consents import purposes
from forecourt.web.pages.consents import version_of
from forecourt.web.pages.own_times import everywhere
from forecourt.web.story import codes_in
from forecourt.web.story import tell

logger = logging.getLogger(__name__)
CHANNEL = "own_page"
METHODS = ("wechat", "alipay", "card")
NOWHERE = "noreply@forecourt.invalid"


def person_of(actor: Actor) -> UUID:
    """Whose link it is."""
    return UUID(actor.scope.ids[0])


@customer_page
def own(request: HttpRequest, token: str) -> HttpResponse:
    """Everything the customer keeps with us, on one page."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    person = person_of(actor)
    shown = display_one(person, actor)
    if shown is None:
        raise Missing(Blocked("web.no_customer", _("There is nothing behind this link any more.")))
    orders, cars = keeping.orders_of(person, actor, at), keeping.cars_of(person)
    expected, entries = keeping.expected_of(person, at), keeping.story_of(person)
    codes = codes_in(entries) | {"staff": set()}
    codes["stores"] |= (
        {one.store for one in expected} | {one.order.store for one in orders} | {car.store for car in cars}
    )
    codes["trims"] |= {one.order.trim for one in orders} | {car.trim for car in cars}
    names = names_of(**codes)
    context = {
        "token": token, "person": shown, "orders": orders, "cars": cars, "expected": expected, "names": names,
        "drives": [] if shown.restricted else keeping.test_drives_waiting(person),
        "surveys": open_surveys(person, at), "methods": METHODS, "today": at.astimezone(SHANGHAI).date(),
        "purposes": purposes(consents_of(person), at.astimezone(SHANGHAI).date()), "story": tell(entries, names),
    }  # fmt: skip
    return private(render(request, "web/own.html", context))


def private(answer: HttpResponse) -> HttpResponse:
    """Not kept by the browser, not found by search engines, and the link is not told to other sites."""
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@customer_page
@require_POST
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """Agree, or agree no more; one is as easy as the other."""
    by, at = request.actor, request.at  # type: ignore[attr-defined]
    purpose, person = request.POST.get("purpose", ""), str(person_of(by))
    version = version_of(purpose, at.astimezone(SHANGHAI).date())
    if request.POST.get("do") == "withdraw":
        people.withdraw_consent(by=by, at=at, person=person, purpose=purpose)
        messages.success(request, _("Withdrawn. It holds from now on."))
    else:
        given = {"purpose": purpose, "channel": CHANNEL, "text_version": version}
        people.give_consent(by=by, at=at, person=person, **given)
        messages.success(request, _("Thank you. You can withdraw this at any time."))
    return redirect("web:own", token)


@customer_page
@require_POST
def forget(request: HttpRequest, token: str) -> HttpResponse:
    """The customer asks to be forgotten."""
    by, at = request.actor, request.at  # type: ignore[attr-defined]
    people.restrict(by=by, at=at, person=str(person_of(by)))
    messages.success(request, _("Done. Your consents have ended and your data are locked."))
    return redirect("web:own", token)


@customer_page
@require_POST
def pay(request: HttpRequest, token: str, order: UUID) -> HttpResponse:
    """Pay the firm deposit. The order becomes firm at once, or when the money has come."""
    by, at = request.actor, request.at  # type: ignore[attr-defined]
    method = request.POST.get("method", "")
    method = method if method in METHODS else METHODS[0]
    paid = pay_deposit(by=by, at=at, order=str(order), purpose=FIRM_DEPOSIT, method=method)
    if paid["state"] == PAID and _make_firm(by, at, order, method):
        messages.success(request, _("Paid. Your order is firm: lock its configuration to join the queue."))
    elif paid["state"] == PAID:
        messages.warning(
            request,
            _(
                "Your payment has arrived, but your order is not firm yet. An adviser will follow up with you."
            ),
        )
    elif paid["state"] == PENDING:
        messages.info(request, _("The payment is on its way. Your order becomes firm when it has arrived."))
    else:
        messages.error(request, _("The payment was declined; nothing was taken. Try another way to pay."))
    return redirect("web:own", token)


def _make_firm(by: Actor, at: datetime, order: UUID, method: str) -> bool:
    """The customer has done what the step waits for, so it is recorded on their behalf; whether that went well.

    The provider has the money, so a refusal must not undo the payment: a person looks.
    """
    found = Order.objects.get(id=order)
    if found.journey is None or found.state != RESERVED:
        return found.state == FIRM
    try:
        with transaction.atomic(), everywhere(by):
            step, record = step_with("sales.confirm_order", found.journey), {"method": method}
            record_step(by=own_booking.ON_BEHALF, at=at, journey=str(found.journey), step=step, record=record)
    except ActionError as refusal:
        logger.warning("Order %s was paid by its customer, but is not firm: %s", order, refusal)
        return False
    return True


@customer_page
@require_POST
def answer(request: HttpRequest, token: str, offer: UUID) -> HttpResponse:
    """Take the car that another customer refused, or keep waiting."""
    if not Offer.objects.filter(id=offer).exists():
        raise Http404
    takes = request.POST.get("accepts") == "yes"
    answer_offer(by=request.actor, at=request.at, offer=str(offer), accepts=takes)  # type: ignore[attr-defined]
    said = _("The car is yours.") if takes else _("Noted. Your place in the queue is as it was.")
    messages.success(request, said)
    return redirect("web:own", token)


@customer_page
def calendar(request: HttpRequest, token: str, appointment: UUID) -> HttpResponse:
    """An appointment as a calendar file."""
    person, at = person_of(request.actor), request.at  # type: ignore[attr-defined]
    found = next((one for one in keeping.expected_of(person, at) if one.id == appointment), None)
    if found is None:
        raise Http404
    shown = display_one(person, request.actor)  # type: ignore[attr-defined]
    file = icalendar.request(_invitation(found, shown.name if shown else "", at))
    reply = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{found.kind.replace("_", "-")}.ics"'
    return private(reply)


def _invitation(one: keeping.Expected, name: str, at: datetime) -> icalendar.Appointment:
    store = Store.objects.select_related("city").get(code=one.store)
    moved = Entry.objects.of_stream(one.id).filter(kind="care.visit_moved").count()
    return icalendar.Appointment(
        id=str(one.id), kind=one.kind, starts_at=one.starts_at, ends_at=one.ends_at, stamped_at=at,
        summary=f"{kind_title(one.kind)} · {store.name}", location=f"{store.name}, {store.city.name}",
        organizer=icalendar.Attendee(store.name, NOWHERE), attendee=icalendar.Attendee(name, NOWHERE), sequence=moved,
    )  # fmt: skip


def kind_title(kind: str) -> str:
    """What an appointment is for."""
    return {"test_drive": _("Test drive"), "handover": _("Handover"), "service_visit": _("Service visit")}[
        kind
    ]


_C = "c/<str:token>/"

urlpatterns: list[Any] = [
    path(_C, own, name="own"),
    path(f"{_C}consents/", consent, name="own-consent"),
    path(f"{_C}forget/", forget, name="own-forget"),
    path(f"{_C}orders/<uuid:order>/pay/", pay, name="own-pay"),
    path(f"{_C}offers/<uuid:offer>/", answer, name="own-offer"),
    path(f"{_C}appointments/<uuid:appointment>.ics", calendar, name="own-calendar"),
    path(f"{_C}service/", own_booking.service, name="own-service"),
    path(f"{_C}service/<uuid:visit>/", own_booking.move, name="own-move"),
    path(f"{_C}service/<uuid:visit>/cancel/", own_booking.cancel, name="own-cancel"),
    path(f"{_C}test-drive/<uuid:journey>/", own_booking.drive, name="own-drive"),
]
