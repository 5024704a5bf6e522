"""JSON of unknown origin: big ids kept exact, repeated keys noticed, depth bounded, positions for what is broken."""

import json
import re
from dataclasses import dataclass

from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.records import Limits
from forecourt.exchange.leads.records import Unreadable

Object = dict[str, object]
# Possessive, and closed by the end of the text too: an unfinished string costs one pass, not one per quotation mark.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.|\\\Z)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written. Ids of 64 bits do not survive a float, so nothing is converted before it is understood."""

    text: str

    @property
    def whole(self) -> bool:
        """Written without fraction and exponent?"""
        return self.text.lstrip("-").isdecimal()

    @property
    def looks_rounded(self) -> bool:
        """Does it end as a number ends that some program squeezed through a 64-bit float?"""
        digits = self.text.lstrip("-")
        if not self.whole:
            return True
        if not 18 <= len(digits) <= 20:
            return False
        mantissa = repr(float(digits)).split("e")[0].replace(".", "")
        return digits.rstrip("0") == mantissa.rstrip("0")


def parse_json(text: str, limits: Limits, notes: Notes) -> "object | Unreadable":
    """Parse a document; numbers come as `Number`."""
    too_deep = _too_deep(text, limits.max_depth)
    if too_deep:
        return too_deep
    try:
        parsed: object = json.loads(
            text.removeprefix("\ufeff"),
            parse_int=Number,
            parse_float=Number,
            parse_constant=Number,
            object_pairs_hook=lambda pairs: _object(pairs, notes),
        )
    except json.JSONDecodeError as error:
        return Unreadable("json.broken", {"problem": error.msg}, error.lineno, error.colno)
    return parsed


def _object(pairs: list[tuple[str, object]], notes: Notes) -> Object:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        for name in {name for name in names if names.count(name) > 1} if len(names) < 1000 else set():
            notes.guessed("document", name, "json.repeated_key")
    return made


def _too_deep(text: str, most: int) -> Unreadable | None:
    """Count brackets outside strings before parsing: the parser itself would exhaust the stack."""
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
        if depth > most:
            return Unreadable("json.too_deep", {"most": str(most)}, text.count("\n", 0, found.start()) + 1)
    return None


def pointer(above: str, name: object) -> str:
    """Extend a JSON pointer (RFC 6901)."""
    return f"{above}/{str(name).replace('~', '~0').replace('/', '~1')}"


def kind_of(value: object) -> str:
    """What a JSON value is, in words of JSON."""
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "list"
    return "null" if value is None else type(value).__name__.lower()


class Fields:
    """One JSON object read field by field; what nobody asked for is reported by `rest`."""

    def __init__(self, value: Object, path: str, notes: Notes) -> None:
        self.value, self.path, self.notes = value, path, notes
        self._asked: set[str] = set()

    def has(self, name: str) -> bool:
        """Is there anything but null or an empty text?"""
        return self.value.get(name) not in (None, "")

    def take(self, name: str) -> object:
        """The value as it is; it counts as read."""
        self._asked.add(name)
        return self.value.get(name)

    def text(self, name: str) -> str:
        """The value as text, without report line; "" for null, objects and lists (reported)."""
        value = self.take(name)
        if isinstance(value, str):
            return value
        if isinstance(value, Number):
            return value.text
        if isinstance(value, bool):
            return "true" if value else "false"
        if value is not None:
            self.notes.refused(self.at(name), "", "field.not_text", kind=kind_of(value))
        return ""

    def object(self, name: str) -> "Fields":
        """The object in this field; an empty one when there is none."""
        value = self.take(name)
        if value is not None and not isinstance(value, dict):
            self.notes.refused(self.at(name), "", "field.not_text", kind=kind_of(value))
        return Fields(value if isinstance(value, dict) else {}, self.at(name), self.notes)

    def objects(self, name: str) -> "list[Fields]":
        """The objects of a list; whatever else stands in it is reported."""
        value = self.take(name)
        entries = value if isinstance(value, list) else [] if value is None else [value]
        found = []
        for place, entry in enumerate(entries):
            where = pointer(self.at(name), place)
            if isinstance(entry, dict):
                found.append(Fields(entry, where, self.notes))
            else:
                self.notes.refused(where, "", "lead.not_an_object", kind=kind_of(entry))
        return found

    def at(self, name: str) -> str:
        """The pointer of a field."""
        return pointer(self.path, name)

    def rest(self) -> None:
        """Report what nobody asked for."""
        for name, value in self.value.items():
            if name not in self._asked:
                raw = (
                    value.text
                    if isinstance(value, Number)
                    else value
                    if isinstance(value, str)
                    else kind_of(value)
                )
                self.notes.ignored(
                    self.at(name), raw, "field.unknown" if value not in (None, "") else "field.empty"
                )
