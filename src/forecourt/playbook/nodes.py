"""YAML text to nodes that know their place, with what is dangerous or ambiguous refused.

The parser never resolves types: every scalar stays text and its reader decides, so that `no`, `1.10` and `2026.11` mean
what is written. Aliases are refused altogether: nobody needs them in a playbook, and they are how a small text grows
into gigabytes. Size and depth are counted on the event stream, before any tree is built.
"""

from dataclasses import dataclass
from dataclasses import field
from typing import Any

import yaml

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import Spot
from forecourt.playbook.codes import report

MAX_BYTES = 200_000
MAX_NODES = 20_000
MAX_DEPTH = 40
# libyaml reads `note: text?` inside {braces} as YAML 1.2 asks; the scanner written in Python stops at the question mark.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word or sentence."""

    text: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping, in the order of the text; `keys` holds the place of each key."""

    pairs: dict[str, "Node"]
    keys: dict[str, Spot]
    spot: Spot


Node = Scalar | Items | Pairs


@dataclass
class _Building:
    file: str
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def spot(self, mark: Any) -> Spot:
        return Spot(self.file, mark.line + 1, mark.column + 1) if mark is not None else Spot(self.file)


def read_nodes(text: str, file: str) -> tuple[Node | None, list[Diagnostic]]:
    """Return the root node of the one YAML document in `text`, and what is wrong with it.

    The node is None when the text cannot be used at all: not YAML, too large, with aliases, or not one document.
    """
    building = _Building(file)
    if len(text.encode()) > MAX_BYTES:
        message = f"the text has {len(text.encode()):,} bytes; a playbook has at most {MAX_BYTES:,}"
        return None, [report("PB002", Spot(file), message, "Split it into playbooks that start one another.")]
    try:
        _look_over(text, building)
        root = None if building.diagnostics else yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        return None, [*building.diagnostics, _not_yaml(error, building)]
    if root is None:
        return None, building.diagnostics or [_one_playbook(Spot(file), "the file is empty")]
    return _node(root, building), building.diagnostics


def _look_over(text: str, building: _Building) -> None:
    """Walk the events once: refuse aliases, a second document, and too many or too deep nodes."""
    depth = nodes = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            message = f"the anchor or alias {getattr(event, 'anchor', '')!r} is not allowed"
            hint = "Write the value out where it is used, or name a list of blocks under parts."
            building.diagnostics.append(report("PB003", building.spot(event.start_mark), message, hint))
            return
        documents += isinstance(event, yaml.DocumentStartEvent)
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        problem = _too_much(depth, nodes, documents, building.spot(event.start_mark))
        if problem is not None:
            building.diagnostics.append(problem)
            return


def _too_much(depth: int, nodes: int, documents: int, spot: Spot) -> Diagnostic | None:
    if documents > 1:
        return _one_playbook(spot, "a second document begins here")
    if depth > MAX_DEPTH:
        return report(
            "PB002", spot, f"the text is nested more than {MAX_DEPTH} deep", "Name inner blocks under parts."
        )
    if nodes > MAX_NODES:
        return report("PB002", spot, f"the text has more than {MAX_NODES:,} values", "Split the playbook.")
    return None


def _one_playbook(spot: Spot, message: str) -> Diagnostic:
    return report("PB005", spot, message, "Write exactly one playbook into each file.")


def _not_yaml(error: yaml.YAMLError, building: _Building) -> Diagnostic:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    spot = building.spot(mark)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    context = getattr(error, "context", None)
    message = f"the text is not YAML: {problem}{f' ({context})' if context else ''}"
    return report("PB001", spot, message, "Check indentation, quotes and brackets before this place.")


def _node(node: yaml.Node, building: _Building) -> Node:
    spot = building.spot(node.start_mark)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_node(item, building) for item in node.value), spot)
    if isinstance(node, yaml.MappingNode):
        return _pairs(node, building)
    return Scalar(str(node.value), spot)


def _pairs(node: yaml.MappingNode, building: _Building) -> Pairs:
    pairs: dict[str, Node] = {}
    keys: dict[str, Spot] = {}
    for key_node, value_node in node.value:
        spot = building.spot(key_node.start_mark)
        if not isinstance(key_node, yaml.ScalarNode):
            building.diagnostics.append(report("PB012", spot, "a key is a list or a mapping; write one word"))
            continue
        key = str(key_node.value)
        if key in pairs:
            message = f"the key {key!r} is written twice; the first is in line {keys[key].line}"
            building.diagnostics.append(report("PB004", spot, message, "Remove one, or join the two."))
            continue
        pairs[key], keys[key] = _node(value_node, building), spot
    return Pairs(pairs, keys, building.spot(node.start_mark))
