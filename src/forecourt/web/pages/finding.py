"""Finding customers: by phone, mail address, name, order number or VIN, and whom a store saw last.

Everything is read in the viewer's scope, so a person of another store is not found, not even that there is one.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.care.models import Visit
from forecourt.delivery.models import Ownership
from forecourt.exchange.emails import normalise_email
from forecourt.exchange.phones import normalise_phone
from forecourt.exchange.vin import check_vin
from forecourt.journal.models import Entry
from forecourt.people.masking import sees_names
from forecourt.people.models import ContactPoint
from forecourt.people.models import Person
from forecourt.people.models import Relation
from forecourt.people.queries import Display
from forecourt.people.queries import display
from forecourt.platform.actor import Actor
from forecourt.sales.models import Order

MOST = 20
LOOKED_AT = 300
LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: the persons, and by what they were looked for."""

    people: list[Display]
    by: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A customer and what happened with them last."""

    person: Display
    entry: Entry


def find(asked: str, actor: Actor) -> Found:
    """The persons that `asked` leads to, at most twenty."""
    ids, by = _ids(asked.strip(), actor)
    shown = display(ids, actor)
    return Found([shown[number] for number in dict.fromkeys(ids) if number in shown], by)


def _ids(asked: str, actor: Actor) -> tuple[list[UUID], str]:
    if "@" in asked:
        value = normalise_email(asked).value
        return (_by_key("email", value) if value else []), _("mail address")
    if vin := check_vin(asked).vin:
        return _by_vin(vin), _("VIN")
    if phone := normalise_phone(asked).e164:
        return _by_key("phone", phone), _("phone number")
    if asked.isdigit() and len(asked) <= LONGEST_NUMBER:
        return _persons(Order.objects.filter(number=int(asked))), _("order number")
    return _by_name(asked, actor), _("name")


def _by_key(kind: str, value: str) -> list[UUID]:
    points = ContactPoint.objects.filter(kind=kind, value=value)
    return list(points.values_list("person_id", flat=True)[:MOST])


def _by_vin(vin: str) -> list[UUID]:
    orders, owners, visits = (model.objects.filter(vin=vin) for model in (Order, Ownership, Visit))
    return [*_persons(owners), *_persons(orders), *_persons(visits)]


def _persons(rows: object) -> list[UUID]:
    found = rows.exclude(person_id=None)  # type: ignore[attr-defined]
    return list(found.values_list("person_id", flat=True)[:MOST])


def _by_name(asked: str, actor: Actor) -> list[UUID]:
    """The customers of the viewer's stores whose name begins so; whoever sees names masked cannot search by them."""
    if not asked or not sees_names(actor):
        return []
    known = Relation.objects.values("person_id")
    rows = Person.objects.filter(id__in=known, name__istartswith=asked, restricted_at=None)
    return list(rows.order_by("-made_at").values_list("id", flat=True)[:MOST])


def seen_last(actor: Actor, at: datetime) -> list[Seen]:
    """The customers with whom something happened last in the viewer's store."""
    if not actor.store:
        return []
    rows = Entry.objects.filter(store=actor.store, person_id__isnull=False, happened_at__lte=at)
    newest: dict[UUID | None, Entry] = {}
    for entry in rows.order_by("-happened_at")[:LOOKED_AT]:
        newest.setdefault(entry.person_id, entry)
    chosen = list(newest.items())[:MOST]
    people = display([number for number, _entry in chosen], actor)
    return [Seen(people[number], entry) for number, entry in chosen if number in people]  # type: ignore[index]
