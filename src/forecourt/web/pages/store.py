"""One store at a glance: what waits, what is late, whose certificates run out, who comes today, what tomorrow asks."""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.db.models import Min
from django.db.models import Q
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.base.calendars import CalendarUnknown
from forecourt.care.models import Visit
from forecourt.delivery.models import Appointment
from forecourt.journeys import lines
from forecourt.journeys import queries as journeys
from forecourt.journeys.models import DueStep
from forecourt.journeys.queries import Kept
from forecourt.network.calendars import store_calendar
from forecourt.network.models import Store
from forecourt.people.queries import Display
from forecourt.people.queries import display
from forecourt.platform.access import opened
from forecourt.platform.access import page
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import HEADQUARTERS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.sales.models import TestDrive
from forecourt.web.context import role_name
from forecourt.web.pages import customers
from forecourt.web.pages import figures
from forecourt.web.pages import store_people
from forecourt.web.pages import store_queue
from forecourt.web.pages.store_people import Member

READERS = (STORE_MANAGER, OPERATOR_MANAGER, *HEADQUARTERS)
LATE_SHOWN = 8
WEEKS = timedelta(days=28)
RUNS_OUT_IN = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Booking:
    """Somebody comes: when, what for, who receives them where."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    person: Display | None
    who: str
    bay: str
    url: str


@dataclass(frozen=True, slots=True)
class Load:
    """What a role has to do until the end of tomorrow, and how many work in it."""

    role: str
    waiting: int
    unowned: int
    late: int
    tomorrow: int
    staff: int

    @property
    def each(self) -> float | None:
        return (self.waiting + self.tomorrow) / self.staff if self.staff else None


@page(roles=(STORE_MANAGER,))
def my_store(request: HttpRequest) -> HttpResponse:
    """The manager's own store."""
    return redirect("web:store", request.actor.store)  # type: ignore[attr-defined]


@page(roles=READERS)
def store(request: HttpRequest, code: str) -> HttpResponse:
    """One store for its manager, its operator and headquarters."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    found = _store(code, actor)
    on = at.astimezone(SHANGHAI).date()
    late = list(journeys.late_steps(at, [code])[: LATE_SHOWN + 1])
    bookings = _bookings(code, on)
    queue, waiting = store_queue.waiting(code, on, actor)
    decisions = store_queue.decisions(code)
    rows = (*late, *(row for _kind, row in bookings), *queue, *decisions)
    people = display([row.person_id for row in rows], actor)
    staff = store_people.team(code, on)
    loads = _loads(code, at, staff)
    context = {
        "store": found, "on": on, "loads": loads, "unowned": sum(load.unowned for load in loads),
        "late_count": sum(load.late for load in loads),
        "late": [(lines.line(row, row.journey_id, people.get(row.person_id), at), _name(row.assigned_to, staff)) for row in late[:LATE_SHOWN]],  # type: ignore[arg-type]
        "late_url": opened(f"{lines.url('journeys:late')}?store={code}", actor.role), "knows_customers": actor.role in customers.READERS,
        "more": len(late) > LATE_SHOWN, "bookings": [_booking(kind, row, people, staff, actor) for kind, row in bookings],
        "bays": _bays(found, bookings, on), "certificates": store_people.running_out(staff.values(), RUNS_OUT_IN.days),
        "queue": [(row, people.get(row.person_id)) for row in queue], "waiting": waiting,  # type: ignore[arg-type]
        "decisions": [(row, people.get(row.person_id), _name(row.by, staff)) for row in decisions],  # type: ignore[arg-type]
        "staff": len(staff), "team": list(staff.values()), "soon": RUNS_OUT_IN.days,
        "tomorrow": on + timedelta(days=1), "hands_over": actor.role not in HEADQUARTERS[1:],
        "workshop": lines.url("care:workshop") if actor.role == STORE_MANAGER else "",
    }  # fmt: skip
    return render(request, "web/store.html", context | _picture(at, found))


def _store(code: str, actor: Actor) -> Store:
    """The store, if it lies in the actor's scope: its name is public, what happens in it is not."""
    found = Store.objects.select_related("city", "operator").filter(code=code).first()
    seen = {
        "network": True,
        "store": code in actor.scope.ids,
        "operator": bool(found) and found.operator_id in actor.scope.ids,  # type: ignore[union-attr]
        "region": bool(found) and found.region_id in actor.scope.ids,  # type: ignore[union-attr]
    }
    if found is None or not seen.get(actor.scope.level, False):
        raise Missing(
            Blocked("web.no_store", _("There is no store {store} that you may see.").format(store=code))
        )
    return found


def _name(code: str, staff: dict[str, Member]) -> str:
    return staff[code].name if code in staff else code


def _day(on: date) -> tuple[datetime, datetime]:
    start = datetime.combine(on, time.min, SHANGHAI)
    return start, start + timedelta(days=1)


def _bookings(code: str, on: date) -> list[tuple[str, Any]]:
    """Test drives, handovers and service visits of the day, by time."""
    start, end = _day(on)
    drives = TestDrive.objects.taken().overlapping(start, end).filter(store=code)
    handovers = Appointment.objects.standing().between(start, end).filter(store=code)
    visits = Visit.objects.standing().during(start, end).filter(store=code).select_related("repair_order")
    rows = [
        *(("test_drive", row) for row in drives),
        *(("handover", row) for row in handovers),
        *(("service", row) for row in visits),
    ]
    return sorted(rows, key=lambda pair: (pair[1].starts_at, pair[0]))


def _booking(
    kind: str, row: Any, people: dict[Any, Display], staff: dict[str, Member], actor: Actor
) -> Booking:
    who = getattr(row, "adviser", "") or getattr(row, "specialist", "")
    bay = getattr(row, "car_id", "") or str(getattr(row, "bay", ""))
    opens = kind == "service" and actor.role == STORE_MANAGER
    known = row.person_id and actor.role in customers.READERS
    customer = lines.url("web:customer", row.person_id) if known else ""
    url = lines.url("care:visit", row.id) if opens else customer
    return Booking(kind, row.starts_at, row.ends_at, people.get(row.person_id), _name(who, staff), bay, url)


def _bays(found: Store, bookings: list[tuple[str, Any]], on: date) -> list[dict[str, Any]]:
    """How full each kind of place is today: booked hours of the open hours of all of its bays or cars."""
    kinds = (
        ("handover", _("Handover bays"), found.delivery_bays, "store hours"),
        ("service", _("Workshop bays"), found.service_bays, "workshop hours"),
        ("test_drive", _("Test cars"), found.test_cars, "store hours"),
    )
    return [
        {"title": title, "count": count, "booked": _hours(bookings, kind), "open": count * _open_hours(found.code, calendar, on)}
        for kind, title, count, calendar in kinds
        if count
    ]  # fmt: skip


def _hours(bookings: list[tuple[str, Any]], kind: str) -> float:
    lengths = [row.ends_at - row.starts_at for one, row in bookings if one == kind]
    return round(sum(lengths, timedelta()) / timedelta(hours=1), 1)


def _open_hours(code: str, calendar: str, on: date) -> float:
    try:
        return store_calendar(code, calendar).open_time(on) / timedelta(hours=1)
    except CalendarUnknown:
        return 0.0


def _loads(code: str, at: datetime, staff: dict[str, Member]) -> list[Load]:
    """Open steps by role: what waits, what nobody has, what is late, what falls due tomorrow."""
    _start, midnight = _day(at.astimezone(SHANGHAI).date())
    tomorrow = Q(rank_at__gte=midnight, rank_at__lt=midnight + timedelta(days=1))
    rows = DueStep.objects.listed().filter(store=code).order_by().values("roles").annotate(
        waiting=Count("id", filter=Q(rank_at__lt=midnight)), unowned=Count("id", filter=Q(assigned_to="")),
        late=Count("id", filter=Q(optional=False, due_at__lte=at)), tomorrow=Count("id", filter=tomorrow), oldest=Min("opened_at"),
    )  # fmt: skip
    by_role: dict[str, list[int]] = {}
    for row in rows:
        sums = by_role.setdefault(row["roles"][0] if row["roles"] else "", [0, 0, 0, 0])
        for place, name in enumerate(("waiting", "unowned", "late", "tomorrow")):
            sums[place] += row[name]
    people = [one.role for one in staff.values()]
    return [
        Load(role_name(role), *sums, people.count(role))  # type: ignore[call-arg]
        for role, sums in sorted(by_role.items(), key=lambda pair: -pair[1][0])
        if role != "system"
    ]


def _picture(at: datetime, found: Store) -> dict[str, Any]:
    """Steps in time, day by day: the store against all that the viewer may see of its region."""
    start = datetime.combine(at.astimezone(SHANGHAI).date() + timedelta(days=1), time.min, SHANGHAI) - WEEKS
    own, region = _by_day(start, at, found)
    days = [start + timedelta(days=number) for number in range(WEEKS.days)]
    rows = [_row(day.date(), own, region if region != own else None) for day in days]
    columns = [_("Day"), found.name, *([_("Region")] if region != own else [])]
    kept = figures.share_of(Kept(*(sum(pair[place] for pair in own.values()) for place in (0, 1))))
    return {"days": rows if own else [], "day_columns": columns, "kept": kept}


Days = dict[date, tuple[int, int]]


def _row(day: date, own: Days, region: Days | None) -> list[Any]:
    return [f"{day:%m-%d}", _share(own, day), *([_share(region, day)] if region is not None else [])]


def _share(days: Days, day: date) -> float | None:
    done, kept = days.get(day, (0, 0))
    return round(100 * kept / done, 1) if done else None


def _by_day(start: datetime, end: datetime, found: Store) -> tuple[Days, Days]:
    """Steps with a deadline done on each day and those in time: of the store, and of its region; one query."""
    days = figures.kept_on_days(figures.Span(start, end, {"region": found.region_id}), found.code)
    own = {day: row[:2] for day, row in days.items() if row[0]}
    return own, {day: row[2:] for day, row in days.items()}


urlpatterns = [
    path("store/", my_store, name="my-store"),
    path("stores/<slug:code>/", store, name="store"),
]
