"""A graph of gateways and blocks that shrinks while it is taken apart.

A vertex is a *block* (pieces one after the other; at most one way in, at most one out) or a *gate* (`xor`, `and`, `or`: a join or a split,
never both). Everything else that BPMN allows is brought into this form when the net is made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field

from forecourt.exchange.bpmn.model import Flow
from forecourt.exchange.bpmn.model import Node
from forecourt.exchange.bpmn.pieces import Pieces

BLOCK = "block"


@dataclass(slots=True)
class Edge:
    """A way from one vertex to another; `name` stands where there is no flow with one, `back` says that it closes a circle."""

    number: int
    source: int
    target: int
    flow: Flow | None = None
    name: str = ""
    back: bool = False


@dataclass(slots=True)
class Vertex:
    """A block or a gate. `join_of` is the gateway whose ways meet here, in our own exports."""

    number: int
    kind: str
    pieces: Pieces = ()
    node: Node | None = None
    join_of: str = ""
    ins: dict[int, Edge] = field(default_factory=dict)
    outs: dict[int, Edge] = field(default_factory=dict)

    @property
    def is_block(self) -> bool:
        """Whether it holds pieces."""
        return self.kind == BLOCK

    @property
    def only_in(self) -> Edge:
        """Its one way in."""
        return next(iter(self.ins.values()))

    @property
    def only_out(self) -> Edge:
        """Its one way out."""
        return next(iter(self.outs.values()))


class Net:
    """Vertices and edges by number; the start is vertex 0, a block."""

    def __init__(self) -> None:
        self.vertices: dict[int, Vertex] = {}
        self._next = 0
        self.add(BLOCK)

    @property
    def start(self) -> Vertex:
        """Where it begins."""
        return self.vertices[0]

    def add(self, kind: str, pieces: Pieces = (), node: Node | None = None, join_of: str = "") -> Vertex:
        """Add a vertex."""
        vertex = Vertex(self._next, kind, pieces, node, join_of)
        self._next += 1
        self.vertices[vertex.number] = vertex
        return vertex

    def connect(self, source: Vertex, target: Vertex, flow: Flow | None = None, name: str = "") -> Edge:
        """Add an edge."""
        edge = Edge(self._next, source.number, target.number, flow, name)
        self._next += 1
        source.outs[edge.number] = edge
        target.ins[edge.number] = edge
        return edge

    def target(self, edge: Edge) -> Vertex:
        """Where an edge leads."""
        return self.vertices[edge.target]

    def source(self, edge: Edge) -> Vertex:
        """Where an edge comes from."""
        return self.vertices[edge.source]

    def cut(self, edge: Edge) -> None:
        """Remove an edge."""
        del self.source(edge).outs[edge.number]
        del self.target(edge).ins[edge.number]

    def drop(self, vertex: Vertex) -> None:
        """Remove a vertex with its edges."""
        for edge in [*vertex.ins.values(), *vertex.outs.values()]:
            if edge.number in self.source(edge).outs:
                self.cut(edge)
        del self.vertices[vertex.number]

    def lead(self, edge: Edge, target: Vertex) -> None:
        """Lead an edge to another target."""
        del self.target(edge).ins[edge.number]
        edge.target = target.number
        target.ins[edge.number] = edge

    def leave(self, edge: Edge, source: Vertex) -> None:
        """Let an edge come from another source; there it comes last."""
        del self.source(edge).outs[edge.number]
        edge.source = source.number
        source.outs[edge.number] = edge

    def reachable(self, start: Vertex) -> set[int]:
        """The numbers of all vertices to which a way leads."""
        found, waiting = {start.number}, [start]
        while waiting:
            for edge in waiting.pop().outs.values():
                if edge.target not in found:
                    found.add(edge.target)
                    waiting.append(self.vertices[edge.target])
        return found

    def ways_back(self) -> Iterator[Edge]:
        """Yield the edges that close a circle, in a walk from the start that goes deep first."""
        state = {0: 1}
        stack = [(self.start, iter(list(self.start.outs.values())))]
        while stack:
            vertex, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                state[vertex.number] = 2
                stack.pop()
            elif edge.target not in state:
                state[edge.target] = 1
                target = self.vertices[edge.target]
                stack.append((target, iter(list(target.outs.values()))))
            elif state[edge.target] == 1:
                yield edge
