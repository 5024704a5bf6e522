"""What every test may ask for.

`db` (pytest-django's) gives a migrated database seen as the web role, inside a transaction that is rolled back;
`forecourt_db` gives a database of its own, for tests that commit, run threads or a live server. In both, row-level
security holds: a test that sets no scope sees nothing.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.db import connections

from forecourt.platform.databases import databases
from forecourt.platform.embedded.dsn import Dsns
from tests.template import Address
from tests.template import TestServer

pytest_plugins = ["tests.fixtures", "tests.helping"]

# A busy machine is no fault of the code: how long an example takes is measured in benchmarks/.
hypothesis.settings.register_profile("forecourt", deadline=None)
hypothesis.settings.load_profile("forecourt")

_server = pytest.StashKey[TestServer]()
_address = pytest.StashKey[Address]()


def _open(config: pytest.Config) -> Address:
    """The server of this run, started when it is first needed."""
    if _address not in config.stash:
        given = getattr(config, "workerinput", {}).get("forecourt_address")
        config.stash[_address] = Address(**given) if given else _start(config)
    return config.stash[_address]


def _start(config: pytest.Config) -> Address:
    server = TestServer(config.rootpath / ".pytest_cache" / "forecourt")
    config.stash[_server] = server
    return server.open()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Item) -> None:
    """xdist: the controller runs the server, its workers are told where."""
    address = _open(node.config)
    node.workerinput["forecourt_address"] = {"host": address.host, "port": address.port, "home": address.home}


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server in config.stash:
        config.stash[_server].close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The web role may not truncate, so Django's own clean-up after a transactional test cannot work."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction"):
            raise pytest.UsageError(
                f"{item.nodeid}: use the fixture forecourt_db instead of django_db(transaction=True)."
            )


def point_django_at(made: Dsns) -> None:
    """Let all three aliases, and every process started from here, use another database."""
    os.environ.update(made.environment())
    for alias, settings in databases().items():
        connections[alias].close()
        connections.settings[alias].update(settings | {"CONN_MAX_AGE": 0})


@pytest.fixture(scope="session")
def database_server(request: pytest.FixtureRequest) -> Address:
    """The embedded server of this run."""
    return _open(request.config)


@pytest.fixture(scope="session")
def database_name() -> str:
    """This process's name among the processes of the run."""
    return f"forecourt_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def django_db_setup(database_server: Address, database_name: str) -> Dsns:
    """In place of pytest-django's: the web role cannot create databases, and must not."""
    made = database_server.clone(database_name)
    point_django_at(made)
    return made


@pytest.fixture
def forecourt_db(
    django_db_setup: Dsns,
    database_server: Address,
    database_name: str,
    django_db_blocker: "pytest.FixtureRequest",
) -> Iterator[Dsns]:
    """A fresh database of its own: what is committed here is gone after the test. Gives the URLs of the three roles."""
    name = f"{database_name}_{database_server.next_number()}"
    made = database_server.clone(name)
    with django_db_blocker.unblock():
        point_django_at(made)
        yield made
        point_django_at(django_db_setup)
    database_server.drop(name)


@pytest.fixture
def transactional_db(forecourt_db: Dsns) -> Dsns:
    """pytest-django's live_server asks for this."""
    return forecourt_db


@pytest.fixture
def repository() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What a process keeps for a minute must not reach the next test, whose database is another."""
    from forecourt.journeys import stencils
    from forecourt.network import queries

    queries.forget()
    stencils.forget()
