"""A log judged by a playbook: joined, replayed, aligned. What the command prints and what others may show."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

from forecourt.base.calendars import WorkingCalendar
from forecourt.base.calendars import store_hours
from forecourt.base.diagnostics import Diagnostic
from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.exchange.logs.codes import report as say
from forecourt.exchange.logs.joining import Joined
from forecourt.exchange.logs.joining import calendars_of
from forecourt.exchange.logs.joining import join
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.mapping import Opening
from forecourt.exchange.logs.reading import ReadLog
from forecourt.playbook.alignment import Aligned
from forecourt.playbook.alignment import TraceTooLong
from forecourt.playbook.alignment import align
from forecourt.playbook.alignment import variants_of
from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import NOT_KNOWN
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.columns import events_of
from forecourt.playbook.replay.hours import MOST_DAYS
from forecourt.playbook.replay.hours import Hours
from forecourt.playbook.replay.hours import hours_of
from forecourt.playbook.replay.replaying import replay
from forecourt.playbook.replay.reporting import Report
from forecourt.playbook.replay.reporting import report

_AFTER = timedelta(days=60)  # deadlines may fall after the last event
_FIRST_YEAR, _LAST_YEAR = 1, 9999  # Python dates nothing beyond
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Say = Callable[[str], object]


@dataclass(frozen=True)
class Judged:
    """The report on a log, its alignment (None: it could not be aligned), and everything that was found on the way."""

    file: str
    read: ReadLog
    joined: Joined
    report: Report
    aligned: Aligned | None
    first_at: datetime
    last_at: datetime
    findings: tuple[Diagnostic, ...]

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON can carry it."""
        from dataclasses import asdict

        return {
            "log": {
                "file": self.file,
                "format": self.read.format,
                "columns": dict(self.read.read_as),
                "first_at": self.first_at.isoformat(),
                "last_at": self.last_at.isoformat(),
                **asdict(self.read.counts),
            },
            "unjoined": dict(self.joined.unjoined),
            "fitness": _fitness(self.aligned),
            "report": self.report.as_json(),
            "findings": [asdict(found) for found in self.findings],
        }


def judge(
    path: Path, read: ReadLog, program: Program, mapping: Mapping, tell: Say = lambda _: None
) -> Judged:
    """Judge a log that was read. `tell` hears what is under way. Raises LogRefused for names that the playbook does not know."""
    log, file = read.log, str(path)
    joined = join(log, file, program, mapping)
    first, last = _moment(int(log.at.min())), _moment(int(log.at.max()))
    tell(f"Putting {len(log):,} events in order")
    events = events_of(joined.log, program, joined.names)
    hours, unjudged = _hours(events, program, mapping, _span(events, first, last), file)
    tell(f"Replaying {events.journeys:,} journeys")
    found = report(program, events, replay(program, events, hours=hours, until=last))
    aligned, refused = _align(program, events, file, tell)
    findings = (*read.findings, *joined.findings, *unjudged, *refused)
    return Judged(file, read, joined, found, aligned, first, last, findings)


def _span(events: Events, first: datetime, last: datetime) -> tuple[datetime, datetime]:
    """From the first to the last moment that is asked for: a journey may begin before the first event of the log."""
    began = events.started_at[events.started_at != NOT_KNOWN]
    if not len(began):
        return first, last
    return min(first, _moment(int(began.min()))), max(last, _moment(int(began.max())))


def _align(program: Program, events: Events, file: str, tell: Say) -> tuple[Aligned | None, list[Diagnostic]]:
    variants = variants_of(events)
    tell(f"Aligning {len(variants):,} different traces")
    try:
        return align(program, variants), []
    except TraceTooLong as error:
        return None, [say("LG057", file, f"the log is not aligned: {error}")]


def _fitness(aligned: Aligned | None) -> dict[str, Any] | None:
    if aligned is None:
        return None
    return {
        "log": aligned.log_fitness,
        "average": aligned.average_fitness,
        "fitting": aligned.fitting,
        "traces": len(aligned.variants),
        "cost": float(aligned.cost @ aligned.variants.count),
    }


def _hours(
    events: Events, program: Program, mapping: Mapping, span: tuple[datetime, datetime], file: str
) -> tuple[Hours | None, list[Diagnostic]]:
    """Opening hours of all stores alike, and a finding for each calendar that has none."""
    needed = [name for name in calendars_of(program) if name != ROUND_THE_CLOCK]
    too_long = not _FIRST_YEAR < span[0].year <= span[1].year < _LAST_YEAR or _days(span) > MOST_DAYS
    without = [name for name in needed if too_long or name not in mapping.hours]
    found = [_not_judged(name, program, file, too_long) for name in without]
    given = {name: _calendar(name, mapping) for name in needed if name not in without}
    if not given:
        return None, found
    stores = ("", *events.stores)
    calendars = {(store, name): one for store in stores for name, one in given.items()}
    return hours_of(calendars, span[0], span[1] + _AFTER), found


def _days(span: tuple[datetime, datetime]) -> int:
    return (span[1] + _AFTER - span[0]).days


def _calendar(name: str, mapping: Mapping) -> WorkingCalendar:
    opening: Opening = mapping.hours[name]
    weekly = {day - 1: ((opening.opens, opening.closes),) for day in opening.days}
    return store_hours(weekly, name=name, zone=mapping.time_zone)


def _not_judged(name: str, program: Program, file: str, too_long: bool) -> Diagnostic:
    steps = [step.name for step in program.steps if step.within is not None and step.within.calendar == name]
    what = f"deadlines of {', '.join(steps)}" if steps else "waits"
    if too_long:
        hint = "Is a time in the log far from all others? Leave it out."
        message = f"the {what}, counted in {name}, are not judged: the log's times lie more than {MOST_DAYS:,} days apart"
    else:
        hint = f'Add to the mapping: hours: {{{name}: {{days: [1, 2, 3, 4, 5, 6, 7], opens: "09:00", closes: "20:00"}}}}'
        message = f"the {what}, counted in {name}, are not judged: the mapping gives no hours"
    return say("LG054", file, message, hint)


def _moment(at: int) -> datetime:
    return _EPOCH + at * _MICROSECOND
