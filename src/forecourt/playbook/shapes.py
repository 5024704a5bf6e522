"""Questions about blocks that need no program: what can come first, what may be left out, what always ends."""

from collections.abc import Iterator

from forecourt.playbook.records import DONE
from forecourt.playbook.records import AnyOrder
from forecourt.playbook.records import Block
from forecourt.playbook.records import Do
from forecourt.playbook.records import Ends
from forecourt.playbook.records import Maybe
from forecourt.playbook.records import One
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Repeat
from forecourt.playbook.records import Retry
from forecourt.playbook.records import Sequence
from forecourt.playbook.records import bodies
from forecourt.playbook.records import walk


def firsts(block: Block) -> frozenset[str]:
    """Return the steps with which a block can begin."""
    match block:
        case Do(step) | Retry(step):
            return frozenset((step,))
        case Sequence(blocks):
            return _firsts_in_turn(blocks)
        case AnyOrder(blocks):
            return frozenset().union(*map(firsts, blocks))
        case One(branches):
            return frozenset().union(*(firsts(branch.body) for branch in branches))
        case Maybe(body) | Repeat(body):
            return firsts(body)
    return frozenset()


def may_be_empty(block: Block) -> bool:
    """Say whether a block can be passed without a step."""
    match block:
        case Sequence(blocks) | AnyOrder(blocks):
            return all(map(may_be_empty, blocks))
        case One(branches):
            return any(may_be_empty(branch.body) for branch in branches)
        case Repeat(body):
            return may_be_empty(body)
    return isinstance(block, Maybe | Ends)


def always_ends(block: Block) -> bool:
    """Say whether every way through a block ends the journey."""
    match block:
        case Sequence(blocks):
            return any(map(always_ends, blocks))
        case One(branches):
            return bool(branches) and all(always_ends(branch.body) for branch in branches)
        case Repeat(body):
            return always_ends(body)
    return isinstance(block, Ends)


def all_blocks(playbook: Playbook) -> Iterator[Block]:
    """Yield every block of the flow and of what may happen anytime."""
    for body in bodies(playbook):
        yield from walk(body)


def steps_used(playbook: Playbook) -> dict[str, Block]:
    """Return the steps that blocks name, each with the first block that does."""
    used: dict[str, Block] = {}
    for block in all_blocks(playbook):
        if isinstance(block, Do | Retry):
            used.setdefault(block.step, block)
    return used


def ends_of(playbook: Playbook) -> dict[str, Block]:
    """Return the outcomes with which a journey can end, each with a block that says so."""
    found: dict[str, Block] = {
        block.outcome: block for block in all_blocks(playbook) if isinstance(block, Ends)
    }
    if not always_ends(playbook.flow):
        found.setdefault(DONE, playbook.flow)
    return found


def _firsts_in_turn(blocks: tuple[Block, ...]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for block in blocks:
        found |= firsts(block)
        if not may_be_empty(block) or isinstance(block, Ends):
            break
    return found
