"""Customers: finding one, and one customer on one page, across stores and brands as far as the viewer sees."""

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
from forecourt.people import actions as people
from forecourt.people.models import Person
from forecourt.people.queries import consents_of
from forecourt.people.queries import contact_points
from forecourt.people.queries import display_one
from forecourt.platform import links
from forecourt.platform.access import page
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_STAFF
from forecourt.web.pages import finding
from forecourt.web.pages.consents import purposes
from forecourt.web.pages.consents import version_of
from forecourt.web.pages.dossier import dossier_of
from forecourt.web.story import tell

READERS = (*STORE_STAFF, OPERATOR_MANAGER, CARMAKER, NETWORK_OPS)


@page(roles=READERS)
def customers(request: HttpRequest) -> HttpResponse:
    """Search for a customer; without a question, those the store saw last."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    asked = request.GET.get("q", "").strip()[:100]
    found = finding.find(asked, actor) if asked else None
    if found and len(found.people) == 1:
        return redirect("web:customer", found.people[0].id)
    seen = [] if found else finding.seen_last(actor, at)
    told = tell([one.entry for one in seen])
    by_entry = {one.entry.id: one for one in told}
    context = {
        "asked": asked, "found": found, "by_name": actor.scope.level == "store",
        "seen": [(one.person, by_entry[one.entry.id]) for one in seen if one.entry.id in by_entry],
    }  # fmt: skip
    return render(request, "web/customers.html", context)


@page(roles=READERS)
def customer(request: HttpRequest, person: UUID) -> HttpResponse:
    """One customer: who they are, what is next, what they have, what happened."""
    return _show(request, person)


def _show(
    request: HttpRequest, person: UUID, *, status: int = 200, problems: Any = (), unmasked: Any = None
) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    shown = display_one(person, actor)
    if shown is None:
        text = _("There is no customer {id} that you may see.").format(id=person)
        raise Missing(Blocked("web.no_customer", text))
    front = actor.role in people.FRONT
    context = {
        "person": shown, "points": contact_points(person), "all": dossier_of(person, actor, at),
        "purposes": purposes(consents_of(person), at.astimezone(SHANGHAI).date()), "front": front,
        "link": _link(request, person) if front and not shown.restricted else "",
        "problems": problems, "unmasked": unmasked, "forgets": actor.role == NETWORK_OPS and not shown.restricted,
    }  # fmt: skip
    answer = render(request, "web/customer.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _link(request: HttpRequest, person: UUID) -> str:
    """The customer's own link, whole, so that it can be sent."""
    return request.build_absolute_uri(reverse("web:own", args=[links.sign(person)]))


@page(roles=people.FRONT)
@require_POST
def unmask(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show the contact points in full, once: reloading asks for the reason again."""
    by, at = request.actor, request.at  # type: ignore[attr-defined]
    reason = request.POST.get("reason", "")[:200]
    try:
        shown = people.unmask(by=by, at=at, person=str(person), reason=reason)
    except ActionError as refusal:
        if isinstance(refusal, Missing) and not Person.objects.filter(id=person).exists():
            raise
        return _show(request, person, status=refusal.status, problems=refusal.problems)
    return _show(request, person, unmasked=shown)


@page(roles=people.FRONT)
@require_POST
def consent(request: HttpRequest, person: UUID) -> HttpResponse:
    """Note that the customer agrees, or agrees no more."""
    by, at = request.actor, request.at  # type: ignore[attr-defined]
    purpose = request.POST.get("purpose", "")
    version = version_of(purpose, at.astimezone(SHANGHAI).date())
    if request.POST.get("do") == "withdraw":
        people.withdraw_consent(by=by, at=at, person=str(person), purpose=purpose)
        messages.success(request, _("Withdrawn. It holds from now on."))
    else:
        given = {"purpose": purpose, "channel": "store", "text_version": version}
        people.give_consent(by=by, at=at, person=str(person), **given)
        messages.success(request, _("Noted, with the text the customer agreed to."))
    return redirect(f"{reverse('web:customer', args=[person])}#consents")


@page(roles=(NETWORK_OPS,))
@require_POST
def forget(request: HttpRequest, person: UUID) -> HttpResponse:
    """The customer asked headquarters to be forgotten."""
    people.restrict(by=request.actor, at=request.at, person=str(person))  # type: ignore[attr-defined]
    messages.success(request, _("Done: the data are locked and used for nothing but what the law asks."))
    return redirect("web:customer", person)


urlpatterns = [
    path("customers/", customers, name="customers"),
    path("customers/<uuid:person>/", customer, name="customer"),
    path("customers/<uuid:person>/unmask/", unmask, name="unmask"),
    path("customers/<uuid:person>/consents/", consent, name="consent"),
    path("customers/<uuid:person>/forget/", forget, name="forget"),
]
