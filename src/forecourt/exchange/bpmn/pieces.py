"""What blocks are made of while a graph is taken apart: tasks, ends, choices, loops, as trees that know their elements."""

from collections.abc import Iterator
from dataclasses import dataclass

from forecourt.exchange.bpmn.model import Flow
from forecourt.exchange.bpmn.model import Node


@dataclass(frozen=True, slots=True, eq=False)
class Act:
    """Something to do or to wait for; becomes a step."""

    node: Node


@dataclass(frozen=True, slots=True, eq=False)
class Wait:
    """A timer in the flow."""

    node: Node


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """An end event; None where a way simply stops."""

    node: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way out of a choice; `flow` carries its name and condition, `name` stands where there is no flow."""

    flow: Flow | None
    body: "Pieces"
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several ways; `node` is the gateway, None where the file has none."""

    node: Node | None
    ways: tuple[Way, ...]
    depth: int


@dataclass(frozen=True, slots=True, eq=False)
class All:
    """Bodies that all happen, in any order; `some`: those whose condition holds (inclusive gateways)."""

    node: Node | None
    ways: tuple[Way, ...]
    some: bool
    depth: int


@dataclass(frozen=True, slots=True, eq=False)
class Again:
    """`do`, then any number of times `redo` and `do`. `node` is the gateway that asks, with the flows back and on."""

    node: Node | None
    do: "Pieces"
    redo: "Pieces"
    back: Flow | None
    on: tuple[Flow, ...]
    depth: int


@dataclass(frozen=True, slots=True, eq=False)
class Inner:
    """A sub-process; its blocks stand in its place."""

    node: Node
    body: "Pieces"
    depth: int


Piece = Act | Wait | End | Choice | All | Again | Inner
Pieces = tuple[Piece, ...]


def depth(pieces: Pieces) -> int:
    """How deep blocks are nested in a sequence; 0 where there are only steps."""
    return max(
        (piece.depth for piece in pieces if isinstance(piece, Choice | All | Again | Inner)), default=0
    )


def bodies(piece: Piece) -> tuple[Pieces, ...]:
    """The sequences directly inside a piece."""
    match piece:
        case Choice() | All():
            return tuple(way.body for way in piece.ways)
        case Again():
            return piece.do, piece.redo
        case Inner():
            return (piece.body,)
    return ()


def everything(pieces: Pieces) -> Iterator[Piece]:
    """Yield all pieces and those inside them, in order."""
    for piece in pieces:
        yield piece
        for body in bodies(piece):
            yield from everything(body)


def weight(pieces: Pieces) -> int:
    """How many pieces there are, with those inside."""
    return sum(1 for _ in everything(pieces))
