"""The fixtures every other test stands on."""

import threading

import psycopg
import pytest
from django.db import connection
from django.db import connections

from forecourt.platform.models import Setting


def test_tests_run_as_the_web_role(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("forecourt_web", False, False)


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(forecourt_db, turn: int) -> None:
    with psycopg.connect(forecourt_db.owner) as db:
        db.execute("CREATE TABLE left_behind (turn int)")
    assert "left_behind" in connection.introspection.table_names()


def test_threads_see_the_same_database(forecourt_db) -> None:
    seen: list[str] = []

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            seen.append(cursor.fetchone()[0])
        connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [forecourt_db.name] * 3
    assert Setting._meta.db_table in connection.introspection.table_names()
