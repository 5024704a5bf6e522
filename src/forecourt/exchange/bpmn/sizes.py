"""How many columns and tracks a block needs in a diagram, computed from the inside out."""

from forecourt.playbook.records import AnyOrder
from forecourt.playbook.records import Block
from forecourt.playbook.records import Branch
from forecourt.playbook.records import Maybe
from forecourt.playbook.records import One
from forecourt.playbook.records import Repeat
from forecourt.playbook.records import Retry
from forecourt.playbook.records import Sequence
from forecourt.playbook.shapes import always_ends

Size = tuple[int, int]


def size(block: Block) -> Size:
    """Return columns and tracks of a block. Nothing is drawn behind a block that always ends."""
    match block:
        case Sequence(blocks):
            return _in_turn(blocks)
        case One(branches):
            return _side_by_side([branch_size(block, branch) for branch in branches], block)
        case AnyOrder(blocks):
            return _side_by_side([size(inner) for inner in blocks], block)
        case Repeat(body) if always_ends(body):
            return size(body)
        case Maybe(body) | Repeat(body):
            columns, tracks = size(body)
            return columns + 2, tracks + 1
        case Retry(_, every, _, _, _, again):
            return 3 + bool(every and again), 2
    return 1, 1


def branch_size(one: One, branch: Branch) -> Size:
    """Return the size of a branch; a retry elsewhere that may leave for it needs a gateway at its head."""
    columns, tracks = size(branch.body)
    return columns + (branch.label in left_for(one)), tracks


def left_for(one: One) -> set[str]:
    """Return the labels of branches for which a retry in another branch may leave."""
    blocks = [block for branch in one.branches for block in branch.body.blocks]
    known = {branch.label for branch in one.branches}
    return {label for block in blocks if isinstance(block, Retry) for label in block.leaves} & known


def reached(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks of a sequence up to the first that always ends."""
    for index, block in enumerate(blocks):
        if always_ends(block):
            return blocks[: index + 1]
    return blocks


def _in_turn(blocks: tuple[Block, ...]) -> Size:
    sizes = [size(block) for block in reached(blocks)]
    return sum(columns for columns, _ in sizes), max((tracks for _, tracks in sizes), default=1)


def _side_by_side(sizes: list[Size], block: Block) -> Size:
    if not sizes:
        return 0, 1
    return max(columns for columns, _ in sizes) + 2, sum(tracks for _, tracks in sizes)
