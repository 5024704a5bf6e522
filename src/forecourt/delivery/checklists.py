"""Checklists as the methodology writes them (`checklists/*.yaml`), and what is still missing on one; pure.

An item is *required by law* (`law` names the source), *required* by the methodology, or optional. What the law asks for can
never be skipped; what the methodology asks for can, by a store manager with a reason, and that is recorded.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from decimal import InvalidOperation
from typing import Any

PDI, HANDOVER = "pdi", "handover"
DONE, SKIPPED, FAULT, UNDONE = "done", "skipped", "fault", "undone"
OUTCOMES = (DONE, SKIPPED, FAULT, UNDONE)
NO_PROOF, VALUE, PHOTO, DOCUMENT, SIGNATURE = "", "value", "photo", "document", "signature"
PROOFS = (NO_PROOF, VALUE, PHOTO, DOCUMENT, SIGNATURE)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist. `evidence` says what proves it; a `value` has a unit and may have limits."""

    code: str
    title: Mapping[str, str]
    required: bool = True
    law: str = ""
    evidence: str = NO_PROOF
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    applies_to: str = ""
    minutes: int = 0

    def say(self, language: str) -> str:
        """The title in the language: Chinese, else English."""
        return self.title["zh" if language.startswith("zh") else "en"]

    @property
    def needs_file(self) -> bool:
        return self.evidence in (PHOTO, DOCUMENT, SIGNATURE)


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist in one version."""

    code: str
    version: str
    title: Mapping[str, str]
    items: tuple[Item, ...]

    def for_car(self, powertrain: str) -> tuple[Item, ...]:
        """The items that a car of this powertrain needs."""
        return tuple(item for item in self.items if item.applies_to in ("", powertrain))

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)


def read(text: Mapping[str, Any]) -> Checklist:
    """A checklist from its parsed YAML.

    Raises:
        ValueError: names the checklist, the item and the rule that it breaks.
    """
    items = tuple(_item(text["checklist"], row) for row in text["items"])
    codes = [item.code for item in items]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise ValueError(f"checklist {text['checklist']} has the items {', '.join(sorted(twice))} twice")
    return Checklist(str(text["checklist"]), str(text["version"]), text["title"], items)


def _item(checklist: str, row: Mapping[str, Any]) -> Item:
    known = {
        "code",
        "title",
        "required",
        "law",
        "evidence",
        "unit",
        "minimum",
        "maximum",
        "applies_to",
        "minutes",
    }
    if extra := set(row) - known:
        raise ValueError(
            f"checklist {checklist}, item {row.get('code')}: unknown keys {', '.join(sorted(extra))}"
        )
    if row.get("evidence", NO_PROOF) not in PROOFS:
        raise ValueError(
            f"checklist {checklist}, item {row['code']}: evidence {row['evidence']!r} is none of {', '.join(PROOFS[1:])}"
        )
    limits = {name: Decimal(str(row[name])) for name in ("minimum", "maximum") if name in row}
    rest = {name: row[name] for name in row.keys() - {"minimum", "maximum"}}
    return Item(**rest, **limits)


@dataclass(frozen=True, slots=True)
class Mark:
    """What was last recorded for an item."""

    code: str
    outcome: str
    value: str = ""
    proofs: int = 0


@dataclass(frozen=True, slots=True)
class Lack:
    """Why an item is not in order: `open`, `fault`, `proof`, `value`, `below`, `above`, or `law` for a skipped item of law."""

    item: Item
    why: str
    found: str = ""


def standing(marks: Iterable[Mark]) -> dict[str, Mark]:
    """The last mark of each item; an item whose mark was taken back has none."""
    found: dict[str, Mark] = {}
    for mark in marks:
        found[mark.code] = mark
    return {code: mark for code, mark in found.items() if mark.outcome != UNDONE}


def lacks(items: Iterable[Item], marks: Iterable[Mark]) -> list[Lack]:
    """What keeps the checklist from being done, items of law first, then in the order of the list."""
    last = standing(marks)
    found = [lack for item in items if (lack := lack_of(item, last.get(item.code)))]
    return sorted(found, key=lambda lack: not lack.item.law)


def lack_of(item: Item, mark: Mark | None) -> Lack | None:
    """What is wrong with one item, or None."""
    if mark is None:
        return Lack(item, "open") if item.required else None
    if mark.outcome == FAULT:
        return Lack(item, "fault", mark.value)
    if mark.outcome == SKIPPED:
        return Lack(item, "law") if item.law else None
    if item.needs_file and not mark.proofs:
        return Lack(item, "proof")
    return _value_lack(item, mark.value) if item.evidence == VALUE else None


def _value_lack(item: Item, value: str) -> Lack | None:
    if not value:
        return Lack(item, "value")
    if item.minimum is None and item.maximum is None:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return Lack(item, "value", value)
    if not number.is_finite():
        return Lack(item, "value", value)
    if item.minimum is not None and number < item.minimum:
        return Lack(item, "below", value)
    return Lack(item, "above", value) if item.maximum is not None and number > item.maximum else None


def in_order(items: Iterable[Item]) -> dict[str, dict[str, Any]]:
    """A record in which every item is done with a plausible value and a proof; for demonstrations and tests."""
    return {item.code: _well(item) for item in items}


def _well(item: Item) -> dict[str, Any]:
    record: dict[str, Any] = {"outcome": DONE}
    if item.evidence == VALUE:
        record["value"] = str(
            item.minimum if item.minimum is not None else item.maximum if item.maximum is not None else "1"
        )
    if item.needs_file:
        record["evidence"] = [item.evidence]
    return record
