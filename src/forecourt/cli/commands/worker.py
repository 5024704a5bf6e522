"""`forecourt worker`: the background worker, on a database that runs already."""

import os
import signal
import threading
from types import FrameType

import click

from forecourt.cli import installation
from forecourt.platform.embedded import dsn

PATIENCE = (
    8.0  # seconds; when the database is gone the job library would wait half a minute for it before it ends
)


@click.command("worker")
def command() -> None:
    """Run the background worker alone: deadlines, jobs, and what the outbox holds.

    `forecourt up` runs one; run more of them on other machines with the DATABASE_URL variables set.
    """
    if dsn.current() is None:
        raise click.ClickException(
            "No database runs here. Start it with `forecourt up`, or set DATABASE_URL."
        )
    over = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        over.set()
        last = threading.Timer(
            PATIENCE, os._exit, (0,)
        )  # nothing is lost: work and its effect commit together
        last.daemon = True
        last.start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with installation.database():
        installation.set_up_django()
        from forecourt.journeys.jobs import run_worker

        run_worker(over)
