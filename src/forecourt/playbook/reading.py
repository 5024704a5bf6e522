"""Reading nodes as what they should be: text, names, lists, numbers, durations. Mistakes are collected, never raised."""

import re
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from typing import TypeVar

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import Spot
from forecourt.base.durations import Duration
from forecourt.base.durations import Effort
from forecourt.base.durations import parse_duration
from forecourt.base.durations import parse_effort
from forecourt.playbook.codes import report
from forecourt.playbook.nodes import Items
from forecourt.playbook.nodes import Node
from forecourt.playbook.nodes import Pairs
from forecourt.playbook.nodes import Scalar
from forecourt.playbook.records import Name
from forecourt.playbook.records import Title

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
CODE = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
PLAYBOOK_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,31}")
Read = TypeVar("Read")


@dataclass
class Reader:
    """Collects diagnostics while the text is read."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def say(self, code: str, spot: Spot, message: str, hint: str = "", **near: object) -> None:
        """Note a mistake; `word` and `known` give near misses."""
        self.diagnostics.append(report(code, spot, message, hint, **near))  # type: ignore[arg-type]

    def pairs(
        self, node: Node, what: str, known: tuple[str, ...] = (), required: tuple[str, ...] = ()
    ) -> Pairs:
        """Read a mapping. Unknown keys (when `known` is given) and missing ones are noted; the rest is returned."""
        if not isinstance(node, Pairs):
            self.say("PB012", node.spot, f"{what} must be a mapping of keys to values")
            return Pairs({}, {}, node.spot)
        for key, spot in node.keys.items():
            if known and key not in known:
                hint = f"Keys of {what}: {', '.join(known)}."
                self.say("PB010", spot, f"{what} has the unknown key {key!r}", hint, word=key, known=known)
        for key in required:
            if key not in node.pairs:
                self.say("PB011", node.spot, f"{what} lacks the key {key!r}", f"Add {key}: ...")
        return node

    def items(self, node: Node, what: str) -> tuple[Node, ...]:
        """Read a list; a single value is not a list."""
        if isinstance(node, Items):
            return node.items
        self.say("PB012", node.spot, f"{what} must be a list", "Write it with dashes or in [brackets].")
        return ()

    def text(self, node: Node | None, what: str) -> str:
        """Read one non-empty text."""
        if isinstance(node, Scalar) and node.text.strip():
            return node.text.strip()
        if node is not None:
            self.say("PB012", node.spot, f"{what} must be a text")
        return ""

    def name(self, node: Node | None, what: str, form: re.Pattern[str] = NAME) -> Name:
        """Read a name of the given form."""
        text = self.text(node, what)
        spot = node.spot if node is not None else Spot()
        if text and form.fullmatch(text) is None:
            self.malformed(text, what, spot, form)
        return Name(text, spot)

    def malformed(self, text: str, what: str, spot: Spot, form: re.Pattern[str]) -> None:
        """Note that a name is not of its form."""
        joined = "hyphens" if form is PLAYBOOK_NAME else "underscores"
        hint = f"Names begin with a letter and have lower-case letters, digits and {joined} only."
        if form is VERSION:
            hint = "A version has letters, digits, points and hyphens, as in 2026.11."
        self.say("PB013", spot, f"{what} {text!r} is malformed", hint)

    def names(self, node: Node | None, what: str, form: re.Pattern[str] = CODE) -> tuple[Name, ...]:
        """Read a list of names, or one name."""
        if node is None:
            return ()
        items = node.items if isinstance(node, Items) else (node,)
        found = (self.name(item, what, form) for item in items)
        return tuple(name for name in found if name.text)

    def number(self, node: Node | None, what: str, least: int, most: int) -> int | None:
        """Read a whole number between `least` and `most`."""
        if node is None:
            return None
        text = node.text.strip() if isinstance(node, Scalar) else ""
        if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        shown = repr(text) if text else "this"
        self.say("PB016", node.spot, f"{what} must be a whole number from {least} to {most}, not {shown}")
        return None

    def duration(self, node: Node | None, what: str) -> Duration | None:
        """Read `15 min of store hours` and the like."""
        return self._parsed(node, what, parse_duration)

    def effort(self, node: Node | None, what: str) -> Effort | None:
        """Read `4..9 min`."""
        return self._parsed(node, what, parse_effort)

    def title(self, node: Node | None, what: str) -> Title:
        """Read `{en: ..., zh: ...}`, or one text, which counts as English. What is missing is found by the checks."""
        if isinstance(node, Scalar):
            return Title({"en": self.text(node, what)}, node.spot)
        if node is None:
            return Title({})
        pairs = self.pairs(node, what, ("en", "zh"))
        words = {key: self.text(value, what) for key, value in pairs.pairs.items()}
        return Title(words, node.spot)

    def _parsed(self, node: Node | None, what: str, parse: Callable[[str], Read]) -> Read | None:
        text = self.text(node, what)
        if not text or node is None:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.say("PB014", node.spot, f"{what}: {error}")
            return None


def each(pairs: Pairs) -> Iterator[tuple[str, Spot, Node]]:
    """Yield key, place of the key, and value of a mapping."""
    for key, value in pairs.pairs.items():
        yield key, pairs.keys[key], value
