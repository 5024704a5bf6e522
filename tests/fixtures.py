"""Actors and a small network for the tests of every room. Everything is made through actions."""

from datetime import UTC
from datetime import datetime

import pytest

from forecourt.platform.actor import Actor


@pytest.fixture
def at() -> datetime:
    """A Tuesday, 10:00 in Shanghai."""
    return datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def system() -> Actor:
    """The system itself: may do everything, sees the whole network."""
    return Actor.system("tests")
