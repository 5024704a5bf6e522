"""A process tree as the blocks of a flow, in the shape that YAML gives them."""

from collections.abc import Sequence
from typing import Any

from forecourt.playbook.discovery.trees import Leaf
from forecourt.playbook.discovery.trees import Node
from forecourt.playbook.discovery.trees import Nothing
from forecourt.playbook.discovery.trees import Tree
from forecourt.playbook.discovery.trees import activities
from forecourt.playbook.discovery.trees import nullable


def flow_of(tree: Tree, names: Sequence[str]) -> list[Any]:
    """Return the blocks of a flow; `names` gives the step of each activity. An empty tree has no blocks."""
    return _listed(_block(tree, names))


def _listed(block: Any) -> list[Any]:
    return block if isinstance(block, list) else [block]


def _block(tree: Tree, names: Sequence[str]) -> Any:
    match tree:
        case Leaf(activity):
            return names[activity]
        case Nothing():
            return []
        case Node("sequence", children):
            return [part for child in children for part in flow_of(child, names)]
        case Node("together", children):
            return {"any_order": [_block(child, names) for child in children]}
        case Node("loop"):
            return _loop(tree, names)
        case Node(_, children):
            return _choice(children, names)


def _choice(children: tuple[Tree, ...], names: Sequence[str]) -> Any:
    some = [child for child in children if child != Nothing()]
    if any(
        map(nullable, some)
    ):  # a branch may not begin with nothing: what may be left out is written one after the other
        return [part for child in some for part in _listed(_maybe(child, names))]
    block = _block(some[0], names) if len(some) == 1 else {"one": _branches(some, names)}
    return {"maybe": block} if len(some) < len(children) else block


def _maybe(tree: Tree, names: Sequence[str]) -> Any:
    block = _block(tree, names)
    return block if nullable(tree) else {"maybe": block}


def _branches(children: list[Tree], names: Sequence[str]) -> dict[str, Any]:
    """Label each branch by its first step; no two branches have a step in common."""
    return {names[next(activities(child))]: flow_of(child, names) for child in children}


def _loop(loop: Node, names: Sequence[str]) -> Any:
    body, again = loop.children
    if loop.times < 2:
        return _block(body, names)
    if again == Nothing():
        return _repeated(body, loop.times, names)
    once_more = _repeated(Node("sequence", (again, body)), loop.times - 1, names)
    return [*flow_of(body, names), once_more if nullable(again) and nullable(body) else {"maybe": once_more}]


def _repeated(body: Tree, times: int, names: Sequence[str]) -> Any:
    match body:
        case Node("choice", children) if children[0] == Nothing():  # as often as one likes, or not at all
            rest = children[1] if len(children) == 2 else Node("choice", children[1:])
            return {"maybe": {"repeat": _block(rest, names), "at_most": times}}
    return {"repeat": _block(body, names), "at_most": times} if times > 1 else _block(body, names)
