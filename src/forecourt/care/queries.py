"""Reading the workshop: free times, the day with its bays, repair orders."""

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from forecourt.base.slots import Span
from forecourt.base.slots import cut
from forecourt.care.models import RepairOrder
from forecourt.care.models import Visit
from forecourt.care.terms import FURTHEST
from forecourt.care.terms import MAINTENANCE
from forecourt.network.calendars import store_calendar
from forecourt.network.queries import store_of
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.scope import widened

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = "workshop hours"


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time at which a visit can begin, and how many bays are free for all of it."""

    starts_at: datetime
    ends_at: datetime
    bays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A workshop's day: its open hours, its bays and who holds them."""

    store: str
    on: date
    spans: tuple[Span, ...]
    bays: int
    visits: tuple[Visit, ...]

    @property
    def booked(self) -> timedelta:
        return sum((visit.ends_at - visit.starts_at for visit in self.visits), timedelta(0))

    @property
    def open_time(self) -> timedelta:
        return sum((closes - opens for opens, closes in self.spans), timedelta(0)) * self.bays

    @property
    def share(self) -> float:
        """How much of the bays' time is booked, between 0 and 1."""
        return self.booked / self.open_time if self.open_time else 0.0


def local(at: datetime) -> datetime:
    return at.astimezone(ZONE)


def is_open(store: str, begins: datetime, ends: datetime) -> bool:
    """Whether the workshop is open from `begins` to `ends`."""
    spans = store_calendar(store, CALENDAR).spans(local(begins).date())
    return any(opens <= begins and ends <= closes for opens, closes in spans)


def free_bays(store: str, begins: datetime, ends: datetime, but: UUID | None = None) -> list[int]:
    """The bays that nobody holds in that time. Ask above row permissions: a customer does not see who holds them."""
    taken = Visit.objects.standing().during(begins, ends).filter(store=store).exclude(id=but)
    held = set(taken.values_list("bay", flat=True))
    return [bay for bay in range(1, store_of(store).service_bays + 1) if bay not in held]


def free_times(store: str, on: date, length: timedelta, after: datetime) -> list[FreeTime]:
    """The times of a day at which a visit of `length` can begin, one every 45 minutes. Two queries. Ask above row permissions."""
    spans = store_calendar(store, CALENDAR).spans(on)
    if not spans:
        return []
    bays = range(1, store_of(store).service_bays + 1)
    held = _held(store, spans[0][0], spans[-1][1])
    return [
        FreeTime(begins, ends, tuple(bay for bay in bays if not _busy(held, bay, begins, ends)))
        for begins, ends in _starts(spans, length)
        if begins > after
    ]


def offered(actor: Actor, store: str, on: date, length: timedelta, at: datetime) -> list[FreeTime]:
    """The times that somebody may be offered, whoever holds the others; none beyond what can be booked."""
    if not local(at).date() <= on <= local(at + FURTHEST).date():
        return []
    with widened(NETWORK_SCOPE, actor.scope):
        times = free_times(store, on, length, at)
    return [time for time in times if time.bays and time.starts_at <= at + FURTHEST]


def _starts(spans: Sequence[Span], length: timedelta) -> Iterator[Span]:
    """Where a visit can begin so that it ends before the workshop closes."""
    for opens, closes in spans:
        for begins, _ends in cut([(opens, closes)], MAINTENANCE):
            if begins + length <= closes:
                yield begins, begins + length


def _held(store: str, start_at: datetime, end_at: datetime) -> list[tuple[int, datetime, datetime]]:
    visits = Visit.objects.standing().during(start_at, end_at).filter(store=store)
    return [(bay, period.lower, period.upper) for bay, period in visits.values_list("bay", "period")]


def _busy(held: Sequence[tuple[int, datetime, datetime]], bay: int, begins: datetime, ends: datetime) -> bool:
    return any(other == bay and lower < ends and begins < upper for other, lower, upper in held)


def day(store: str, on: date) -> Day:
    """A workshop's day as the viewer may see it."""
    spans = tuple(store_calendar(store, CALENDAR).spans(on))
    bays = store_of(store).service_bays
    if not spans:
        return Day(store, on, (), bays, ())
    visits = Visit.objects.standing().during(spans[0][0], spans[-1][1]).filter(store=store)
    return Day(store, on, spans, bays, tuple(visits.select_related("repair_order").order_by("period", "bay")))


def in_workshop(store: str) -> list[RepairOrder]:
    """Repair orders that are not finished, oldest first."""
    found = RepairOrder.objects.filter(closed_at__isnull=True).order_by("opened_at")
    return list((found.filter(store=store) if store else found)[:200])


def of_person(person_id: UUID) -> list[RepairOrder]:
    """A person's repair orders, newest first."""
    return list(RepairOrder.objects.filter(person_id=person_id).order_by("-opened_at")[:50])


def visits_of(person_id: UUID, after: datetime) -> list[Visit]:
    """A person's visits that lie ahead."""
    return list(
        Visit.objects.standing().filter(person_id=person_id, period__endswith__gt=after).order_by("period")
    )
