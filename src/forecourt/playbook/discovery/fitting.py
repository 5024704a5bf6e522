"""Making a tree small enough for a program: interleavings and loops multiply states, and a program has a published limit.

What is too large is loosened, never dropped: steps in any order become optional steps in their usual order, a loop may go
round less often. Each loosening is told.
"""

from collections.abc import Mapping
from math import prod

from forecourt.playbook.discovery.trees import Leaf
from forecourt.playbook.discovery.trees import Node
from forecourt.playbook.discovery.trees import Nothing
from forecourt.playbook.discovery.trees import Tree
from forecourt.playbook.discovery.trees import activities
from forecourt.playbook.discovery.trees import normal
from forecourt.playbook.discovery.trees import nullable

MOST_TOGETHER = 12  # a published limit of the language: 2 to the power of n states


def size(tree: Tree) -> int:
    """Return about how many states the program of a tree has."""
    if not isinstance(tree, Node):
        return 1
    sizes = [size(child) for child in tree.children]
    if tree.operator == "together":
        return prod(one + 1 for one in sizes)
    return sum(sizes) * (tree.times if tree.operator == "loop" else 1)


def loosened(tree: Tree, usual: Mapping[int, float]) -> tuple[Tree, Node]:
    """Return the tree with its largest interleaving or loop loosened, and that node as it was.

    `usual` is the mean place of each activity in its traces, between 0 and 1. Raises ValueError when nothing is left to loosen.
    """
    found = [
        node
        for node in _nodes(tree)
        if node.operator == "together" or (node.operator == "loop" and node.times > 2)
    ]
    if not found:
        raise ValueError("there is no interleaving and no loop to loosen: leave out activities that are rare")
    largest = max(found, key=_growth)
    return normal(_replaced(tree, largest, _looser(largest, usual))), largest


def _growth(node: Node) -> float:
    """By how much a node multiplies the states of what is in it."""
    return size(node) / max(1, sum(map(size, node.children)))


def _looser(node: Node, usual: Mapping[int, float]) -> Tree:
    if node.operator == "loop":
        return Node("loop", node.children, max(2, node.times // 2))
    in_order = sorted(node.children, key=lambda child: _place(child, usual))
    return Node(
        "sequence",
        tuple(child if nullable(child) else Node("choice", (Nothing(), child)) for child in in_order),
    )


def _place(tree: Tree, usual: Mapping[int, float]) -> float:
    places = [usual.get(activity, 0.0) for activity in activities(tree)]
    return sum(places) / max(1, len(places))


def _nodes(tree: Tree) -> list[Node]:
    if not isinstance(tree, Node):
        return []
    return [tree, *(node for child in tree.children for node in _nodes(child))]


def _replaced(tree: Tree, old: Node, new: Tree) -> Tree:
    if tree is old:
        return new
    if isinstance(tree, Leaf | Nothing):
        return tree
    return Node(tree.operator, tuple(_replaced(child, old, new) for child in tree.children), tree.times)
