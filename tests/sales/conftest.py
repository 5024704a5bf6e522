"""The shop as a fixture: `shop` inside a test's transaction, `busy_shop` in a database of its own for threads."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

import pytest
from django.test import Client

from forecourt.network import calendars
from forecourt.platform import access
from forecourt.platform.actor import Actor
from forecourt.platform.embedded.dsn import Dsns
from forecourt.platform.models import User
from tests.sales.shop import Shop
from tests.sales.shop import open_shop


@pytest.fixture
def shop(db: None, at: datetime) -> Shop:
    calendars.forget()
    return open_shop(at)


@pytest.fixture
def busy_shop(forecourt_db: Dsns, at: datetime) -> Shop:
    calendars.forget()
    return open_shop(at)


@pytest.fixture
def now(at: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Pages and routes live at the tests' time."""
    fixed = SimpleNamespace(now=lambda: at)
    monkeypatch.setattr(access, "clock", fixed)
    monkeypatch.setattr("forecourt.api.auth.clock", fixed)
    monkeypatch.setattr("forecourt.sales.api.clock", fixed)
    return at


@pytest.fixture
def browser_of(now: datetime) -> Callable[[Actor], Client]:
    """A client signed in as somebody."""

    def sign_in(actor: Actor) -> Client:
        user = User.objects.create_user(
            username=f"user-{actor.code}", staff=actor.code, role=actor.role, level=actor.scope.level,
            ids=list(actor.scope.ids), language="en",
        )  # fmt: skip
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return sign_in
