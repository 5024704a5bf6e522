"""A small network with the retail playbook, and people who take leads in."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from forecourt.demand import directory
from forecourt.journeys import actions as journeys
from forecourt.journeys import programs
from forecourt.network import calendars
from forecourt.network.actions import load_sample
from forecourt.network.models import Staff
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.embedded.dsn import Dsns
from forecourt.platform.scope import reading

ROOT = Path(__file__).parents[2]
SYSTEM = Actor.system("tests")


def open_network(at: datetime) -> None:
    """Twelve stores, staff, and the retail playbook."""
    calendars.forget()
    directory.forget()
    programs.forget()
    load_sample(by=SYSTEM, at=at, stores=12, seed=1)
    text = (ROOT / "methodology" / "playbooks" / "retail.yaml").read_text("utf-8")
    journeys.publish(by=SYSTEM, at=at, text=text, file="retail.yaml")


@pytest.fixture
def trade(db: None, at: datetime) -> None:
    """The network inside the test's transaction."""
    open_network(at)


@pytest.fixture
def busy_trade(forecourt_db: Dsns, at: datetime) -> Dsns:
    """The network in a database of its own, for threads."""
    open_network(at)
    return forecourt_db


@pytest.fixture
def ops() -> Actor:
    return Actor("hq-ops", "network_ops", Scope("network"), "", "en")


@pytest.fixture
def staff_actor() -> Callable[..., Actor]:
    """`staff_actor(store, role, number)`: somebody who works there."""

    def find(store: str, role: str = "adviser", number: int = 0) -> Actor:
        with reading(SYSTEM.scope):
            one = Staff.objects.in_store(store).in_role(role).order_by("code")[number]
        return Actor(one.code, role, Scope("store", (store,)), one.name, "en")

    return find
