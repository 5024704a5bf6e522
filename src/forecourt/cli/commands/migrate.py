"""`forecourt migrate`: bring the tables up to date as their owner."""

import click

from forecourt.cli import installation


@click.command("migrate")
@click.option("--check", is_flag=True, help="Only say what is pending; exit 1 when something is.")
def command(check: bool) -> None:
    """Bring the database's tables up to date.

    Uses the running database or starts it for the moment. With a PostgreSQL of your own set DATABASE_OWNER_URL.
    """
    with installation.database():
        installation.set_up_django()
        from forecourt.cli import tables

        if check:
            _say_pending(tables.pending())
        else:
            tables.migrate(click.echo)


def _say_pending(names: list[str]) -> None:
    for name in names:
        click.echo(name)
    if names:
        raise click.exceptions.Exit(1)
