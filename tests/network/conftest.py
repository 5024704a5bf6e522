"""The sample network, small, and the people who look at it."""

from datetime import UTC
from datetime import datetime

import pytest

from forecourt.network import calendars
from forecourt.network.actions import load_sample
from forecourt.platform import roles
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope

AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def ops() -> Actor:
    return Actor("hq-ops", roles.NETWORK_OPS, Scope("network"))


@pytest.fixture
def sample(db: None, ops: Actor) -> dict:
    """Nine stores, loaded as of a Tuesday in March 2026."""
    calendars.forget()
    return load_sample(by=ops, at=AT, stores=9, seed=1)


def manager_of(store: str) -> Actor:
    return Actor(f"manager-{store}", roles.STORE_MANAGER, Scope("store", (store,)))
