"""Making the figures: journeys of the last quarter are read, replayed and summed up, one playbook version after the other.

Run by the worker and by commands. Nothing here is imported by a page: what a page shows, it reads from the tables.
"""

from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

from forecourt.insight.models import Refresh
from forecourt.journal.models import Entry
from forecourt.journeys import programs
from forecourt.journeys.models import Journey
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading

WINDOW = timedelta(weeks=13)
MAKER = Actor.system("insight.refresh")
Say = Callable[[float, str], None]


def silent(done: float, text: str) -> None:
    """Nobody listens."""


def refresh(at: datetime, *, everything: bool = False, say: Say = silent) -> list[dict[str, Any]]:
    """Make the figures of each playbook version in which something happened since they were made; of all with `everything`."""
    versions, seen = waiting(everything=everything)
    results = []
    for number, (playbook, version) in enumerate(versions):
        say(number / len(versions), f"measuring {playbook} {version}")
        results.append(refresh_version(playbook, version, at, seen))
    return results


def waiting(*, everything: bool = False) -> tuple[list[tuple[str, str]], UUID | None]:
    """The versions whose figures are older than their journal, and the newest entry there is."""
    with reading(MAKER.scope):
        newest: UUID | None = Entry.objects.order_by("-id").values_list("id", flat=True).first()
        with_runs = set(Journey.objects.order_by().values_list("playbook", "version").distinct())
        made = {(row.playbook, row.version): row.seen for row in Refresh.objects.all()}
        old = [key for key in sorted(with_runs) if everything or _old(key, made, newest)]
    return old, newest


def _old(key: tuple[str, str], made: dict[tuple[str, str], UUID | None], newest: UUID | None) -> bool:
    if key not in made:
        return True
    seen = made[key]
    if seen == newest or newest is None:
        return False
    later = Entry.objects.filter(id__gt=seen, playbook=key[0], version=key[1])
    return later.exists()


def refresh_version(playbook: str, version: str, at: datetime, seen: UUID | None = None) -> dict[str, Any]:
    """Make the figures of one version; how many cases and reports, and how long it took."""
    from forecourt.insight import rows
    from forecourt.insight import telling
    from forecourt.insight.actions import keep_figures
    from forecourt.insight.reading import read
    from forecourt.insight.reading import under_way

    began = perf_counter()
    with reading(MAKER.scope):
        known = programs.of(playbook, version)
        found = read(
            playbook,
            [version],
            under_way(at - WINDOW, at),
            recording=telling.recording(known.program),
            proving=telling.proving(known.program),
        )
        story = telling.tell(known.program, found, at)
    made = rows.make(known.playbook, story, at - WINDOW)
    took = round(1000 * (perf_counter() - began))
    return dict(keep_figures(by=MAKER, at=at, made=made, seen=seen, milliseconds=took))
