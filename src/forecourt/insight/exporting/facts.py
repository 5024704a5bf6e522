"""Which facts of an entry leave the house: ids, codes, choices, amounts and times, each named here; never a word somebody typed.

An entry holds no personal data by law (it cannot be erased), but some kinds keep a reason in a person's own words. A name that
is not listed stays in the house, and so does a text that does not look like a code; an export counts what stayed.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from forecourt.exchange.logs.ocel.records import Value
from forecourt.exchange.logs.ocel.times import moment
from forecourt.exchange.logs.ocel.times import read_time
from forecourt.insight.exporting.lines import Line
from forecourt.journeys.entries import STEP_DONE

CODES = frozenset({
    "action", "adviser", "appointment", "assigned_to", "before", "bay", "brand", "by_hand", "car", "certificate", "channel",
    "checklist", "city", "configuration", "days", "digest", "drive", "entry", "fits", "for_brand", "format", "from", "from_state",
    "from_store", "function", "holding", "how", "instrument", "item", "known", "late", "level", "minutes",
    "model", "month", "network", "opportunity", "order", "outcome", "owner", "party", "passes", "plan", "price_kind", "purpose",
    "queue_place", "quote", "region", "repair_order", "result", "role", "score", "size", "sold_in", "specialist", "staff", "started",
    "state", "store", "survey", "text_version", "to", "to_state", "to_store", "transaction", "trim", "version", "vin", "was", "kind",
    "playbook", "journey", "source", "user", "events", "objects", "steps",
})  # fmt: skip
TIMES = frozenset({
    "appointed_at", "closed_on", "due_at", "joined_on", "left_on", "lock_by_at", "locked_at", "opened_at", "opened_on", "revoked_on", "slot",
    "starts_at", "valid_from", "valid_to", "valid_until", "since", "until",
})  # fmt: skip
AMOUNTS = frozenset({"amount", "price", "refund", "total"})
# Reasons are codes that somebody chose in these rooms, and words that somebody typed in the others.
_CHOSEN_REASONS = ("journeys.", "sales.", "supply.")
# Known, and meant to stay: words of people, and what is no single value.
STAY = frozenset({
    "reason", "options", "items", "report", "keys", "reasons", "next", "record", "deviations", "amounts", "subject", "users", "ids",
    "seed", "trims", "home", "cities", "models", "stores", "operators", "governance", "lines",
})  # fmt: skip
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+/-]{0,119}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.+Z-]{5,30}")
_CHOICE = re.compile(r"[a-z][a-z0-9_-]{0,59}")


def facts(line: Line) -> Iterator[tuple[str, Value]]:
    """What the entry's data tells, as attributes. A name that an event has of its own gets `data.` before it."""
    for name, raw in line.data.items():
        value = _fact(line, name, raw)
        if value is not None:
            yield (f"data.{name}" if name in OWN else name), value
    if line.kind == STEP_DONE:
        yield from _step(line.data)


def stayed(line: Line) -> list[str]:
    """The names of facts that are not known here at all, so that somebody decides about them."""
    known = CODES | TIMES | AMOUNTS | STAY
    return [name for name in line.data if name not in known]


# What every event says of itself.
OWN = frozenset({
    "kind", "actor", "role", "store", "brand", "playbook", "version", "step", "recorded_at", "deviations", "withdrawn",
})  # fmt: skip


def _fact(line: Line, name: str, raw: Any) -> Value | None:
    if name == "reason":
        return raw if line.kind.startswith(_CHOSEN_REASONS) and _matches(_CHOICE, raw) else None
    if raw is None or raw == "" or (name == "state" and line.kind.startswith("journeys.")):
        return None  # the last: a number that only the compiled playbook understands
    if name in AMOUNTS:
        return _number(raw)
    if name in TIMES:
        return _time(raw)
    return code(raw) if name in CODES else None


def code(raw: Any) -> Value | None:
    """A number, a truth value or a text that looks like a code; else None."""
    if isinstance(raw, bool | int | float):
        return raw
    return raw if _matches(_CODE, raw) else None


def _step(data: dict[str, Any]) -> Iterator[tuple[str, Value]]:
    """What was recorded with a step, and its deviations as `kind:step`."""
    for name, raw in (data.get("record") or {}).items():
        at = _time(raw) if _matches(_MOMENT, raw) else None
        value = None if name == "outcome" else at or code(raw)
        if value is not None:
            yield f"record.{name}", value
    found = [f"{one.get('kind')}:{one.get('step')}" for one in data.get("deviations") or ()]
    if found:
        yield "deviations", " ".join(found)


def _number(raw: Any) -> float | None:
    try:
        return float(raw)
    except (TypeError, ValueError):
        return None


def _time(raw: Any) -> datetime | None:
    found = read_time(raw) if isinstance(raw, str) else None
    return moment(found[0]) if found else None


def _matches(pattern: re.Pattern[str], raw: Any) -> bool:
    return isinstance(raw, str) and pattern.fullmatch(raw) is not None
