"""From what a file holds to a log that can be judged: what is left out is counted, and the first places are named."""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from forecourt.base.diagnostics import Diagnostic
from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.codes import refuse
from forecourt.exchange.logs.codes import report
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.raw import Raw
from forecourt.exchange.logs.times import EMPTY
from forecourt.exchange.logs.times import UNREADABLE
from forecourt.exchange.logs.times import of_texts
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log

_TRUE = {"1", "true", "yes", "y", "complete", "ok", "是", "有", "完整", "齐全"}
_FALSE = {"0", "false", "no", "n", "missing", "incomplete", "否", "无", "缺失", "缺"}


@dataclass(frozen=True)
class Counts:
    """How many events there were, how many were kept, and why the others were not."""

    read: int = 0
    kept: int = 0
    misfits: int = 0
    no_time: int = 0
    unreadable_time: int = 0
    no_case: int = 0
    no_activity: int = 0
    lifecycle: int = 0
    ignored: int = 0
    of_ignored: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadLog:
    """A log as it was read: its format, which column gave what, what was found on the way, what was left out."""

    log: Log
    findings: tuple[Diagnostic, ...]
    counts: Counts
    format: str = ""
    read_as: dict[str, str] = field(default_factory=dict)


Mask = NDArray[np.bool_]


def clean(raw: Raw, mapping: Mapping, limits: Limits) -> ReadLog:
    """Leave out what cannot be judged or is not wanted. Raises LogRefused when nothing is left, or no event has a time."""
    if not len(raw):
        raise refuse("LG023", raw.file, "the log has no events", "Export the log again.")
    left = np.ones(len(raw), dtype=bool)
    counts: dict[str, int] = {}
    for name, wrong, say in _reasons(raw, mapping):
        out = left & wrong
        counts[name] = int(out.sum())
        if counts[name] and say is not None:
            raw.findings.append(say(raw, out, limits))
        if counts[name]:
            left &= ~out
    _refuse_empty(raw, left, counts)
    log, of_ignored = _log(raw, left, mapping), _ignored(raw, mapping)
    findings = (*raw.findings, *_assumptions(raw, mapping), *_never_there(raw, mapping))
    if any(found.is_error for found in findings):
        raise LogRefused(found for found in findings if found.is_error)
    total = len(raw) + raw.left_out
    kept = Counts(total, len(log), raw.left_out, **counts, of_ignored=of_ignored)
    return ReadLog(log, findings, kept, raw.format, raw.read_as)


Say = Callable[[Raw, Mask, Limits], Diagnostic]


def _reasons(raw: Raw, mapping: Mapping) -> list[tuple[str, Mask, Say | None]]:
    """Why events are left out, in this order: each event counts once."""
    return [
        (
            "lifecycle",
            _other_stages(raw, mapping),
            _saying("LG035", "of another stage of the life cycle", mapping),
        ),
        ("ignored", _is_ignored(raw, mapping), None),
        ("no_case", raw.columns["case"].numbers < 0, _saying("LG031", "without a case", mapping)),
        (
            "no_activity",
            raw.columns["activity"].numbers < 0,
            _saying("LG032", "without an activity", mapping),
        ),
        ("no_time", raw.at == EMPTY, _saying("LG030", "without a time", mapping)),
        (
            "unreadable_time",
            raw.at == UNREADABLE,
            _saying("LG033", "with a time that cannot be read", mapping),
        ),
    ]


_HINTS = {
    "LG033": "Say how times are written: time_format in the mapping, as in %d/%m/%Y %H:%M.",
    "LG035": "Name the stages that count under lifecycle in the mapping, or lifecycle: all.",
}


def _saying(code: str, what: str, mapping: Mapping) -> Say:
    def say(raw: Raw, out: Mask, limits: Limits) -> Diagnostic:
        count = int(out.sum())
        places = [raw.place_of(int(event)) for event in np.flatnonzero(out)[: limits.findings]]
        more = " and others" if count > len(places) else ""
        where = f"{raw.places}{'s' if len(places) > 1 else ''} {', '.join(f'{place:,}' for place in places)}{more}"
        message = f"left out of {len(raw):,} events: {count:,} {what}: {where}"
        return report(code, raw.file, message, _HINTS.get(code, ""), line=places[0])

    return say


def _other_stages(raw: Raw, mapping: Mapping) -> Mask:
    stages = raw.columns.get("lifecycle")
    if stages is None or mapping.lifecycle is None:
        return np.zeros(len(raw), dtype=bool)
    other = np.array([*(word.lower() not in mapping.lifecycle for word in stages.words), False])
    return np.asarray(other[stages.numbers], dtype=bool)


def _is_ignored(raw: Raw, mapping: Mapping) -> Mask:
    activity = raw.columns["activity"]
    wanted = set(mapping.ignore)
    if not wanted:
        return np.zeros(len(raw), dtype=bool)
    return np.asarray(
        np.array([*(word in wanted for word in activity.words), False])[activity.numbers], dtype=bool
    )


def _ignored(raw: Raw, mapping: Mapping) -> dict[str, int]:
    """How many events of each activity that is left out on purpose, whatever else is wrong with them."""
    if not mapping.ignore:
        return {}
    activity = raw.columns["activity"]
    times = np.bincount(activity.numbers[activity.numbers >= 0], minlength=len(activity.words))
    by_name = dict(zip(activity.words, times.tolist(), strict=True))
    return {name: by_name.get(name, 0) for name in mapping.ignore}


def _refuse_empty(raw: Raw, left: Mask, counts: dict[str, int]) -> None:
    if left.any():
        return
    place = raw.place_of(0)
    if not (raw.at > UNREADABLE).any():
        message = f"none of the {len(raw):,} events has a time that can be read"
        column = raw.read_as.get("time", "time")
        hint = (
            f"Times were looked for in {column!r}. Name the column of times, or time_format, in the mapping."
        )
        raise refuse("LG020", raw.file, message, hint, line=place)
    names = {
        "no_case": "have no case",
        "no_activity": "have no activity",
        "lifecycle": "of another stage",
    }
    why = "; ".join(
        f"{count:,} {names.get(name, name.replace('_', ' '))}" for name, count in counts.items() if count
    )
    only = [name for name, count in counts.items() if count == len(raw)]
    code = {"no_case": "LG021", "no_activity": "LG022"}.get(only[0] if only else "", "LG023")
    hint = _HINTS["LG035"] if counts["lifecycle"] else "Look at the columns that the mapping names."
    raise refuse(code, raw.file, f"no event is left of {len(raw):,}: {why}", hint, line=place)


def _assumptions(raw: Raw, mapping: Mapping) -> list[Diagnostic]:
    found = []
    if raw.assumed:
        message = f"times without a zone: {raw.assumed:,}, read as time of {mapping.time_zone.key}"
        hint = (
            ""
            if "time_zone" in mapping.spots
            else "Say which with time_zone in the mapping, as in Europe/Berlin."
        )
        found.append(report("LG034", raw.file, message, hint))
    if raw.days:
        message = f"days without a time of day: {raw.days:,}, read as midnight"
        hint = "Events of one day keep the order of the log; waiting times within a day say nothing."
        found.append(report("LG039", raw.file, message, hint))
    return found


def _never_there(raw: Raw, mapping: Mapping) -> list[Diagnostic]:
    """Activities that the mapping leaves out and the log does not have: a slip, most likely."""
    words = raw.columns["activity"].words
    there = set(words)
    return [
        report(
            "LG047",
            mapping.file,
            f"ignore names {name!r}, which the log does not have",
            line=mapping.spot("ignore", name).line,
            column=mapping.spot("ignore", name).column,
            word=name,
            known=words,
        )
        for name in mapping.ignore
        if name not in there
    ]


def _log(raw: Raw, left: Mask, mapping: Mapping) -> Log:
    whole = bool(left.all())

    def cut(name: str) -> Coded | None:
        column = raw.columns.get(name)
        if column is None or not column.words:
            return None
        return column if whole else Coded(column.numbers[left], column.words)

    case, activity = cut("case"), cut("activity")
    assert case is not None and activity is not None
    at = raw.at if whole else raw.at[left]
    began = _started(raw, cut("started"), mapping)
    evidence = _evidence(cut("evidence"))
    return Log(case, activity, at, cut("outcome"), cut("store"), cut("actor"), cut("role"), evidence, began)


def _started(raw: Raw, column: Coded | None, mapping: Mapping) -> NDArray[np.int64] | None:
    """When each event's journey began: every different text is read once."""
    if column is None:
        return None
    read = of_texts(pa.array(column.words, pa.string()), mapping.time_zone, mapping.time_format).at
    wrong = [word for word, at in zip(column.words, read.tolist(), strict=True) if at == UNREADABLE]
    if wrong:
        message = f"beginnings that are no time: {len(wrong):,} of {len(column.words):,}, as {wrong[0][:40]!r}; not known"
        raw.findings.append(report("LG060", raw.file, message, _HINTS["LG033"]))
    known = np.append(np.where(read == UNREADABLE, EMPTY, read), EMPTY)
    return np.asarray(known[column.numbers], dtype=np.int64)


def _evidence(column: Coded | None) -> NDArray[np.int8] | None:
    if column is None:
        return None
    known = [1 if word.lower() in _TRUE else 0 if word.lower() in _FALSE else -1 for word in column.words]
    return np.array([*known, -1], dtype=np.int8)[column.numbers]
