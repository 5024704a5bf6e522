"""A process or sub-process as a net: what BPMN allows in many forms is brought into one.

Several ways into a task are a join before it, several ways out of it a split behind it; boundary events become a choice before their
activity, a deadline, or something that may happen anytime; sub-processes are taken apart and stand as one block.
"""

from dataclasses import dataclass
from dataclasses import field

from forecourt.exchange.bpmn.model import GATEWAYS
from forecourt.exchange.bpmn.model import TASKS
from forecourt.exchange.bpmn.model import Flow
from forecourt.exchange.bpmn.model import Node
from forecourt.exchange.bpmn.model import Scope
from forecourt.exchange.bpmn.net import BLOCK
from forecourt.exchange.bpmn.net import Net
from forecourt.exchange.bpmn.net import Vertex
from forecourt.exchange.bpmn.pieces import Act
from forecourt.exchange.bpmn.pieces import Again
from forecourt.exchange.bpmn.pieces import All
from forecourt.exchange.bpmn.pieces import End
from forecourt.exchange.bpmn.pieces import Inner
from forecourt.exchange.bpmn.pieces import Pieces
from forecourt.exchange.bpmn.pieces import Wait
from forecourt.exchange.bpmn.pieces import Way
from forecourt.exchange.bpmn.pieces import depth
from forecourt.exchange.bpmn.reducing import reduce
from forecourt.exchange.bpmn.report import Refusal
from forecourt.exchange.bpmn.report import Report
from forecourt.exchange.bpmn.words import LEAVES
from forecourt.exchange.bpmn.words import MAX_NODES

_MOST_LOOKS = 4 * MAX_NODES
_NO_WAY = "no way from the start leads here; left out"


@dataclass(slots=True)
class Handler:
    """What may happen anytime: an event sub-process, or the way behind a boundary event that interrupts nothing."""

    node: Node
    body: Pieces
    ends: bool


@dataclass(slots=True)
class Shaped:
    """A whole process: its flow, what may happen anytime, and the timers at the edges of activities by the activity's id."""

    flow: Pieces = ()
    handlers: list[Handler] = field(default_factory=list)
    deadlines: dict[str, list[tuple[Node, list[Node]]]] = field(default_factory=dict)
    spent: int = 0  # nodes looked at; ways behind boundary events are looked at more than once

    def spend(self) -> None:
        """Count a node. Raises `Refusal` when a small file would cost much time."""
        self.spent += 1
        if self.spent > _MOST_LOOKS:
            raise Refusal(
                "BP007", "boundary events and sub-processes are too entangled", "Split the process."
            )


def shape(scope: Scope, report: Report) -> Shaped:
    """Take a process apart; what is left out is noted."""
    found = Shaped()
    found.flow = _Shaper(scope, report, found).pieces()
    return found


class _Shaper:
    def __init__(
        self, scope: Scope, report: Report, found: Shaped, depth: int = 0, *, inline: bool = False
    ) -> None:
        self.scope, self.report, self.found, self.depth, self.inline = scope, report, found, depth, inline
        self.net = Net()
        self.entries: dict[str, Vertex] = {}
        self.exits: dict[str, Vertex] = {}
        self.flows = self._usable()

    def pieces(self, only: set[str] | None = None, first: str = "") -> Pieces:
        """Return the pieces of the scope; of the nodes `only`, beginning with `first`, where a part is asked for."""
        nodes = [node for name, node in self.scope.nodes.items() if only is None or name in only]
        for node in nodes:
            self._vertex(node, whole=only is None)
        for flow in self.flows:
            if flow.source in self.exits and flow.target in self.entries:
                self._connect(flow)
        if only is None:
            self._boundaries()
        if self.inline:
            self._exit(nodes)
        self._begin([self.entries[first]] if first else self._starts(nodes))
        self._normalise()
        self._drop_unreachable(nodes if only is None else [])
        return reduce(self.net, self.report)

    # Vertices

    def _usable(self) -> list[Flow]:
        """Flows between nodes of this scope, without those of our exports that only show where a retry may leave to."""
        found = []
        for flow in self.scope.flows:
            if flow.way.get("kind") == LEAVES:
                self.report.say("carried", flow.element, "shows where an outcome of the retry leads")
            elif flow.source not in self.scope.nodes or flow.target not in self.scope.nodes:
                self.report.say(
                    "lost",
                    flow.element,
                    f"leads from {flow.source!r} to {flow.target!r}, and one of them is not here",
                )
            else:
                found.append(flow)
        return found

    def _vertex(self, node: Node, *, whole: bool) -> None:
        """Add what a node becomes; boundary events and event sub-processes come later."""
        self.found.spend()
        if node.tag == "boundaryEvent":
            return
        if node.triggered and node.inner is not None:
            if whole:
                self._event_subprocess(node)
            return
        if node.tag in GATEWAYS:
            mark = node.hint("join") or {}
            vertex = self.net.add(GATEWAYS[node.tag], node=node, join_of=mark.get("of", ""))
        else:
            vertex = self.net.add(BLOCK, self._block(node), node)
        self.entries[node.id] = self.exits[node.id] = vertex

    def _block(self, node: Node) -> Pieces:
        if node.tag == "endEvent":
            return () if self.inline else (End(node),)
        if node.tag in TASKS:
            return self._looped(node, (Act(node),))
        if node.inner is not None:
            return self._subprocess(node)
        return self._event(node)

    def _event(self, node: Node) -> Pieces:
        if node.tag == "startEvent":
            if node.hint("begin") is not None:
                self.report.say("carried", node.element, "what may happen anytime begins here")
                return ()
            said = (
                f"a start by {node.event}; a playbook says elsewhere what begins it"
                if node.event
                else "the flow begins here"
            )
            self.report.say("changed" if node.event else "carried", node.element, said)
            return ()
        if node.hint("wait") is not None:
            self.report.say("carried", node.element, "the time between two attempts")
            return ()
        if node.event == "link":
            self.report.say("carried", node.element, "joined with the link of the same name")
            return ()
        if node.event == "timer":
            return (Wait(node),)
        if not node.event:
            self.report.say("lost", node.element, "marks a place in the flow where nothing is done; left out")
            return ()
        return (Act(node),)

    def _subprocess(self, node: Node) -> Pieces:
        assert node.inner is not None
        if not node.inner.nodes:
            self.report.say("changed", node.element, "a sub-process with nothing in it became a step")
            return self._looped(node, (Act(node),))
        if node.tag == "adHocSubProcess":
            return self._ad_hoc(node, node.inner)
        said = "its blocks stand in its place"
        if node.tag == "transaction":
            said += "; what undoes them is left out"
        self.report.say("changed", node.element, said)
        body = _Shaper(node.inner, self.report, self.found, self.depth + 1, inline=True).pieces()
        return self._looped(node, (Inner(node, body, 1 + depth(body)),))

    def _ad_hoc(self, node: Node, inner: Scope) -> Pieces:
        """Tasks without an order, each as often as one likes: all of them, in any order."""
        self.report.say(
            "changed",
            node.element,
            "what has no order became any_order; each may be left out, none is repeated",
        )
        ways = tuple(Way(None, (Act(one),)) for one in inner.nodes.values() if one.tag in TASKS)
        for flow in inner.flows:
            self.report.say("lost", flow.element, "an order within what has no order; left out")
        return (All(None, ways, True, 1),)

    def _looped(self, node: Node, pieces: Pieces) -> Pieces:
        if node.loop == "standardLoopCharacteristics":
            return (Again(node, pieces, (), None, (), 1 + depth(pieces)),)
        if node.loop:
            self.report.say(
                "changed", node.element, "is done once for each of several; a playbook counts it once"
            )
        return pieces

    def _event_subprocess(self, node: Node) -> None:
        assert node.inner is not None
        body = _Shaper(node.inner, self.report, self.found, self.depth + 1).pieces()
        starts = [one for one in node.inner.nodes.values() if one.tag == "startEvent"]
        ends = all(one.interrupting for one in starts)
        if self.depth:
            self.report.say(
                "changed", node.element, "may happen during the whole journey, not only in its sub-process"
            )
        self.found.handlers.append(Handler(node, body, ends))

    # Edges

    def _connect(self, flow: Flow) -> None:
        """Add an edge; marks of joins that our export left out become joins again."""
        source, first = self.exits[flow.source], flow
        carried: Flow | None = first
        for split in flow.joins:
            kind = GATEWAYS.get(self.scope.nodes[split].tag, "xor") if split in self.scope.nodes else "xor"
            join = self.net.add(kind, join_of=split)
            self.net.connect(source, join, carried)
            source, carried = join, None
        self.net.connect(source, self.entries[flow.target], carried)

    def _starts(self, nodes: list[Node]) -> list[Vertex]:
        """Where the flow begins: start events, else whatever no way leads to."""
        starts = [node for node in nodes if node.tag == "startEvent" and node.id in self.entries]
        if len(starts) > 1:
            for node in starts:
                self.report.say(
                    "changed", node.element, "one of several starts; the first step decides which it was"
                )
        if starts:
            return [self.entries[node.id] for node in starts]
        found = [
            self.entries[node.id]
            for node in nodes
            if node.id in self.entries and not self.entries[node.id].ins
        ]
        return found or [self.entries[node.id] for node in nodes if node.id in self.entries][:1]

    def _begin(self, firsts: list[Vertex]) -> None:
        if len(firsts) == 1:
            self.net.connect(self.net.start, firsts[0])
        elif firsts:
            split = self.net.add("xor")
            self.net.connect(self.net.start, split)
            for first in firsts:
                self.net.connect(split, first, name=first.node.element.called if first.node else "")

    def _exit(self, nodes: list[Node]) -> None:
        """Where a sub-process ends, the flow goes on behind it: lead all its ends to one place."""
        out = self.net.add(BLOCK)
        for node in nodes:
            if node.id in self.exits and not self.exits[node.id].outs:
                self.net.connect(self.exits[node.id], out)
            if node.tag == "endEvent":
                special = f"; that it ends by {node.event} is lost" if node.event else ""
                self.report.say(
                    "changed" if special else "carried",
                    node.element,
                    f"the flow goes on behind the sub-process{special}",
                )

    def _boundaries(self) -> None:
        self._links()
        for node in list(self.scope.nodes.values()):
            if node.tag == "boundaryEvent" and node.hint("deadline") is None:
                self._boundary(node)
            elif node.tag == "boundaryEvent":
                self._own_deadline(node)

    def _own_deadline(self, node: Node) -> None:
        """The timer of our own export, with the end behind it."""
        self.found.deadlines.setdefault(node.attached, []).append((node, []))
        for flow in self._after(node):
            self.report.say("carried", flow.element, "leads to what happens when the step is late")
            late = self.scope.nodes[flow.target]
            if late.hint("late") is not None:
                self.report.say("carried", late.element, "what happens when the step is late")

    def _boundary(self, node: Node) -> None:
        flows = self._after(node)
        if node.attached not in self.entries or node.event == "compensate":
            self.report.say(
                "lost",
                node.element,
                "what it is attached to is not here"
                if node.event != "compensate"
                else "undoing is not a part of a playbook",
            )
        elif node.interrupting and flows:
            self._instead(node, flows)
        elif node.event == "timer" or node.interrupting:
            behind = self._behind(flows)
            self.found.deadlines.setdefault(node.attached, []).append((node, behind))
        else:
            self._besides(node, flows)

    def _after(self, node: Node) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node.id]

    def _instead(self, node: Node, flows: list[Flow]) -> None:
        """An event that ends its activity: what begins first decides, the activity or what follows the event."""
        said = "became a choice before its activity: the activity, or what follows this event"
        self.report.say("changed", node.element, said)
        activity = self.entries[node.attached]
        gate = activity
        if activity.is_block or activity.kind != "xor" or activity.node is not None:
            gate = self.net.add("xor")
            for edge in list(activity.ins.values()):
                self.net.lead(edge, gate)
            self.net.connect(gate, activity, name=activity.node.element.called if activity.node else "")
            self.entries[node.attached] = gate
        for flow in flows:
            if flow.target in self.entries:
                named = flow if flow.element.name else None
                self.net.connect(gate, self.entries[flow.target], named, node.element.called)
            self.report.say("changed", flow.element, said)
        if node.event == "timer":
            self.found.deadlines.setdefault(node.attached, []).append((node, []))

    def _behind(self, flows: list[Flow]) -> list[Node]:
        """Tasks and events to which only the flows behind a boundary event lead."""
        return [self.scope.nodes[name] for name in self._own_nodes(flows)]

    def _own_nodes(self, flows: list[Flow]) -> list[str]:
        """Nodes that can be reached from these flows and not from the start of the scope."""
        after: dict[str, list[str]] = {}
        for flow in self.flows:
            after.setdefault(flow.source, []).append(flow.target)
        starts = [name for name, node in self.scope.nodes.items() if node.tag == "startEvent"]
        main = _reach(after, starts)
        return [name for name in _reach(after, [flow.target for flow in flows]) if name not in main]

    def _besides(self, node: Node, flows: list[Flow]) -> None:
        """An event that interrupts nothing: the way behind it may be taken anytime."""
        own = self._own_nodes(flows)
        first = next((flow.target for flow in flows if flow.target in own), "")
        ends = {flow.target for flow in flows} if not first else set()
        if not first or self.scope.nodes[first].tag == "boundaryEvent":
            where = ", ".join(sorted(ends)) or "nowhere"
            self.report.say(
                "lost",
                node.element,
                f"goes on in the middle of the flow ({where}) without interrupting it; left out",
            )
            return
        self.report.say("changed", node.element, "what follows it may happen anytime; the flow waits for it")
        for flow in flows:
            self.report.say("changed", flow.element, "leads to what may happen anytime")
        shaper = _Shaper(self.scope, self.report, self.found, self.depth)
        reached = set(own) | self._shared_ends(own)
        self.found.handlers.append(Handler(node, shaper.pieces(reached, first), False))

    def _shared_ends(self, own: list[str]) -> set[str]:
        """End events that a way of its own shares with the flow; other nodes of the flow are not followed."""
        found = set()
        for flow in self.flows:
            if flow.source in own and flow.target not in own:
                if self.scope.nodes[flow.target].tag == "endEvent":
                    found.add(flow.target)
                else:
                    self.report.say(
                        "lost", flow.element, "leads back into the flow, which goes on by itself; left out"
                    )
        return found

    def _links(self) -> None:
        """Join a link that is thrown with the one of that name that catches it."""
        catches = {
            node.link: node
            for node in self.scope.nodes.values()
            if node.link and node.tag == "intermediateCatchEvent"
        }
        for node in self.scope.nodes.values():
            if node.link and node.tag == "intermediateThrowEvent" and node.link in catches:
                self.net.connect(self.exits[node.id], self.entries[catches[node.link].id])

    # One form for all

    def _normalise(self) -> None:
        for vertex in list(self.net.vertices.values()):
            if vertex.number == 0:
                continue
            if vertex.is_block:
                self._one_way_in(vertex)
                self._one_way_out(vertex)
            elif len(vertex.ins) > 1 and len(vertex.outs) > 1:
                self._apart(vertex)

    def _one_way_in(self, vertex: Vertex) -> None:
        if len(vertex.ins) > 1:
            join = self.net.add("xor")
            for edge in list(vertex.ins.values()):
                self.net.lead(edge, join)
            self.net.connect(join, vertex)

    def _one_way_out(self, vertex: Vertex) -> None:
        """Several ways out of a task: all of them, or with conditions those that hold, or with a default one of them."""
        if len(vertex.outs) < 2:
            return
        flows = [edge.flow for edge in vertex.outs.values() if edge.flow is not None]
        asked = [flow for flow in flows if flow.condition]
        default = vertex.node is not None and vertex.node.default
        split = self.net.add(("xor" if default else "or") if asked else "and", node=vertex.node)
        for edge in list(vertex.outs.values()):
            self.net.leave(edge, split)
        self.net.connect(vertex, split)

    def _apart(self, vertex: Vertex) -> None:
        """A gateway that joins and splits: a join, then a split."""
        join = self.net.add(vertex.kind)
        for edge in list(vertex.ins.values()):
            self.net.lead(edge, join)
        self.net.connect(join, vertex)

    def _drop_unreachable(self, nodes: list[Node]) -> None:
        reached = self.net.reachable(self.net.start)
        for number, vertex in list(self.net.vertices.items()):
            if number not in reached:
                self.net.drop(vertex)
        used = {vertex.node.id for vertex in self.net.vertices.values() if vertex.node is not None}
        left = [node for node in nodes if node.id in self.entries and node.id not in used]
        for node in left:
            if node.hint("late") is None and not self._is_behind(node):
                self.report.say("lost", node.element, _NO_WAY)

    def _is_behind(self, node: Node) -> bool:
        """Whether a node belongs to what follows a boundary event, of which the notes speak elsewhere."""
        behind = [one.id for pairs in self.found.deadlines.values() for _, nodes in pairs for one in nodes]
        return node.id in behind or any(node.id in _ids(handler.body) for handler in self.found.handlers)


def _ids(pieces: Pieces) -> set[str]:
    from forecourt.exchange.bpmn.pieces import everything

    nodes = (getattr(piece, "node", None) for piece in everything(pieces))
    return {node.id for node in nodes if node is not None}


def _reach(after: dict[str, list[str]], starts: list[str]) -> list[str]:
    found, waiting = dict.fromkeys(starts), list(starts)
    while waiting:
        for name in after.get(waiting.pop(), ()):
            if name not in found:
                found[name] = None
                waiting.append(name)
    return list(found)
