"""Opportunities after they are opened: closed with their journey, handed to another adviser or store, routed by hand."""

from uuid import UUID

from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.demand import joining
from forecourt.demand import routing
from forecourt.demand import storing
from forecourt.demand import taking
from forecourt.demand.directory import PLAYBOOK
from forecourt.demand.directory import Directory
from forecourt.demand.directory import directory
from forecourt.demand.models import INVALID
from forecourt.demand.models import JOINED
from forecourt.demand.models import LOST
from forecourt.demand.models import OPEN
from forecourt.demand.models import ORDERED
from forecourt.demand.models import UNROUTED
from forecourt.demand.models import WITHDRAWN
from forecourt.demand.models import Lead
from forecourt.demand.models import Opportunity
from forecourt.demand.reporting import field_reports
from forecourt.demand.taking import Hand
from forecourt.exchange.leads.records import count_outcomes
from forecourt.journeys.actions import reassign as hand_over
from forecourt.journeys.models import Journey
from forecourt.network.models import Staff
from forecourt.network.queries import staff_of
from forecourt.network.queries import store_of
from forecourt.people.actions import Joined
from forecourt.people.actions import relate
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Place
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_MANAGER

CLOSED = (ORDERED, LOST, INVALID, WITHDRAWN)
# Taken on within the store so often; then it goes to another one.
WITHIN_STORE = 1


@action("demand.reassign", roles=(STORE_MANAGER, OPERATOR_MANAGER, NETWORK_OPS))
def reassign(do: Doing, *, opportunity: UUID | str, to: str, reason: str = "workload") -> Result:
    """Hand an open opportunity to another adviser; with the adviser's store, when it is another one that may sell the brand."""
    row = _open(opportunity)
    adviser = staff_of(to)
    _check_adviser(do, adviser, row)
    _hand(do, row, adviser.code, store_of(adviser.store).place(row.brand), reason)
    return {"opportunity": str(row.id), "store": row.store, "owner": row.owner}


@action("demand.route", roles=(NETWORK_OPS,))
def route(do: Doing, *, lead: UUID | str, model: str = "", brand: str = "", store: str = "") -> Result:
    """Route a lead that could not be routed: say the model or the brand, and the store where it should be a certain one."""
    row = Lead.objects.select_for_update().filter(id=as_id(lead)).first()
    if row is None:
        raise Missing(
            Blocked("demand.lead_unknown", _("There is no lead {id} that you may see.").format(id=lead))
        )
    if row.outcome != UNROUTED or row.person_id is None:
        text = _("This lead is not waiting to be routed: it is {outcome}.")
        raise Refused(Blocked("demand.not_waiting", text.format(outcome=row.outcome)))
    book = directory(do)
    _name_car(book, row, model, brand)
    if store and not book.sells(store, row.brand):
        text = _("The store {store} may not sell {brand} today. Choose another store, or none.")
        raise Refused(
            Blocked("demand.store_may_not_sell", text.format(store=store, brand=row.brand), "store")
        )
    return _routed(do, book, row, store)


def _name_car(book: Directory, row: Lead, model: str, brand: str) -> None:
    if model and model not in book.names.brand_of:
        near = book.names.recognise(model=model).near
        text = _("There is no model {model} in the network.").format(model=model)
        raise Invalid(Blocked("demand.model_unknown", f"{text} {near}".strip(), "model"))
    row.model = model or row.model
    row.brand = book.names.brand_of.get(model, "") or brand or row.brand
    if row.brand not in book.sellers:
        text = _("No store may sell the brand {brand} today. Choose one of: {brands}.")
        known = ", ".join(sorted(book.sellers))
        raise Invalid(Blocked("demand.no_seller", text.format(brand=row.brand or "-", brands=known), "brand"))


def _routed(do: Doing, book: Directory, row: Lead, store: str) -> Result:
    person = row.person_id
    assert person is not None
    opportunity = joining.open_opportunity(person, row.brand)
    if opportunity is not None:
        row.outcome, row.reason, row.opportunity = JOINED, "", opportunity.id
        taking.place(row, opportunity.place())
        row.save()
        taking.entry(do, "demand.lead_joined", row, opportunity, {"keys": [], "known": True})
    else:
        counts = count_outcomes(tuple(field_reports(row)))
        taken = taking.open_route(do, book, row, counts, Joined(person), Hand(store))
        opportunity = taken.opportunity
    if opportunity is None:
        text = _("The lead could not be routed: {reason}. Nothing was changed.")
        raise Refused(Blocked("demand.cannot_route", text.format(reason=row.reason)))
    return {
        "lead": str(row.id), "outcome": row.outcome, "opportunity": str(opportunity.id), "store": opportunity.store,
        "owner": opportunity.owner,
    }  # fmt: skip


def close(do: Doing, opportunity: UUID, outcome: str) -> None:
    """Close an open opportunity as its journey ended."""
    row = Opportunity.objects.open().select_for_update().filter(id=opportunity).first()
    if row is None:
        return
    row.state, row.closed_at = (outcome if outcome in CLOSED else LOST), do.at
    row.save(update_fields=["state", "closed_at"])
    storing.release(row.owner)


def follow(do: Doing, opportunity: UUID, owner: str, place: Place) -> None:
    """The journey was handed to `owner` in the store of `place`: note it, and move the counter."""
    row = Opportunity.objects.open().select_for_update().filter(id=opportunity).first()
    if row is None or (row.owner, row.store) == (owner, place.store):
        return
    before, store = row.owner, row.store
    if owner != before:
        _count(do, row, owner, place)
    _move(do, row, place)
    row.save()
    _moved(do, row, before, store)


def reroute(do: Doing, opportunity: UUID) -> None:
    """Nobody answered in time: the next adviser of the store; when that was tried, or there is none, the next store."""
    row = Opportunity.objects.open().select_for_update().filter(id=opportunity).first()
    if row is None or not _runs(row):
        return
    book = directory(do)
    others = [one for one in book.advisers(row.brand).get(row.store, ()) if one != row.owner]
    row.reroutes += 1
    if others and row.reroutes <= WITHIN_STORE:
        _hand(do, row, storing.claim(others, do.at, row.place()), row.place(), "rerouted", counted=True)
        return
    lead = Lead.objects.of_opportunity(row.id).order_by("received_at", "id").first()
    town = book.town(lead.city) if lead else None
    wanted = routing.Wanted(row.brand, town or book.town_of(row.store), without=frozenset({row.store}))
    found = routing.route(book, wanted, do.at)
    if found is not None and found.owner:
        _hand(do, row, found.owner, found.place, "rerouted", counted=True)


def _runs(row: Opportunity) -> bool:
    return Journey.objects.running().filter(id=row.journey).exists()


def _hand(do: Doing, row: Opportunity, to: str, place: Place, reason: str, *, counted: bool = False) -> None:
    """Move the opportunity, its leads, its journey and the counters to another adviser and, perhaps, store."""
    before, store = row.owner, row.store
    elsewhere = place.store != store
    _count(do, row, to, place, counted=counted)
    _move(do, row, place)
    row.save()
    if row.journey is not None:
        hand_over.inside(
            do, journeys=[row.journey], to=to, reason=reason, role=ADVISER, place=place if elsewhere else None
        )
    _moved(do, row, before, store, reason)


def _move(do: Doing, row: Opportunity, place: Place) -> None:
    """To another store, with its leads: who sees that store sees the person from now on."""
    if place.store == row.store:
        return
    taking.place(row, place)
    relate(do, person=row.person_id, place=place)
    Lead.objects.of_opportunity(row.id).update(**place.columns())


def _count(do: Doing, row: Opportunity, to: str, place: Place, *, counted: bool = False) -> None:
    storing.release(row.owner)
    if to and not counted:
        storing.add(to, do.at, place)
    row.owner = to


def _moved(do: Doing, row: Opportunity, before: str, store: str, reason: str = "") -> None:
    data = {"from": before, "to": row.owner, "from_store": store, "to_store": row.store, "reason": reason}
    journal.write(
        do, "demand.opportunity_reassigned", stream=row.journey or row.id, place=row.place(), person=row.person_id,
        journey=row.journey, playbook=PLAYBOOK if row.journey else "", objects={"opportunity": row.id}, data=data,
    )  # fmt: skip


def _open(opportunity: UUID | str) -> Opportunity:
    row = Opportunity.objects.select_for_update().filter(id=as_id(opportunity)).first()
    if row is None:
        text = _("There is no opportunity {id} that you may see.").format(id=opportunity)
        raise Missing(Blocked("demand.opportunity_unknown", text))
    if row.state != OPEN:
        text = _("This opportunity is closed ({state}); it cannot be handed over.").format(state=row.state)
        raise Refused(Blocked("demand.opportunity_closed", text))
    return row


def _check_adviser(do: Doing, adviser: Staff, row: Opportunity) -> None:
    book = directory(do)
    if adviser.code == row.owner:
        text = _("{staff} has this opportunity already.").format(staff=adviser.code)
        raise Refused(Blocked("demand.same_owner", text, "to"))
    if adviser.code not in book.advisers(row.brand).get(adviser.store, ()):
        text = _("{staff} is no adviser who holds what the first step asks for on this day: {certificates}.")
        needed = ", ".join(book.needed or ())
        raise Refused(
            Blocked("demand.not_able", text.format(staff=adviser.code, certificates=needed or "-"), "to")
        )
    if not book.sells(adviser.store, row.brand):
        text = _("The store {store} of {staff} may not sell {brand} today.")
        problem = text.format(store=adviser.store, staff=adviser.code, brand=row.brand)
        raise Refused(Blocked("demand.store_may_not_sell", problem, "to"))
