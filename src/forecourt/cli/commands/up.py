"""`forecourt up`: site, worker and database, until interrupted."""

import os
import subprocess
import sys
from contextlib import ExitStack

import click

from forecourt.cli import installation
from forecourt.cli import serving
from forecourt.platform.embedded import bootstrap
from forecourt.platform.embedded import dsn
from forecourt.platform.embedded.dsn import Dsns
from forecourt.platform.embedded.server import Server


@click.command("up")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=serving.default_workers, show_default="one per core, at most 4", type=int)
@click.option("--demo", is_flag=True, help="One-click sign-in for each persona. For a sample network only.")
def command(host: str, port: int, workers: int, demo: bool) -> None:
    """Run the site, its workers and, unless DATABASE_URL is set, the database.

    A process that dies is started again. Ctrl-C stops all; the data are kept.
    """
    serving.refuse_taken_port(host, port)
    with ExitStack() as stack:
        server = None if dsn.given() else stack.enter_context(Server())
        made = bootstrap.prepare(server) if server else dsn.given()
        assert made is not None
        _migrate(made)
        serving.serve(server, made, host=host, port=port, workers=workers, demo=demo)


def _migrate(made: Dsns) -> None:
    """In a process of its own: the supervisor stays small and never loads the rooms."""
    done = subprocess.run(
        [sys.executable, "-m", "forecourt.cli.main", "migrate"],
        env=os.environ | installation.environment(made),
    )
    if done.returncode:
        raise click.ClickException(
            "The tables could not be brought up to date (see above). Run `forecourt check`."
        )
