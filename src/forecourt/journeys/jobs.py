"""The worker: what time brings (deadlines and more) each minute as a Procrastinate job, the outbox as soon as something waits in it.

Several workers may run on several machines and be killed at any moment: a deadline and its entry, an outbox message and its
effect, commit together. When the database is away the worker waits for it.
"""

import asyncio
import contextlib
import logging
import threading
from datetime import datetime

import psycopg
from django.db import DatabaseError
from django.db import InterfaceError
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from forecourt.journeys.actions import mark_late
from forecourt.platform import clock
from forecourt.platform import outbox
from forecourt.platform import ticks
from forecourt.platform.actor import Actor

logger = logging.getLogger(__name__)

BATCH = 200
IDLE_SECONDS = 0.5
AWAY_SECONDS = 2.0
CLOCK = Actor.system("journeys.deadlines")
AWAY = (DatabaseError, InterfaceError, ConnectorException, psycopg.Error, OSError)


def keep_deadlines(at: datetime, limit: int = BATCH) -> int:
    """Mark every deadline missed at `at` and run the escalations that are due; how many steps were looked at."""
    looked = 0
    while True:
        taken = mark_late(by=CLOCK, at=at, limit=limit)["taken"]
        looked += taken
        if taken < limit:
            return looked


@app.periodic(cron="* * * * *")
@app.task(name="journeys.each_minute", queue="ticks", pass_context=False)
def each_minute(timestamp: int) -> None:
    """What every room wants looked at as time passes, deadlines among it. A late run makes up for all that was missed."""
    ticks.run(clock.now())


def run_worker(stop: threading.Event | None = None) -> None:
    """Work until interrupted (or until `stop` is set): jobs in this thread, the outbox in one beside it."""
    over = stop or threading.Event()
    beside = threading.Thread(target=_deliver, args=(over,), name="outbox", daemon=True)
    beside.start()
    try:
        while not over.is_set():
            with _waiting_for_database("jobs", over):
                asyncio.run(_work(over))
    except KeyboardInterrupt:
        logger.info("The worker was interrupted.")
    finally:
        over.set()
        beside.join(timeout=10)


async def _work(over: threading.Event) -> None:
    """Run jobs until `over`; Procrastinate listens, so a job starts when it is put."""
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        async with working.open_async():
            worker = asyncio.create_task(
                working.run_worker_async(install_signal_handlers=False, concurrency=2)
            )
            while not over.is_set() and not worker.done():
                await asyncio.sleep(0.2)
            if not worker.done():
                worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker


def _deliver(over: threading.Event) -> None:
    """Drain the outbox again and again."""
    while not over.is_set():
        with _waiting_for_database("outbox", over):
            if not outbox.drain(clock.now()):
                over.wait(IDLE_SECONDS)
    connections.close_all()


class _waiting_for_database(contextlib.AbstractContextManager[None]):
    """Swallow that the database is away: log it, wait, let the caller try again."""

    def __init__(self, what: str, over: threading.Event) -> None:
        self.what, self.over = what, over

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, AWAY):
            return False
        logger.warning("The worker's %s wait for the database: %s", self.what, error)
        connections.close_all()
        self.over.wait(AWAY_SECONDS)
        return True
