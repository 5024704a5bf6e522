"""`forecourt worker`: the background worker, on a database that runs already."""

import signal
from types import FrameType

import click

from forecourt.cli import installation
from forecourt.platform.embedded import dsn


@click.command("worker")
def command() -> None:
    """Run the background worker alone: outbox, deadlines, jobs.

    `forecourt up` runs one; run more of them on other machines with the DATABASE_URL variables set.
    """
    if dsn.current() is None:
        raise click.ClickException(
            "No database runs here. Start it with `forecourt up`, or set DATABASE_URL."
        )
    with installation.database():
        installation.set_up_django()
        from forecourt.cli.working import Worker

        worker = Worker()

        def stop(signum: int, frame: FrameType | None) -> None:
            worker.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        worker.run()
