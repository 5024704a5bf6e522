"""Process trees: what is mined from traces, before it is written as a playbook.

A tree is block-structured and so sound by construction. Activities are numbers into a list of names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Operator = Literal["sequence", "choice", "together", "loop"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One activity, done once."""

    activity: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is done; in a choice it means that the rest may be left out."""


@dataclass(frozen=True, slots=True)
class Node:
    """Trees joined by an operator.

    `sequence`: one after the other. `choice`: one of them. `together`: all, interleaved. `loop`: the first, then any number of times
    the second and the first again, at most `times` times the first in all.
    """

    operator: Operator
    children: tuple["Tree", ...]
    times: int = 1


Tree = Leaf | Nothing | Node


def nullable(tree: Tree) -> bool:
    """Say whether the tree can be passed without doing anything."""
    match tree:
        case Leaf():
            return False
        case Nothing():
            return True
        case Node("choice", children):
            return any(map(nullable, children))
        case Node("loop", (body, *_)):
            return nullable(body)
        case Node(_, children):
            return all(map(nullable, children))


def activities(tree: Tree) -> Iterator[int]:
    """Yield the activities of the leaves, in the order of the tree; one that stands twice comes twice."""
    match tree:
        case Leaf(activity):
            yield activity
        case Node(_, children):
            for child in children:
                yield from activities(child)


def normal(tree: Tree) -> Tree:
    """Return the same behaviour with nested sequences and interleavings flat, and a single `Nothing` in a choice at the front."""
    if not isinstance(tree, Node):
        return tree
    children = tuple(normal(child) for child in tree.children)
    if tree.operator == "loop":
        return _loop(children, tree.times)
    flat = [inner for child in children for inner in _parts(tree.operator, child)]
    if tree.operator == "choice":
        return _choice(flat)
    done = tuple(child for child in flat if child != Nothing())
    return done[0] if len(done) == 1 else Node(tree.operator, done) if done else Nothing()


def _parts(operator: Operator, child: Tree) -> tuple[Tree, ...]:
    return child.children if isinstance(child, Node) and child.operator == operator else (child,)


def _choice(children: list[Tree]) -> Tree:
    some = list(dict.fromkeys(child for child in children if child != Nothing()))
    both = ([Nothing()] if len(some) < len(set(children)) else []) + some
    return both[0] if len(both) == 1 else Node("choice", tuple(both))


def _loop(children: tuple[Tree, ...], times: int) -> Tree:
    body, again = children
    if body == Nothing():  # nothing, then the second any number of times
        return normal(Node("choice", (Nothing(), Node("loop", (again, Nothing()), times))))
    return Node("loop", (body, again), times)
