"""A playbook's blocks as nodes and flows, each with its column and track.

`any_order` becomes a parallel gateway and its join; `one`, `maybe` (a way around), `repeat` (a way back) and `retry` (a way back through a
timer) exclusive gateways; an anytime block an event sub-process. A join that only one way reaches is left out: it would be a
gateway without a purpose, and the way carries its mark instead. Gateways, flows and ends carry hints of what they stand for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

from forecourt.exchange.bpmn.diagrams import Deadline
from forecourt.exchange.bpmn.diagrams import Diagram
from forecourt.exchange.bpmn.diagrams import Flow
from forecourt.exchange.bpmn.diagrams import Hint
from forecourt.exchange.bpmn.diagrams import Ids
from forecourt.exchange.bpmn.diagrams import Kind
from forecourt.exchange.bpmn.diagrams import Node
from forecourt.exchange.bpmn.diagrams import Route
from forecourt.exchange.bpmn.diagrams import hint
from forecourt.exchange.bpmn.phrases import about_step
from forecourt.exchange.bpmn.phrases import phrase
from forecourt.exchange.bpmn.phrases import when_late
from forecourt.exchange.bpmn.phrases import words_of
from forecourt.exchange.bpmn.sizes import branch_size
from forecourt.exchange.bpmn.sizes import left_for
from forecourt.exchange.bpmn.sizes import reached
from forecourt.exchange.bpmn.sizes import size
from forecourt.exchange.bpmn.words import AGAIN
from forecourt.exchange.bpmn.words import LEAVES
from forecourt.exchange.bpmn.words import SKIP
from forecourt.playbook.records import DONE
from forecourt.playbook.records import OTHERWISE
from forecourt.playbook.records import AnyOrder
from forecourt.playbook.records import Anytime
from forecourt.playbook.records import Block
from forecourt.playbook.records import Branch
from forecourt.playbook.records import Do
from forecourt.playbook.records import Ends
from forecourt.playbook.records import Maybe
from forecourt.playbook.records import One
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Repeat
from forecourt.playbook.records import Retry
from forecourt.playbook.records import Sequence
from forecourt.playbook.records import Step
from forecourt.playbook.shapes import always_ends
from forecourt.playbook.shapes import firsts


@dataclass(frozen=True, slots=True)
class Loose:
    """A flow that has left its source and not yet found its target. Its number says in which order flows leave."""

    number: int
    source: str
    name: str = ""
    condition: str = ""
    default: bool = False
    hints: tuple[Hint, ...] = ()
    route: Route = "forward"
    track: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next node stands."""

    column: int
    track: int

    def right(self, columns: int = 1) -> "Place":
        """The place so many columns further."""
        return Place(self.column + columns, self.track)

    def down(self, tracks: int) -> "Place":
        """The place so many tracks further down."""
        return Place(self.column, self.track + tracks)


Out = Loose | None


def build(playbook: Playbook, language: str, roles: Mapping[str, str]) -> Diagram:
    """Return the process of a playbook: its flow, and behind it an event sub-process for each anytime block."""
    pen = _Pen(playbook, language, roles, Ids())
    pen.lane = pen.lane_of(playbook.flow)
    _process(pen, playbook.flow, playbook.title.say(language), None)
    behind = size(playbook.flow)[0] + 2
    for track, handler in enumerate(playbook.anytime):
        pen.diagram.nodes.append(_anytime(pen, handler, Place(behind, track)))
    return pen.diagram


def _process(pen: "_Pen", flow: Sequence, name: str, handler: Anytime | None) -> None:
    """Draw the start, the blocks, and the end that is reached when nothing is left to do."""
    signal = handler.name if handler else ""
    interrupts = handler is None or handler.ends is not None
    begins = (hint("begin"),) if handler else ()
    start = Node(
        pen.ids.new("Start", signal), "start", name, 0, 0, pen.lane, begins, signal=signal, interrupts=interrupts
    )  # fmt: skip
    pen.diagram.nodes.append(start)
    loose = pen.place(flow, Place(1, 0), pen.leave(start.id))
    if loose is not None:
        name = (
            pen.playbook.word(DONE, pen.language)
            if DONE in pen.playbook.words
            else phrase(DONE, pen.language)
        )
        end = pen.node("end", pen.ids.new("End", DONE), name, Place(1 + size(flow)[0], 0), hint("done"))
        pen.enter(loose, end)
    pen.diagram.flows.sort(key=lambda flow: int(flow.id.removeprefix("Flow_")))


def _anytime(pen: "_Pen", handler: Anytime, place: Place) -> Node:
    inner = _Pen(pen.playbook, pen.language, pen.roles, pen.ids, inside=True)
    name = pen.title_of(handler.name)
    node_id = pen.ids.new("Anytime", handler.name)
    _process(inner, handler.body, name, handler)
    about = words_of(pen.playbook, handler.name)
    hints = (hint("anytime", name=handler.name, ends=handler.ends),)
    lane = pen.lane_of(handler.body)
    return Node(node_id, "anytime", name, place.column, place.track, lane, hints, about, inner=inner.diagram)


@dataclass
class _Pen:
    """Collects nodes and flows. `place` draws a block and returns the flow that leaves it, None when it ends inside."""

    playbook: Playbook
    language: str
    roles: Mapping[str, str]
    ids: Ids
    inside: bool = False
    lane: str = ""
    diagram: Diagram = field(default_factory=Diagram)
    heads: dict[str, str] = field(default_factory=dict)  # of branches that a retry leaves for, by label

    def title_of(self, name: str) -> str:
        """What a step or a word is called."""
        step = self.playbook.step_table.get(name)
        return step.title.say(self.language) if step else self.playbook.word(name, self.language)

    def lane_of(self, block: Block) -> str:
        """The lane of the first step with which a block can begin; none inside a sub-process."""
        first = firsts(block)
        step = next((step for step in self.playbook.steps if step.name in first), None)
        return "" if self.inside or step is None else step.role or ""

    def node(
        self, kind: Kind, node_id: str, name: str, place: Place, *hints: Hint, about: tuple[str, ...] = ()
    ) -> str:
        """Draw a node in the lane where the flow is; return its id."""
        self.diagram.nodes.append(
            Node(node_id, kind, name, place.column, place.track, self.lane, hints, about)
        )
        return node_id

    def leave(
        self, source: str, name: str = "", condition: str = "", *hints: Hint, default: bool = False
    ) -> Loose:
        """Begin a flow at its source."""
        return Loose(self.ids.count(), source, name, condition, default, hints)

    def enter(self, loose: Loose, target: str) -> None:
        """Lead a flow to its target."""
        self.diagram.flows.append(
            Flow(
                f"Flow_{loose.number}", loose.source, target, loose.name, loose.condition, loose.default,
                loose.hints, loose.route, loose.track,
            )
        )  # fmt: skip

    def place(self, block: Block, place: Place, loose: Out) -> Out:
        """Draw a block with its first node at `place`."""
        if loose is None:
            return None
        match block:
            case Do(step):
                return self._step(step, place, loose)
            case Sequence(blocks):
                return self._sequence(blocks, place, loose)
            case One():
                return self._one(block, place, loose) if block.branches else loose
            case AnyOrder(blocks):
                return self._any_order(blocks, place, loose) if blocks else loose
            case Maybe(body):
                return self._maybe(body, place, loose)
            case Repeat(body, at_most):
                return self._repeat(body, at_most, place, loose)
            case Retry():
                return self._retry(block, place, loose)
            case Ends(outcome):
                self._ends(outcome, place, loose)
                return None

    def _sequence(self, blocks: tuple[Block, ...], place: Place, loose: Loose) -> Out:
        out: Out = loose
        for block in reached(blocks):
            out = self.place(block, place, out)
            place = place.right(size(block)[0])
        return out

    def _ends(self, outcome: str, place: Place, loose: Loose) -> None:
        node_id = self.ids.new("End", outcome)
        about = words_of(self.playbook, outcome)
        name = self.playbook.word(outcome, self.language)
        self.enter(loose, self.node("end", node_id, name, place, hint("end", outcome=outcome), about=about))

    def _step(self, name: str, place: Place, loose: Loose) -> Loose:
        step = self.playbook.step_table.get(name)
        if step is not None and not self.inside:
            self.lane = step.role or ""
        kind: Kind = "service" if step is not None and step.role == "system" else "task"
        node_id = self.ids.new("Task", name)
        self.enter(loose, self.node(kind, node_id, self.title_of(name), place, hint("step", name=name)))
        if step is not None:
            drawn = self.diagram.nodes[-1]
            about = about_step(step, self.language, self.roles)
            self.diagram.nodes[-1] = replace(drawn, about=about, deadline=self._deadline(step))
        return self.leave(node_id)

    def _deadline(self, step: Step) -> Deadline | None:
        if step.within is None:
            return None
        ids = self.ids.new("Deadline", step.name), self.ids.new("Late", step.name), f"Flow_{self.ids.count()}"
        return Deadline(*ids, step.within, str(step.within), when_late(step, self.language, self.roles))

    def _one(self, one: One, place: Place, loose: Loose) -> Out:
        gateway = self.ids.new("Choice", one.decided_by or "")
        name = self.title_of(one.decided_by) + "?" if one.decided_by else phrase("which", self.language)
        about = hint("block", kind="one", decided_by=one.decided_by or "")
        self.enter(loose, self.node("choice", gateway, name, place, about))
        before = self.heads
        self.heads = {label: self.ids.new("Head", label) for label in sorted(left_for(one))}
        outs, row = [], place.right()
        for branch in one.branches:
            outs.append(self._branch(one, branch, gateway, row))
            row = row.down(branch_size(one, branch)[1])
        self.heads = before
        return self._join("choice", gateway, outs, place.right(size(one)[0] - 1))

    def _branch(self, one: One, branch: Branch, gateway: str, place: Place) -> Out:
        default = branch.label == OTHERWISE and one.decided_by is not None
        asked = f"{one.decided_by}.outcome" if one.decided_by else "choice"
        name = (
            phrase(OTHERWISE, self.language) if default else self.playbook.word(branch.label, self.language)
        )
        condition = "" if default else f'{asked} == "{branch.label}"'
        way = hint("way", label=branch.label)
        out = replace(
            self.leave(gateway, name, condition, way, default=default), route="skip", track=place.track
        )
        if branch.label in self.heads:
            head = self.heads[branch.label]
            self.enter(out, self.node("choice", head, "", place, hint("head")))
            out, place = self.leave(head), place.right()
        return self._inside(branch.body, place, out)

    def _inside(self, block: Block, place: Place, loose: Loose) -> Out:
        """Draw a branch; afterwards the flow is in the lane of the gateway again."""
        lane = self.lane
        if isinstance(block, Sequence) and not reached(block.blocks):
            return loose
        out = self.place(block, place, replace(loose, route="forward", track=None))
        self.lane = lane
        return out

    def _any_order(self, blocks: tuple[Block, ...], place: Place, loose: Loose) -> Out:
        gateway = self.ids.new("All")
        name = phrase("all", self.language)
        self.enter(loose, self.node("parallel", gateway, name, place, hint("block", kind="any_order")))
        outs, row = [], place.right()
        for block in blocks:
            out = replace(self.leave(gateway), route="skip", track=row.track)
            outs.append(self._inside(block, row, out))
            row = row.down(size(block)[1])
        return self._join("parallel", gateway, outs, place.right(size(AnyOrder(blocks))[0] - 1))

    def _join(self, kind: Kind, split: str, outs: list[Out], place: Place) -> Out:
        """Lead what leaves the branches together again; a single way goes on with the mark of the join."""
        ways = [out for out in outs if out is not None]
        mark = hint("join", of=split)
        if len(ways) < 2:
            return replace(ways[0], hints=(*ways[0].hints, mark)) if ways else None
        join = self.node(kind, self.ids.new("Join", split), "", place, mark)
        for way in ways:
            self.enter(way, join)
        return self.leave(join)

    def _maybe(self, body: Block, place: Place, loose: Loose) -> Out:
        gateway = self.ids.new("Maybe")
        columns, tracks = size(body)
        name = phrase("wanted", self.language)
        self.enter(loose, self.node("choice", gateway, name, place, hint("block", kind="maybe")))
        do = self.leave(gateway, phrase("do", self.language), 'wanted == "yes"')
        around = self.leave(gateway, phrase("skip", self.language), "", hint("way", kind=SKIP), default=True)
        out = self._inside(body, place.right(), replace(do, route="skip", track=place.track))
        skip = replace(around, route="skip", track=place.track + tracks)
        return self._join("choice", gateway, [out, skip], place.right(columns + 1))

    def _repeat(self, body: Block, at_most: int, place: Place, loose: Loose) -> Out:
        if always_ends(body):
            return self.place(body, place, loose)
        columns, tracks = size(body)
        begin = self.ids.new("Begin")
        self.enter(loose, self.node("choice", begin, "", place, hint("head")))
        out = self._inside(body, place.right(), self.leave(begin))
        gateway = self._again("repeat", place.right(columns + 1), at_most=str(at_most))
        if out is not None:
            self.enter(out, gateway)
        self.enter(self._way_back(gateway, at_most, place.track + tracks, "back"), begin)
        return self.leave(gateway, default=True)

    def _again(self, kind: str, place: Place, **attributes: str | None) -> str:
        name = phrase("more", self.language)
        return self.node("choice", self.ids.new("Again"), name, place, hint("block", kind=kind, **attributes))

    def _way_back(self, gateway: str, at_most: int, track: int, route: Route) -> Loose:
        name = phrase("again", self.language, times=at_most)
        loose = self.leave(gateway, name, 'again == "yes"', hint("way", kind=AGAIN))
        return replace(loose, route=route, track=track)

    def _retry(self, retry: Retry, place: Place, loose: Loose) -> Loose:
        """Draw the step between the place to which it returns and the question whether once more."""
        begin, below = self.ids.new("Begin"), place.track + 1
        self.enter(loose, self.node("choice", begin, "", place, hint("head")))
        out, waits_first = self.leave(begin), retry.every is not None and retry.again
        if waits_first:
            place = place.right()
            out = self._wait(retry, place, out)
        out = self._step(retry.step, place.right(), out)
        gateway = self._again("retry", place.right(2), **_attributes(retry))
        self.enter(out, gateway)
        if retry.every is None or waits_first:
            self.enter(self._way_back(gateway, retry.at_most, below, "back"), begin)
        else:
            back = self._way_back(gateway, retry.at_most, below, "back_out")
            waited = self._wait(retry, Place(place.column + 1, below), back)
            self.enter(replace(waited, route="back_in"), begin)
        self._leave(retry, gateway)
        return self.leave(gateway, default=True)

    def _wait(self, retry: Retry, place: Place, loose: Loose) -> Loose:
        node_id = self.ids.new("Wait", retry.step)
        self.enter(loose, self.node("wait", node_id, str(retry.every), place, hint("wait")))
        self.diagram.nodes[-1] = replace(self.diagram.nodes[-1], every=retry.every)
        return self.leave(node_id)

    def _leave(self, retry: Retry, gateway: str) -> None:
        """Lead outcomes that have a branch of their own to its head."""
        for label in retry.leaves:
            if label in self.heads:
                condition = f'{retry.step}.outcome == "{label}"'
                name = self.playbook.word(label, self.language)
                out = self.leave(gateway, name, condition, hint("way", kind=LEAVES, label=label))
                self.enter(replace(out, route="leaves"), self.heads[label])


def _attributes(retry: Retry) -> dict[str, str | None]:
    return {
        "at_most": str(retry.at_most),
        "every": str(retry.every) if retry.every else None,
        "until": " ".join(name.text for name in retry.until) or None,
        "within_choice": "yes" if retry.again else None,
    }
