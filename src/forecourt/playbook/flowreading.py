"""Reading the `flow`: blocks, the parts they name, and which step decides a choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

from forecourt.base.diagnostics import Spot
from forecourt.playbook.nodes import Items
from forecourt.playbook.nodes import Node
from forecourt.playbook.nodes import Pairs
from forecourt.playbook.nodes import Scalar
from forecourt.playbook.reading import NAME
from forecourt.playbook.reading import Reader
from forecourt.playbook.reading import each
from forecourt.playbook.records import OTHERWISE
from forecourt.playbook.records import AnyOrder
from forecourt.playbook.records import Block
from forecourt.playbook.records import Branch
from forecourt.playbook.records import Do
from forecourt.playbook.records import Ends
from forecourt.playbook.records import Maybe
from forecourt.playbook.records import One
from forecourt.playbook.records import Repeat
from forecourt.playbook.records import Retry
from forecourt.playbook.records import Sequence
from forecourt.playbook.records import Step

BLOCKS = {
    "one": ("one",),
    "any_order": ("any_order",),
    "maybe": ("maybe",),
    "repeat": ("repeat", "at_most"),
    "retry": ("retry",),
    "ends": ("ends",),
}
MOST_TIMES = 50


@dataclass
class FlowReader:
    """Reads blocks against the steps and the named parts of one playbook."""

    reader: Reader
    steps: Mapping[str, Step]
    parts: Mapping[str, Node] = field(default_factory=dict)
    open_parts: tuple[str, ...] = ()
    used_parts: set[str] = field(default_factory=set)

    def body(self, node: Node, what: str) -> Sequence:
        """Read a list of blocks, one block, or `{then: [...], ends: outcome}`."""
        if isinstance(node, Pairs) and "then" in node.pairs:
            return self._then(node, what)
        items = node.items if isinstance(node, Items) else (node,)
        return Sequence(self._decided([self.block(item) for item in items]), node.spot)

    def after(self, name: str, node: Node | None, end: Ends | None, spot: Spot) -> Sequence:
        """Read what an anytime block does: its own step (where `name` is one), what follows, and the end."""
        follows = self.body(node, "then").blocks if node is not None else ()
        own = (Do(name, spot),) if name in self.steps or not follows else ()
        return Sequence(self._decided([*own, *follows, *([end] if end else [])]), spot)

    def block(self, node: Node) -> Block:
        """Read one block; what is none is noted and becomes an empty sequence."""
        if isinstance(node, Items):
            return self.body(node, "the sequence")
        if isinstance(node, Scalar):
            return self._named(node)
        kind = next((key for key in node.pairs if key in BLOCKS), None)
        if kind is None:
            return self._unknown(node)
        pairs = self.reader.pairs(node, f"the block {kind}", BLOCKS[kind])
        return self._kind(kind, pairs)

    def ends(self, node: Node) -> Ends:
        """Read the outcome with which a journey ends."""
        name = self.reader.name(node, "the outcome of ends")
        return Ends(name.text, node.spot)

    def _kind(self, kind: str, pairs: Pairs) -> Block:
        value, spot = pairs.pairs[kind], pairs.keys[kind]
        match kind:
            case "one":
                return One(self._branches(value), None, spot)
            case "any_order":
                items = self.reader.items(value, "any_order")
                return AnyOrder(tuple(self.block(item) for item in items), spot)
            case "maybe":
                return Maybe(self._inner(value), spot)
            case "repeat":
                return Repeat(self._inner(value), self._at_most(pairs, "repeat"), spot)
            case "retry":
                return self._retry(value, spot)
        return self.ends(value)

    def _inner(self, node: Node) -> Block:
        body = self.body(node, "the block")
        return body.blocks[0] if len(body.blocks) == 1 else body

    def _then(self, node: Pairs, what: str) -> Sequence:
        pairs = self.reader.pairs(node, what, ("then", "ends"))
        body = self.body(pairs.pairs["then"], what)
        end = (self.ends(pairs.pairs["ends"]),) if "ends" in pairs.pairs else ()
        return Sequence((*body.blocks, *end), body.spot)

    def _named(self, node: Scalar) -> Block:
        name = node.text.strip()
        if not name:
            return self._unknown(Pairs({}, {}, node.spot))
        if name in self.steps or name not in self.parts:
            return Do(name, node.spot)
        self.used_parts.add(name)
        if name in self.open_parts:
            ring = " > ".join((*self.open_parts[self.open_parts.index(name) :], name))
            self.reader.say(
                "PB054", node.spot, f"the parts {ring} contain themselves", "Use repeat with at_most."
            )
            return Sequence((), node.spot)
        self.open_parts = (*self.open_parts, name)
        body = self.body(self.parts[name], f"part {name!r}")
        self.open_parts = self.open_parts[:-1]
        return body.blocks[0] if len(body.blocks) == 1 else body

    def _unknown(self, node: Pairs) -> Sequence:
        word = next(iter(node.pairs), "")
        message = f"{word!r} is not a block" if word else "what is empty is not a block"
        hint = f"Blocks: a step's name, {', '.join(BLOCKS)}."
        self.reader.say("PB017", node.spot, message, hint, word=word, known=tuple(BLOCKS))
        return Sequence((), node.spot)

    def _branches(self, node: Node) -> tuple[Branch, ...]:
        pairs = self.reader.pairs(node, "one")
        return tuple(self._branch(label, spot, value) for label, spot, value in each(pairs))

    def _branch(self, label: str, spot: Spot, node: Node) -> Branch:
        if NAME.fullmatch(label) is None:
            self.reader.malformed(label, "the branch", spot, NAME)
        return Branch(label, self.body(node, f"branch {label!r}"), spot)

    def _at_most(self, pairs: Pairs, what: str) -> int:
        if "at_most" not in pairs.pairs:
            hint = f"Add at_most: 3 (or another number up to {MOST_TIMES})."
            self.reader.say("PB043", pairs.spot, f"{what} has no bound and could go on for ever", hint)
            return 1
        return self.reader.number(pairs.pairs["at_most"], f"at_most of {what}", 1, MOST_TIMES) or 1

    def _retry(self, node: Node, spot: Spot) -> Block:
        pairs = self.reader.pairs(node, "retry", ("step", "every", "at_most", "until"), ("step",))
        step = self.reader.name(pairs.pairs.get("step"), "the step of retry")
        every = self.reader.duration(pairs.pairs.get("every"), "every of retry")
        until = self.reader.names(pairs.pairs.get("until"), "until of retry", NAME)
        at_most = self._at_most(pairs, "retry")
        if not step.text:
            return Sequence((), spot)
        return Retry(step.text, every, at_most, until, spot=step.spot)

    def _decided(self, blocks: list[Block]) -> tuple[Block, ...]:
        """Say for each `one` whether the step before it decides it, and where its retries may leave to."""
        for index, block in enumerate(blocks):
            if isinstance(block, One) and index:
                blocks[index] = self._decide(block, blocks[index - 1])
        return tuple(blocks)

    def _decide(self, one: One, before: Block) -> One:
        step = before.step if isinstance(before, Do | Retry) else None
        outcomes = self.steps[step].outcomes if step is not None and step in self.steps else ()
        labels = {branch.label for branch in one.branches}
        if step is None or not outcomes or not labels & {*outcomes, OTHERWISE}:
            return one
        branches = tuple(self._with_leaves(branch, step, labels, outcomes) for branch in one.branches)
        return One(branches, step, one.spot)

    def _with_leaves(self, branch: Branch, step: str, labels: set[str], outcomes: tuple[str, ...]) -> Branch:
        known = labels & set(outcomes)
        blocks = tuple(_leave(block, step, branch.label, known) for block in branch.body.blocks)
        return replace(branch, body=replace(branch.body, blocks=blocks))


def _leave(block: Block, step: str, label: str, labels: set[str]) -> Block:
    if not isinstance(block, Retry) or block.step != step:
        return block
    others = {name.text for name in block.until} & labels if block.until else labels
    return replace(block, leaves=tuple(sorted(others - {label})), again=True)
