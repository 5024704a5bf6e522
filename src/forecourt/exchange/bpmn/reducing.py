"""Takes a net apart into blocks, by rules that each replace a piece of it by one block, until one block is left.

    chain     a -> b                                     one sequence
    split     one gate, ways that meet again or end      a choice, or all in any order
    loop      a gate to which a way leads back           again
    pass      a gate with one way in and one out         nothing

These are the reductions of a block-structured graph (compare Vanhatalo, Völzer, Koehler: The refined process structure tree, 2009). Where
none applies the graph is not block-structured, and one of three things is done, each with a note: gates of different kinds are taken for
a pair, the end of a way that others share is written once for each of them, or a flow is left out. Each removes a gate or an
edge, so that it ends.
"""

from collections import deque
from dataclasses import dataclass

from forecourt.exchange.bpmn.model import Flow
from forecourt.exchange.bpmn.net import BLOCK
from forecourt.exchange.bpmn.net import Edge
from forecourt.exchange.bpmn.net import Net
from forecourt.exchange.bpmn.net import Vertex
from forecourt.exchange.bpmn.pieces import Again
from forecourt.exchange.bpmn.pieces import All
from forecourt.exchange.bpmn.pieces import Choice
from forecourt.exchange.bpmn.pieces import Piece
from forecourt.exchange.bpmn.pieces import Pieces
from forecourt.exchange.bpmn.pieces import Way
from forecourt.exchange.bpmn.pieces import depth
from forecourt.exchange.bpmn.pieces import everything
from forecourt.exchange.bpmn.pieces import weight
from forecourt.exchange.bpmn.report import Refusal
from forecourt.exchange.bpmn.report import Report
from forecourt.exchange.bpmn.words import MOST_COPIES

_DEEPEST = 60  # of nested blocks; the language allows fewer


@dataclass(slots=True)
class _Out:
    """A way out of a split: the edge, the block on it, where it leads (None: it ends)."""

    edge: Edge
    block: Vertex | None
    leads: Vertex | None

    @property
    def back(self) -> bool:
        """Whether it leads back to where it came from."""
        return self.edge.back or bool(self.block is not None and self.block.outs and self.block.only_out.back)


def reduce(net: Net, report: Report) -> Pieces:
    """Return the pieces of a whole net. Raises `Refusal` where blocks would be nested too deep."""
    return _Reducer(net, report).run()


class _Reducer:
    def __init__(self, net: Net, report: Report) -> None:
        self.net, self.report = net, report
        self.copies = MOST_COPIES
        self.waiting: deque[int] = deque()
        self.queued: set[int] = set()
        self.open = {
            one.node.id for one in net.vertices.values() if one.node is not None and _is_choice_of_ours(one)
        }

    def run(self) -> Pieces:
        """Apply rules until the start is all there is."""
        for edge in list(self.net.ways_back()):
            edge.back = True
        for vertex in list(self.net.vertices.values()):
            self._queue(vertex)
        while True:
            self._settle()
            if not self.net.start.outs:
                return self.net.start.pieces
            self._force()

    def _settle(self) -> None:
        while self.waiting:
            number = self.waiting.popleft()
            self.queued.discard(number)
            vertex = self.net.vertices.get(number)
            if vertex is not None and self._apply(vertex):
                self._around(vertex)

    def _apply(self, vertex: Vertex) -> bool:
        if vertex.is_block:
            return self._chain(vertex)
        if not vertex.outs:
            vertex.kind = BLOCK
            return True
        if len(vertex.outs) == 1 and len(vertex.ins) <= 1:
            return self._pass(vertex)
        return self._split(vertex) if len(vertex.outs) > 1 else self._loop(vertex)

    def _queue(self, vertex: Vertex) -> None:
        if vertex.number not in self.queued:
            self.queued.add(vertex.number)
            self.waiting.append(vertex.number)

    def _around(self, vertex: Vertex) -> None:
        """Look again at a vertex and at those that see it: up to three steps before it, one behind."""
        ring = {vertex.number: vertex} if vertex.number in self.net.vertices else {}
        for edge in list(vertex.outs.values()):
            self._queue(self.net.target(edge))
        for _ in range(4):
            for one in ring.values():
                self._queue(one)
            ring = {edge.source: self.net.source(edge) for one in ring.values() for edge in one.ins.values()}

    # Rules

    def _chain(self, vertex: Vertex) -> bool:
        if len(vertex.outs) != 1:
            return False
        after = self.net.target(vertex.only_out)
        if not after.is_block or len(after.ins) != 1 or after is vertex:
            return False
        vertex.pieces += after.pieces
        edges = list(after.outs.values())
        for edge in edges:
            self.net.leave(edge, vertex)
        self.net.drop(after)
        return True

    def _pass(self, vertex: Vertex) -> bool:
        """Dissolve a gate with one way in and one out, unless the ways of our own export still have to meet here."""
        if vertex.join_of in self.open or not vertex.ins:
            return False
        if _is_choice_of_ours(vertex):
            return self._split(vertex)
        self._dissolve(vertex)
        return True

    def _dissolve(self, vertex: Vertex) -> None:
        before, after = vertex.only_in, vertex.only_out
        before.back |= after.back
        before.flow = before.flow if _says(before) or not _says(after) else after.flow
        self.net.lead(before, self.net.target(after))
        self._around(self.net.target(before))
        self.net.drop(vertex)
        self._around(self.net.source(before))

    def _split(self, vertex: Vertex, *, strictly: bool = True) -> bool:
        """Replace a split and its ways by one block when all of them end or lead to the same gate."""
        outs = self._outs(vertex)
        if outs is None:
            return False
        meets = {out.leads.number: out.leads for out in outs if out.leads is not None}
        if len(meets) > 1:
            return self._part(vertex, outs)
        meet = next(iter(meets.values()), None)
        if meet is not None and len(meet.outs) > 1:
            return False  # ways that lead to a split do not meet there: it belongs to the last of them
        if strictly and meet is not None and not self._closes(vertex, outs, meet):
            return False
        if not strictly and meet is not None and not _pair(vertex, meet) and vertex.node is not None:
            self.report.say(
                "changed", vertex.node.element, "its ways meet at a gateway of another kind; taken for a pair"
            )
        self._collapse(vertex, outs, meet)
        return True

    def _closes(self, vertex: Vertex, outs: list[_Out], meet: Vertex) -> bool:
        """Whether the ways of a split meet in a join of its own kind, and not at the beginning of a loop that it may leave."""
        if _is_choice_of_ours(vertex):
            return meet.join_of == _id(vertex)
        leaves_loop = any(out.back for out in outs) and not all(out.back for out in outs)
        return _pair(vertex, meet) and not leaves_loop

    def _outs(self, vertex: Vertex) -> list[_Out] | None:
        """The ways out of a split; None while one of them is not yet a block or an edge."""
        found = []
        for edge in vertex.outs.values():
            target = self.net.target(edge)
            if not target.is_block:
                found.append(_Out(edge, None, target))
            elif len(target.ins) > 1 or (target.outs and self.net.target(target.only_out).is_block):
                return None
            else:
                leads = self.net.target(target.only_out) if target.outs else None
                found.append(_Out(edge, target, leads))
        return found

    def _collapse(self, vertex: Vertex, outs: list[_Out], meet: Vertex | None) -> None:
        apart = self._guards(vertex, outs) if meet is None else None
        back = any(out.back for out in outs)
        ways = tuple(_way(out, () if out is apart else _body(out)) for out in outs)
        for out in outs:
            self.net.drop(out.block) if out.block is not None else self.net.cut(out.edge)
        vertex.pieces = (self._piece(vertex, ways), *(_body(apart) if apart else ()))
        self.open.discard(_id(vertex))
        vertex.kind, vertex.node, vertex.join_of = BLOCK, None, ""
        if meet is not None:
            self.net.connect(vertex, meet).back = back
            self._around(meet)
            for edge in list(meet.outs.values()):
                self._queue(self.net.target(edge))

    def _guards(self, vertex: Vertex, outs: list[_Out]) -> _Out | None:
        """Where all ways of a choice end, return the one that goes on behind it: otherwise each early end would nest one deeper.

        Our own exports say where ways meet, so there it stays as it is.
        """
        if vertex.kind != "xor" or _is_choice_of_ours(vertex):
            return None
        longest = max(outs, key=lambda out: depth(_body(out)))
        return longest if depth(_body(longest)) > 0 else None

    def _piece(self, vertex: Vertex, ways: tuple[Way, ...]) -> Piece:
        deep = 1 + max((depth(way.body) for way in ways), default=0)
        self._not_too_deep(deep)
        if vertex.kind == "xor":
            return Choice(vertex.node, ways, deep)
        return All(vertex.node, ways, vertex.kind == "or", deep)

    def _not_too_deep(self, deep: int) -> None:
        if deep > _DEEPEST:
            message = f"blocks would be nested more than {_DEEPEST} deep"
            raise Refusal("BP007", message, "Split the process into several.")

    def _part(self, vertex: Vertex, outs: list[_Out], *, strictly: bool = True) -> bool:
        """Take the ways of a choice that meet before the others do as a choice of their own."""
        if vertex.kind != "xor" or len(outs) < 3 or _is_choice_of_ours(vertex):
            return False
        for meet in {out.leads.number: out.leads for out in outs if out.leads is not None}.values():
            group = [out for out in outs if out.leads is meet and not (strictly and out.back)]
            if len(group) > 1 and (len(group) == len(meet.ins) or not strictly):
                self._together(vertex, group)
                return True
        return False

    def _together(self, vertex: Vertex, group: list[_Out]) -> None:
        """Put a gate of its own before some of the ways of a choice."""
        inner = self.net.add("xor", node=vertex.node)
        self.net.connect(vertex, inner, name=" / ".join(filter(None, (_name(out.edge) for out in group))))
        for out in group:
            self.net.leave(out.edge, inner)
        self._around(inner)

    def _loop(self, join: Vertex) -> bool:
        """Find the way back to a join: from a block of its own, or from the split behind it."""
        block, gate = self._behind(join)
        if gate is join:
            return self._endless(join, block)
        if (
            gate is None
            or gate.kind != "xor"
            or len(gate.ins) != 1
            or len(gate.outs) < 2
            or join.kind == "and"
        ):
            return False
        outs = self._outs(gate)
        back = [out for out in outs or () if out.leads is join]
        if not back or (outs and len(back) == len(outs)):
            return False
        if len(back) > 1:
            self._together(gate, back)
            return True
        return self._again(join, block, gate, back[0].edge, back[0].block)

    def _behind(self, join: Vertex) -> tuple[Vertex | None, Vertex | None]:
        """The block behind a join, if there is one, and the gate behind that."""
        after = self.net.target(join.only_out)
        if not after.is_block:
            return None, after
        if len(after.ins) != 1 or not after.outs:
            return after, None
        gate = self.net.target(after.only_out)
        return after, None if gate.is_block else gate

    def _endless(self, join: Vertex, block: Vertex | None) -> bool:
        """A way that leads back to itself and can only be left by an end inside."""
        if block is None:
            self.net.drop(join) if not join.ins else self.net.cut(join.only_out)
            return True
        deep = 1 + depth(block.pieces)
        self._not_too_deep(deep)
        block.pieces = (Again(None, block.pieces, (), block.only_out.flow, (), deep),)
        self.net.cut(block.only_out)
        self._around(block)
        return True

    def _again(
        self, join: Vertex, block: Vertex | None, gate: Vertex, back: Edge, redo: Vertex | None
    ) -> bool:
        do = block.pieces if block is not None else ()
        again = redo.pieces if redo is not None else ()
        deep = 1 + max(depth(do), depth(again))
        self._not_too_deep(deep)
        on = tuple(edge.flow for edge in gate.outs.values() if edge is not back and edge.flow is not None)
        piece = Again(gate.node, do, again, back.flow, on, deep)
        self.net.drop(redo) if redo is not None else self.net.cut(back)
        if block is not None:
            block.pieces = (piece,)
        else:
            block = self.net.add(BLOCK, (piece,))
            self.net.lead(join.only_out, block)
            self.net.connect(block, gate)
        self._around(gate)
        return True

    # What to do where no rule applies

    def _force(self) -> None:
        gates = [vertex for vertex in self.net.vertices.values() if not vertex.is_block]
        for way in (self._unlike, self._open_join, self._same_end):
            changed = next((gate for gate in gates if way(gate)), None)
            if changed is not None:
                break
        else:
            self._leave_out(gates)
        for vertex in self.net.vertices.values():
            self._queue(vertex)

    def _unlike(self, vertex: Vertex) -> bool:
        """Take a split and a join of different kinds for a pair."""
        if len(vertex.outs) < 2:
            return False
        outs = self._outs(vertex)
        return outs is not None and (
            self._split(vertex, strictly=False) or self._part(vertex, outs, strictly=False)
        )

    def _open_join(self, vertex: Vertex) -> bool:
        """Dissolve a join of ours whose split has been changed by somebody."""
        if len(vertex.outs) == 1 and len(vertex.ins) == 1:
            self._dissolve(vertex)
            return True
        return False

    def _same_end(self, join: Vertex) -> bool:
        """Write what follows a join once for each way, when it only leads to the end."""
        if join.kind == "and" or len(join.outs) != 1 or len(join.ins) < 2:
            return False
        tail = self.net.target(join.only_out)
        copies = (len(join.ins) - 1) * weight(tail.pieces) if tail.is_block else 0
        if not tail.is_block or tail.outs or copies > self.copies:
            return False
        self.copies -= copies
        for piece in everything(tail.pieces) if copies else ():
            node = getattr(piece, "node", None)
            if node is not None and node.tag != "endEvent":
                self.report.say(
                    "changed",
                    node.element,
                    f"stands {len(join.ins)} times, once for each way that leads here",
                )
        for edge in list(join.ins.values()):
            self.net.lead(edge, self.net.add(BLOCK, tail.pieces))
        self.net.drop(tail)
        self.net.drop(join)
        return True

    def _leave_out(self, gates: list[Vertex]) -> None:
        """Leave a flow out: one that leads back if there is one, else one of several that meet."""
        edge = next((one for one in self.net.ways_back() if len(self.net.target(one).ins) > 1), None)
        if edge is None:
            join = max(
                gates, key=lambda gate: len(gate.ins), default=self.net.target(self.net.start.only_out)
            )
            candidates = list(join.ins.values())
            edge = next(
                (one for one in reversed(candidates) if len(self.net.source(one).outs) > 1), candidates[-1]
            )
        if edge.flow is not None:
            said = "leads into the middle of another block, which a playbook cannot say; left out"
            self.report.say("lost", edge.flow.element, said)
        self.net.cut(edge)


def _is_choice_of_ours(vertex: Vertex) -> bool:
    """Whether our own export wrote a choice here, which may happen to have one way only."""
    hint = vertex.node.hint("block") if vertex.node is not None and not vertex.is_block else None
    return hint is not None and hint.get("kind") in ("one", "maybe", "any_order")


def _pair(split: Vertex, join: Vertex) -> bool:
    """Whether a split may close in this join: like kinds, and an inclusive split in any."""
    return split.kind == join.kind or split.kind == "or"


def _id(vertex: Vertex) -> str:
    return vertex.node.id if vertex.node is not None else ""


def _body(out: _Out) -> Pieces:
    return out.block.pieces if out.block is not None else ()


def _way(out: _Out, body: Pieces) -> Way:
    return Way(out.edge.flow, body, out.edge.name)


def _says(edge: Edge) -> bool:
    flow: Flow | None = edge.flow
    return flow is not None and bool(flow.element.name or flow.condition or flow.hints)


def _name(edge: Edge) -> str:
    return (edge.flow.element.name if edge.flow else "") or edge.name
