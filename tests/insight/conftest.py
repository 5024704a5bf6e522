"""The played town of the roof's tests, measured: its figures are made once for the module."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from forecourt.insight.refreshing import refresh
from forecourt.platform import clock
from forecourt.platform.actor import Scope
from forecourt.platform.scope import set_scope
from forecourt.web import simulated
from tests.web.conftest import NOW
from tests.web.town import Town
from tests.web.town import build


@pytest.fixture(autouse=True)
def look_again() -> None:
    """Whether the data is invented is kept by the process; each test has its own."""
    simulated.forget()


@pytest.fixture(scope="module")
def played(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Town]:
    """Play it, measure it, and forget it all after the module's last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        town = build(NOW)
        refresh(NOW)
        set_scope(Scope())
        with django_db_blocker.block():
            yield town
        transaction.set_rollback(True)


@pytest.fixture
def town(played: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A small network with trade in it, measured; the site's clock stands still."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return played


@pytest.fixture
def visit(town: Town, client: Client) -> Any:
    """`visit("carmaker", address)` is what that persona is answered."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def go(role: str, address: str, **more: Any) -> Any:
        client.force_login(town.user(role))
        return client.get(address, **more)

    go.client = client  # type: ignore[attr-defined]
    return go
