"""The person behind a lead: contact points as keys, and whose enquiry it is that comes again."""

from collections.abc import Sequence
from uuid import UUID

from forecourt.demand import storing
from forecourt.demand.models import Lead
from forecourt.demand.models import Opportunity
from forecourt.exchange.leads import ContactPoint
from forecourt.exchange.leads import LeadDocument
from forecourt.people import actions as people
from forecourt.people.actions import Contact
from forecourt.people.actions import Joined
from forecourt.platform.actions import Doing

# A document that lists more ways to reach one person is not describing a person.
MOST_CONTACTS = 12


def join_person(do: Doing, lead: LeadDocument, city: str) -> Joined:
    """The person whom the lead is from: known by an exact key, else new."""
    name = lead.name
    full = name.full or name.nickname
    return people.join(
        do, name=full, salutation=name.salutation, city=city, contacts=contacts_of(lead.contacts)
    )


def contacts_of(points: Sequence[ContactPoint]) -> list[Contact]:
    """Contact points as persons keep them. What is masked or shared is kept to be shown and never a key."""
    found = [_contact(point) for point in points[:MOST_CONTACTS]]
    return [contact for contact in found if contact.value]


def _contact(point: ContactPoint) -> Contact:
    value = point.value or point.raw.strip()
    if not point.usable_as_key:
        return Contact(point.kind[:16], value[:200], point.raw[:200], is_key=False)
    # Upper and lower case are one mailbox, but two WeChat users.
    key = value.casefold() if point.kind == "email" else value
    return Contact(point.kind, key, point.raw[:200])


def open_opportunity(person: UUID, brand: str) -> Opportunity | None:
    """The open opportunity that a known person's lead belongs to; without a brand, the only one they have.

    Locks the person first, so that of two leads at once the second finds what the first opened.
    """
    storing.lock_person(person)
    rows = Opportunity.objects.open().of_person(person)
    found = list((rows.filter(brand=brand) if brand else rows)[:2])
    return found[0] if len(found) == 1 else None


def lead_ids(lead: LeadDocument) -> list[tuple[str, str]]:
    """(id, source) of the enquiry in the sender's system, exact ones only: a rounded id may be another enquiry's."""
    named = lead.provider or lead.source
    return [
        (one.value[:80], (one.source or named)[:80])
        for one in lead.external_ids
        if one.of == "lead" and one.exact
    ]


def same_lead(lead: LeadDocument, person: UUID | None) -> Lead | None:
    """The lead that this one is a repetition or news of: same id from the same source and, where known, same person."""
    ids = dict(lead_ids(lead))
    if not ids:
        return None
    rows = Lead.objects.with_ids(ids)
    rows = rows.filter(person_id=person) if person else rows
    return next(
        (row for row in rows.order_by("received_at", "id") if row.external_source == ids[row.external_id]),
        None,
    )
