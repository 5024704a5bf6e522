"""Takes one lead: recognises the car, joins the person, finds or opens the opportunity, routes it, starts the journey."""

from dataclasses import dataclass
from dataclasses import field
from typing import Any
from uuid import UUID

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.demand import joining
from forecourt.demand import storing
from forecourt.demand import terms
from forecourt.demand.directory import PLAYBOOK
from forecourt.demand.directory import Directory
from forecourt.demand.models import ACCEPTED
from forecourt.demand.models import JOINED
from forecourt.demand.models import REFUSED
from forecourt.demand.models import UNROUTED
from forecourt.demand.models import UPDATED
from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.models import Opportunity
from forecourt.demand.naming import Found
from forecourt.demand.routing import Route
from forecourt.demand.routing import Wanted
from forecourt.demand.routing import route
from forecourt.exchange.leads import LeadDocument
from forecourt.journeys.actions import start
from forecourt.people.actions import Joined
from forecourt.people.actions import relate
from forecourt.platform.actions import Doing
from forecourt.platform.models import Place
from forecourt.platform.models import as_id


@dataclass(frozen=True, slots=True)
class Hand:
    """What the one who enters a lead decides: its store and owner (a walk-in), or nothing."""

    store: str = ""
    owner: str = ""


@dataclass(slots=True)
class Taken:
    """A lead taken: its row, and what is said of it to whoever sees its place."""

    lead: Lead
    known: bool = False
    opportunity: Opportunity | None = None
    counts: dict[str, int] = field(default_factory=dict)
    updated: bool = False

    @property
    def outcome(self) -> str:
        """What became of it in this document: an update leaves the lead's own outcome as it was."""
        return UPDATED if self.updated else self.lead.outcome


def take(do: Doing, book: Directory, document: Document, read: LeadDocument, hand: Hand) -> Taken:
    """Take one lead of a document. The running action sees the whole network."""
    told = joining.same_lead(read, None) if read.activity else None
    if told is not None:
        return _update(do, document, read, told)
    lead = _row(do, book, document, read)
    if read.invalid_reason:
        return _aside(do, lead, read, terms.SENDER_SAYS_INVALID, REFUSED)
    found = _recognise(book, read)
    lead.brand, lead.model = found.brand, found.model
    joined = joining.join_person(do, read, lead.city)
    lead.person_id = joined.person
    if joined.known_by and (same := joining.same_lead(read, joined.person)) is not None:
        return _update(do, document, read, same)
    return _belong(do, book, lead, read, joined, found, hand)


def _belong(
    do: Doing, book: Directory, lead: Lead, read: LeadDocument, joined: Joined, found: Found, hand: Hand
) -> Taken:
    """To the person's open opportunity of that brand where there is one, else to a new one."""
    known = bool(joined.known_by)
    opportunity = joining.open_opportunity(joined.person, found.brand) if known else None
    if opportunity is not None:
        return _join(do, lead, read, joined, opportunity)
    named = hand.store or book.store_named(read.vendor.ids, read.vendor.name)
    if not lead.brand:
        lead.brand = _only_brand(book, named)
    return open_route(do, book, lead, read.counts, joined, Hand(named, hand.owner), found.near)


def _only_brand(book: Directory, store: str) -> str:
    """A store of one brand tells the brand that an enquiry addressed to it does not."""
    brands = book.brands_of(store) if store else []
    return brands[0] if len(brands) == 1 else ""


def open_route(
    do: Doing, book: Directory, lead: Lead, counts: dict[str, int], joined: Joined, hand: Hand, near: str = ""
) -> Taken:
    """Route a lead whose person is known by now and open its opportunity; without a brand or seller set it aside."""
    why, hint = _why_not(book, lead.brand), {"near": near} if near else {}
    town = book.town(lead.city) or (book.town_of(hand.store) if hand.owner else None)
    found = None if why else route(book, Wanted(lead.brand, town, hand.store, hand.owner), do.at)
    if found is None:
        lead.routing = hint
        return _pool(do, lead, counts, joined, why or terms.NO_SELLER)
    opportunity = _open(do, lead, joined, found)
    lead.outcome = JOINED if joined.known_by else ACCEPTED
    lead.reason, lead.opportunity, lead.routing = "", opportunity.id, found.facts() | hint
    place(lead, found.place)
    relate(do, person=joined.person, place=found.place)
    _write(do, lead, counts, joined, opportunity)
    facts = lead.routing
    data = {"store": facts["store"], "reasons": facts["reasons"], "next": facts["next"]}
    entry(do, "demand.lead_routed", lead, opportunity, data)
    return Taken(lead, bool(joined.known_by), opportunity, counts)


def _why_not(book: Directory, brand: str) -> str:
    if not brand:
        return terms.NO_BRAND
    return "" if book.has_playbook else terms.NO_PLAYBOOK


def _open(do: Doing, lead: Lead, joined: Joined, found: Route) -> Opportunity:
    opportunity = Opportunity(
        id=new_id(do.at), person_id=joined.person, model=lead.model, owner=found.owner, opened_at=do.at,
        **found.place.columns(),
    )  # fmt: skip
    run = start.inside(
        do, playbook=PLAYBOOK, subject=("opportunity", opportunity.id), place=found.place, person=joined.person,
        owner=found.owner, facts={"opportunity.model": lead.model} if lead.model else {},
    )  # fmt: skip
    opportunity.journey = as_id(run["journey"])
    return opportunity


def _write(
    do: Doing, lead: Lead, counts: dict[str, int], joined: Joined | None, opened: Opportunity | None
) -> None:
    """Write a new lead and its first two entries; one from the pool has them already."""
    if not lead._state.adding:  # noqa: SLF001 - Django documents it
        if opened is not None:
            opened.save(force_insert=True)
        lead.save()
        return
    storing.insert_lead(lead, opened)
    _received(do, lead, counts, opened)
    if joined is not None:
        _joined(do, lead, joined, opened)


def _received(do: Doing, lead: Lead, counts: dict[str, int], about: Opportunity | None) -> None:
    data = {
        "channel": terms.impersonal(lead.channel), "source": terms.impersonal(lead.source), "format": lead.format,
        "brand": lead.brand, "model": lead.model, "city": lead.city, "report": counts,
    }  # fmt: skip
    entry(do, "demand.lead_received", lead, about, data)


def _joined(do: Doing, lead: Lead, joined: Joined, about: Opportunity | None) -> None:
    data = {"keys": list(joined.known_by), "known": bool(joined.known_by)}
    entry(do, "demand.lead_joined", lead, about, data)


def _join(do: Doing, lead: Lead, read: LeadDocument, joined: Joined, opportunity: Opportunity) -> Taken:
    """The person has asked for this brand before: their adviser goes on, no second journey begins."""
    lead.outcome, lead.opportunity = JOINED, opportunity.id
    place(lead, opportunity.place())
    storing.insert_lead(lead, None)
    _received(do, lead, read.counts, opportunity)
    _joined(do, lead, joined, opportunity)
    return Taken(lead, True, opportunity, read.counts)


def _pool(do: Doing, lead: Lead, counts: dict[str, int], joined: Joined, reason: str) -> Taken:
    """Nobody can be found to answer: network operations routes it by hand."""
    lead.outcome, lead.reason = UNROUTED, reason
    _write(do, lead, counts, joined, None)
    return Taken(lead, bool(joined.known_by), None, counts)


def _aside(do: Doing, lead: Lead, read: LeadDocument, reason: str, outcome: str) -> Taken:
    lead.outcome, lead.reason = outcome, reason
    _write(do, lead, read.counts, None, None)
    return Taken(lead, counts=read.counts)


def _update(do: Doing, document: Document, read: LeadDocument, lead: Lead) -> Taken:
    """News of a lead that is here already: an arrival, a follow-up, or the same enquiry sent again."""
    news: dict[str, Any] = {"document": str(document.id), "position": read.position, "status": read.status}
    if (told := read.activity) is not None:
        news |= {
            "kind": told.kind, "at": told.at.isoformat() if told.at else None, "text": told.text[:300],
            "first": told.first, "overdue": told.overdue,
        }  # fmt: skip
    else:
        news |= {"kind": "repeated", "at": do.at.isoformat(), "text": read.comment[:300]}
    lead.activity = [*lead.activity, news]
    lead.save(update_fields=["activity"])
    opportunity = Opportunity.objects.filter(id=lead.opportunity).first() if lead.opportunity else None
    data = {"format": read.format, "kind": news["kind"], "report": read.counts}
    entry(do, "demand.lead_updated", lead, opportunity, data)
    return Taken(lead, True, opportunity, read.counts, updated=True)


def _row(do: Doing, book: Directory, document: Document, read: LeadDocument) -> Lead:
    ids = joining.lead_ids(read)
    city = read.address.city or read.address.city_code
    town = book.town(read.address.city, read.address.city_code)
    wish = read.wish.text or " ".join(part for part in (read.wish.brand, read.wish.model) if part)
    return Lead(
        id=new_id(do.at), document_id=document.id, position=read.position[:60], line=read.line,
        channel=read.channel[:60], source=(read.source or document.source)[:80], format=read.format,
        external_id=ids[0][0] if ids else "", external_source=ids[0][1] if ids else "",
        city=(town.code if town else "") or city[:32],
        wish=wish[:300], comment=read.comment[:4000], requested_at=read.requested_at, received_at=do.at,
        report=terms.report_rows(read.report),
    )  # fmt: skip


def _recognise(book: Directory, read: LeadDocument) -> Found:
    wish = read.wish
    text = " ".join(part for part in (wish.trim, wish.text, read.comment) if part)
    return book.names.recognise(
        brand=wish.brand, model=wish.model, text=text, codes=[code for _, code in wish.codes]
    )


def place(row: Lead | Opportunity, whose: Place) -> None:
    """Copy a place into the five columns of a row."""
    for column, value in whose.columns().items():
        setattr(row, column, value)


def entry(do: Doing, kind: str, lead: Lead, about: Opportunity | None, data: dict[str, Any]) -> None:
    """Entries of a lead lie in the chain of its journey, without one in a chain of its own."""
    journey: UUID | None = about.journey if about else None
    objects = {"lead": lead.id} | ({"opportunity": about.id} if about else {})
    journal.write(
        do, kind, stream=journey or lead.id, place=lead.place(), person=lead.person_id, journey=journey,
        playbook=PLAYBOOK if journey else "", objects=objects, data=data,
    )  # fmt: skip
