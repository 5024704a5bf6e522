"""The played town, once for each module: its transaction stays open around the tests, each of which is rolled back by itself."""

from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from forecourt.platform import clock
from forecourt.platform.actor import Scope
from forecourt.platform.scope import set_scope
from forecourt.web import simulated
from tests.web.town import Town
from tests.web.town import build

NOW = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def look_again() -> None:
    """Whether the data is invented is kept by the process; each test has its own."""
    simulated.forget()


@pytest.fixture(scope="module")
def played(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Town]:
    """Play it, and forget it all after the module's last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        town = build(NOW)
        set_scope(Scope())
        with django_db_blocker.block():
            yield town
        transaction.set_rollback(True)


@pytest.fixture
def town(played: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A small network with trade in it; the site's clock stands still."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return played
