"""What the worker does for this room, on a queue of its own: figures every ten minutes when something happened, all of them each night."""

import logging

from procrastinate.contrib.django import app

from forecourt.platform import clock
from forecourt.platform.embedded.places import default_home

logger = logging.getLogger(__name__)
QUEUE = LOCK = "insight"
COPY = "copy"  # folder of the home in which the journal's copy lies


@app.periodic(cron="*/10 * * * *")
@app.task(name="insight.refresh", queue=QUEUE, lock=LOCK, queueing_lock="insight.refresh", pass_context=False)
def refresh_changed(timestamp: int) -> None:
    """Make the figures of the playbook versions in which something happened."""
    _refresh(everything=False)


@app.periodic(cron="40 18 * * *")  # UTC: 02:40 in China
@app.task(
    name="insight.refresh_all",
    queue=QUEUE,
    lock=LOCK,
    queueing_lock="insight.refresh_all",
    pass_context=False,
)
def refresh_all(timestamp: int) -> None:
    """Make all figures anew: the quarter that they are of has moved on by a day."""
    _refresh(everything=True)


@app.task(name="insight.try_draft", queue=QUEUE, pass_context=False)
def try_draft(trial: str) -> None:
    """Hold a draft against the past."""
    from forecourt.insight.trials import run

    run(trial, clock.now())


def _refresh(*, everything: bool) -> None:
    from forecourt.insight.refreshing import refresh

    for one in refresh(clock.now(), everything=everything, folder=default_home() / COPY):
        logger.info("Measured %(playbook)s %(version)s: %(journeys)s journeys in %(milliseconds)s ms.", one)
