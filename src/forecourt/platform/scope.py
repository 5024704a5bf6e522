"""Puts an actor's scope on the database transaction, where row-level security reads it.

The two settings live as long as the transaction (`SET LOCAL`), so a pooled connection never carries one person's scope
to the next. Outside a scoped transaction nothing is visible.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress

from django.db import DatabaseError
from django.db import connection
from django.db import transaction

from forecourt.platform.actor import Scope

_SET = "SELECT set_config('forecourt.level', %s, true), set_config('forecourt.ids', %s, true)"
_GET = "SELECT current_setting('forecourt.level', true), current_setting('forecourt.ids', true)"


def set_scope(scope: Scope) -> None:
    """Set the scope of the open transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_SET, [scope.level, scope.ids_literal])


@contextmanager
def reading(scope: Scope) -> Iterator[None]:
    """A transaction that sees what `scope` sees; for pages, routes and commands that only read."""
    with transaction.atomic():
        set_scope(scope)
        yield


@contextmanager
def widened(inner: Scope, outer: Scope) -> Iterator[None]:
    """Within an open transaction: see with `inner` for a moment, then with `outer` again."""
    set_scope(inner)
    try:
        yield
    except BaseException:
        # An aborted transaction takes no statement, and its scope ends with it; the first error is the one to be seen.
        with suppress(DatabaseError):
            set_scope(outer)
        raise
    set_scope(outer)
