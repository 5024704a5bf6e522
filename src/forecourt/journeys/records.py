"""What is recorded with a step, held against its `record:`: every field in its type, every mistake at once.

Values come from JSON or from a form (where all is text) and leave as JSON holds them: money and dates as text.
"""

import re
from collections.abc import Callable
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from datetime import time
from decimal import Decimal
from decimal import InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from forecourt.base.diagnostics import near_misses
from forecourt.base.ids import is_code
from forecourt.journeys.effects import Effect
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.playbook.records import Field
from forecourt.playbook.records import Step

Record = dict[str, Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_TEXT = 4000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0", "")
# Kinds that may hold personal data or long words; the journal, which nothing can be erased from, never gets them.
_PRIVATE = frozenset({"text", "phone", "plate", "vin", "file", "list"})


def read(step: Step, effect: Effect | None, given: Mapping[str, Any]) -> Record:
    """Return the record in its types. Raises Invalid that names every field that is missing, unknown or wrong."""
    problems = [
        _unstorable(str(name)) for name, value in given.items() if not storable(name) or not storable(value)
    ]
    if problems:
        raise Invalid(*problems)
    found: Record = {}
    for item in step.record:
        _take(item, given.get(item.name), found, problems)
    spec = {item.name for item in step.record}
    extra = {name: value for name, value in given.items() if name not in spec}
    if effect is None:
        problems += [_unknown(name, tuple(spec)) for name in extra]
    else:
        found |= extra
        problems += [_missing(name) for name in effect.needs if found.get(name) in (None, "")]
    if problems:
        raise Invalid(*problems)
    return found


def storable(value: Any) -> bool:
    """Whether the database can keep a text: no NUL, no half of a character; looked at in all parts of a value."""
    if isinstance(value, Mapping):
        return all(storable(name) and storable(part) for name, part in value.items())
    if isinstance(value, list | tuple):
        return all(map(storable, value))
    return not isinstance(value, str) or _UNSTORABLE.search(value) is None


def _unstorable(name: str) -> Blocked:
    shown = _UNSTORABLE.sub("?", name)[:60]
    text = _("The field {field} holds a character that no text has. Write it anew.").format(field=shown)
    return Blocked("journeys.field_unstorable", text, shown)


def for_journal(step: Step, record: Mapping[str, Any]) -> Record:
    """The part of a record that an entry may hold for ever: choices, numbers, dates, codes; no words."""
    kinds = {item.name: item.kind for item in step.record}
    return {name: value for name, value in record.items() if kinds.get(name, "text") not in _PRIVATE}


def _take(item: Field, value: Any, found: Record, problems: list[Blocked]) -> None:
    if value is None or value == "" or value == []:
        if not item.optional:
            problems.append(_missing(item.name))
        return
    try:
        found[item.name] = _choice(item, value) if item.kind == "choice" else READERS[item.kind](value)
    except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
        problems.append(_wrong(item, value, str(error) if isinstance(error, _Said) else ""))


class _Said(ValueError):
    """Carries a sentence of its own."""


def _choice(item: Field, value: Any) -> str:
    if value not in item.choices:
        near = near_misses(str(value), item.choices)
        known = ", ".join(near or item.choices)
        raise _Said(_("Choose one of: {choices}.").format(choices=known))
    return str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise _Said(_("A text has at most {max} characters.").format(max=LONGEST_TEXT))
    return value.strip()


def _number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) >= Decimal("1e15"):
        raise ValueError
    return int(number) if number == number.to_integral_value() else float(number)


def _integer(value: Any) -> int:
    number = _number(value)
    if not isinstance(number, int):
        raise _Said(_("A whole number is asked for."))
    return number


def _money(value: Any) -> str:
    amount = Decimal(str(value))
    if isinstance(value, bool) or not amount.is_finite() or abs(amount) >= Decimal("1e12"):
        raise ValueError
    return str(amount.quantize(Decimal("0.01")))


def _percent(value: Any) -> int | float:
    number = _number(value)
    if not 0 <= number <= 100:
        raise _Said(_("A percentage lies between 0 and 100."))
    return number


def _date(value: Any) -> str:
    return date.fromisoformat(str(value)).isoformat()


def _time(value: Any) -> str:
    return time.fromisoformat(str(value)).isoformat(timespec="minutes")


def _datetime(value: Any) -> str:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).isoformat()


def _yes_no(value: Any) -> bool:
    word = str(value).lower()
    if word not in (*_YES, *_NO):
        raise _Said(_("Answer yes or no."))
    return word in _YES


def _code(value: Any) -> str:
    if not isinstance(value, str) or not is_code(value):
        raise _Said(_("A code has lower-case letters, digits and hyphens."))
    return value


def _pattern(pattern: str) -> Callable[[Any], str]:
    compiled = re.compile(pattern)

    def read_text(value: Any) -> str:
        text = re.sub(r"[\s-]", "", str(value)).upper()
        if not compiled.fullmatch(text):
            raise ValueError
        return text

    return read_text


def _list(value: Any) -> list[str]:
    items = value if isinstance(value, list | tuple) else str(value).splitlines()
    return [_text(item) for item in items if item]


READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "money": _money,
    "percent": _percent,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "yes_no": _yes_no,
    "phone": _pattern(r"\+?\d{5,15}"),
    "plate": _pattern(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}"),
    "vin": _pattern(r"[A-HJ-NPR-Z0-9]{17}"),
    "code": _code,
    "file": _text,
    "list": _list,
}


def _missing(name: str) -> Blocked:
    return Blocked("journeys.field_missing", _("The field {field} is missing.").format(field=name), name)


def _unknown(name: str, known: tuple[str, ...]) -> Blocked:
    near = near_misses(name, known) or known
    hint = (
        _("Known fields: {fields}.").format(fields=", ".join(near))
        if near
        else _("The step records nothing.")
    )
    return Blocked(
        "journeys.field_unknown", _("The step has no field {field}.").format(field=name) + " " + hint, name
    )


def _wrong(item: Field, value: Any, said: str) -> Blocked:
    shown = str(value)[:40]
    text = _("The field {field} cannot be {value}; it is of the kind {kind}.").format(
        field=item.name, value=f"“{shown}”", kind=item.kind
    )
    return Blocked("journeys.field_wrong", f"{text} {said}".strip(), item.name)
