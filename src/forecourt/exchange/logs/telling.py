"""A judged log in sentences, for a manager at a terminal. English, as all commands; the figures are those of the report."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from datetime import datetime

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import render
from forecourt.exchange.logs.judging import Judged
from forecourt.playbook.program import Program
from forecourt.playbook.replay.reporting import StepReport

MOST = 20  # lines of one part; the rest is in --json
Sentence = Callable[[str, StepReport], str]
_KINDS = ("skipped", "early", "repeated", "late", "wrong_role", "evidence_missing")


def tell(judged: Judged, program: Program) -> str:
    """Return the whole report as text."""
    parts = (
        _head(judged, program),
        _read(judged),
        _part("Where it departs", _departures(judged, program), "Nothing departs."),
        _part("What is late", _late(judged, program), "No step has a deadline that could be judged."),
        _part("Where journeys stop", _stops(judged, program), "No journey has a known step."),
        _part("How they end", _ends(judged, program), ""),
        _part("Joined to no step", _unjoined(judged), ""),
        _part("Found on the way", _findings(judged.findings), ""),
    )
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _head(judged: Judged, program: Program) -> list[str]:
    found = judged.report
    lines = [
        f"{judged.file} against {program.title.say('en')} ({program.name} {program.version})",
        "",
        f"{_many(found.journeys, 'journey')}, {_many(found.events, 'event')}, from {_day(judged.first_at)} to {_day(judged.last_at)}.",
        f"{_journeys(found.fitting, judged)} fit: every step was next when it was done.",
        f"{_journeys(found.clean, judged)} are clean: they fit, in time, by the right role and with their evidence.",
    ]
    aligned = judged.aligned
    if aligned is not None:
        lines.append(
            f"{_journeys(aligned.fitting, judged)} run from the start to an end without a departure of order."
        )
        lines.append(
            f"Fitness {aligned.log_fitness:.3f} (1 is a perfect fit; by optimal alignment of "
            f"{_many(len(aligned.variants), 'different trace')}; average of the journeys {aligned.average_fitness:.3f})."
        )
    return lines


def _read(judged: Judged) -> list[str]:
    read = judged.read
    columns = ", ".join(f"{meaning} = {name}" for meaning, name in read.read_as.items())
    lines = [f"Read as {read.format}: {columns}."]
    left_out = read.counts.read - read.counts.kept
    if left_out:
        lines.append(f"{_many(left_out, 'event')} of {read.counts.read:,} left out; see the end.")
    ignored = ", ".join(f"{name} {count:,}" for name, count in read.counts.of_ignored.items() if count)
    return [*lines, f"Ignored on purpose: {ignored}."] if ignored else lines


def _departures(judged: Judged, program: Program) -> list[str]:
    """Steps and kinds, most frequent first, each as a sentence."""
    found = [
        (step.deviations[kind], _SENTENCES[kind](_named(step.step, program), step))
        for step in judged.report.steps
        for kind in _KINDS
        if step.deviations.get(kind)
    ]
    if judged.report.unknown:
        share = _share(judged.report.unknown, judged.report.events, " events")
        found.append(
            (
                judged.report.unknown,
                f"{share} are no step of the playbook, or lack the outcome that decides.",
            )
        )
    return [sentence for _, sentence in sorted(found, key=lambda item: (-item[0], item[1]))]


def _skipped(name: str, step: StepReport) -> str:
    """Two counts and no share: what is done early, again or after all is counted as done, though it was not due."""
    return f"{name} is skipped: passed over {_many(step.deviations['skipped'], 'time')}, and done {_many(step.done, 'time')}."


def _of_done(verb: str, kind: str) -> Sentence:
    def sentence(name: str, step: StepReport) -> str:
        return f"{name} {verb}: {_share(step.deviations[kind], step.done)} of the times it was done."

    return sentence


def _was_late(name: str, step: StepReport) -> str:
    return f"{name} is done late: {_share(step.deviations['late'], step.judged)} of those with a deadline."


_SENTENCES: dict[str, Sentence] = {
    "skipped": _skipped,
    "early": _of_done("comes early, before what should come first", "early"),
    "repeated": _of_done("is done again, or after its place has passed", "repeated"),
    "late": _was_late,
    "wrong_role": _of_done("is done by another role", "wrong_role"),
    "evidence_missing": _of_done("lacks its evidence", "evidence_missing"),
}


def _late(judged: Judged, program: Program) -> list[str]:
    """Every step with a deadline that was judged, most late first."""
    steps = [step for step in judged.report.steps if step.judged or step.open_late]
    lines = []
    for step in sorted(steps, key=lambda step: (-(step.late + step.open_late), step.step)):
        within = program.step(step.step).within
        line = f"{_named(step.step, program)}, within {within}: {_share(step.late, step.judged)} late"
        if step.median_wait_s is not None and step.p90_wait_s is not None:
            line += f"; half are done in {_span(step.median_wait_s)}, nine of ten in {_span(step.p90_wait_s)}"
        if step.open_late:
            line += f"; {step.open_late:,} more are open and late at the end of the log"
        lines.append(line + ".")
    return lines


def _stops(judged: Judged, program: Program) -> list[str]:
    """Where journeys stop that may not end there; then how many may."""
    found = judged.report
    lines = [
        f"{_journeys(stop.unended, judged)} stop after {_named(stop.step, program)}, where none may end."
        if stop.unended == stop.count
        else f"{_journeys(stop.unended, judged)} stop after {_named(stop.step, program)} before they may end."
        for stop in found.stops
        if stop.unended
    ]
    return lines or (["Every journey has come to an end."] if found.stops else [])


def _ends(judged: Judged, program: Program) -> list[str]:
    ends = sorted(judged.report.ends.items(), key=lambda item: -item[1])
    return [f"{program.word(end, 'en')}: {_journeys(count, judged)}." for end, count in ends if count]


def _unjoined(judged: Judged) -> list[str]:
    return [f"{name!r}: {_many(count, 'event')}." for name, count in judged.joined.unjoined.items()]


def _findings(findings: Iterable[Diagnostic]) -> Iterator[str]:
    for found in findings:
        yield render(found).replace("\n", "\n  ")


def _part(title: str, lines: Iterable[str], empty: str) -> list[str]:
    lines = list(lines)
    if not lines:
        return [title, f"  {empty}"] if empty else []
    more = [f"… and {len(lines) - MOST} more; --json has all."] if len(lines) > MOST else []
    return [title, *(f"  {line}" for line in (*lines[:MOST], *more))]


def _named(step: str, program: Program) -> str:
    return f"{program.step(step).title.say('en')} ({step})"


def _journeys(count: int, judged: Judged) -> str:
    return _share(count, judged.report.journeys, " journeys")


def _share(part: int, whole: int, noun: str = "") -> str:
    return f"{part:,} of {whole:,}{noun} ({part / whole:.1%})" if whole else f"{part:,} of 0{noun}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _day(at: datetime) -> str:
    return at.strftime("%Y-%m-%d")


def _span(seconds: int) -> str:
    """A length of time in the unit that a person would say."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length or (unit == "min" and seconds >= 60):
            return (
                f"{seconds / length:.1f} {unit}"
                if seconds < 10 * length
                else f"{seconds / length:,.0f} {unit}"
            )
    return f"{seconds:,} s"
