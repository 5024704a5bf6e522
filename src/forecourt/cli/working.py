"""The worker's rounds: deliver what the outbox holds, make late what is overdue, run jobs.

A worker that dies loses nothing: each piece of work and its effect commit together, and workers share the work under
SKIP LOCKED. When the database is away the worker waits for it.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError
from django.db import InterfaceError
from django.db import OperationalError
from django.db import connections

from forecourt.platform import clock
from forecourt.platform import outbox
from forecourt.platform.actor import Actor

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
AWAY_SECONDS = 2.0
Job = Callable[[datetime], object]


class Worker:
    """Works until it is stopped; one round does every kind of work once."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            self._stopped.wait(self.round())
        connections.close_all()

    def stop(self) -> None:
        self._stopped.set()

    def round(self) -> float:
        """Do what waits; the seconds to rest before the next round."""
        try:
            done = [work(clock.now()) for work in kinds_of_work()]
        except (OperationalError, InterfaceError) as error:
            logger.warning("The database is away: %s", error)
            connections.close_all()
            return AWAY_SECONDS
        except DatabaseError:
            logger.exception("A round of the worker failed; the next one tries again.")
            return AWAY_SECONDS
        return 0.0 if any(done) else IDLE_SECONDS


def kinds_of_work() -> list[Job]:
    """What a round does, in order."""
    return [mark_late, outbox.drain]


def mark_late(at: datetime) -> int:
    """Write the late entries that are due; how many steps were looked at."""
    from forecourt.journeys.actions.lateness import mark_late as action

    return int(action(by=Actor.system("journeys.lateness"), at=at)["taken"])
