"""Reading about persons: what a viewer is shown of them, and who is behind a key."""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from forecourt.people.masking import masked
from forecourt.people.masking import masked_name
from forecourt.people.masking import sees_names
from forecourt.people.models import Consent
from forecourt.people.models import ContactPoint
from forecourt.platform.actor import Actor
from forecourt.platform.models import NETWORK

# Every worklist asks these for its fifty persons, so below the ORM; of several numbers the oldest is shown.
_PERSONS = (
    "SELECT p.id, p.name, p.salutation, p.restricted_at, (SELECT c.value FROM people_contactpoint c"
    " WHERE c.person_id = p.id AND c.kind = 'phone' ORDER BY c.made_at LIMIT 1)"
    " FROM people_person p WHERE p.id = ANY(%s::uuid[])"
)
_OWNERS = (
    "SELECT c.kind, c.value, c.person_id FROM unnest(%s::text[], %s::text[]) AS k(kind, value)"
    " JOIN people_contactpoint c ON c.network = %s AND c.kind = k.kind AND c.value = k.value WHERE c.is_key"
)


@dataclass(frozen=True, slots=True)
class Display:
    """A person as one viewer is shown them."""

    id: UUID
    name: str
    phone: str
    restricted: bool = False


def display(person_ids: Iterable[UUID | None], actor: Actor) -> dict[UUID, Display]:
    """What `actor` is shown of each person; persons out of sight are absent. One query, however many persons."""
    wanted = list({person_id for person_id in person_ids if person_id})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, [wanted])
        persons = cursor.fetchall()
    names = sees_names(actor)
    return {row[0]: _shown(*row, names) for row in persons}


def display_one(person_id: UUID | None, actor: Actor) -> Display | None:
    """What `actor` is shown of one person, or None when out of sight."""
    return display([person_id], actor).get(person_id) if person_id else None


def _shown(
    person: UUID, name: str, salutation: str, restricted_at: datetime | None, phone: str | None, names: bool
) -> Display:
    name = f"{name}{salutation}" if salutation and len(name) == 1 else name
    shown = name if names and not restricted_at else masked_name(name)
    return Display(person, shown, masked("phone", phone or ""), restricted_at is not None)


def contact_points(person_id: UUID) -> list[tuple[str, str]]:
    """Kind and masked value of each way to reach a person."""
    return [
        (point.kind, masked(point.kind, point.value))
        for point in ContactPoint.objects.filter(person_id=person_id)
    ]


def persons_of_keys(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Who the keys (kind, value) belong to; absent when nobody's. Ask above row permissions, and tell nobody what you saw."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, [[kind for kind, _ in keys], [value for _, value in keys], NETWORK])
        return {(kind, value): person for kind, value, person in cursor.fetchall()}


def consented(person_id: UUID, purpose: str) -> bool:
    """Whether a consent for the purpose stands."""
    return Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at__isnull=True).exists()


def consents_of(person_id: UUID) -> list[Consent]:
    """Every consent of a person, newest first."""
    return list(Consent.objects.filter(person_id=person_id).order_by("-given_at"))
