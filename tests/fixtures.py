"""Actors and a small network for the tests of every room. Everything is made through actions."""

from dataclasses import dataclass
from datetime import UTC
from datetime import datetime

import pytest

from forecourt.network import calendars
from forecourt.network.actions import load_sample
from forecourt.platform import roles
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import User

HOME, ONE_BRAND, SOUTH = "sh-001", "bj-001", "sz-001"


@dataclass(frozen=True)
class ThreeStores:
    """The sample network at its smallest: three stores in three regions, of two operators, with certified staff.

    `home` (Shanghai, operator op-001) sells every brand and is where the actors work; `one_brand` (Beijing) sells one;
    `south` (Shenzhen) belongs to the same operator as `one_brand`.
    """

    home: str = HOME
    one_brand: str = ONE_BRAND
    south: str = SOUTH

    @property
    def stores(self) -> tuple[str, str, str]:
        return self.home, self.one_brand, self.south


@pytest.fixture
def at() -> datetime:
    """A Tuesday, 10:00 in Shanghai."""
    return datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def system() -> Actor:
    """The system itself: may do everything, sees the whole network."""
    return Actor.system("tests")


@pytest.fixture
def network_of_three(request: pytest.FixtureRequest, at: datetime, system: Actor) -> ThreeStores:
    """Three stores with staff, in the database the test asked for (`forecourt_db`), else in `db`."""
    if "forecourt_db" not in request.fixturenames and "transactional_db" not in request.fixturenames:
        request.getfixturevalue("db")
    calendars.forget()
    load_sample(by=system, at=at, stores=3, seed=1)
    return ThreeStores()


def signed_in(persona: str) -> Actor:
    """The sample's user of a persona, as the actor of pages and routes."""
    return User.objects.get(username=persona).actor()


@pytest.fixture
def adviser(network_of_three: ThreeStores) -> Actor:
    """An adviser of the home store, with certificates."""
    return signed_in(roles.ADVISER)


@pytest.fixture
def delivery_specialist(network_of_three: ThreeStores) -> Actor:
    return signed_in(roles.DELIVERY_SPECIALIST)


@pytest.fixture
def service_adviser(network_of_three: ThreeStores) -> Actor:
    return signed_in(roles.SERVICE_ADVISER)


@pytest.fixture
def manager(network_of_three: ThreeStores) -> Actor:
    """The manager of the home store."""
    return signed_in(roles.STORE_MANAGER)


@pytest.fixture
def operator_manager(network_of_three: ThreeStores) -> Actor:
    """The dealer group of the home store."""
    return signed_in(roles.OPERATOR_MANAGER)


@pytest.fixture
def ops(network_of_three: ThreeStores) -> Actor:
    """Network operations at headquarters."""
    return signed_in(roles.NETWORK_OPS)


@pytest.fixture
def stranger(network_of_three: ThreeStores) -> Actor:
    """A manager of another operator's store: must never see what is the home store's."""
    return Actor("stranger", roles.STORE_MANAGER, Scope("store", (network_of_three.south,)))
