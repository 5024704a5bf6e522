"""The journal in words: one registry of entry kinds, each with a title, a tone and a sentence made from its data.

A sentence is a template whose fields are the entry's data; the converters below turn ids and codes into names, money
and times. Where a field is missing the sentence is left out, so an older entry still has its title. A test fails for a
kind that is written anywhere in the house and is not told here.
"""

import string
from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from forecourt.journal.models import Entry
from forecourt.journeys import programs
from forecourt.platform.refusals import Missing
from forecourt.web.components.values import local
from forecourt.web.components.values import number
from forecourt.web.naming import Names
from forecourt.web.naming import names_of
from forecourt.web.states import describe
from forecourt.web.story_kinds import KINDS
from forecourt.web.story_kinds import WORDS
from forecourt.web.story_kinds import Kind

Text = str | Promise
STAFF_FIELDS: Final = ("from", "to", "adviser", "specialist", "owner", "assigned_to", "staff")
MONEY_FIELDS: Final = ("price", "amount", "refund", "total")
TIME_FIELDS: Final = ("starts_at", "slot", "due_at", "lock_by_at", "appointed_at")


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as a reader sees it."""

    entry: Entry
    title: Text
    tone: str
    note: str
    who: str
    where: str

    @property
    def at(self) -> datetime:
        return self.entry.happened_at

    @property
    def journey(self) -> UUID | None:
        return self.entry.journey


def tell(entries: Iterable[Entry], names: Names | None = None) -> list[Told]:
    """The entries in words, in their order; a step is not told beside what it brought about.

    `names` spares a query where a page has looked up the codes of `codes_in(entries)` with its own.
    """
    rows = _without_echoes(list(entries))
    known = names or names_of(**codes_in(rows))
    return [_told(row, known) for row in rows]


def _without_echoes(rows: list[Entry]) -> list[Entry]:
    """A step that brought about something (`sales.order_placed`) is told by that; with deviations it is told too."""
    brought = {(row.journey, row.recorded_at) for row in rows if not row.kind.startswith("journeys.")}
    return [
        row
        for row in rows
        if row.kind != "journeys.step_done"
        or row.data.get("deviations")
        or (row.journey, row.recorded_at) not in brought
    ]


def codes_in(entries: Iterable[Entry]) -> dict[str, set[str]]:
    """The codes that the entries mention, by kind, as `names_of` takes them."""
    rows = list(entries)
    data = [row.data for row in rows]
    return {
        "staff": {row.actor for row in rows} | {_code(one.get(key)) for one in data for key in STAFF_FIELDS},
        "stores": {row.store for row in rows} | {_code(one.get("store")) for one in data},
        "brands": {row.brand for row in rows},
        "models": {_code(one.get("model")) for one in data},
        "trims": {_code(one.get("trim")) for one in data},
    }


def _code(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _told(row: Entry, names: Names) -> Told:
    kind = KINDS.get(row.kind) or Kind(row.kind, "quiet")
    where = " · ".join(part for part in (names.store(row.store), names.brand(row.brand)) if part)
    return Told(
        row,
        _title(row, kind),
        _tone(row, kind),
        _note(row, kind, names),
        names.person(row.actor, row.role),
        where,
    )


def _title(row: Entry, kind: Kind) -> Text:
    return f"{kind.title}{_colon()}{step_title(row)}" if kind.of_step and row.step else kind.title


def _colon() -> str:
    return _(": ")


def _tone(row: Entry, kind: Kind) -> str:
    return "warn" if kind.of_step and row.data.get("deviations") else kind.tone


def step_title(row: Entry) -> str:
    """What the step of an entry is called in the version it was done under; its name when that version is gone."""
    try:
        return programs.of(row.playbook, row.version).step_title(row.step)
    except Missing:
        return row.step


def playbook_title(row: Entry) -> str:
    """What the playbook of an entry is called."""
    try:
        return programs.of(row.playbook, row.version).title()
    except Missing:
        return row.playbook


def _note(row: Entry, kind: Kind, names: Names) -> str:
    said = [_filled(str(kind.says), row, names)] if kind.says else []
    if deviations := row.data.get("deviations"):
        said += [str(WORDS.get(one.get("kind", ""), one.get("kind", ""))) for one in deviations]
    return " · ".join(part for part in said if part)


def _filled(template: str, row: Entry, names: Names) -> str:
    """The template with the entry's data; '' when one of its fields is not there."""
    values: dict[str, str] = {}
    for _text, name, _spec, _conversion in string.Formatter().parse(template):
        if name:
            values[name] = shown(name, row, names)
            if not values[name]:
                return ""
    return template.format(**values)


def shown(name: str, row: Entry, names: Names) -> str:
    """One field of an entry for people."""
    if name == "playbook":
        return playbook_title(row)
    value = row.data.get(name)
    if value is None or value == "":
        return ""
    return _converter(name)(value, row, names)


Converter = Callable[[Any, Entry, Names], str]


def _converter(name: str) -> Converter:
    if name in MONEY_FIELDS:
        return lambda value, _row, _names: f"¥\u202f{number(value)}"
    if name in TIME_FIELDS:
        return lambda value, _row, _names: f"{local(datetime.fromisoformat(str(value))):%m-%d %H:%M}"
    if name in STAFF_FIELDS:
        return lambda value, _row, names: names.staff.get(str(value), str(value))
    return _BY_NAME.get(name, _word)


def _word(value: Any, row: Entry, _names: Names) -> str:
    """A code as the house calls it, else as the playbook of the entry does."""
    text = str(value)
    if text in WORDS:
        return str(WORDS[text])
    word = describe(text)[1]
    if word != text.replace("_", " ") or not row.playbook:
        return str(word)
    try:
        return programs.of(row.playbook, row.version).program.word(text, programs.spoken())
    except Missing:
        return text


def _keys(value: Any, _row: Entry, _names: Names) -> str:
    """By which kinds of key somebody was known."""
    found = value if isinstance(value, list) else [value]
    return ", ".join(str(WORDS.get(str(key), key)) for key in found)


_BY_NAME: Final[dict[str, Converter]] = {
    "model": lambda value, _row, names: names.model(str(value)),
    "trim": lambda value, _row, names: names.trim(str(value)),
    "store": lambda value, _row, names: names.store(str(value)),
    "queue_place": lambda value, _row, _names: number(value),
    "score": lambda value, _row, _names: number(value),
    "bay": lambda value, _row, _names: str(value),
    "vin": lambda value, _row, _names: f"…{str(value)[-6:]}",
    "keys": _keys,
    "version": lambda value, _row, _names: str(value),
    "days": lambda value, _row, _names: number(value),
}
