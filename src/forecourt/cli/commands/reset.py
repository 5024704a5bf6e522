"""`forecourt reset`: delete the data, after asking."""

import shutil

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict

from forecourt.cli import installation
from forecourt.platform.embedded import bootstrap
from forecourt.platform.embedded import dsn
from forecourt.platform.embedded import lock
from forecourt.platform.embedded.dsn import Dsns


@click.command("reset")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(yes: bool) -> None:
    """Delete all data of this installation: persons, journeys, orders, the journal, evidence.

    Asks first. The database must not be running. Passwords are kept.
    """
    if given := dsn.given():
        _reset_given(given, yes)
    else:
        _reset_embedded(yes)


def _reset_embedded(yes: bool) -> None:
    places = installation.places()
    if not places.data.exists():
        click.echo(f"There are no data in {places.home}.")
        return
    with lock.take(places.lock):
        _ask(f"all data in {places.home} ({installation.size(places.data) / 1e6:,.0f} MB)", yes)
        shutil.rmtree(places.data)
        _forget_the_rest()
    click.echo(f"Deleted. The next start begins with an empty database in {places.home}.")


def _reset_given(given: Dsns, yes: bool) -> None:
    parts = conninfo_to_dict(given.owner)
    _ask(f"all tables of database {parts.get('dbname')} on {parts.get('host', 'this machine')}", yes)
    with psycopg.connect(given.owner) as db:
        db.execute("DROP SCHEMA public CASCADE")
        db.execute("CREATE SCHEMA public")
    bootstrap.grant(given)
    _forget_the_rest()
    click.echo("Deleted. Run `forecourt migrate` to make empty tables.")


def _ask(what: str, yes: bool) -> None:
    if not yes:
        click.confirm(f"This deletes {what}. It cannot be undone. Continue?", abort=True)


def _forget_the_rest() -> None:
    places = installation.places()
    shutil.rmtree(places.evidence, ignore_errors=True)
    places.demo.unlink(missing_ok=True)
