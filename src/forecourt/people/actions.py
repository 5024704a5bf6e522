"""The only writes about persons."""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.people.models import Consent
from forecourt.people.models import ContactPoint
from forecourt.people.models import Person
from forecourt.people.queries import persons_of_keys
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import NETWORK
from forecourt.platform.models import Place
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import CUSTOMER
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import SERVICE_ADVISER
from forecourt.platform.roles import STORE_MANAGER

FRONT = (ADVISER, DELIVERY_SPECIALIST, SERVICE_ADVISER, STORE_MANAGER)
MIN_REASON = 4
LANGUAGE = "zh-hans"

# Every lead passes here, so a new person with all contact points is one statement, below the ORM.
_ADD = (
    "INSERT INTO people_contactpoint (id, kind, value, raw, is_key, person_id, network, made_at)"
    " SELECT p.*, %s::uuid, %s, %s::timestamptz"
    " FROM jsonb_to_recordset(%s) AS p(id uuid, kind text, value text, raw text, is_key boolean) ON CONFLICT DO NOTHING"
)
_MAKE = " ".join(
    [
        "WITH made AS (INSERT INTO people_person (id, network, name, salutation, language, city, made_at)",
        "VALUES (%s, %s, %s, %s, %s, %s, %s))",
        _ADD,
    ]
)
_RELATE = (
    "INSERT INTO people_relation (network, brand, region, operator, store, person_id, since_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach somebody, normalised: `value` is E.164 for a phone. Only what `is_key` joins leads to persons."""

    kind: str
    value: str
    raw: str = ""
    is_key: bool = True


@dataclass(frozen=True, slots=True)
class Joined:
    """Who a set of contacts belongs to, and by which kinds of key they were known; none when new."""

    person: UUID
    known_by: tuple[str, ...] = ()


def join(
    do: Doing, *, name: str, contacts: Sequence[Contact], salutation: str = "", city: str = ""
) -> Joined:
    """The person behind the contacts: the known one when a key matches, else a new one. Looks above row permissions.

    Two leads with the same new key at once make one person: the keys are locked in a fixed order first.
    """
    keys = sorted({(contact.kind, contact.value) for contact in contacts if contact.is_key})
    with do.above():
        _lock(keys)
        owners = persons_of_keys(keys)
        matches = [(key[0], owners[key]) for key in keys if key in owners]
        if not matches:
            return Joined(_make(do, name, salutation, city, contacts))
        person_id = matches[0][1]
        _add_contacts(do, person_id, contacts)
    return Joined(person_id, tuple(kind for kind, person in matches if person == person_id))


def _lock(keys: Sequence[tuple[str, str]]) -> None:
    """One at a time for each key, until the transaction ends."""
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key",
                [[f"{kind}:{value}" for kind, value in keys]],
            )


def _make(do: Doing, name: str, salutation: str, city: str, contacts: Sequence[Contact]) -> UUID:
    person_id = new_id(do.at)
    rows = _rows(do, dict.fromkeys(contacts))
    with connection.cursor() as cursor:
        cursor.execute(
            _MAKE,
            [
                person_id,
                NETWORK,
                name[:120],
                salutation[:16],
                LANGUAGE,
                city[:32],
                do.at,
                person_id,
                NETWORK,
                do.at,
                rows,
            ],
        )
    return person_id


def _add_contacts(do: Doing, person_id: UUID, contacts: Sequence[Contact]) -> None:
    """Keep what is new of a known person."""
    have = _kept(person_id)
    fresh = [contact for contact in dict.fromkeys(contacts) if (contact.kind, contact.value) not in have]
    if fresh:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [person_id, NETWORK, do.at, _rows(do, fresh)])


def _rows(do: Doing, contacts: Iterable[Contact]) -> Jsonb:
    """Contact points as one JSON value, so that the statement is the same however many there are."""
    return Jsonb(
        [
            {
                "id": str(new_id(do.at)),
                "kind": one.kind,
                "value": one.value[:200],
                "raw": one.raw[:200],
                "is_key": one.is_key,
            }
            for one in contacts
        ]
    )


def _kept(person_id: UUID) -> set[tuple[str, str]]:
    return set(ContactPoint.objects.filter(person_id=person_id).values_list("kind", "value"))


def relate(do: Doing, *, person: UUID, place: Place) -> None:
    """Let a store know a person, so that those who see the store see the person."""
    with do.above(), connection.cursor() as cursor:
        where = (place.network, place.brand, place.region, place.operator, place.store)
        cursor.execute(_RELATE, [*where, person, do.at])


@action("people.give_consent", roles=(*FRONT, CUSTOMER))
def give_consent(do: Doing, *, person: str, purpose: str, channel: str, text_version: str) -> Result:
    """Record that a person agreed to a purpose in the words of `text_version`."""
    found = _visible(person)
    consent = Consent.objects.create(
        id=new_id(do.at), person=found, purpose=purpose, channel=channel, text_version=text_version, given_at=do.at,
        evidence={"actor": do.by.code},
    )  # fmt: skip
    _note(
        do,
        "people.consent_given",
        found,
        {"purpose": purpose, "channel": channel, "text_version": text_version},
    )
    return {"consent": str(consent.id)}


@action("people.withdraw_consent", roles=(*FRONT, CUSTOMER))
def withdraw_consent(do: Doing, *, person: str, purpose: str) -> Result:
    """Record that a person agrees no more; as easy as agreeing was."""
    found = _visible(person)
    count = found.consents.filter(purpose=purpose, withdrawn_at__isnull=True).update(withdrawn_at=do.at)
    if count:
        _note(do, "people.consent_withdrawn", found, {"purpose": purpose})
    return {"withdrawn": count}


@action("people.unmask", roles=FRONT)
def unmask(do: Doing, *, person: str, reason: str) -> Result:
    """Show the contact points of a person in full, once, for a reason that is kept."""
    if len(reason.strip()) < MIN_REASON:
        text = _("Say why you need to see the full number (at least {count} characters).").format(
            count=MIN_REASON
        )
        raise Invalid(Blocked("people.reason_needed", text, "reason"))
    found = _visible(person)
    if found.restricted_at:
        raise Missing(
            Blocked("people.restricted", _("This person asked to be forgotten; their data is locked."))
        )
    _note(do, "people.unmasked", found, {"reason": reason.strip()[:200]})
    points = found.contact_points.values_list("kind", "value")
    return {"name": found.name, "contact_points": [{"kind": kind, "value": value} for kind, value in points]}


@action("people.restrict", roles=(NETWORK_OPS, CUSTOMER))
def restrict(do: Doing, *, person: str) -> Result:
    """A person asks to be forgotten: consents end, and the rest is kept only as long as the law asks."""
    found = _visible(person)
    if found.restricted_at is None:
        found.restricted_at = do.at
        found.save(update_fields=["restricted_at"])
        found.consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=do.at)
        _note(do, "people.restricted", found, {})
    return {"person": str(found.id), "restricted_at": found.restricted_at.isoformat()}


def _visible(person: str) -> Person:
    found = Person.objects.filter(id=as_id(person)).first()
    if found is None:
        raise Missing(
            Blocked("people.unknown", _("There is no person {id} that you may see.").format(id=person))
        )
    return found


def _note(do: Doing, kind: str, person: Person, data: dict[str, str]) -> None:
    """An entry about a person, in the store of whoever acts."""
    place = Place(store=do.by.store)
    journal.write(
        do, kind, stream=person.id, place=place, person=person.id, objects={"person": person.id}, data=data
    )
