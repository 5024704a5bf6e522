"""The people whom a demo lets one sign in as, in the order of the design."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case
from django.db.models import Exists
from django.db.models import OuterRef
from django.db.models import When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forecourt.people.models import Person
from forecourt.platform import roles
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from forecourt.sales.models.orders import CANCELLED
from forecourt.sales.models.orders import LOCKED
from forecourt.sales.models.orders import Order
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


# Not somebody who signs in: the demo opens a customer's own page by its signed link.
CUSTOMER = Persona(
    roles.CUSTOMER, _("Customer"), _("My order, my place in the queue, my car, my appointments and consents")
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


def sample_customer() -> UUID | None:
    """A customer with an order, for the demo's visitors to look through the eyes of: the newest who waits for a car."""
    open_to_show = Person.objects.filter(pk=OuterRef("person_id"), restricted_at=None)
    with reading(NETWORK_SCOPE):
        standing = Order.objects.exclude(state=CANCELLED).filter(Exists(open_to_show))
        waiting = Case(When(state=LOCKED, handed_over_at=None, then=0), When(state=LOCKED, then=1), default=2)
        return standing.order_by(waiting, "-placed_at", "id").values_list("person_id", flat=True).first()
