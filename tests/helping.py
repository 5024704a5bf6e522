"""Helpers for tests of many rooms: English sentences, threads with connections of their own, a superuser who tampers."""

from collections.abc import Callable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.utils import translation
from psycopg.conninfo import make_conninfo

from forecourt.platform.embedded.dsn import Dsns


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences in tests are English unless a test asks for Chinese."""
    with translation.override("en"):
        yield


@pytest.fixture
def in_threads() -> Callable[..., list[Any]]:
    """`in_threads(50, work)` runs `work(number)` in 50 threads at one moment and gives the results; errors are raised."""

    def run(count: int, work: Callable[[int], Any]) -> list[Any]:
        gate = Barrier(count)

        def one(number: int) -> Any:
            try:
                with translation.override("en"):
                    gate.wait(timeout=180)
                    return work(number)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return run


@pytest.fixture
def superuser(database_server: Any) -> Callable[[Dsns], Any]:
    """`with superuser(forecourt_db) as root:` for what nobody in the house may do."""

    @contextmanager
    def connect(made: Dsns) -> Iterator[psycopg.Connection]:
        name = psycopg.conninfo.conninfo_to_dict(made.owner)["dbname"]
        with psycopg.connect(make_conninfo(database_server.admin, dbname=name), autocommit=True) as root:
            yield root

    return connect
