"""Chinese for every message: compiles the rooms' catalogues without GNU gettext, and finds what is not translated yet.

Only polib is needed to compile, so that the wheel's build hook can load this file by its path.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parents[1]
LANGUAGE = "zh_Hans"
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|{\w*}")
LETTER = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One text that people read, and where it stands first."""

    room: str
    file: str
    line: int
    text: str
    context: str = ""


def catalogues() -> list[Path]:
    """Every django.po of the house."""
    return sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/django.po"))


def compile_catalogues(*, force: bool = False) -> list[Path]:
    """Write the .mo beside each .po that is newer than it; returns what was written."""
    written = []
    for source in catalogues():
        target = source.with_suffix(".mo")
        if force or not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            _compile(source, target)
            written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(polib.pofile(str(source)).to_binary())
        beside.replace(target)
    except OSError:
        # A read-only installation carries its .mo files from the wheel.
        return


def messages(room: str) -> Iterator[Message]:
    """The texts of a room's Python files and templates, in file order."""
    root = PACKAGE / room
    for path in (
        sorted(root.rglob("*.py"))
        + sorted(root.rglob("templates/**/*.html"))
        + sorted(root.rglob("templates/**/*.txt"))
    ):
        yield from _messages_of(room, path)


def _messages_of(room: str, path: Path) -> Iterator[Message]:
    from babel.messages.extract import extract
    from django.utils.translation import templatize

    source = path.read_text("utf-8")
    if path.suffix != ".py":
        # What is left of the markup is indented as it pleases; Python's tokenizer minds.
        source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
    where = str(path.relative_to(PACKAGE))
    for line, found, _comments, context in extract(
        "python",
        BytesIO(source.encode()),
        keywords=KEYWORDS,
        options={"encoding": "utf-8"},
    ):
        text = found[0] if isinstance(found, tuple) else found
        if text:
            yield Message(room, where, line, text, context or "")


def translated(room: str) -> set[tuple[str, str]]:
    """(context, text) of what the room's own catalogue translates."""
    found: set[tuple[str, str]] = set()
    for source in (PACKAGE / room).glob(f"locale/{LANGUAGE}/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(source)):
            if entry.translated() and not entry.obsolete and "fuzzy" not in entry.flags:
                found.add((entry.msgctxt or "", entry.msgid))
    return found


def rooms() -> list[str]:
    """Every room of the house that holds Python."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def missing(room: str = "") -> list[Message]:
    """Texts of a room (or of all) that have letters in them and no Chinese, each once, in file order.

    A text that another room translates counts as translated, for Django merges the catalogues.
    """
    known = set().union(*(translated(name) for name in rooms()))
    gaps: dict[tuple[str, str], Message] = {}
    for name in [room] if room else rooms():
        for message in messages(name):
            key = (message.context, message.text)
            if key not in known and LETTER.search(PLACEHOLDER.sub("", message.text)):
                gaps.setdefault(key, message)
    return sorted(gaps.values())
