"""The workshop day as a picture: a row for each bay, a block for each visit, placed by percent of the open hours."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from uuid import UUID

from forecourt.care.models import Visit
from forecourt.care.queries import Day
from forecourt.care.queries import local
from forecourt.people.queries import Display

HOUR = timedelta(hours=1)
Placing = Callable[[datetime], float]


@dataclass(frozen=True, slots=True)
class Block:
    """A visit on the board: where it starts and how wide it is, in percent of the day."""

    visit: Visit
    person: Display | None
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Board:
    """A day's board: hour marks, rows by bay, and where now is (None when not today)."""

    hours: tuple[tuple[str, float], ...]
    rows: tuple[tuple[int, tuple[Block, ...]], ...]
    now: float | None


def board(day: Day, people: Mapping[UUID, Display], now: datetime) -> Board | None:
    """The board of a day; None when the workshop is closed or has no bay."""
    if not day.spans or not day.bays:
        return None
    opens, closes = day.spans[0][0], day.spans[-1][1]
    whole = closes - opens

    def percent(at: datetime) -> float:
        return round(100 * ((at - opens) / whole), 2)

    blocks = [_block(visit, people, percent, opens, closes) for visit in day.visits]
    rows = tuple(
        (bay, tuple(one for one in blocks if one.visit.bay == bay)) for bay in range(1, day.bays + 1)
    )
    return Board(
        tuple(_hours(opens, closes, percent)), rows, percent(now) if opens <= now <= closes else None
    )


def _block(
    visit: Visit, people: Mapping[UUID, Display], percent: Placing, opens: datetime, closes: datetime
) -> Block:
    left = percent(max(visit.starts_at, opens))
    return Block(
        visit, people.get(visit.person_id), left, round(percent(min(visit.ends_at, closes)) - left, 2)
    )


def _hours(opens: datetime, closes: datetime, percent: Placing) -> Iterator[tuple[str, float]]:
    """A mark at each full hour."""
    at = opens.replace(minute=0, second=0, microsecond=0)
    while at < closes:
        if at >= opens:
            yield local(at).strftime("%H:%M"), percent(at)
        at += HOUR
