"""Actors and a small network for the tests of every room. Everything is made through actions.

`network_of_three` is the sample network cut down to nine stores, of which three matter to tests: `home`, a user centre that
sells, delivers and services; `other`, one of another dealer group; `mall`, a shop without a workshop. Its people are real staff
with certificates. `busy_network` is the same in a database of its own, for threads. `playbooks` publishes the sample playbooks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from datetime import date
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.embedded.dsn import Dsns

SYSTEM = Actor.system("tests")
BRAND = "aito"


@dataclass(frozen=True, slots=True)
class Three:
    """The stores that tests speak of, by code, and where `home`'s rows lie."""

    home: str
    other: str
    mall: str
    operator: str
    place: Any
    at: datetime

    def staff(self, role: str, store: str = "", number: int = 0) -> Actor:
        """The `number`-th of the store's people in that role who hold every certificate that the role is trained for."""
        return _able(store or self.home, role, self.at.date())[number]


@pytest.fixture
def at() -> datetime:
    """A Tuesday, 10:00 in Shanghai."""
    return datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def system() -> Actor:
    """The system itself: may do everything, sees the whole network."""
    return Actor.system("tests")


@pytest.fixture
def network_of_three(db: None, at: datetime) -> Three:
    return open_network(at)


@pytest.fixture
def busy_network(forecourt_db: Dsns, at: datetime) -> Three:
    return open_network(at)


@pytest.fixture
def playbooks(at: datetime, request: pytest.FixtureRequest) -> Callable[..., None]:
    """`playbooks("repair", "first-month")` publishes sample playbooks."""
    return lambda *names: publish_samples(at, *names)


@pytest.fixture
def adviser(network_of_three: Three) -> Actor:
    return network_of_three.staff("adviser")


@pytest.fixture
def manager(network_of_three: Three) -> Actor:
    return network_of_three.staff("store_manager")


@pytest.fixture
def service_adviser(network_of_three: Three) -> Actor:
    return network_of_three.staff("service_adviser")


@pytest.fixture
def technician(network_of_three: Three) -> Actor:
    return network_of_three.staff("technician")


@pytest.fixture
def operator(network_of_three: Three) -> Actor:
    """The dealer group that runs `home`."""
    code = network_of_three.operator
    return Actor(f"{code}-head", "operator_manager", Scope("operator", (code,)), language="en")


@pytest.fixture
def carmaker() -> Actor:
    return Actor("cm-aito", "carmaker", Scope("brand", (BRAND,)), language="en")


@pytest.fixture
def ops() -> Actor:
    return Actor("hq-ops", "network_ops", Scope("network"), language="en")


@pytest.fixture
def signed_in(client: Any) -> Callable[..., Any]:
    """`signed_in(adviser)` is that person's browser; `language="zh-hans"` for Chinese pages."""

    def sign_in(actor: Actor, language: str = "en") -> Any:
        client.force_login(user_of(actor))
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        return client

    return sign_in


def user_of(actor: Actor) -> Any:
    """The account of an actor."""
    from forecourt.platform.models import User

    place = {
        "role": actor.role,
        "staff": actor.code,
        "level": actor.scope.level,
        "ids": list(actor.scope.ids),
    }
    found, _made = User.objects.get_or_create(username=actor.code, defaults=place)
    return found


def open_network(at: datetime) -> Three:
    """Nine stores of the sample network, through the action that loads it."""
    from forecourt.network import calendars
    from forecourt.network.actions import load_sample
    from forecourt.network.models import Store
    from forecourt.platform.scope import reading

    calendars.forget()
    load_sample(by=SYSTEM, at=at, stores=9, seed=1)
    with reading(SYSTEM.scope):
        full = (
            Store.objects.servicing(BRAND, at.date())
            .filter(service_bays__gt=0, format="user_centre")
            .order_by("code")
        )
        home = full[0]
        other = (
            Store.objects.filter(service_bays__gt=0).exclude(operator=home.operator_id).order_by("code")[0]
        )
        mall = Store.objects.filter(service_bays=0).order_by("code")[0]
        return Three(home.code, other.code, mall.code, home.operator_id, home.place(BRAND), at)


def publish_samples(at: datetime, *names: str) -> None:
    """Publish sample playbooks; all of them when none is named."""
    from forecourt.journeys import actions
    from forecourt.journeys import programs

    programs.forget()
    folder = settings.FORECOURT_METHODOLOGY / "playbooks"
    for path in sorted(folder.glob("*.yaml")):
        if not names or path.stem in names:
            actions.publish(by=SYSTEM, at=at, text=path.read_text("utf-8"), file=path.name)


def make_person(at: datetime, place: Any, name: str = "林悦", phone: str = "+8613800138000") -> UUID:
    """A person that the stores of `place` know."""
    from forecourt.people import actions as people
    from forecourt.platform.actions import Doing
    from forecourt.platform.scope import reading

    with reading(SYSTEM.scope):
        do = Doing(SYSTEM, at, "tests", scope=SYSTEM.scope)
        found = people.join(do, name=name, contacts=[people.Contact("phone", phone)])
        people.relate(do, person=found.person, place=place)
        do.finish()
    return found.person


def _able(store: str, role: str, on: date) -> list[Actor]:
    from forecourt.network.models import Certificate
    from forecourt.network.queries import able
    from forecourt.platform.scope import reading

    with reading(SYSTEM.scope):
        needed = [row.code for row in Certificate.objects.all() if role in row.held_by]
        found = able(store, role, on, needed, BRAND)
        return [Actor(one.code, role, Scope("store", (store,)), one.name, "en") for one in found]
