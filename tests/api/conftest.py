"""The world of the guards, built once a run, and clients of the API that carry a token."""

from collections.abc import Callable
from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from forecourt.api import tokens
from forecourt.platform import access
from forecourt.platform.embedded.dsn import Dsns
from tests.api.calling import granian
from tests.api.world import SYSTEM
from tests.api.world import World
from tests.api.world import build
from tests.conftest import point_django_at
from tests.template import Address

OPENS_AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def built_world(
    django_db_setup: Dsns, database_server: Address, database_name: str, django_db_blocker: Any
) -> Iterator[tuple[Dsns, World]]:
    """The world in a database of its own, which lasts as long as the run."""
    name = f"{database_name}_world"
    made = database_server.clone(name)
    with django_db_blocker.unblock():
        point_django_at(made)
        world = build(OPENS_AT)
        point_django_at(django_db_setup)
    yield made, world
    database_server.drop(name)


@pytest.fixture
def world(
    built_world: tuple[Dsns, World],
    django_db_setup: Dsns,
    django_db_blocker: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """The world, committed. What a test writes into it stays for the next one."""
    made, found = built_world
    stop_clocks(monkeypatch, found.at)
    with django_db_blocker.unblock():
        point_django_at(made)
        yield found
        point_django_at(django_db_setup)


def stop_clocks(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Pages and routes live at one moment."""
    fixed = SimpleNamespace(now=lambda: at)
    monkeypatch.setattr(access, "clock", fixed)
    monkeypatch.setattr("forecourt.api.auth.clock", fixed)
    monkeypatch.setattr("forecourt.sales.api.clock", fixed)


@pytest.fixture
def server(forecourt_db: Dsns) -> Iterator[str]:
    """Address of a real web server on this test's database."""
    with granian() as address:
        yield address


@pytest.fixture
def token_of() -> Callable[[str, datetime], str]:
    """`token_of("adviser", at)` is a secret with which a program acts as that persona."""

    def make(username: str, at: datetime) -> str:
        secret = tokens.new_secret()
        digest = tokens.digest_of(secret)
        tokens.make_token(by=SYSTEM, at=at, user=username, name="tests", digest=digest)
        return secret

    return make


@pytest.fixture
def caller(token_of: Callable[[str, datetime], str], at: datetime) -> Callable[[str], Client]:
    """`caller("adviser")` is a client of the API."""

    def connect(username: str) -> Client:
        secret = token_of(username, at)
        return Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})

    return connect
