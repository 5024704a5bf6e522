"""How far a block has got, walked directly on the block tree: the ground of the reference interpreter.

A mark mirrors its block: None where nothing is done, `FINISHED`, or what is under way inside. This module knows nothing of
terms or tables; that programs agree with it on every trace is a property test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forecourt.base.durations import Duration
from forecourt.playbook.records import OTHERWISE
from forecourt.playbook.records import AnyOrder
from forecourt.playbook.records import Block
from forecourt.playbook.records import Do
from forecourt.playbook.records import Ends
from forecourt.playbook.records import Maybe
from forecourt.playbook.records import One
from forecourt.playbook.records import Repeat
from forecourt.playbook.records import Retry
from forecourt.playbook.records import Sequence

FINISHED = "finished"
PASS = ""
Mark = Any
Offer = tuple[str, bool, Duration | None]


@dataclass(frozen=True, slots=True)
class Ended:
    """The journey ends inside the block."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Left:
    """A retry leaves its branch for the branch with this label."""

    label: str


def fresh(block: Block) -> Mark:
    """Return the mark of a block that begins: None, or what it is at once when it has no step to wait for."""
    match block:
        case Ends(outcome):
            return Ended(outcome)
        case Sequence():
            return _enter(block, 0)
        case AnyOrder(blocks):
            marks = tuple(map(fresh, blocks))
            return FINISHED if all(mark == FINISHED for mark in marks) else None
        case Maybe(body) | Repeat(body):
            return FINISHED if fresh(body) == FINISHED else None
    return None


def advance(block: Block, mark: Mark, step: str, outcome: str | None) -> Mark:
    """Return the mark after the step, `Ended` or `Left`; None when the block cannot do the step now."""
    if mark == FINISHED:
        return None
    match block:
        case Do(name):
            return FINISHED if name == step else None
        case Retry():
            return _attempt(block, mark or 0, outcome) if block.step == step else None
        case Sequence():
            return _advance_sequence(block, mark or (0, None), step, outcome)
        case AnyOrder():
            return _advance_any_order(block, mark or (None,) * len(block.blocks), step, outcome)
        case One():
            return _advance_one(block, mark, step, outcome)
        case Maybe(body):
            return advance(body, mark, step, outcome)
        case Repeat():
            return _advance_repeat(block, mark or (1, None), step, outcome)
    return None


def lets_go(block: Block, mark: Mark) -> str | None:
    """Return how a block can be passed without a further step: PASS, the outcome of an end, or None: not at all."""
    if mark == FINISHED:
        return PASS
    match block:
        case Ends(outcome):
            return outcome
        case Sequence(blocks):
            return _first_hold(lets_go(*inner) for inner in _from(blocks, mark or (0, None)))
        case AnyOrder(blocks):
            marks = mark or (None,) * len(blocks)
            free = all(lets_go(inner, own) == PASS for inner, own in zip(blocks, marks, strict=True))
            return PASS if free else None
        case One(branches):
            bodies = (
                [(branches[mark[0]].body, mark[1])] if mark else [(branch.body, None) for branch in branches]
            )
            return next((end for end in (lets_go(*body) for body in bodies) if end is not None), None)
        case Maybe(body):
            return PASS if mark is None else lets_go(body, mark)
        case Repeat(body):
            return lets_go(body, mark[1] if mark else None)
    return None


def offers(block: Block, mark: Mark) -> Iterator[Offer]:
    """Yield the steps that a block can do now: name, whether optional, how long to wait first."""
    if mark == FINISHED:
        return
    match block:
        case Do(step):
            yield step, False, None
        case Retry():
            yield block.step, False, block.every if block.again or mark else None
        case Sequence(blocks):
            yield from _offers_in_turn(blocks, mark or (0, None))
        case AnyOrder(blocks):
            for inner, own in zip(blocks, mark or (None,) * len(blocks), strict=True):
                yield from offers(inner, own)
        case One(branches):
            chosen = (
                [(branches[mark[0]].body, mark[1])] if mark else [(branch.body, None) for branch in branches]
            )
            for body, own in chosen:
                yield from offers(body, own)
        case Maybe(body):
            for step, optional, wait in offers(body, mark):
                yield step, optional or mark is None, wait
        case Repeat():
            yield from _offers_of_repeat(block, mark or (1, None))


def _from(blocks: tuple[Block, ...], mark: Mark) -> Iterator[tuple[Block, Mark]]:
    place, inner = mark
    yield blocks[place], inner
    for block in blocks[place + 1 :]:
        yield block, None


def _first_hold(ends: Iterator[str | None]) -> str | None:
    return next((end for end in ends if end != PASS), PASS)


def _offers_in_turn(blocks: tuple[Block, ...], mark: Mark) -> Iterator[Offer]:
    for block, own in _from(blocks, mark):
        yield from offers(block, own)
        if lets_go(block, own) != PASS:
            return


def _offers_of_repeat(block: Repeat, mark: Mark) -> Iterator[Offer]:
    times, inner = mark
    yield from offers(block.body, inner)
    if mark != (1, None) and times < block.at_most and lets_go(block.body, inner) == PASS:
        for step, _, wait in offers(block.body, None):
            yield step, True, wait


def _attempt(block: Retry, attempts: int, outcome: str | None) -> Mark:
    if outcome in block.leaves:
        return Left(str(outcome))
    stops = outcome in {name.text for name in block.until} or attempts + 1 >= block.at_most
    return FINISHED if stops else attempts + 1


def _advance_sequence(block: Sequence, mark: Mark, step: str, outcome: str | None) -> Mark:
    for index, (inner, own) in enumerate(_from(block.blocks, mark), start=mark[0]):
        after = advance(inner, own, step, outcome)
        if after == FINISHED:
            return _enter(block, index + 1, outcome)
        if after is not None:
            return after if isinstance(after, Ended | Left) else (index, after)
        if lets_go(inner, own) != PASS:
            return None
    return None


def _enter(block: Sequence, index: int, outcome: str | None = None) -> Mark:
    """Go on to the block at `index`; pass over what is empty, choose a branch where the outcome decides."""
    while index < len(block.blocks):
        inner = block.blocks[index]
        begun = _choose(inner, outcome) if isinstance(inner, One) and inner.decided_by else fresh(inner)
        if isinstance(begun, Ended):
            return begun
        if begun != FINISHED:
            return (index, begun) if index or begun else None
        index += 1
    return FINISHED


def _choose(one: One, label: str | None) -> Mark:
    """Return the mark of a decided `one` whose branch `label` begins; without such a branch it is passed."""
    labels = [branch.label for branch in one.branches]
    label = label if label in labels else OTHERWISE
    if label not in labels:
        return FINISHED
    number = labels.index(label)
    begun = fresh(one.branches[number].body)
    return (
        begun if (begun is not None and begun in (FINISHED,)) or isinstance(begun, Ended) else (number, begun)
    )


def _advance_any_order(block: AnyOrder, marks: tuple[Mark, ...], step: str, outcome: str | None) -> Mark:
    for index, inner in enumerate(block.blocks):
        after = advance(inner, marks[index], step, outcome)
        if isinstance(after, Ended | Left):
            return after
        if after is not None:
            left = (*marks[:index], after, *marks[index + 1 :])
            return FINISHED if all(_done(*pair) for pair in zip(block.blocks, left, strict=True)) else left
    return None


def _done(block: Block, mark: Mark) -> bool:
    return bool(mark == FINISHED or (mark is None and fresh(block) == FINISHED))


def _advance_one(block: One, mark: Mark, step: str, outcome: str | None) -> Mark:
    numbers = [mark[0]] if mark else list(range(len(block.branches)))
    for number in numbers:
        after = advance(block.branches[number].body, mark[1] if mark else None, step, outcome)
        if isinstance(after, Left) and block.decided_by:
            return _choose(block, after.label)
        if after is not None:
            whole = after == FINISHED or isinstance(after, Ended | Left)
            return after if whole else (number, after)
    return None


def _advance_repeat(block: Repeat, mark: Mark, step: str, outcome: str | None) -> Mark:
    times, inner = mark
    after = advance(block.body, inner, step, outcome)
    if after is None and mark != (1, None) and times < block.at_most and lets_go(block.body, inner) == PASS:
        times, after = times + 1, advance(block.body, None, step, outcome)
    if after is None or isinstance(after, Ended | Left):
        return after
    return FINISHED if after == FINISHED and times >= block.at_most else (times, after)
