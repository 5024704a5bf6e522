"""Django's PostgreSQL backend, with a look instead of a question, and times read quickly.

Before each request Django asks a kept connection `SELECT 1` to see whether it lives. A server that ended has closed its
socket, which can be seen without asking: only when something lies there to be read is the question put.

Django reads every time of the database by a regular expression, for any style and zone. Our connections speak ISO and UTC, which
Python reads by itself, ten times as fast; what it cannot read (years before Christ, infinity) goes Django's way.
"""

import select
from datetime import UTC
from datetime import datetime
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import BaseTzLoader

# Statements kept by the server for a connection; the house has some hundreds, and queries with lists come in several lengths.
STATEMENTS_KEPT = 400


class InUtc(BaseTzLoader):  # type: ignore[misc]  # Django has no types
    """Reads `2026-03-10 02:30:00.5+00`."""

    timezone = UTC

    def load(self, data: Any) -> Any:
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def get_new_connection(self, conn_params):  # type: ignore[no-untyped-def]  # as Django declares it
        made = super().get_new_connection(conn_params)
        made.prepared_max = STATEMENTS_KEPT
        if self.timezone == UTC:
            made.adapters.register_loader("timestamptz", InUtc)
        return made

    def is_usable(self) -> bool:
        """Whether the connection still answers. A quiet socket means that it does."""
        if self.connection is None or self.connection.closed:
            return False
        if not _has_news(self.connection.fileno()):
            return True
        return bool(super().is_usable())


def _has_news(socket: int) -> bool:
    poll = select.poll()
    poll.register(socket, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
