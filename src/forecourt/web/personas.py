"""The people whom a demo lets one sign in as, in the order of the design."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forecourt.platform import roles
from forecourt.platform.models import User
from forecourt.web.context import full_name

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the design's table: a code (also `User.persona`), a title, what they come for."""

    code: str
    title: Text
    does: Text


PERSONAS: tuple[Persona, ...] = (
    Persona(roles.ADVISER, _("Adviser"), _("My steps of today, one customer on one page")),
    Persona(
        roles.DELIVERY_SPECIALIST,
        _("Delivery specialist"),
        _("Prepare cars and hand them over"),
    ),
    Persona(
        roles.SERVICE_ADVISER,
        _("Service adviser"),
        _("Receive cars, write repair orders"),
    ),
    Persona(roles.TECHNICIAN, _("Technician"), _("Diagnose, repair, check")),
    Persona(
        roles.STORE_MANAGER,
        _("Store manager"),
        _("Queue, late steps, people, bays, bookings"),
    ),
    Persona(roles.OPERATOR_MANAGER, _("Dealer group"), _("My stores and their statements")),
    Persona(roles.CARMAKER, _("Carmaker"), _("My brand: orders, queue, quality, statements")),
    Persona(
        roles.NETWORK_OPS,
        _("Network operations"),
        _("Map, funnel, adherence, playbooks"),
    ),
    Persona(roles.PLANNER, _("Planner"), _("Sites, capacity, scenarios")),
    Persona(roles.ENGINEER, _("Engineer"), _("API, exports, playbooks as programs")),
)


@dataclass(frozen=True, slots=True)
class Card:
    """A persona with the user behind it."""

    persona: Persona
    name: str
    place: str


def cards(users: Iterable[User]) -> list[Card]:
    """One card for each persona that has a user, in the order of the design."""
    first: dict[str, User] = {}
    for user in users:
        first.setdefault(user.persona, user)
    found = ((persona, first.get(persona.code)) for persona in PERSONAS)
    return [Card(persona, full_name(user), ", ".join(user.ids)) for persona, user in found if user]
