"""The queue and one customer's place in it, the stock of cars and its import."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forecourt.base.calendars import SHANGHAI
from forecourt.network.models import City
from forecourt.network.models import Trim
from forecourt.people.queries import display
from forecourt.platform.access import page
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import ActionError
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.platform.roles import HEADQUARTERS
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.supply import by_hand
from forecourt.supply import queries
from forecourt.supply import words
from forecourt.supply.drawing import draw
from forecourt.supply.models import HAS_CAR
from forecourt.supply.models import IN_STOCK
from forecourt.supply.models import VEHICLE_STATES
from forecourt.supply.models import Vehicle
from forecourt.supply.receiving import receive_vehicles
from forecourt.supply.refusing import REASONS
from forecourt.supply.refusing import answer_offer
from forecourt.supply.refusing import refuse_vehicle
from forecourt.supply.rules import Line
from forecourt.supply.rules import Move
from forecourt.supply.sheet import decoded

app_name = "supply"
VIEWERS = (ADVISER, DELIVERY_SPECIALIST, STORE_MANAGER, OPERATOR_MANAGER, CARMAKER, *HEADQUARTERS)
FRONT = (ADVISER, DELIVERY_SPECIALIST, STORE_MANAGER)
IMPORTERS = (CARMAKER, NETWORK_OPS)
ASKERS = (DELIVERY_SPECIALIST, STORE_MANAGER, NETWORK_OPS)


def _names(lines: Iterable[Line]) -> dict[str, dict[str, str]]:
    """Names of models, trims and cities by their codes, in the reader's language."""
    found = set(lines)
    trims = Trim.objects.select_related("model").in_bulk({_trim(line) for line in found})
    cities = City.objects.in_bulk({line.city for line in found})
    return {
        "models": {row.model_id: row.model.name for row in trims.values()},
        "trims": {code: f"{row.model_year} {row.name}" for code, row in trims.items()},
        "cities": {code: row.name for code, row in cities.items()},
    }


def _trim(line: Line) -> str:
    return line.configuration.partition("+")[0]


def _named(line: Line, names: dict[str, dict[str, str]]) -> dict[str, str]:
    trim, *options = line.configuration.split("+")
    return {
        "model": names["models"].get(line.model, line.model),
        "city": names["cities"].get(line.city, line.city),
        "configuration": " + ".join([names["trims"].get(trim, trim), *options]),
    }


@page(roles=VIEWERS)
def queue(request: HttpRequest) -> HttpResponse:
    """Every queue in which the viewer sees orders: how long, how fast, how many of their own."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    asked = {"model": request.GET.get("model", ""), "city": request.GET.get("city", "")}
    found = queries.lines(actor, at, **asked)
    names = _names(row.line for row in found)
    rows = [(row, _named(row.line, names)) for row in found]
    open_requests = queries.requests_open() if actor.role in ASKERS else []
    context = {
        "rows": rows, "asked": asked, "models": sorted({row.line.model for row in found}), "names": names,
        "waiting": sum(row.length for row in found), "own": sum(row.own for row in found),
        "arrivals": sum(row.arrivals for row in found), "requests": open_requests, "decides": actor.role == NETWORK_OPS,
        "actor_code": actor.code,
    }  # fmt: skip
    return render(request, "supply/queue.html", context)


@page(roles=VIEWERS)
def line(request: HttpRequest) -> HttpResponse:
    """One queue as a picture, with the viewer's own orders in it."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = Line(*(request.GET.get(name, "") for name in ("model", "configuration", "city")))
    marks = queries.picture(asked, actor)
    own = queries.own_places(asked, actor)
    people = display([place.person_id for _number, place in own], actor)
    context = {
        "line": asked, "named": _named(asked, _names([asked])), "marks": marks,
        "own": [(number, place, people.get(place.person_id)) for number, place in own],
    }  # fmt: skip
    return render(request, "supply/line.html", context)


@page(roles=VIEWERS)
def place(request: HttpRequest, order: UUID) -> HttpResponse:
    """One customer's place: the number, what moved it, the promise as a band of dates."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    found = queries.standing_of(order, actor, at)
    on, locked_on = at.astimezone(SHANGHAI).date(), found.place.locked_at.astimezone(SHANGHAI).date()
    free = Vehicle.objects.of_line(found.place.line).filter(state=IN_STOCK).order_by("received_at")[:20]
    context = {
        "standing": found, "place": found.place, "named": _named(found.place.line, _names([found.place.line])),
        "person": display([found.place.person_id], actor).get(found.place.person_id),  # type: ignore[arg-type]
        "drawing": draw(locked_on, on, found.promise, found.estimate), "today": on, "rules": words.RULES,
        "moves": [(move, *words.MOVES.get(move.kind, ("quiet", move.kind)), _note(move)) for move in found.moves],
        "reasons_known": [(code, words.REFUSALS[code]) for code in REASONS],
        "may_refuse": actor.role in FRONT and found.place.state == HAS_CAR,
        "may_answer": actor.role in FRONT and found.offer is not None,
        "may_ask": actor.role in ASKERS and found.number is not None, "free": free if actor.role in ASKERS else [],
    }  # fmt: skip
    return render(request, "supply/place.html", context)


def _note(move: Move) -> str:
    """What a move did to the number."""
    if move.before and move.after and move.before != move.after:
        return _("from place {before} to place {after}").format(before=move.before, after=move.after)
    if move.after and not move.before:
        return _("at place {after}").format(after=move.after)
    return _("place unchanged") if move.after else ""


@page(roles=FRONT)
@require_POST
def refuse(request: HttpRequest, order: UUID) -> HttpResponse:
    """The customer does not take the car."""
    refuse_vehicle(by=request.actor, at=request.at, order=str(order), reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    messages.success(request, _("The car is given back; the order keeps its place."))
    return redirect("supply:place", order)


@page(roles=FRONT)
@require_POST
def answer(request: HttpRequest, offer: UUID) -> HttpResponse:
    """The customer answers whether to take a refused car."""
    accepts = request.POST.get("accepts") == "yes"
    done = answer_offer(by=request.actor, at=request.at, offer=str(offer), accepts=accepts)  # type: ignore[attr-defined]
    said = (
        _("The car is allocated.") if accepts else _("The order keeps its place; the next customer is asked.")
    )
    messages.success(request, said)
    return redirect("supply:place", done["order"])


@page(roles=ASKERS)
@require_POST
def ask(request: HttpRequest, order: UUID) -> HttpResponse:
    """Ask for an allocation out of turn."""
    facts = {
        "order": str(order),
        "vin": request.POST.get("vin", ""),
        "reason": request.POST.get("reason", ""),
    }
    done = by_hand.ask_allocation(by=request.actor, at=request.at, **facts)  # type: ignore[attr-defined]
    text = _("Asked. Network operations decides; {count} orders ahead would be passed over.")
    messages.success(request, text.format(count=done["passes"]))
    return redirect("supply:place", order)


@page(roles=(NETWORK_OPS,))
@require_POST
def decide(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide on a request for allocation by hand."""
    approved = request.POST.get("approved") == "yes"
    by_hand.decide_allocation(by=request.actor, at=request.at, request=str(id), approved=approved)  # type: ignore[attr-defined]
    messages.success(
        request, _("Approved; the car is allocated.") if approved else _("Refused; the queue stays as it is.")
    )
    return redirect("supply:queue")


@page(roles=VIEWERS)
def vehicles(request: HttpRequest) -> HttpResponse:
    """The cars in sight, and for carmakers the form that takes a list of them."""
    actor = request.actor  # type: ignore[attr-defined]
    report, problems, status = None, (), 200
    if request.method == "POST" and actor.role in IMPORTERS:
        try:
            report = receive_vehicles(by=actor, at=request.at, text=_list_sent(request))  # type: ignore[attr-defined]
        except ActionError as refusal:
            problems, status = refusal.problems, refusal.status
    return render(request, "supply/vehicles.html", _stock(request) | _report(report, problems), status=status)


def _list_sent(request: HttpRequest) -> str:
    sent = request.FILES.get("file")
    return decoded(sent.read()) if sent else request.POST.get("text", "")


def _report(report: dict[str, Any] | None, problems: tuple[Any, ...]) -> dict[str, Any]:
    rows = report["rows"] if report else []
    told = [(row, *words.OUTCOMES[row["outcome"]]) for row in rows if row["outcome"] != "accepted"][:200]
    return {"report": report, "told": told, "problems": problems}


def _stock(request: HttpRequest) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    rows = Vehicle.objects.filter(state=state) if state in VEHICLE_STATES else Vehicle.objects.all()
    query = request.GET.get("q", "").strip().upper()
    rows = rows.filter(vin__startswith=query) if query else rows
    found = page_of(rows, order="-listed_at", cursor=request.GET.get("cursor", ""), limit=50)
    names = _names(row.line for row in found.items)
    return {
        "rows": [(row, _named(row.line, names)) for row in found.items], "next": found.next_cursor, "state": state,
        "states": VEHICLE_STATES, "query": query, "imports": actor.role in IMPORTERS,
    }  # fmt: skip


urlpatterns = [
    path("queue/", queue, name="queue"),
    path("queue/line/", line, name="line"),
    path("queue/<uuid:order>/", place, name="place"),
    path("queue/<uuid:order>/refuse/", refuse, name="refuse"),
    path("queue/<uuid:order>/ask/", ask, name="ask"),
    path("queue/offers/<uuid:offer>/", answer, name="answer"),
    path("queue/requests/<uuid:id>/", decide, name="decide"),
    path("vehicles/", vehicles, name="vehicles"),
]
