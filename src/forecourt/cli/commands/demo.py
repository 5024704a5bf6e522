"""`forecourt demo`: a sample network with weeks of trade, played through the same actions as live work."""

import json
import os
import sys
from contextlib import ExitStack
from typing import Any

import click
import psycopg

from forecourt.cli import installation
from forecourt.cli import serving
from forecourt.platform.embedded import bootstrap
from forecourt.platform.embedded import dsn
from forecourt.platform.embedded import passwords
from forecourt.platform.embedded.dsn import Dsns
from forecourt.platform.embedded.server import Server


@click.command("demo")
@click.option(
    "--days", default=28, show_default=True, type=click.IntRange(1, 365), help="Days of trade to play."
)
@click.option(
    "--stores", default=60, show_default=True, type=click.IntRange(5, 2150), help="Stores in the network."
)
@click.option("--seed", default=1, show_default=True, help="Same seed, same result.")
@click.option("--no-serve", is_flag=True, help="Do not run the site afterwards.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the result as one JSON object on standard output."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def command(days: int, stores: int, seed: int, no_serve: bool, as_json: bool, host: str, port: int) -> None:
    """Fill a sample network with weeks of trade and show it.

    Brands and prices are public facts; staff and customers are synthetic. A second run keeps the data; `forecourt
    reset` deletes them.
    """
    if not no_serve:
        serving.refuse_taken_port(host, port)
    with ExitStack() as stack:
        found = dsn.given() or (dsn.running() if no_serve else None)
        server = None if found else stack.enter_context(Server())
        made = bootstrap.prepare(server) if server else found
        assert made is not None
        result = _filled(made, {"days": days, "stores": stores, "seed": seed})
        _show(result, as_json)
        if not no_serve:
            serving.serve(server, made, host=host, port=port, workers=serving.default_workers(), demo=True)


def _filled(made: Dsns, asked: dict[str, int]) -> dict[str, Any]:
    """Play the demo, or give the result of the one that is there; a demo that was cut off is refused."""
    kept = _kept()
    if kept.get("database") == _identity(made):
        _same(kept, asked)
        if kept.get("result"):
            click.echo("The demo's data are there; nothing is played again.", err=True)
            _tables(made)
            return dict(kept["result"])
    _tables(made)
    _refuse_other_data()
    _keep({"database": _identity(made), "asked": asked})
    result = _play(asked)
    _keep({"database": _identity(made), "asked": asked, "result": result})
    return result


def _same(kept: dict[str, Any], asked: dict[str, int]) -> None:
    there = kept["asked"]
    if not kept.get("result"):
        raise click.ClickException(
            "A demo was cut off before its end, so its data are incomplete. Run `forecourt reset`, then this again."
        )
    if there != asked:
        said = ", ".join(f"{name} {value}" for name, value in there.items())
        raise click.ClickException(
            f"The data here are of another demo ({said}). Ask for the same, or run `forecourt reset` first."
        )


def _refuse_other_data() -> None:
    """A demo is played into an empty database only."""
    from forecourt.network.models import Store
    from forecourt.platform.actor import NETWORK_SCOPE
    from forecourt.platform.scope import reading

    with reading(NETWORK_SCOPE):
        if Store.objects.exists():
            raise click.ClickException(
                "There is a network in this database that no demo made. Play the demo elsewhere: set FORECOURT_HOME to "
                "another folder."
            )


def _play(asked: dict[str, int]) -> dict[str, Any]:
    from forecourt import demo

    return dict(demo.run(**asked, progress=_progress))


def _tables(made: Dsns) -> None:
    os.environ.update(installation.environment(made, demo=True))
    installation.set_up_django()
    from forecourt.cli.tables import migrate

    migrate(lambda line: click.echo(line, err=True))


def _progress(done: float, text: str) -> None:
    """One line on a terminal, rewritten; a line for every tenth elsewhere."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{done:4.0%} {text}", err=True, nl=done >= 1)
    else:
        click.echo(f"{done:4.0%} {text}", err=True)


def _show(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=1, default=str))
        return
    for name, value in result.items():
        click.echo(
            f"{name.replace('_', ' '):<24} {json.dumps(value, ensure_ascii=False, default=str)}", err=True
        )


def _identity(made: Dsns) -> str:
    """Which database this is; a deleted and newly made one is another."""
    with psycopg.connect(made.web) as db:
        row = db.execute(
            "SELECT datname || ':' || oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        system = db.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    assert row is not None and system is not None
    return f"{system[0]}:{row[0]}"


def _kept() -> dict[str, Any]:
    path = installation.places().demo
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _keep(state: dict[str, Any]) -> None:
    passwords.write_private(installation.places().demo, json.dumps(state, default=str))
