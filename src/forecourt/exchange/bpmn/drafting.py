"""Pieces of a graph as blocks of a flow, in the plain data of the language; what had to be changed is noted."""

from dataclasses import dataclass
from dataclasses import replace
from typing import Any

from forecourt.exchange.bpmn.model import Flow
from forecourt.exchange.bpmn.model import Node
from forecourt.exchange.bpmn.naming import slug
from forecourt.exchange.bpmn.pieces import Act
from forecourt.exchange.bpmn.pieces import Again
from forecourt.exchange.bpmn.pieces import All
from forecourt.exchange.bpmn.pieces import Choice
from forecourt.exchange.bpmn.pieces import End
from forecourt.exchange.bpmn.pieces import Inner
from forecourt.exchange.bpmn.pieces import Piece
from forecourt.exchange.bpmn.pieces import Pieces
from forecourt.exchange.bpmn.pieces import Wait
from forecourt.exchange.bpmn.pieces import Way
from forecourt.exchange.bpmn.report import Report
from forecourt.exchange.bpmn.stepping import Steps
from forecourt.exchange.bpmn.times import duration
from forecourt.exchange.bpmn.words import SKIP
from forecourt.playbook.records import DONE
from forecourt.playbook.records import OTHERWISE

MOST_TIMES = 3  # of a loop without a bound; the draft's author knows better
MAX_TIMES = 50  # what the language allows
Plain = Any
Blocks = list[Plain]


@dataclass
class Drafter:
    """Writes blocks. `side` counts how many any_order they are inside of, where nothing can end."""

    steps: Steps
    report: Report
    side: int = 0

    def blocks(self, pieces: Pieces) -> Blocks:
        """Return the blocks for pieces one after the other."""
        found: Blocks = []
        for piece in pieces:
            self._add(piece, found)
        return found

    def _add(self, piece: Piece, found: Blocks) -> None:
        match piece:
            case Act(node):
                found.append(self.steps.step(node))
            case Wait(node):
                self._wait(node)
            case End(node):
                found.extend(self._end(node))
            case Choice():
                found.extend(self._choice(piece, found))
            case All():
                found.extend(self._all(piece))
            case Again():
                found.extend(self._again(piece))
            case Inner(_, body):
                found.extend(self.blocks(body))

    def _wait(self, node: Node) -> None:
        kind, text = node.time
        said = (
            f"waiting ({text or kind or 'no time given'}) before the next step has no counterpart; left out"
        )
        self.report.say("lost", node.element, said)

    # Ends

    def _end(self, node: Node | None) -> Blocks:
        if node is None or node.hint("done") is not None:
            if node is not None:
                self.report.say("carried", node.element, "the flow runs out here")
            return []
        if self.side and node.hint("end") is None:
            self.report.say(
                "changed",
                node.element,
                "only its own way ends here, for others go on beside it; no end was made of it",
            )
            return []
        outcome = (node.hint("end") or {}).get("outcome", "") or self._outcome(node)
        self._say_end(node, outcome)
        return [{"ends": outcome}]

    def _outcome(self, node: Node) -> str:
        name = slug(node.element.name) if node.element.name else DONE
        outcome = name or slug(node.id) or DONE
        self.steps.word(outcome, node.element.name or outcome)
        return outcome

    def _say_end(self, node: Node, outcome: str) -> None:
        special = f"; that it ends by {node.event} is lost" if node.event not in ("", "terminate") else ""
        self.report.say(
            "changed" if special else "carried", node.element, f"the journey ends as {outcome}{special}"
        )

    # Choices

    def _choice(self, piece: Choice, before: Blocks) -> Blocks:
        hint = (piece.node.hint("block") if piece.node is not None else None) or {}
        if hint.get("kind") == "maybe" and len(piece.ways) == 2:
            body = next((way for way in piece.ways if not _is_skip(way)), piece.ways[0])
            if sum(map(_is_skip, piece.ways)) == 1 and not any(
                way.body for way in piece.ways if _is_skip(way)
            ):
                self._carry(piece)
                return [{"maybe": self._plain(body.body)}]
        if hint.get("kind") == "one":
            self._carry(piece)
            return self._one_of_ours(piece, hint.get("decided_by", ""), before)
        return self._one(_events_as_steps(piece), before)

    def _carry(self, piece: Choice | All) -> None:
        if piece.node is not None:
            self.report.say("carried", piece.node.element, "a gateway of a block")

    def _one_of_ours(self, piece: Choice, decided_by: str, before: Blocks) -> Blocks:
        """Write a choice as our export means it: the step before it decides it exactly where it did."""
        labels = self._labels(piece.ways)
        bodies = [self.blocks(way.body) for way in piece.ways]
        step = _step_of(before[-1]) if before else ""
        decides = bool({*self.steps.outcomes(step), OTHERWISE} & set(labels)) and bool(
            self.steps.outcomes(step)
        )
        if before and step and decides and decided_by != step:
            before[-1] = [before[-1]]
        if decided_by:
            bodies = [
                [self._retry_kept(block, way, decided_by, place) for place, block in enumerate(body)]
                for way, body in zip(piece.ways, bodies, strict=True)
            ]
        return [{"one": dict(zip(labels, bodies, strict=True))}]

    def _retry_kept(self, block: Plain, way: Way, decided_by: str, place: int) -> Plain:
        """A retry that was not directly in this branch may not become so, for there it would leave for other branches."""
        if not isinstance(block, dict) or block.get("retry", {}).get("step") != decided_by:
            return block
        hints = [
            piece.node.hint("block")
            for piece in way.body
            if isinstance(piece, Again) and piece.node is not None
        ]
        again = any(hint is not None and hint.get("within_choice") for hint in hints)
        return block if again else [block]

    def _one(self, piece: Choice, before: Blocks) -> Blocks:
        """Write a choice of another tool: decided by the outcome of the step before it where the ways have names."""
        bodies = [self.blocks(way.body) for way in piece.ways]
        self._conditions(piece.ways)
        step = _step_of(before[-1]) if before else ""
        named = [way for way in piece.ways if _said(way)]
        if (
            step
            and piece.node is not None
            and len(named) >= len(piece.ways) - 1
            and isinstance(before[-1], str)
        ):
            labels = self._labels(piece.ways, otherwise=True)
            if self.steps.decide(step, labels):
                self._say(piece, f"the outcome of {step} chooses the way")
                return [{"one": dict(zip(labels, bodies, strict=True))}]
        full = [body for body in bodies if body]
        if len(full) == 1 and len(bodies) == 2:
            self._say(piece, "became maybe: the other way has nothing on it", changed=True)
            body = _single(full[0])
            return [body if isinstance(body, dict) and "maybe" in body else {"maybe": body}]
        if not full:
            self._say(piece, "no way has anything on it; left out", changed=True)
            return []
        return self._undecided(piece, bodies)

    def _undecided(self, piece: Choice, bodies: list[Blocks]) -> Blocks:
        """Let the first step tell the branches apart; where it cannot, put a step before that records which way it is."""
        beginnings = [firsts(body) for body in bodies]
        count = sum(len(one) for one in beginnings)
        apart = len(frozenset().union(*beginnings)) == count and not any(
            may_be_empty(body) for body in bodies
        )
        labels = self._labels(piece.ways)
        if apart:
            self._say(piece, "the first step that is done chooses the way")
            return [{"one": dict(zip(labels, bodies, strict=True))}]
        name = self.steps.decision(piece.node, len(self.steps.found), labels)
        self._say(piece, f"became the step {name}, whose outcome chooses the way", changed=True)
        return [name, {"one": dict(zip(labels, bodies, strict=True))}]

    def _say(self, piece: Choice, said: str, *, changed: bool = False) -> None:
        if piece.node is not None:
            event = piece.node.tag not in ("exclusiveGateway",) and not piece.node.tag.endswith(
                ("Task", "task")
            )
            self.report.say("changed" if changed or event else "carried", piece.node.element, said)

    def _conditions(self, ways: tuple[Way, ...]) -> None:
        for way in ways:
            if way.flow is None:
                continue
            condition = way.flow.condition
            if condition:
                said = f"its condition {condition[:80]!r} is not judged by the playbook; people choose"
                self.report.say("changed", way.flow.element, said)

    def _labels(self, ways: tuple[Way, ...], *, otherwise: bool = False) -> list[str]:
        """Return a label for each way, each once; with `otherwise`, the one without a name is the rest."""
        found: list[str] = []
        for number, way in enumerate(ways, start=1):
            hinted = way.flow.way.get("label", "") if way.flow is not None else ""
            label = hinted or (OTHERWISE if otherwise and not _said(way) else self._label(way, number))
            base, count = label, 1
            while label in found:
                count += 1
                label = f"{base}_{count}"
            found.append(label)
            if not hinted and label != OTHERWISE:
                self.steps.word(label, _said(way) or label.replace("_", " "))
        return found

    def _label(self, way: Way, number: int) -> str:
        """Make a label of what a way is called, else of what is done first on it."""
        first = way.body[0] if way.body else None
        done = self.steps.step(first.node) if isinstance(first, Act) else ""
        return slug(_said(way)) or done or f"way_{number}"

    # All of them

    def _all(self, piece: All) -> Blocks:
        hint = (piece.node.hint("block") if piece.node is not None else None) or {}
        self.side += 1
        bodies = [self.blocks(way.body) for way in piece.ways]
        self.side -= 1
        self._conditions(piece.ways)
        if hint.get("kind") == "any_order":
            self._carry(piece)
            return [{"any_order": [_single(body) for body in bodies]}]
        bodies = [_without_ends(body) for body in bodies if body]
        blocks = [{"maybe": _single(body)} if piece.some else _single(body) for body in bodies if body]
        if piece.node is not None:
            said = "became any_order, each of it maybe" if piece.some else "became any_order"
            self.report.say("changed" if piece.some else "carried", piece.node.element, said)
        return [{"any_order": blocks}] if len(blocks) > 1 else blocks

    # Loops

    def _again(self, piece: Again) -> Blocks:
        hint = (piece.node.hint("block") if piece.node is not None else None) or {}
        if (
            hint.get("kind") == "retry"
            and len(piece.do) == 1
            and isinstance(piece.do[0], Act)
            and not piece.redo
        ):
            return [self._retry_of_ours(piece, piece.do[0], hint)]
        if hint.get("kind") == "repeat" and not piece.redo:
            assert piece.node is not None
            self.report.say("carried", piece.node.element, "asks whether to repeat")
            return [{"repeat": self._plain(piece.do), "at_most": _number(hint.get("at_most"))}]
        self._say_loop(piece)
        retry = self._retry(piece)
        return retry or self._repeat(piece)

    def _retry_of_ours(self, piece: Again, act: Act, hint: Any) -> Plain:
        assert piece.node is not None
        self.report.say("carried", piece.node.element, "asks whether to try again")
        found: Plain = {"step": self.steps.step(act.node)}
        if hint.get("every"):
            found["every"] = hint["every"]
        found["at_most"] = _number(hint.get("at_most"))
        return {"retry": found | ({"until": hint["until"].split()} if hint.get("until") else {})}

    def _retry(self, piece: Again) -> Blocks:
        """A task, and a timer on the way back to it."""
        if len(piece.do) != 1 or len(piece.redo) != 1 or not isinstance(piece.do[0], Act):
            return []
        wait = piece.redo[0]
        read = duration(wait.node.time[1]) if isinstance(wait, Wait) else None
        if read is None or not isinstance(wait, Wait):
            return []
        self.report.say("carried", wait.node.element, f"the time between two attempts: {read[0]}")
        step = self.steps.step(piece.do[0].node)
        until = [slug(flow.element.name) or DONE for flow in piece.on[:1]] or [DONE]
        back = (slug(piece.back.element.name) if piece.back else "") or "again"
        self.steps.decide(step, [*until, back])
        for label in (*until, back):
            self.steps.word(label, label.replace("_", " "))
        return [{"retry": {"step": step, "every": read[0], "at_most": self._most(piece), "until": until}}]

    def _repeat(self, piece: Again) -> Blocks:
        do, redo = self.blocks(piece.do), self.blocks(piece.redo)
        most = self._most(piece)
        if not redo:
            return [{"repeat": _single(do), "at_most": most}] if do else []
        return [*do, {"maybe": {"repeat": _single([*redo, *do]), "at_most": most}}]

    def _most(self, piece: Again) -> int:
        return _number(piece.node.most if piece.node is not None else "")

    def _say_loop(self, piece: Again) -> None:
        bound = (
            f"a loop has a bound in a playbook; at_most {self._most(piece)} is a guess"
            if not (piece.node and piece.node.most)
            else f"at most {self._most(piece)} times"
        )
        if piece.node is not None:
            self.report.say("changed", piece.node.element, bound)
        if piece.back is not None:
            condition = (
                f"; its condition {piece.back.condition[:80]!r} is not judged" if piece.back.condition else ""
            )
            self.report.say("changed", piece.back.element, f"leads back; {bound}{condition}")

    def _plain(self, pieces: Pieces) -> Plain:
        return _single(self.blocks(pieces))


def firsts(block: Plain) -> frozenset[str]:
    """Return the steps with which a block can begin."""
    match block:
        case str():
            return frozenset((block,))
        case [*blocks]:
            found: frozenset[str] = frozenset()
            for inner in blocks:
                found |= firsts(inner)
                if not may_be_empty(inner):
                    break
            return found
        case {"retry": {"step": step}}:
            return frozenset((step,))
        case {"one": branches}:
            return frozenset().union(*map(firsts, branches.values()))
        case {"any_order": blocks}:
            return frozenset().union(*map(firsts, blocks))
        case {"maybe": body} | {"repeat": body}:
            return firsts(body)
    return frozenset()


def may_be_empty(block: Plain) -> bool:
    """Say whether a block can be passed without a step."""
    match block:
        case [*blocks]:
            return all(map(may_be_empty, blocks))
        case {"any_order": blocks}:
            return all(map(may_be_empty, blocks))
        case {"one": branches}:
            return any(map(may_be_empty, branches.values()))
        case {"repeat": body}:
            return may_be_empty(body)
    return isinstance(block, dict) and ("maybe" in block or "ends" in block)


def _events_as_steps(piece: Choice) -> Choice:
    """At an event gateway the event that comes first decides: a timer there is something that happens, not a pause."""
    if piece.node is None or piece.node.tag != "eventBasedGateway":
        return piece
    ways = tuple(replace(way, body=tuple(map(_happening, way.body[:1])) + way.body[1:]) for way in piece.ways)
    return replace(piece, ways=ways)


def _happening(piece: Piece) -> Piece:
    return Act(piece.node) if isinstance(piece, Wait) else piece


def _number(text: str | None) -> int:
    """Read how often a loop may go round; a guess where nothing usable is said."""
    known = text is not None and text.isascii() and text.isdigit() and len(text) < 9 and int(text) > 0
    return min(int(text or 0), MAX_TIMES) if known else MOST_TIMES


def _single(blocks: Blocks) -> Plain:
    return blocks[0] if len(blocks) == 1 else blocks


def _step_of(block: Plain) -> str:
    if isinstance(block, dict) and isinstance(block.get("retry"), dict):
        return str(block["retry"].get("step", ""))
    return block if isinstance(block, str) else ""


def _is_skip(way: Way) -> bool:
    return way.flow is not None and way.flow.way.get("kind") == SKIP


def _said(way: Way) -> str:
    """What a way is called: by its flow, by what it was made of, by its condition where that is short."""
    flow: Flow | None = way.flow
    if flow is not None and flow.element.name:
        return flow.element.name
    return way.name


def _without_ends(block: Blocks) -> Blocks:
    """Leave out ends: beside others nothing can end for all of them."""
    found = []
    for inner in block:
        if isinstance(inner, dict) and "ends" in inner:
            continue
        found.append(_inside(inner))
    return found


def _inside(block: Plain) -> Plain:
    match block:
        case [*blocks]:
            return _without_ends(blocks)
        case {"one": branches}:
            return {"one": {label: _without_ends(_list(body)) for label, body in branches.items()}}
        case {"any_order": blocks}:
            return {"any_order": [_inside(inner) for inner in blocks]}
        case {"maybe": body}:
            return {"maybe": _single(_without_ends(_list(body)))}
        case {"repeat": body}:
            return {**block, "repeat": _single(_without_ends(_list(body)))}
    return block


def _list(block: Plain) -> Blocks:
    return block if isinstance(block, list) else [block]
