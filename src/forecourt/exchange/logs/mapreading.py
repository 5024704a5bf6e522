"""The text of a mapping file to a `Mapping`: all mistakes at once, each with its line and near misses.

Nodes and readers are those of the playbook language, so that both kinds of file are refused for the same reasons: no aliases,
no second document, no key twice, limits on size and depth. Only the codes differ.
"""

import codecs
import re
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from datetime import time
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError
from zoneinfo import available_timezones

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import Spot
from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.codes import refuse
from forecourt.exchange.logs.codes import report
from forecourt.exchange.logs.mapping import MEANINGS
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.mapping import Opening
from forecourt.exchange.logs.mapping import Target
from forecourt.exchange.logs.times import EPOCHS
from forecourt.playbook.nodes import MAX_BYTES
from forecourt.playbook.nodes import Items
from forecourt.playbook.nodes import Node
from forecourt.playbook.nodes import Pairs
from forecourt.playbook.nodes import Scalar
from forecourt.playbook.nodes import read_nodes
from forecourt.playbook.reading import NAME
from forecourt.playbook.reading import each

KEYS = (
    *(
        "columns",
        "object_type",
        "time_format",
        "time_zone",
        "lifecycle",
        "names",
        "outcomes",
        "roles",
        "ignore",
    ),
    *("hours", "encoding", "delimiter"),
)
HOURS_KEYS = ("days", "opens", "closes")
ALL = "all"
DELIMITERS = {",": ",", ";": ";", "tab": "\t", "|": "|"}
TARGET = re.compile(rf"({NAME.pattern})(?:=({NAME.pattern}))?")
HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
# A mistake of form that the playbook's reader finds, by the code it has here.
_OF_FORM = {"PB004": "LG052", "PB010": "LG041", "PB011": "LG042"}
Value = TypeVar("Value")


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises LogRefused with all that is wrong in it."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise refuse(
            "LG001", str(path), message, "Give the path of a mapping file, or leave --map out."
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"the text is not UTF-8: byte {error.start} is {data[error.start]:#04x}"
        raise refuse("LG040", str(path), message, "Save the file as UTF-8.", line=line) from error
    return read_mapping(text, str(path))


def read_mapping(text: str, file: str) -> Mapping:
    """Read a mapping from YAML text; `file` names it in the diagnostics. Raises LogRefused with all that is wrong."""
    node, found = read_nodes(text, file)
    form = [replace(one, code=_OF_FORM.get(one.code, "LG040")) for one in found]
    if node is None and not form:
        form = [report("LG040", file, "the file is empty", "Write at least columns: or names:.")]
    reader = MapReader(file, form)
    mapping = reader.mapping(node) if isinstance(node, Pairs) else None
    if isinstance(node, Scalar | Items):
        reader.say("LG043", node.spot, "a mapping must be keys with values", "Begin with columns: or names:.")
    if mapping is None or reader.found:
        raise LogRefused(reader.found)
    return mapping


class MapReader:
    """Reads nodes as what they should be and collects what is wrong."""

    def __init__(self, file: str, found: list[Diagnostic]) -> None:
        self.file, self.found = file, found
        self.spots: dict[str, Spot] = {}

    def say(
        self, code: str, spot: Spot, message: str, hint: str = "", word: str = "", known: tuple[str, ...] = ()
    ) -> None:
        """Note a mistake."""
        self.found.append(
            report(code, spot.file, message, hint, line=spot.line, column=spot.column, word=word, known=known)
        )

    def mapping(self, node: Pairs) -> Mapping:
        """Read the whole."""
        get = self.pairs(node, "a mapping", KEYS).get
        joined = self._names(get("names"))
        return Mapping(
            file=self.file,
            columns=self._columns(get("columns")),
            object_type=self.text(get("object_type"), "object_type"),
            time_format=self._time_format(get("time_format")),
            lifecycle=self._lifecycle(get("lifecycle")),
            names=joined,
            outcomes=self._words(get("outcomes"), "outcomes"),
            roles=self._words(get("roles"), "roles"),
            ignore=self._ignore(get("ignore"), joined),
            hours=self._hours(get("hours")),
            encoding=self._encoding(get("encoding")),
            delimiter=self._delimiter(get("delimiter")),
            spots=self.spots,
            **self._zone(get("time_zone")),
        )

    def pairs(self, node: Node | None, what: str, known: tuple[str, ...] = ()) -> dict[str, Node]:
        """Read keys with values; unknown keys (when `known` is given) are noted and left out."""
        if node is None:
            return {}
        if not isinstance(node, Pairs):
            if not (isinstance(node, Scalar) and node.text in ("", "~", "null")):
                self.say("LG043", node.spot, f"{what} must be keys with values, not {_shown(node)}")
            return {}
        good = {}
        for key, spot, value in each(node):
            if known and key not in known:
                hint = f"Keys of {what}: {', '.join(known)}."
                self.say("LG041", spot, f"{what} has the unknown key {key!r}", hint, key, known)
            else:
                good[key] = value
        return good

    def text(self, node: Node | None, what: str) -> str:
        """Read one text that is not empty."""
        if node is None:
            return ""
        if isinstance(node, Scalar) and node.text.strip():
            self.spots.setdefault(what, node.spot)
            return node.text.strip()
        self.say("LG043", node.spot, f"{what} must be one text, not {_shown(node)}")
        return ""

    def texts(self, node: Node | None, what: str) -> Iterator[tuple[str, Spot]]:
        """Read a list of texts, or one text."""
        items = node.items if isinstance(node, Items) else () if node is None else (node,)
        for item in items:
            text = self.text(item, what)
            if text:
                yield text, item.spot

    def _columns(self, node: Node | None) -> dict[str, str]:
        found = {}
        for meaning, value in self.pairs(node, "columns", MEANINGS).items():
            found[meaning] = self.text(value, f"columns.{meaning}")
            self.spots[f"columns\x1f{meaning}"] = value.spot
        return {meaning: column for meaning, column in found.items() if column}

    def _names(self, node: Node | None) -> dict[str, Target]:
        joined = {}
        for activity, value in self.pairs(node, "names").items():
            text = self.text(value, f"the step of {activity!r}")
            match = TARGET.fullmatch(text)
            if match:
                joined[activity.strip()] = Target(match[1], match[2])
                self.spots[f"names\x1f{activity.strip()}"] = value.spot
            elif text:
                hint = "Write a step, as in respond, or a step with its outcome, as in respond=reached."
                self.say(
                    "LG043", value.spot, f"{activity!r} is joined to {text!r}, which is no step's name", hint
                )
        return joined

    def _words(self, node: Node | None, what: str) -> dict[str, str]:
        """What the log says: what the playbook says."""
        found = {}
        for said, value in self.pairs(node, what).items():
            meant = self.text(value, f"{what}.{said}")
            self.spots[f"{what}\x1f{said}"] = value.spot
            if meant:
                found[said.strip()] = meant
        return found

    def _ignore(self, node: Node | None, joined: dict[str, Target]) -> tuple[str, ...]:
        found = []
        for activity, spot in self.texts(node, "ignore"):
            if activity in joined:
                hint = "Take it out of one of the two."
                message = (
                    f"{activity!r} is joined to {joined[activity]} under names and left out under ignore"
                )
                self.say("LG048", spot, message, hint)
            found.append(activity)
            self.spots[f"ignore\x1f{activity}"] = spot
        return tuple(dict.fromkeys(found))

    def _lifecycle(self, node: Node | None) -> tuple[str, ...] | None:
        if node is None:
            return Mapping().lifecycle
        stages = tuple(text.lower() for text, _ in self.texts(node, "lifecycle"))
        if not stages:
            hint = "Write lifecycle: all, or lifecycle: [complete, start]."
            self.say("LG043", node.spot, "lifecycle names no stage", hint)
        return None if ALL in stages else stages

    def _time_format(self, node: Node | None) -> str:
        form = self.text(node, "time_format")
        if node is None or not form or form in EPOCHS:
            return form
        problem = _problem_of_format(form)
        if problem:
            hint = f"Write it as in %d/%m/%Y %H:%M:%S, or one of {', '.join(EPOCHS)}."
            self.say("LG049", node.spot, f"time_format {form!r} {problem}", hint)
        return form

    def _zone(self, node: Node | None) -> dict[str, ZoneInfo]:
        name = self.text(node, "time_zone")
        if node is None or not name:
            return {}
        try:
            return {"time_zone": ZoneInfo(name)}
        except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones, as Asia, is an OSError
            known = available_timezones()
        hint = "Write it as in Asia/Shanghai, Europe/Berlin or UTC."
        self.say("LG050", node.spot, f"there is no time zone {name!r}", hint, name, tuple(known))
        return {}

    def _hours(self, node: Node | None) -> dict[str, Opening]:
        found = {}
        for calendar, value in self.pairs(node, "hours").items():
            opening = self._opening(calendar, value)
            if opening is not None:
                found[calendar] = opening
                self.spots[f"hours\x1f{calendar}"] = value.spot
        return found

    def _opening(self, calendar: str, node: Node) -> Opening | None:
        what = f"hours of {calendar!r}"
        before = len(self.found)
        get = self.pairs(node, what, HOURS_KEYS).get
        if not isinstance(node, Pairs):
            self.say("LG043", node.spot, f"{what} must be keys with values, not {_shown(node)}")
            return None
        for key in ("opens", "closes"):
            if key not in node.pairs:
                self.say("LG042", node.spot, f"{what} lack the key {key!r}", f'Add {key}: "09:00".')
        opens, closes = self._hour(get("opens"), what), self._hour(get("closes"), what)
        days = self._days(get("days"), what)
        if opens is None or closes is None or len(self.found) > before:
            return None
        return Opening(days, opens, closes)

    def _hour(self, node: Node | None, what: str) -> time | None:
        text = self.text(node, what)
        match = HOUR.fullmatch(text)
        if match:
            return time(int(match[1]), int(match[2]))
        if node is not None and text:
            hint = 'Write it with quotes as in "09:30"; 24 hours a day, from "00:00" to "23:59".'
            self.say("LG051", node.spot, f"{what}: {text!r} is no time of day", hint)
        return None

    def _days(self, node: Node | None, what: str) -> tuple[int, ...]:
        if node is None:
            return tuple(range(1, 8))
        days = []
        for text, spot in self.texts(node, what):
            if text in "1234567" and len(text) == 1:
                days.append(int(text))
            else:
                hint = "Write days: [1, 2, 3, 4, 5] for Monday to Friday."
                self.say("LG051", spot, f"{what}: {text!r} is no day of the week from 1 to 7", hint)
        if isinstance(node, Items) and not node.items:
            self.say("LG051", node.spot, f"{what} name no day")
        return tuple(sorted(set(days)))

    def _encoding(self, node: Node | None) -> str:
        name = self.text(node, "encoding")
        return self._checked(
            node, name, _codec, "there is no encoding {!r}", "Write utf-8, gb18030, latin-1 …"
        )

    def _delimiter(self, node: Node | None) -> str:
        name = (
            node.text
            if isinstance(node, Scalar) and node.text in DELIMITERS
            else self.text(node, "delimiter")
        )
        return self._checked(
            node, name, DELIMITERS.get, "{!r} cannot separate cells", 'Write ",", ";", "|" or tab.'
        )

    def _checked(
        self, node: Node | None, text: str, find: Callable[[str], str | None], message: str, hint: str
    ) -> str:
        found = find(text) if text else ""
        if found is None and node is not None:
            self.say("LG043", node.spot, message.format(text), hint)
        return found or ""


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name)
        "é".encode().decode(found.name, "replace")  # zip, base64 and the like are no encodings of text
    except (LookupError, ValueError, TypeError):
        return None
    return found.name


def _problem_of_format(form: str) -> str:
    if "%" not in form:
        return "names no part of a time"
    try:
        datetime.strptime(datetime(2026, 11, 27, 15, 4, 5, 6).strftime(form), form)  # noqa: DTZ001, DTZ007 - only tried
    except (ValueError, re.error, UnicodeError):
        return "cannot be read back"
    return "" if ("%Y" in form or "%y" in form or "%s" in form) else "has no year"


def _shown(node: Node) -> str:
    if isinstance(node, Items):
        return "a list"
    return "keys with values" if isinstance(node, Pairs) else repr(node.text[:60])
