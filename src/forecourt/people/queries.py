"""Reading about persons: what a viewer is shown of them, and who is behind a key."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from forecourt.people.masking import masked
from forecourt.people.masking import masked_name
from forecourt.people.masking import sees_names
from forecourt.people.models import Consent
from forecourt.people.models import ContactPoint
from forecourt.people.models import Person
from forecourt.platform.actor import Actor


@dataclass(frozen=True, slots=True)
class Display:
    """A person as one viewer is shown them."""

    id: UUID
    name: str
    phone: str
    restricted: bool = False


def display(person_ids: Iterable[UUID | None], actor: Actor) -> dict[UUID, Display]:
    """What `actor` is shown of each person; persons out of sight are absent. Two queries, however many persons."""
    wanted = {person_id for person_id in person_ids if person_id}
    persons = {person.id: person for person in Person.objects.filter(id__in=wanted)} if wanted else {}
    phones: dict[UUID, str] = {}
    for point in (
        ContactPoint.objects.filter(person_id__in=persons, kind="phone").order_by("-made_at")
        if persons
        else ()
    ):
        phones[point.person_id] = point.value
    return {
        person_id: _shown(person, phones.get(person_id, ""), actor) for person_id, person in persons.items()
    }


def display_one(person_id: UUID | None, actor: Actor) -> Display | None:
    """What `actor` is shown of one person, or None when out of sight."""
    return display([person_id], actor).get(person_id) if person_id else None


def _shown(person: Person, phone: str, actor: Actor) -> Display:
    name = f"{person.name}{person.salutation}" if person.salutation and len(person.name) == 1 else person.name
    shown = name if sees_names(actor) and not person.restricted_at else masked_name(name)
    return Display(person.id, shown, masked("phone", phone), person.restricted_at is not None)


def contact_points(person_id: UUID) -> list[tuple[str, str]]:
    """Kind and masked value of each way to reach a person."""
    return [
        (point.kind, masked(point.kind, point.value))
        for point in ContactPoint.objects.filter(person_id=person_id)
    ]


def person_of_key(kind: str, value: str) -> UUID | None:
    """Who the key belongs to. Ask above row permissions, and tell nobody what you saw."""
    found = ContactPoint.objects.filter(kind=kind, value=value, is_key=True).values_list(
        "person_id", flat=True
    )
    return found.first()


def consented(person_id: UUID, purpose: str) -> bool:
    """Whether a consent for the purpose stands."""
    return Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at__isnull=True).exists()


def consents_of(person_id: UUID) -> list[Consent]:
    """Every consent of a person, newest first."""
    return list(Consent.objects.filter(person_id=person_id).order_by("-given_at"))
