"""`forecourt database`: what concerns a PostgreSQL of your own."""

import click

from forecourt.platform.embedded import bootstrap
from forecourt.platform.embedded import dsn


@click.group("database")
def command() -> None:
    """Prepare a PostgreSQL of your own."""


@command.command("prepare")
@click.argument("admin_url")
@click.option("--name", default="forecourt", show_default=True, help="Name of the database to make.")
def prepare(admin_url: str, name: str) -> None:
    """Make roles and database on the server of ADMIN_URL and print the variables to set.

    ADMIN_URL is the connection URL of a role that may create roles and databases. The printed lines hold passwords.
    """
    made = bootstrap.prepare(admin_url, name)
    for role, variable in dsn.GIVEN.items():
        click.echo(f"export {variable}='{getattr(made, role)}'")


@command.command("grant")
def grant() -> None:
    """Give the roles of DATABASE_URL and DATABASE_READER_URL their rights, as DATABASE_OWNER_URL.

    For a server where an administrator made roles and database by hand. Run it once, before `forecourt migrate`.
    """
    given = dsn.given()
    if given is None:
        raise click.ClickException("Set DATABASE_URL, DATABASE_OWNER_URL and DATABASE_READER_URL first.")
    bootstrap.grant(given)
    click.echo("Granted. Next: forecourt migrate")


@command.command("urls")
def urls() -> None:
    """Print the connection URLs of the running database. They hold passwords."""
    found = dsn.current()
    if found is None:
        raise click.ClickException("No database runs here. Start it with `forecourt up`.")
    for role, variable in dsn.GIVEN.items():
        click.echo(f"export {variable}='{getattr(found, role)}'")
