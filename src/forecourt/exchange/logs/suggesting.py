"""A mapping proposed for a log: columns by their names and values, activities by the names and titles of steps.

What is sure is written plainly; what is a guess has a comment that ends in a question mark, so that a person looks at it.
What is proposed can be given back as --map as it is.
"""

import json
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.columns import plain
from forecourt.exchange.logs.joining import calendars_of
from forecourt.exchange.logs.joining import counts_of
from forecourt.exchange.logs.joining import known_names
from forecourt.exchange.logs.likeness import likely
from forecourt.exchange.logs.limits import LIMITS
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.mapping import NEEDED
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.opening import OCEL
from forecourt.exchange.logs.proposing import Column
from forecourt.exchange.logs.proposing import propose_columns
from forecourt.exchange.logs.proposing import propose_format
from forecourt.exchange.logs.reading import Look
from forecourt.exchange.logs.reading import look_at
from forecourt.exchange.logs.reading import read_log
from forecourt.exchange.logs.wording import called_outcomes
from forecourt.exchange.logs.wording import roles_of
from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log

MOST_NAMES = 500
MOST_WORDS = 50
LONGEST = 100  # characters of a name that is proposed


def suggest(path: Path, program: Program, mapping: Mapping | None = None, limits: Limits = LIMITS) -> str:
    """Return a mapping file for a log as YAML text. What `mapping` says already is kept.

    Raises LogRefused when the log cannot be read even so.
    """
    given = mapping or Mapping()
    look = look_at(path, given, limits)
    columns = {} if look.format == OCEL else propose_columns(look.columns, given.columns)
    missing = [meaning for meaning in NEEDED if meaning not in columns and look.format != OCEL]
    kind, form = _object_type(look, given), _format(look, columns, given)
    lines = [
        f"# Proposed by forecourt for {path.name} and playbook {program.name} {program.version}. Lines with ? are guesses.",
        *_of_columns(look, columns, missing, program),
        *([_line("object_type", *kind)] if kind[0] else []),
        *([_line("time_format", *form)] if form[0] else []),
        *_zone(look.columns, columns),
    ]
    if missing:
        more = [f"# No column was found for {', '.join(missing)}: name it above, then ask again for names."]
    else:
        found = {meaning: column.name for meaning, column in columns.items()}
        more = _of_content(
            path, replace(given, columns=found, object_type=kind[0], time_format=form[0]), program, limits
        )
    return "\n".join([*lines, *more, *_hours(program)]) + "\n"


def _format(look: Look, columns: Table[str, Column], given: Mapping) -> tuple[str, str]:
    if given.time_format or "time" not in columns:
        return given.time_format, ""
    return propose_format(look.columns.get(columns["time"].name, ()))


def _of_content(path: Path, mapping: Mapping, program: Program, limits: Limits) -> list[str]:
    """What only the whole log shows: its activities, its words for outcomes and roles."""
    log, stages = _read(path, mapping, limits)
    return [
        *stages,
        *_names(log.activity, program, log.outcome is not None),
        *_outcomes(log.outcome, program),
        *_roles(log.role, program),
    ]


def _read(path: Path, mapping: Mapping, limits: Limits) -> tuple[Log, list[str]]:
    """The log; where nothing in it is ever completed, with all stages of the life cycle."""
    try:
        return read_log(path, mapping, limits).log, []
    except LogRefused as refused:
        if not any("of another stage" in one.message for one in refused.diagnostics):
            raise
        return read_log(path, replace(mapping, lifecycle=None), limits).log, [
            "lifecycle: all   # nothing is complete; which stages count?"
        ]


def _object_type(look: Look, given: Mapping) -> tuple[str, str]:
    if look.format != OCEL or not look.object_types:
        return "", ""
    others = ", ".join(f"{name} {events:,}" for name, events in look.object_types.items())
    if given.object_type:
        return given.object_type, ""
    return next(iter(look.object_types)), f"events of each type: {others}; which objects are the journeys?"


def _of_columns(look: Look, columns: dict[str, Column], missing: list[str], program: Program) -> list[str]:
    if look.format == OCEL:
        return [
            f"# Attributes of events for columns outcome, store, actor, role: {', '.join(look.columns) or 'none'}"
        ]
    strange = "role" in columns and not set(look.columns.get(columns["role"].name, ())) & set(
        roles_of(program)
    )
    lines = ["columns:"]
    for meaning, column in columns.items():
        if meaning == "role" and strange and column.why:
            lines.append(
                f"  # {_line(meaning, column.name, 'its values are no roles of the playbook; join them under roles?')}"
            )
        else:
            lines.append(f"  {_line(meaning, column.name, column.why)}")
    unused = [name for name in look.columns if name not in {column.name for column in columns.values()}]
    if unused:
        lines.append(f"  # not used: {_comment(', '.join(unused[:40]))}")
    return [*lines, *(f"  # {meaning}:   # which column?" for meaning in missing)]


def _zone(columns: Table[str, Sequence[str]], chosen: Table[str, Column]) -> list[str]:
    values = columns.get(chosen["time"].name, ()) if "time" in chosen else ()
    if not values:
        return []
    zoned = sum(value.strip().endswith("Z") or value.strip()[-6:-5] in ("+", "-") for value in values)
    if zoned == len(values):
        return []
    return [_line("time_zone", Mapping().time_zone.key, "times name no zone; which is meant?")]


def _names(activity: Coded, program: Program, said: bool) -> list[str]:
    """Activities, most frequent first, joined where a step is found; the others as comments to be filled in.

    `said`: the log has a column of outcomes.
    """
    times = sorted(counts_of(activity).items(), key=lambda item: -item[1])
    sure = known_names(program.steps)
    lines, open_ones = [], []
    short = [(name, count) for name, count in times if len(name) <= LONGEST][:MOST_NAMES]
    for name, count in short:
        target = sure.get(plain(name))
        near = likely(name, program) if target is None else None
        if target is not None:
            lines.append(
                f"  {_line(name, str(target), _decides(target.step, target.outcome, program, said) or _many(count))}"
            )
        elif near is not None:
            lines.append(
                f"  {_line(name, str(near[0]), f'{min(near[1], 0.99):.0%} alike, {_many(count)}; is it?')}"
            )
        else:
            open_ones.append(f"  # {_line(name, '', f'{_many(count)}; which step, or under ignore?')}")
    rest = [f"  # … and {len(times) - len(short):,} more activities"] if len(times) > len(short) else []
    steps = f"  # steps: {', '.join(_with_outcomes(program))}"
    return ["names:", steps, *lines, *open_ones, *rest] if lines else ["# names:", steps, *open_ones, *rest]


def _outcomes(column: Coded | None, program: Program) -> list[str]:
    """Outcomes that the playbook does not know by these words."""
    known_here = called_outcomes(program)
    strange = [word for word in column.words if plain(word) not in known_here][:MOST_WORDS] if column else []
    lines = [f"#   {_line(word, '', 'which outcome of a step?')}" for word in strange]
    return ["# outcomes:", *lines] if lines else []


def _roles(column: Coded | None, program: Program) -> list[str]:
    """Roles that no step names: joined where there is only one to join to, else left to a person."""
    known_here = roles_of(program)
    strange = [word for word in column.words if word not in known_here][:MOST_WORDS] if column else []
    one = known_here[0] if len(known_here) == 1 else ""
    which = "is it?" if one else f"which of {', '.join(known_here)}?"
    lines = [f"#   {_line(word, one, which)}" for word in strange]
    return ["# roles:   # a role that no step names counts as a wrong one", *lines] if lines else []


def _with_outcomes(program: Program) -> list[str]:
    return [step if outcome is None else f"{step}={outcome}" for step, outcome in program.symbols.pairs]


def _decides(step: str, outcome: str | None, program: Program, said: bool) -> str:
    """A hint where the step's outcome chooses the way and neither the name nor a column says it."""
    if said or outcome is not None or (step, None) in program.symbols.numbers:
        return ""
    outcomes = [found for name, found in program.symbols.pairs if name == step]
    return (
        f"decides by its outcome ({', '.join(str(one) for one in outcomes)}): name columns.outcome, or which?"
    )


def _hours(program: Program) -> list[str]:
    needed = [name for name in calendars_of(program) if name != ROUND_THE_CLOCK]
    if not needed:
        return []
    lines = [
        f'#   {name}: {{days: [1, 2, 3, 4, 5, 6, 7], opens: "09:00", closes: "20:00"}}   # when is it open?'
        for name in needed
    ]
    return ["# hours:   # without them these deadlines are not judged", *lines]


def _line(key: str, value: str, why: str = "") -> str:
    return f"{_quoted(key)}: {_quoted(value)}".rstrip() + (f"   # {_comment(why)}" if why else "")


def _quoted(text: str) -> str:
    """A YAML scalar: plain where that cannot be misread, else in double quotes, what cannot be printed by its number."""
    simple = text and text[0].isalpha() and all(sign.isalnum() or sign in "_-./=" for sign in text)
    if simple or not text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in quoted)


def _comment(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))[:400]


def _many(count: int) -> str:
    return f"{count:,} event{'' if count == 1 else 's'}"
