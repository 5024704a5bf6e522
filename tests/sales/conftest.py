"""The shop as a fixture: `shop` inside a test's transaction, `busy_shop` in a database of its own for threads."""

from datetime import datetime

import pytest

from forecourt.platform.embedded.dsn import Dsns
from tests.sales.shop import Shop
from tests.sales.shop import open_shop


@pytest.fixture
def shop(db: None, at: datetime) -> Shop:
    return open_shop(at)


@pytest.fixture
def busy_shop(forecourt_db: Dsns, at: datetime) -> Shop:
    return open_shop(at)
