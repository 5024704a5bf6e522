"""A second replay for tests: one journey after another in plain Python, with `Program.move` and `WorkingCalendar`."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime

from forecourt.base.calendars import CalendarUnknown
from forecourt.base.calendars import WorkingCalendar
from forecourt.base.calendars import round_the_clock
from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.base.durations import Duration
from forecourt.playbook.program import Program

Calendars = Mapping[tuple[str, str], WorkingCalendar]


@dataclass(frozen=True)
class Done:
    """One step that somebody did."""

    step: str
    outcome: str | None
    at: datetime
    role: str = ""
    store: str = ""
    evidence: int = -1


@dataclass
class Walk:
    """What one journey gives: for each step done its state, deviations, wait and lateness in seconds; None: not known."""

    states: list[int] = field(default_factory=list)
    deviations: list[list[tuple[str, str]]] = field(default_factory=list)
    waits: list[int | None] = field(default_factory=list)
    lates: list[int | None] = field(default_factory=list)
    fits: bool = True
    open_late: list[tuple[str, int]] = field(default_factory=list)


def walk(
    program: Program,
    journey: list[Done],
    calendars: Calendars,
    started_at: datetime | None = None,
    until: datetime | None = None,
) -> Walk:
    """Replay one journey as `journeys.moves` runs it."""
    found, state = Walk(), program.start
    store = journey[0].store if journey else ""
    opened = dict.fromkeys(_offers(program, state), (started_at, store, state))
    for done in journey:
        known = program.has_step(done.step)
        own = []
        wait, late = None, None
        if known:
            wait, late, is_late = _timing(program, calendars, opened.pop(done.step, None), done.step, done.at)
            own = [("late", done.step)] if is_late else []
            roles = {role.text for role in program.step(done.step).roles}
            own += [("wrong_role", done.step)] if roles and done.role not in ("", "system", *roles) else []
            asks = program.step(done.step).evidence
            own += [("evidence_missing", done.step)] if asks and done.evidence == 0 else []
        move = program.move(state, done.step, done.outcome)
        state = move.state
        if known:
            offers = _offers(program, state)
            opened = {step: opened.get(step, (done.at, done.store, state)) for step in offers}
        found.states.append(state)
        found.deviations.append(sorted([(item.kind, item.step) for item in move.deviations] + own))
        found.waits.append(wait)
        found.lates.append(late)
        found.fits = found.fits and move.fits
    if until is not None:
        for step in program.required(state) if not program.closed(state) else ():
            _, late, is_late = _timing(program, calendars, opened[step], step, until)
            found.open_late += [(step, late)] if is_late else []
    return found


def _offers(program: Program, state: int) -> list[str]:
    required = program.required(state)
    names = [name for name in program.enabled(state) if name in required or name not in program.anytime]
    return [] if program.closed(state) else names


def _timing(program, calendars, opening, step, at):
    if opening is None or opening[0] is None:
        return None, None, False
    since, store, state = opening
    opened = _opens(calendars, store, since, program.opens_after(state, step))
    if opened is None:
        return None, None, False
    wait = max(0, int((at - opened).total_seconds() // 1))
    within = program.step(step).within
    calendar = _calendar(calendars, store, within) if within else None
    if calendar is None:
        return wait, None, False
    try:
        due = calendar.add(opened, within)
    except CalendarUnknown:
        return wait, None, False
    return wait, int(calendar.elapsed(due, at).total_seconds() // 1), at > due


def _opens(calendars: Calendars, store: str, since: datetime, wait: Duration | None) -> datetime | None:
    if wait is None:
        return since
    calendar = _calendar(calendars, store, wait)
    try:
        return None if calendar is None else calendar.add(since, wait)
    except CalendarUnknown:
        return since


def _calendar(calendars: Calendars, store: str, duration: Duration) -> WorkingCalendar | None:
    if duration.calendar == ROUND_THE_CLOCK:
        return round_the_clock()
    return calendars.get((store, duration.calendar))
