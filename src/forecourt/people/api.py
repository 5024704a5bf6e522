"""Routes about persons: shown masked, unmasked once for a reason that is kept; consents; the wish to be forgotten."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field
from ninja import Query
from ninja import Router
from ninja import Schema
from ninja import Status

from forecourt.exchange.emails import normalise_email
from forecourt.exchange.phones import normalise_phone
from forecourt.people import actions
from forecourt.people.models import Consent
from forecourt.people.models import ContactPoint
from forecourt.people.queries import Display
from forecourt.people.queries import consents_of
from forecourt.people.queries import contact_points
from forecourt.people.queries import display
from forecourt.people.queries import display_one
from forecourt.platform import links
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing

router = Router(tags=["people"])


class PersonOut(Schema):
    """A person as the caller may see them; the number is masked."""

    id: UUID
    name: str
    phone: str
    restricted: bool


class ContactPointOut(Schema):
    """A way to reach a person; masked unless it was asked for with a reason."""

    kind: str
    value: str


class ConsentOut(Schema):
    """What a person agreed to; it stands until `withdrawn_at`."""

    id: UUID
    purpose: str
    channel: str
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None


class PersonDetail(PersonOut):
    contact_points: list[ContactPointOut]
    consents: list[ConsentOut]


class ReasonIn(Schema):
    """Why the full number is needed; kept in the journal."""

    reason: str = Field(max_length=200)


class UnmaskedOut(Schema):
    name: str
    contact_points: list[ContactPointOut]


class ConsentIn(Schema):
    """To what a person agreed, through which channel, in the words of which text version."""

    purpose: str = Field(min_length=1, max_length=40)
    channel: str = Field(min_length=1, max_length=40)
    text_version: str = Field(min_length=1, max_length=40)


class GivenOut(Schema):
    consent: UUID


class WithdrawIn(Schema):
    purpose: str = Field(min_length=1, max_length=40)


class WithdrawnOut(Schema):
    """How many consents ended; 0 when none stood."""

    withdrawn: int


class RestrictedOut(Schema):
    person: UUID
    restricted_at: datetime


class LinkOut(Schema):
    """The address of a customer's own pages, to be sent to that customer and nobody else."""

    url: str


@router.get("/persons", response=list[PersonOut], summary="Find persons by phone number or mail address")
def find(
    request: HttpRequest, phone: str = Query("", max_length=40), email: str = Query("", max_length=200)
) -> list[Display]:
    """Exact matches among those you may see. Give one of the two."""
    keys = _keys(phone, email)
    found = [
        number
        for kind, value in keys
        for number in ContactPoint.objects.filter(kind=kind, value=value).values_list("person_id", flat=True)
    ]
    return list(display(found, request.actor).values())  # type: ignore[attr-defined]


def _keys(phone: str, email: str) -> list[tuple[str, str]]:
    asked = [("phone", normalise_phone(phone).e164 if phone else None)]
    asked.append(("email", normalise_email(email).value if email else None))
    keys = [(kind, value) for kind, value in asked if value]
    if not keys:
        text = _("Give a whole phone number or a mail address to look for.")
        raise Invalid(Blocked("people.no_key", text, "email" if email else "phone"))
    return keys


@router.get("/persons/{uuid:person}", response=PersonDetail, summary="One person, masked")
def one(request: HttpRequest, person: UUID) -> dict[str, Any]:
    shown = display_one(person, request.actor)  # type: ignore[attr-defined]
    if shown is None:
        raise _unknown(person)
    points = [{"kind": kind, "value": value} for kind, value in contact_points(person)]
    plain = {name: getattr(shown, name) for name in PersonOut.model_fields}
    return plain | {"contact_points": points, "consents": consents_of(person)}


@router.post(
    "/persons/{uuid:person}/unmask", response=UnmaskedOut, summary="Show contact points in full, for a reason"
)
def unmask(request: HttpRequest, person: UUID, payload: ReasonIn) -> dict[str, Any]:
    """Each call is a view of its own and is recorded; hence no idempotency key, under which the answer would be kept."""
    return actions.unmask(by=request.actor, at=request.at, person=str(person), reason=payload.reason)  # type: ignore[attr-defined]


@router.get("/persons/{uuid:person}/consents", response=list[ConsentOut], summary="Consents, newest first")
def consents(request: HttpRequest, person: UUID) -> list[Consent]:
    if display_one(person, request.actor) is None:  # type: ignore[attr-defined]
        raise _unknown(person)
    return consents_of(person)


@router.post("/persons/{uuid:person}/consents", response={201: GivenOut}, summary="Record a consent")
def give(request: HttpRequest, person: UUID, payload: ConsentIn) -> Status[dict[str, Any]]:
    return Status(201, actions.give_consent(**_doing(request), person=str(person), **payload.dict()))


@router.post("/persons/{uuid:person}/consents/withdraw", response=WithdrawnOut, summary="Withdraw a consent")
def withdraw(request: HttpRequest, person: UUID, payload: WithdrawIn) -> dict[str, Any]:
    return actions.withdraw_consent(**_doing(request), person=str(person), purpose=payload.purpose)


@router.post(
    "/persons/{uuid:person}/restrict", response=RestrictedOut, summary="A person asks to be forgotten"
)
def restrict(request: HttpRequest, person: UUID) -> dict[str, Any]:
    return actions.restrict(**_doing(request), person=str(person))


@router.get("/persons/{uuid:person}/link", response=LinkOut, summary="The signed link of a customer")
def link(request: HttpRequest, person: UUID) -> dict[str, str]:
    if request.actor.role not in actions.FRONT:  # type: ignore[attr-defined]
        text = _("Only those who work with the customer may have the customer's link.")
        raise Forbidden(Blocked("people.link_role", text))
    shown = display_one(person, request.actor)  # type: ignore[attr-defined]
    if shown is None or shown.restricted:
        raise _unknown(person)
    return {"url": request.build_absolute_uri(reverse("web:own", args=[links.sign(person)]))}


def _doing(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": request.at, "key": request.key}  # type: ignore[attr-defined]


def _unknown(person: UUID) -> Missing:
    text = _("There is no person {id} that you may see.").format(id=person)
    return Missing(Blocked("people.unknown", text))
