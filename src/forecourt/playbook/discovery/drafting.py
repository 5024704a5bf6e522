"""From a log to the text of a draft playbook that people read, correct and publish.

The draft says what is done today: its flow is mined, its comments say how often and how fast. Who does a step, what proves it and by
when are decisions; they are left to the author, with what the log says beside them.
"""

import re
from collections.abc import Collection
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from forecourt.playbook.compiling import MAX_STEPS
from forecourt.playbook.compiling import TooLarge
from forecourt.playbook.compiling import compile_playbook
from forecourt.playbook.discovery.blocks import flow_of
from forecourt.playbook.discovery.fitting import MOST_TOGETHER
from forecourt.playbook.discovery.fitting import loosened
from forecourt.playbook.discovery.mining import mine
from forecourt.playbook.discovery.traces import Habit
from forecourt.playbook.discovery.traces import Observed
from forecourt.playbook.discovery.traces import observe
from forecourt.playbook.discovery.trees import Node
from forecourt.playbook.discovery.trees import Nothing
from forecourt.playbook.discovery.trees import Tree
from forecourt.playbook.discovery.trees import activities
from forecourt.playbook.parser import load
from forecourt.playbook.records import Playbook
from forecourt.playbook.replay.columns import Log

_WIDTH = 10_000  # YAML breaks no line of a draft


class NothingToDraft(ValueError):
    """The log has no event with a case and an activity."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a draft playbook, the steps by the names of their activities, and what was loosened or left out, in words."""

    text: str
    playbook: Playbook
    steps: dict[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the log cannot say. `noise` as in `mine`; `roles` known to the house, of which `role` does what the log says nothing of.

    Raises ValueError for a name that no playbook can have.
    """

    name: str = "draft"
    version: str = "1"
    about: str = "opportunity"
    noise: float = 0.2
    role: str = "adviser"
    roles: Collection[str] = ()

    def __post_init__(self) -> None:
        for what, value, pattern in (
            ("name", self.name, r"[a-z][a-z0-9-]*"),
            ("about", self.about, r"[a-z][a-z0-9_]*"),
            ("role", self.role, r"[a-z][a-z0-9_]*"),
        ):
            if not re.fullmatch(pattern, value):
                raise ValueError(
                    f"the draft's {what} cannot be {value!r}: write lower-case letters, digits and {'hyphens' if what == 'name' else 'underscores'}, a letter first"
                )


def discover(log: Log, wishes: Wishes | None = None) -> Draft:
    """Return a draft playbook for a log: block-structured, sound, within the published limits.

    Raises NothingToDraft for a log without events, ValueError for a noise that is none.
    """
    wishes = wishes or Wishes()
    seen = observe(log, MAX_STEPS)
    if not seen.names:
        raise NothingToDraft(
            "the log has no event with a case and an activity; check the mapping of its columns"
        )
    codes = codes_of(seen.names)
    tree, notes = mine(seen.traces, wishes.noise), _left_out(seen)
    while True:
        text = _text(tree, seen, codes, wishes, notes)
        playbook = None if _too_wide(tree) else _small_enough(text)
        if playbook is not None:
            return Draft(text, playbook, dict(zip(seen.names, codes, strict=True)), tuple(notes))
        tree, notes = _loosen(tree, seen, codes, notes)


def codes_of(names: Sequence[str]) -> list[str]:
    """Return a step's name for each activity: lower-case letters, digits and underscores, each once; `step_3` where none are left."""
    found: list[str] = []
    for number, name in enumerate(names, 1):
        code = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:50]
        code = code if code[:1].isalpha() else f"step_{code or number}"
        others = (f"{code}_{more}" for more in range(number, number + len(names) + 1))
        found.append(code if code not in found else next(other for other in others if other not in found))
    return found


def _left_out(seen: Observed) -> list[str]:
    notes = (
        [f"left out, for a playbook has at most {MAX_STEPS} steps: {', '.join(seen.left_out)}"]
        if seen.left_out
        else []
    )
    covered = sum(seen.traces.values())
    if covered < seen.journeys:
        notes.append(
            f"drafted from the {len(seen.traces):,} commonest of {seen.variants:,} different ways: {covered:,} journeys"
        )
    return notes


def _too_wide(tree: Tree) -> bool:
    """Whether an interleaving in the tree has more parts than the language allows."""
    if not isinstance(tree, Node):
        return False
    own = tree.operator == "together" and len(tree.children) > MOST_TOGETHER
    return own or any(map(_too_wide, tree.children))


def _loosen(tree: Tree, seen: Observed, codes: Sequence[str], notes: list[str]) -> tuple[Tree, list[str]]:
    looser, node = loosened(tree, seen.usual)
    inside = ", ".join(codes[activity] for activity in list(dict.fromkeys(activities(node)))[:6])
    said = (
        "may go round less often"
        if node.operator == "loop"
        else "are optional in their usual order instead of any order"
    )
    return looser, [*notes, f"too many states: {inside} {said}"]


def _small_enough(text: str) -> Playbook | None:
    """The playbook of a draft when its program keeps the published limits."""
    loaded = load(text, "draft.yaml")
    if loaded.playbook is None or not loaded.ok:
        raise AssertionError(f"the draft does not read: {[str(item) for item in loaded.diagnostics]}")
    try:
        compile_playbook(loaded.playbook)
    except TooLarge:
        return None
    return loaded.playbook


# ── the text ──


def _text(tree: Tree, seen: Observed, codes: Sequence[str], wishes: Wishes, notes: Sequence[str]) -> str:
    head = [
        f"Drafted from a log of {seen.journeys:,} journeys, {seen.variants:,} different ways (noise {wishes.noise:g}).",
        "It says what is done today. Who does a step, by when and with what proof is yours to decide.",
        *(f"{note[0].upper()}{note[1:]}." for note in notes),
    ]
    used = set(activities(tree))
    title = {"en": wishes.name.replace("-", " ").capitalize(), "zh": wishes.name}
    top = {"playbook": wishes.name, "version": wishes.version, "about": wishes.about, "title": title}
    steps = [
        _step(codes[number], name, seen.habits[number], seen.journeys, wishes)
        for number, name in enumerate(seen.names)
        if number in used
    ]
    flow = flow_of(tree, codes) if tree != Nothing() else []
    return "".join([*(f"# {line}\n" for line in head), _yaml(top), "steps:\n", *steps, _yaml({"flow": flow})])


def _step(code: str, name: str, habit: Habit, journeys: int, wishes: Wishes) -> str:
    role = re.sub(r"[^a-z0-9]+", "_", habit.role.lower()).strip("_")
    known = role in wishes.roles
    attributes = {"title": {"en": name, "zh": name}, "by": role if known else wishes.role}
    said = f"in {round(100 * habit.journeys / max(1, journeys))} % of journeys" + _waits(habit)
    said += f"; the log says: by {habit.role}" if habit.role and not known else ""
    comment = " ".join(said.split())  # a name in a log may hold a line end
    return f"  # {comment}\n" + "".join(f"  {line}\n" for line in _yaml({code: attributes}).splitlines())


def _waits(habit: Habit) -> str:
    if habit.median_s is None or habit.p90_s is None:
        return ""
    return (
        f"; half within {_long(habit.median_s)} of the step before, nine of ten within {_long(habit.p90_s)}"
    )


def _long(seconds: float) -> str:
    """A length of time in its largest fitting unit."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{round(seconds / length)} {unit}"
    return f"{round(seconds)} s"


def _yaml(value: Any) -> str:
    """Lists and mappings of plain values on one line, as people write playbooks; no aliases, for the language has none."""
    return yaml.dump(
        value, Dumper=_Plain, allow_unicode=True, sort_keys=False, default_flow_style=None, width=_WIDTH
    )


class _Plain(yaml.SafeDumper):
    """Writes a value that stands in two places twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
