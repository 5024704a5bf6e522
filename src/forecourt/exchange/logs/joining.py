"""Activities of a log joined to steps of a playbook: as the mapping says, else by the same name or title.

`Register request`, `register_request` and `REGISTER-REQUEST` are the same name; a step's title in English or Chinese counts as its
name too. What is joined to nothing stays in the log and departs from the playbook as unknown.
"""

from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass
from dataclasses import replace

import numpy as np

from forecourt.base.diagnostics import Diagnostic
from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.codes import report
from forecourt.exchange.logs.columns import plain
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.mapping import Target
from forecourt.exchange.logs.wording import said_outcomes
from forecourt.exchange.logs.wording import said_roles
from forecourt.exchange.logs.wording import unknown_roles
from forecourt.exchange.logs.wording import unknown_words
from forecourt.playbook.program import Program
from forecourt.playbook.records import Step
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log


@dataclass(frozen=True)
class Joined:
    """The log with outcomes and roles as the playbook calls them; `names` as the replay wants them; events of each activity that is joined to no step; what was found on the way."""

    log: Log
    names: Table[str, str]
    unjoined: Table[str, int]
    findings: tuple[Diagnostic, ...]


def join(log: Log, file: str, program: Program, mapping: Mapping) -> Joined:
    """Join the activities of a log. Raises LogRefused with all names of the mapping that the playbook does not know."""
    wrong = [
        found for name, target in mapping.names.items() for found in _unknown(name, target, mapping, program)
    ]
    wrong += [*unknown_words(mapping, program), *_unknown_hours(mapping, program)]
    if wrong:
        raise LogRefused(wrong)
    log = replace(
        log, outcome=said_outcomes(log.outcome, program, mapping), role=said_roles(log.role, mapping)
    )
    known = known_names(program.steps)
    times = counts_of(log.activity)
    names, unjoined = {}, {}
    for name, count in times.items():
        target = mapping.names.get(name) or known.get(plain(name))
        if target is not None:
            names[name] = str(target)
        elif count:
            unjoined[name] = count
    absent = [_absent(name, mapping, times) for name in mapping.names if name not in times]
    findings = (
        *absent,
        *_of_unjoined(file, unjoined, len(log)),
        *_without_outcome(log, file, program, names),
    )
    findings = (*findings, *unknown_roles(log.role, file, program))
    return Joined(log, names, dict(sorted(unjoined.items(), key=lambda item: -item[1])), findings)


def known_names(steps: Iterable[Step]) -> dict[str, Target]:
    """Return what a step may be called, made plain: its name, its titles, name and outcome. What two steps share is left out."""
    found: dict[str, Target] = {}
    shared: set[str] = set()
    for step in steps:
        called = {plain(step.name): Target(step.name)}
        called |= {plain(title): Target(step.name) for title in step.title.words.values() if plain(title)}
        called |= {plain(f"{step.name}={one}"): Target(step.name, one) for one in step.outcomes}
        for name, target in called.items():
            shared |= {name} if found.get(name, target).step != target.step else set()
            found.setdefault(name, target)
    own = {plain(step.name) for step in steps}  # a step's own name is not in doubt
    return {name: target for name, target in found.items() if name not in shared or name in own}


def counts_of(activity: Coded) -> dict[str, int]:
    """Return how many events each activity has; those that have none any more are left out."""
    times = np.bincount(activity.numbers[activity.numbers >= 0], minlength=len(activity.words))
    return {name: count for name, count in zip(activity.words, times.tolist(), strict=True) if count}


def _unknown(name: str, target: Target, mapping: Mapping, program: Program) -> Iterable[Diagnostic]:
    spot = mapping.spot("names", name)
    steps = [step.name for step in program.steps]
    if not program.has_step(target.step):
        message = f"{name!r} is joined to {target.step!r}, which is no step of playbook {program.name}"
        hint = f"Its steps: {', '.join(steps)}."
        yield report(
            "LG045",
            spot.file,
            message,
            hint,
            line=spot.line,
            column=spot.column,
            word=target.step,
            known=steps,
        )
        return
    outcomes = program.step(target.step).outcomes
    if target.outcome is not None and target.outcome not in outcomes:
        message = (
            f"{name!r} is joined to {str(target)!r}, but {target.step} has no outcome {target.outcome!r}"
        )
        hint = (
            f"Its outcomes: {', '.join(outcomes)}."
            if outcomes
            else f"It records none: write {target.step} alone."
        )
        yield report(
            "LG046",
            spot.file,
            message,
            hint,
            line=spot.line,
            column=spot.column,
            word=target.outcome,
            known=outcomes,
        )


def calendars_of(program: Program) -> list[str]:
    """Return the calendars on which deadlines and waits of a playbook are counted."""
    lengths = [*(step.within for step in program.steps if step.within is not None), *program.durations]
    return list(dict.fromkeys(length.calendar for length in lengths))


def _unknown_hours(mapping: Mapping, program: Program) -> list[Diagnostic]:
    used = calendars_of(program)
    return [
        report(
            "LG053", mapping.file, f"hours are given for {name!r}, on which playbook {program.name} counts nothing",
            f"It counts on: {', '.join(used) or 'no calendar'}.", line=mapping.spot("hours", name).line, word=name, known=used,
        )
        for name in mapping.hours
        if name not in used
    ]  # fmt: skip


def _absent(name: str, mapping: Mapping, times: Table[str, int]) -> Diagnostic:
    spot = mapping.spot("names", name)
    message = f"names joins {name!r}, which the log does not have"
    return report("LG047", spot.file, message, line=spot.line, column=spot.column, word=name, known=times)


def _of_unjoined(file: str, unjoined: Table[str, int], events: int) -> list[Diagnostic]:
    if not unjoined:
        return []
    several = len(unjoined) > 1
    message = (
        f"{len(unjoined):,} activit{'ies are' if several else 'y is'} joined to no step: "
        f"{sum(unjoined.values()):,} of {events:,} events count as unknown"
    )
    return [report("LG055", file, message, "Join them under names, or leave them out under ignore.")]


def _without_outcome(log: Log, file: str, program: Program, names: Table[str, str]) -> list[Diagnostic]:
    """Steps whose outcome decides the way, done without one that the playbook knows."""
    found = []
    for step in program.steps:
        if (step.name, None) in program.symbols.numbers:
            continue
        count, example = _undecided(log, step, names)
        if count:
            message = (
                f"the outcome of {step.name} decides the way, and {count:,} of its events have none of {', '.join(step.outcomes)}"
                f"{f' (but {example!r})' if example else ''}; they count as unknown"
            )
            hint = f"Name the column of outcomes, or join activities as in {step.name}={step.outcomes[0]}."
            found.append(report("LG056", file, message, hint))
    return found


def _undecided(log: Log, step: Step, names: Table[str, str]) -> tuple[int, str]:
    """How many events of a deciding step have no known outcome, and one that is not known."""
    here = np.array([*(names.get(word) == step.name for word in log.activity.words), False])[
        log.activity.numbers
    ]
    if log.outcome is None:
        return int(here.sum()), ""
    good = np.array([*(word in step.outcomes for word in log.outcome.words), False])[log.outcome.numbers]
    wrong = here & ~good
    said = log.outcome.numbers[wrong]
    said = said[said >= 0]
    return int(wrong.sum()), log.outcome.words[int(said[0])] if len(said) else ""
