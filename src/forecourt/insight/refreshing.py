"""Making the figures: journeys of the last quarter are read, replayed and summed up, one playbook version after the other.

Run by the worker and by commands. Nothing here is imported by a page: what a page shows, it reads from the tables.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING
from typing import Any
from uuid import UUID

import psycopg
from django.db import DatabaseError

from forecourt.insight import reading as journeys
from forecourt.insight.models import Refresh
from forecourt.insight.reading import Reading
from forecourt.journal.models import Entry
from forecourt.journeys import programs
from forecourt.journeys.models import Journey
from forecourt.journeys.models import PlaybookVersion
from forecourt.journeys.programs import Known
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading

if TYPE_CHECKING:
    from forecourt.insight.copy.reading import Copy

logger = logging.getLogger(__name__)

WINDOW = timedelta(weeks=13)
PAUSE = 20  # times as long as figures take to make; so making them takes a twentieth of a worker at most
MAKER = Actor.system("insight.refresh")
Say = Callable[[float, str], None]


def silent(done: float, text: str) -> None:
    """Nobody listens."""


def refresh(
    at: datetime, *, everything: bool = False, folder: Path | None = None, say: Say = silent
) -> list[dict[str, Any]]:
    """Make the figures of each playbook version in which something happened since they were made; of all with `everything`.

    With a `folder` the steps are read from the copy of the journal in it, which is brought up to the journal first; where that
    cannot be, and without a folder, from the tables.
    """
    versions, seen = waiting(at, everything=everything)
    source = _copied(folder, say) if folder and versions else None
    results = []
    for number, (playbook, version) in enumerate(versions):
        say(number / len(versions), f"measuring {playbook} {version}")
        results.append(refresh_version(playbook, version, at, seen, source))
    return results


def _copied(folder: Path, say: Say) -> "Copy | None":
    from forecourt.insight.copied import brought_up
    from forecourt.insight.copy.disk import CopyError

    say(0.0, "copying the journal")
    try:
        return brought_up(folder)
    except (CopyError, DatabaseError, psycopg.Error, OSError) as error:
        logger.warning("The journal's copy in %s cannot be used, so its table is read: %s", folder, error)
        return None


def waiting(at: datetime, *, everything: bool = False) -> tuple[list[tuple[str, str]], UUID | None]:
    """The versions whose figures are older than their journal, and the newest entry there is."""
    with reading(MAKER.scope):
        newest: UUID | None = Entry.objects.order_by("-id").values_list("id", flat=True).first()
        known = PlaybookVersion.objects.order_by("playbook", "version").values_list("playbook", "version")
        made = {(row.playbook, row.version): row for row in Refresh.objects.all()}
        old = [key for key in known if _has_runs(*key) and (everything or _old(made.get(key), newest, at))]
    return old, newest


def _has_runs(playbook: str, version: str) -> bool:
    return Journey.objects.filter(playbook=playbook, version=version).exists()


def _old(made: Refresh | None, newest: UUID | None, at: datetime) -> bool:
    """Whether figures are to be made: something happened since, and they were not made only just now for the time that it takes."""
    if made is None:
        return True
    if (
        made.seen == newest
        or newest is None
        or at < made.made_at + PAUSE * timedelta(milliseconds=made.milliseconds)
    ):
        return False
    return Entry.objects.filter(id__gt=made.seen, playbook=made.playbook, version=made.version).exists()


def refresh_version(
    playbook: str, version: str, at: datetime, seen: UUID | None = None, source: "Copy | None" = None
) -> dict[str, Any]:
    """Make the figures of one version; how many cases and reports, and how long it took."""
    from forecourt.insight import rows
    from forecourt.insight import telling
    from forecourt.insight.actions import keep_figures

    began = perf_counter()
    with reading(MAKER.scope):
        known = programs.of(playbook, version)
        story = telling.tell(known.program, _read(known, at, source), at)
    made = rows.make(known.playbook, story, at - WINDOW)
    took = round(1000 * (perf_counter() - began))
    return dict(keep_figures(by=MAKER, at=at, made=made, seen=seen, milliseconds=took))


def _read(known: Known, at: datetime, source: "Copy | None") -> Reading:
    from forecourt.insight import telling

    book, period = known.playbook, journeys.under_way(at - WINDOW, at)
    recording, proving = telling.recording(known.program), telling.proving(known.program)
    if source is None:
        return journeys.read(book.name, [book.version], period, recording=recording, proving=proving)
    from forecourt.insight import copied

    return copied.read(source, journeys.runs_of(book.name, [book.version], period), at, recording)
