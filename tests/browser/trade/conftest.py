"""A live site with trade in it: played once a run, then copied for each test, so that every test may change what it likes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from forecourt.platform import clock
from forecourt.platform.embedded.dsn import Dsns
from tests.browser.trade.scene import NOW
from tests.browser.trade.scene import Site
from tests.browser.trade.scene import play
from tests.conftest import point_django_at
from tests.template import Address
from tests.web.town import Town


@pytest.fixture(scope="session")
def played(
    database_server: Address, database_name: str, django_db_setup: Dsns, django_db_blocker: Any
) -> Iterator[tuple[str, Town]]:
    """The database that the tests of this folder copy, and who is in it."""
    name = f"{database_name}_trade"
    made = database_server.clone(name)
    with django_db_blocker.unblock():
        point_django_at(made)
        town = play()
        connections.close_all()
        point_django_at(django_db_setup)
    yield name, town
    database_server.drop(name)


@pytest.fixture
def forecourt_db(
    played: tuple[str, Town],
    django_db_setup: Dsns,
    database_server: Address,
    database_name: str,
    django_db_blocker: Any,
) -> Iterator[Dsns]:
    """A copy of what was played, gone after the test."""
    name = f"{database_name}_{database_server.next_number()}"
    made = database_server.clone(name, template=played[0])
    with django_db_blocker.unblock():
        point_django_at(made)
        yield made
        point_django_at(django_db_setup)
    database_server.drop(name)


@pytest.fixture
def trading_site(played: tuple[str, Town], live_site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The live site. Its clock stands still, so that nothing is late by accident, until the test moves it."""
    site = Site(live_site, played[1], NOW)
    monkeypatch.setattr(clock, "now", lambda: site.at)
    yield site
