"""The database as the migrations leave it: nobody's rows are open to others, and it is what the models say."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

PLACE = {"network", "brand", "region", "operator", "store"}
PERSONAL = {"person_id", "person", "customer_id"}
# Tables with such a column and no policy, and why that is right.
OPEN: dict[str, str] = {}


@pytest.fixture
def tables(db: None) -> dict[str, set[str]]:
    """Columns of each of our tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 "
            "AND NOT a.attisdropped GROUP BY c.relname"
        )
        return {name: set(columns) for name, columns in cursor.fetchall()}


@pytest.fixture
def forced(db: None) -> set[str]:
    """Tables whose rows are protected, from their owner too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity "
            "AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid)"
        )
        return {name for (name,) in cursor.fetchall()}


def test_rows_of_somebody_are_protected(tables: dict[str, set[str]], forced: set[str]) -> None:
    somebody = {
        name
        for name, columns in tables.items()
        if columns & PERSONAL or columns & {"store", "operator", "brand", "region"}
    }
    assert somebody - forced - set(OPEN) == set(), "call platform.rls.protect() in the room's first migration"
    assert set(OPEN) <= somebody


def test_no_scope_sees_no_row_of_somebody(forced: set[str]) -> None:
    """As the web role without a scope, every protected table is empty, whatever is in it."""
    with connection.cursor() as cursor:
        for name in sorted(forced):
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            assert cursor.fetchone() == (0,), name


def test_the_web_role_owns_nothing_and_cannot_bypass(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relowner = current_user::regrole AND relkind = 'r'"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_models_and_migrations_agree(db: None) -> None:
    said = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=said)
    assert "No changes detected" in said.getvalue()


def test_django_finds_nothing_to_complain_about() -> None:
    call_command("check", fail_level="WARNING", stdout=StringIO())


def test_every_protected_table_says_what_each_verb_may(forced: set[str]) -> None:
    """Row-level security without a policy for a verb refuses it; a policy for ALL would hide which one was meant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, array_agg(DISTINCT cmd::text) FROM pg_policies GROUP BY tablename")
        verbs = {table: set(commands) for table, commands in cursor.fetchall()}
    wrong = {
        table: verbs[table] for table in forced if verbs[table] != {"SELECT", "INSERT", "UPDATE", "DELETE"}
    }
    assert wrong == {}


def test_no_policy_is_always_true(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE qual = 'true' OR with_check = 'true'"
        )
        assert cursor.fetchall() == []


def test_neither_role_of_the_site_bypasses_or_owns(db: None) -> None:
    """The web role writes, the reader reads; neither is a superuser, bypasses security, makes roles or owns a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
            " WHERE rolname LIKE 'forecourt%%' AND rolname NOT LIKE '%%owner%%'"
        )
        rights = {name: flags for name, *flags in cursor.fetchall()}
        cursor.execute("SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                       " WHERE n.nspname = 'public'")  # fmt: skip
        owners = {name for (name,) in cursor.fetchall()}
    assert len(rights) >= 2, "the roles are named forecourt_web and forecourt_reader"
    assert {name: flags for name, flags in rights.items() if any(flags)} == {}
    assert owners & set(rights) == set()


def test_the_journal_cannot_be_altered_by_the_site(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verb FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS verb WHERE has_table_privilege('journal_entry', verb)"
        )
        assert cursor.fetchall() == []
