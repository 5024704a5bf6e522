"""A town with some days of trade in a database of its own, committed, for what reads through the reader role."""

from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from forecourt.insight.exporting.exporting import Exported
from forecourt.insight.exporting.exporting import export
from forecourt.insight.exporting.lines import Choice
from forecourt.platform.actor import Actor
from tests.conftest import point_django_at
from tests.web.town import build

NOW = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)
AT = NOW + timedelta(hours=1)  # when exports are made
EVERYTHING = Choice()
PLAYED = Choice(until=NOW + timedelta(seconds=1))  # without what these tests write themselves
CLI = Actor.system("cli.journal_export")


@pytest.fixture(scope="module")
def played(
    django_db_setup: Any, database_server: Any, database_name: str, django_db_blocker: Any
) -> Iterator[None]:
    """The town, for all tests of a module; what they write stays until its last."""
    name = f"{database_name}_{database_server.next_number()}"
    made = database_server.clone(name)
    with django_db_blocker.unblock():
        point_django_at(made)
        build(NOW)
        yield
        connections.close_all()
        point_django_at(django_db_setup)
    database_server.drop(name)


@pytest.fixture
def exported(played: None, tmp_path: Path) -> Any:
    """`exported("xes")` gives the file and what was said of it."""

    def make(form: str, choice: Choice = EVERYTHING) -> tuple[Path, Exported]:
        target = tmp_path / f"journal.{form.removeprefix('ocel-')}"
        return target, export(target, form, choice, by=CLI, at=AT)

    return make


@pytest.fixture
def asked(played: None) -> Any:
    """`asked("SELECT …")` gives rows of the database as it is."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        from django.db import transaction

        with transaction.atomic(using="reader"), connections["reader"].cursor() as cursor:
            cursor.execute("SELECT set_config('forecourt.level', 'network', true)")
            cursor.execute(query)
            return cursor.fetchall()

    return ask
