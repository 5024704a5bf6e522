"""The yard: `yard` inside a test's transaction, `busy_yard` in a database of its own for threads."""

from datetime import datetime

import pytest

from forecourt.platform.embedded.dsn import Dsns
from tests.supply.yard import Yard
from tests.supply.yard import open_yard


@pytest.fixture
def yard(db: None, at: datetime) -> Yard:
    return open_yard(at)


@pytest.fixture
def busy_yard(forecourt_db: Dsns, at: datetime) -> Yard:
    return open_yard(at)
