"""A mapping proposed for a log: columns by their names and values, activities by the names and titles of steps.

What is sure is written plainly; what is a guess has a comment that ends in a question mark, so that a person looks at it.
What is proposed can be given back as --map as it is.
"""

import json
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.exchange.logs.columns import LIKELY
from forecourt.exchange.logs.columns import known
from forecourt.exchange.logs.columns import plain
from forecourt.exchange.logs.columns import well_known
from forecourt.exchange.logs.joining import calendars_of
from forecourt.exchange.logs.joining import counts_of
from forecourt.exchange.logs.joining import known_names
from forecourt.exchange.logs.joining import likely
from forecourt.exchange.logs.limits import LIMITS
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.mapping import MEANINGS
from forecourt.exchange.logs.mapping import NEEDED
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.opening import OCEL
from forecourt.exchange.logs.reading import Look
from forecourt.exchange.logs.reading import look_at
from forecourt.exchange.logs.reading import read_log
from forecourt.exchange.logs.times import UNREADABLE
from forecourt.exchange.logs.times import of_texts
from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Coded

MOST_NAMES = 500
GUESS = "a guess, look at it?"
FORMS = (
    *("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"),
    *("%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%d/%m/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p"),
    *("%d-%b-%Y %H:%M:%S", "%d %b %Y %H:%M", "%b %d, %Y %H:%M", "%d.%m.%y %H:%M", "%Y%m%d %H%M%S", "%Y%m%d"),
)


@dataclass(frozen=True)
class Column:
    """A proposed column; `why` is empty where its name is well known."""

    name: str
    why: str = ""


def suggest(path: Path, program: Program, mapping: Mapping | None = None, limits: Limits = LIMITS) -> str:
    """Return a mapping file for a log as YAML text. Raises LogRefused when the log cannot be read even so."""
    given = mapping or Mapping()
    look = look_at(path, given, limits)
    kind = _object_type(look, given)
    columns = {} if look.format == OCEL else propose_columns(look.columns)
    missing = [meaning for meaning in NEEDED if meaning not in columns] if look.format != OCEL else []
    form, form_why = _form(look.columns, columns)
    names: list[str] = []
    if missing:
        names = [f"# No column was found for {', '.join(missing)}: name it above, then ask again for names."]
    else:
        found = {meaning: column.name for meaning, column in columns.items()}
        used = replace(given, columns=found, object_type=kind[0], time_format=form, lifecycle=None)
        names = _names(read_log(path, used, limits).log.activity, program)
    lines = [
        f"# Proposed by forecourt for {path.name} and playbook {program.name} {program.version}. Lines with ? are guesses.",
        *_of_columns(look, columns, missing),
        *([_line("object_type", *kind)] if kind[0] else []),
        *([_line("time_format", form, form_why)] if form else []),
        *_zone(look.columns, columns),
        *names,
        *_hours(program),
    ]
    return "\n".join(lines) + "\n"


def propose_columns(columns: Table[str, Sequence[str]]) -> dict[str, Column]:
    """Return a column for each meaning, by well-known names, then by names often used, then by values."""
    chosen = {meaning: Column(name) for meaning, name in well_known(columns).items()}
    left = [name for name in columns if name not in {column.name for column in chosen.values()}]
    for find in (_by_name, _by_values):
        for meaning in MEANINGS:
            found = find(meaning, left, columns) if meaning not in chosen else None
            if found is not None:
                chosen[meaning] = found
                left.remove(found.name)
    return {meaning: chosen[meaning] for meaning in MEANINGS if meaning in chosen}


def _by_name(meaning: str, left: list[str], columns: Table[str, Sequence[str]]) -> Column | None:
    found = known(meaning, left, LIKELY)
    if found is None or (meaning == "time" and not _time_share(columns[found])):
        return None
    return Column(found, f"by its name; {GUESS}")


def _by_values(meaning: str, left: list[str], columns: Table[str, Sequence[str]]) -> Column | None:
    """Only what a log cannot do without is looked for among values."""
    if meaning == "time":
        timed = [name for name in left if _time_share(columns[name]) > 0.9]
        return Column(timed[0], f"its values are times; {GUESS}") if timed else None
    texts = [name for name in left if columns[name] and not _time_share(columns[name])]
    if meaning == "case":
        repeated = [name for name in texts if _looks_like_case(columns[name])]
        return (
            Column(repeated[0], f"values that come several times, with digits; {GUESS}") if repeated else None
        )
    if meaning == "activity":
        few = [name for name in texts if _looks_like_activity(columns[name])]
        return Column(few[0], f"few different values in words; {GUESS}") if few else None
    return None


def _looks_like_case(values: Sequence[str]) -> bool:
    different = len(set(values))
    return 1 < different < len(values) and sum(
        any(sign.isdigit() for sign in value) for value in values
    ) * 2 > len(values)


def _looks_like_activity(values: Sequence[str]) -> bool:
    different = set(values)
    worded = [value for value in different if any(sign.isalpha() for sign in value)]
    return 1 < len(different) <= max(len(values) // 2, 2) and len(worded) * 2 > len(different)


def _time_share(values: Sequence[str], form: str = "") -> float:
    """What part of some values are times."""
    texts = [value[:100] for value in values if value.strip()]
    if not texts:
        return 0.0
    if form:
        return sum(_reads(text, form) for text in texts) / len(texts)
    at = of_texts(pa.array(texts, pa.string()), Mapping().time_zone).at
    plainly = float((at > UNREADABLE).mean())
    return plainly if plainly > 0.5 else max((_time_share(texts, form) for form in FORMS), default=0.0)


def _reads(text: str, form: str) -> bool:
    try:
        datetime.strptime(text.strip(), form)  # noqa: DTZ007 - only tried
    except ValueError:
        return False
    return True


def _form(columns: Table[str, Sequence[str]], chosen: Table[str, Column]) -> tuple[str, str]:
    """The format of times that are not read without one, and how sure it is."""
    values = [value for value in columns[chosen["time"].name] if value.strip()] if "time" in chosen else []
    if not values:
        return "", ""
    at = of_texts(pa.array([value[:100] for value in values], pa.string()), Mapping().time_zone).at
    if (at > UNREADABLE).mean() > 0.5:
        return "", ""
    fitting = [form for form in FORMS if _time_share(values, form) == 1.0]
    if not fitting:
        return "", ""
    return fitting[0], f"{' or '.join(fitting[1:])} reads them too; which is meant?" if fitting[1:] else ""


def _object_type(look: Look, given: Mapping) -> tuple[str, str]:
    if look.format != OCEL or not look.object_types:
        return "", ""
    others = ", ".join(f"{name} {events:,}" for name, events in look.object_types.items())
    if given.object_type:
        return given.object_type, ""
    return next(iter(look.object_types)), f"events of each type: {others}; which objects are the journeys?"


def _of_columns(look: Look, columns: Table[str, Column], missing: list[str]) -> list[str]:
    if look.format == OCEL:
        return [
            f"# Attributes of events for columns outcome, store, actor, role: {', '.join(look.columns) or 'none'}"
        ]
    lines = [
        "columns:",
        *(f"  {_line(meaning, column.name, column.why)}" for meaning, column in columns.items()),
    ]
    unused = [name for name in look.columns if name not in {column.name for column in columns.values()}]
    if unused:
        lines.append(f"  # not used: {_comment(', '.join(unused[:40]))}")
    return [*lines, *(f"  # {meaning}:   # which column?" for meaning in missing)]


def _zone(columns: Table[str, Sequence[str]], chosen: Table[str, Column]) -> list[str]:
    values = columns[chosen["time"].name] if "time" in chosen else ()
    zoned = sum(value.strip().endswith("Z") or value.strip()[-6:-5] in ("+", "-") for value in values)
    if not values or zoned == len(values):
        return []
    return [_line("time_zone", Mapping().time_zone.key, "times name no zone; which is meant?")]


def _names(activity: Coded, program: Program) -> list[str]:
    """Activities, most frequent first, joined where a step is found; the others as comments to be filled in."""
    times = sorted(counts_of(activity).items(), key=lambda item: -item[1])
    sure = known_names(program.steps)
    lines, open_ones = [], []
    for name, count in times[:MOST_NAMES]:
        target = sure.get(plain(name))
        near = likely(name, program.steps) if target is None else None
        if target is not None:
            lines.append(
                f"  {_line(name, str(target), _decides(target.step, target.outcome, program) or _many(count))}"
            )
        elif near is not None:
            lines.append(f"  {_line(name, str(near[0]), f'{near[1]:.0%} alike, {_many(count)}; is it?')}")
        else:
            open_ones.append(f"  # {_line(name, '', f'{_many(count)}; which step, or under ignore?')}")
    rest = [f"  # … and {len(times) - MOST_NAMES:,} more activities"] if len(times) > MOST_NAMES else []
    steps = f"  # steps: {', '.join(_with_outcomes(program))}"
    return ["names:", steps, *lines, *open_ones, *rest] if lines else ["# names:", steps, *open_ones, *rest]


def _with_outcomes(program: Program) -> list[str]:
    return [step if outcome is None else f"{step}={outcome}" for step, outcome in program.symbols.pairs]


def _decides(step: str, outcome: str | None, program: Program) -> str:
    """A hint where the step's outcome chooses the way and the name does not say it."""
    if outcome is not None or (step, None) in program.symbols.numbers:
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
    """A YAML scalar: plain where that cannot be misread, else in double quotes as JSON writes it, which YAML reads."""
    simple = text and text[0].isalpha() and all(sign.isalnum() or sign in "_-./=" for sign in text)
    return text if simple or not text else json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join(text.split())[:400]


def _many(count: int) -> str:
    return f"{count:,} event{'' if count == 1 else 's'}"
