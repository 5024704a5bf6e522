"""What became of each element of a file that came in: carried over, understood but changed, or lost."""

from collections.abc import Iterable
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import Literal

from forecourt.exchange.bpmn.model import Element

Fate = Literal["carried", "changed", "lost"]
FATES: tuple[Fate, ...] = ("lost", "changed", "carried")


class Refusal(Exception):
    """A file from which no draft can be made. `code` is stable (docs/reference/bpmn.md); `line` is 0 where there is none."""

    def __init__(self, code: str, message: str, hint: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.line = code, message, hint, line


@dataclass(frozen=True, slots=True)
class Note:
    """The fate of one element, with a sentence that says what was made of it or why it is not there."""

    fate: Fate
    tag: str
    id: str
    name: str
    line: int
    said: str

    def __str__(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        return f"{self.line}: {self.fate} {self.tag}{name} ({self.id}): {self.said}"


@dataclass
class Report:
    """Collects notes. An element may have several, but never none: see `unspoken`. `spoken` are the ids with a note."""

    notes: list[Note] = field(default_factory=list)
    spoken: set[str] = field(default_factory=set)
    _said: set[Note] = field(default_factory=set)

    def say(self, fate: Fate, element: Element, said: str) -> None:
        """Note what became of an element; the same sentence once."""
        name = " ".join(element.name.split())
        note = Note(fate, element.tag, element.id, name, element.line, said)
        self.spoken.add(element.id)
        if note not in self._said:
            self._said.add(note)
            self.notes.append(note)

    def unspoken(self, elements: Iterable[Element], said: str) -> None:
        """Name as lost what nothing has been said about, so that nothing goes missing silently."""
        for element in elements:
            if element.id not in self.spoken:
                self.say("lost", element, said)

    def count(self, fate: Fate) -> int:
        """How many elements had this fate; one with several counts at the worst of them."""
        return sum(worst == fate for worst in self._worst().values())

    def in_order(self) -> list[Note]:
        """The notes in order of the file."""
        return sorted(self.notes, key=lambda note: (note.line, note.id, FATES.index(note.fate)))

    def plain(self) -> dict[str, Any]:
        """The report as data for JSON."""
        counts: dict[str, Any] = {fate: self.count(fate) for fate in FATES}
        return counts | {"elements": [asdict(note) for note in self.in_order()]}

    def _worst(self) -> dict[str, Fate]:
        worst: dict[str, Fate] = {}
        for note in self.notes:
            before = worst.get(note.id, note.fate)
            worst[note.id] = min(before, note.fate, key=FATES.index)
        return worst
