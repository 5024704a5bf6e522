"""Migrations, run as the owner of the tables."""

from collections.abc import Callable

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

ALIAS = "owner"


def pending() -> list[str]:
    """Migrations that have not run, in order."""
    executor = MigrationExecutor(connections[ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate(say: Callable[[str], object]) -> int:
    """Run what is pending; the number of migrations run. Takes no time when there is none."""
    waiting = pending()
    if waiting:
        say(f"Bringing the tables up to date: {len(waiting)} migrations.")
        call_command("migrate", database=ALIAS, verbosity=0, interactive=False, skip_checks=True)
    connections[ALIAS].close()
    return len(waiting)
