"""Pages of leads: the list, one lead with its report and the reasons of its routing, handing it over."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from forecourt.demand import actions
from forecourt.demand import queries
from forecourt.demand import veiling
from forecourt.demand import words
from forecourt.demand.models import OPEN
from forecourt.demand.models import OUTCOMES
from forecourt.demand.models import UNROUTED
from forecourt.demand.models import Lead
from forecourt.demand.models import Opportunity
from forecourt.demand.reporting import field_reports
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.network.models import VehicleModel
from forecourt.people.queries import display
from forecourt.people.queries import display_one
from forecourt.platform.access import page
from forecourt.platform.actor import Actor
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import ActionError
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_MANAGER

READERS = (ADVISER, STORE_MANAGER, OPERATOR_MANAGER, CARMAKER, NETWORK_OPS)
MANAGERS = (STORE_MANAGER, OPERATOR_MANAGER, NETWORK_OPS)
SHOWN = 50


def names_of(codes: set[str], model: type[Store] | type[VehicleModel]) -> dict[str, str]:
    """Code to the name in the reader's language."""
    return {row.code: row.name for row in model.objects.filter(code__in=codes - {""})}


@page(roles=READERS)
def leads(request: HttpRequest) -> HttpResponse:
    """Leads, newest first; by outcome and source."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    outcome, source = request.GET.get("outcome", ""), request.GET.get("source", "")[:80]
    rows = queries.leads(outcome=outcome if outcome in OUTCOMES else "", source=source)
    found = page_of(
        rows.defer("report", "comment", "activity"), order="-received_at",
        cursor=request.GET.get("cursor", ""), limit=SHOWN,
    )  # fmt: skip
    people = display([row.person_id for row in found.items], actor)
    stores = names_of({row.store for row in found.items}, Store)
    models = names_of({row.model for row in found.items}, VehicleModel)
    lines = [
        {
            "row": row, "person": people.get(row.person_id) if row.person_id else None,
            "store": stores.get(row.store, row.store), "model": models.get(row.model) or veiling.veiled(row.wish),
            "outcome": words.outcome(row.outcome),
        }
        for row in found.items
    ]  # fmt: skip
    context = {
        "lines": lines, "next": found.next_cursor, "outcome": outcome, "source": source,
        "outcomes": [(code, words.outcome(code)[1]) for code in OUTCOMES],
        "sources": sorted({row.source for row in found.items if row.source} | ({source} - {""})),
        "is_ops": actor.role == NETWORK_OPS, "receives": bool(actor.store) and actor.role in (ADVISER, STORE_MANAGER),
    }  # fmt: skip
    return render(request, "demand/leads.html", context)


@page(roles=READERS)
def lead(request: HttpRequest, lead: UUID) -> HttpResponse:
    """One lead: who, what, what became of each field, why it went where it went."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = queries.lead_of(lead)
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            return _change(request, row)
        except ActionError as refusal:
            problems = refusal.problems
    return render(request, "demand/lead.html", _shown(row, actor, problems), status=409 if problems else 200)


def _change(request: HttpRequest, row: Lead) -> HttpResponse:
    who = {"by": request.actor, "at": request.at}  # type: ignore[attr-defined]
    said = request.POST
    if said.get("do") == "reassign":
        done = actions.reassign(
            **who, opportunity=str(row.opportunity), to=said.get("to", ""), reason=said.get("reason", "other")
        )
        messages.success(request, _("Handed to {staff}.").format(staff=done["owner"]))
    else:
        done = actions.route(
            **who, lead=str(row.id), model=said.get("model", ""), store=said.get("store", "")
        )
        messages.success(
            request, _("Routed to {store}, {staff}.").format(store=done["store"], staff=done["owner"] or "–")
        )
    return redirect("demand:lead", row.id)


def _shown(row: Lead, actor: Actor, problems: tuple[Any, ...]) -> dict[str, Any]:
    opportunity = Opportunity.objects.filter(id=row.opportunity).first() if row.opportunity else None
    manages = actor.role in MANAGERS and opportunity is not None and opportunity.state == OPEN
    routes = actor.role == NETWORK_OPS and row.outcome == UNROUTED
    places = ranking(row)
    return {
        "lead": row, "person": display_one(row.person_id, actor), "outcome": words.outcome(row.outcome),
        "why": words.why(row), "near": row.routing.get("near", ""), "asked": row.routing.get("asked", ""),
        "model": names_of({row.model}, VehicleModel).get(row.model, ""), "wish": veiling.veiled(row.wish),
        "comment": veiling.shown_words(row.comment, actor), "opportunity": opportunity,
        "state": words.state(opportunity.state) if opportunity else None,
        "owner": Staff.objects.filter(code=opportunity.owner).first() if opportunity else None,
        "places": places, "distances": [(one["name"], one["km"]) for one in places if one["km"] is not None],
        "rings": words.rings(), "fields": fields(row, actor), "news": news(row, actor), "problems": problems,
        "staff": advisers(opportunity) if manages and opportunity else [], "reasons": words.hand_over_reasons(), "columns": (_("Store"), _("Distance")),
        "models": models() if routes else [], "is_ops": actor.role == NETWORK_OPS,
    }  # fmt: skip


def ranking(row: Lead) -> list[dict[str, Any]]:
    """The store chosen and the next three, as a page shows them."""
    if "reasons" not in row.routing:
        return []
    found = [row.routing["reasons"], *row.routing["next"]]
    names = names_of({one["store"] for one in found}, Store)
    return [
        {
            **one,
            "name": names.get(one["store"], one["store"]),
            "opens_at": datetime.fromisoformat(one["opens_at"]) if one["opens_at"] else None,
            "why": words.behind(one["behind"]),
            "place": place,
        }
        for place, one in enumerate(found, 1)
    ]


def fields(row: Lead, actor: Actor) -> list[dict[str, Any]]:
    """What became of each field, without numbers and names that the viewer may not see."""
    return [
        {
            "path": one.path, "raw": veiling.shown_field(one.path, one.raw, actor), "line": one.line,
            "outcome": words.field_outcome(one.outcome.value),
            "said": veiling.veiled(one.sentence(_)) if one.code != "field.read" else "",
        }
        for one in field_reports(row)
    ]  # fmt: skip


def news(row: Lead, actor: Actor) -> list[dict[str, Any]]:
    """What the sender told afterwards."""
    return [
        {
            "title": words.news(one["kind"]), "text": veiling.shown_words(one["text"], actor),
            "when": datetime.fromisoformat(one["at"]) if one["at"] else row.received_at,
        }
        for one in row.activity
    ]  # fmt: skip


def advisers(opportunity: Opportunity) -> list[tuple[Staff, int]]:
    """The other advisers of the store with their open opportunities, least first."""
    loads = {code: count for code, count, _last in queries.loads_of(opportunity.store)}
    rows = Staff.objects.in_store(opportunity.store).in_role(ADVISER).exclude(code=opportunity.owner)
    return sorted(
        ((one, loads.get(one.code, 0)) for one in rows.filter(left_on=None)),
        key=lambda one: (one[1], one[0].code),
    )


def models() -> list[VehicleModel]:
    """The models a lead can be about, by brand."""
    return list(VehicleModel.objects.select_related("brand").order_by("brand", "code"))
