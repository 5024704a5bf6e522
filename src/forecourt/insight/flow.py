"""What the flow of a playbook says about its ends: which of them are what the playbook is for, and which steps only close a journey."""

from forecourt.playbook.records import DONE
from forecourt.playbook.records import Do
from forecourt.playbook.records import Ends
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Sequence
from forecourt.playbook.records import bodies
from forecourt.playbook.records import walk


def successes(playbook: Playbook) -> frozenset[str]:
    """The outcomes that the playbook is for.

    Those that a standard wants more of; else those that another playbook follows; else every end of the flow itself, for what may
    happen anytime gives the flow up.
    """
    wanted = {
        one.equals for one in playbook.standards if one.aspect == "ended" and one.comparison in (">=", ">")
    }
    if wanted:
        return frozenset(name for name in wanted if name)
    followed = {one.outcome for one in playbook.next}
    if followed:
        return frozenset(followed)
    inner = {block.outcome for block in walk(playbook.flow) if isinstance(block, Ends)}
    return frozenset(inner or {DONE})


def closing(playbook: Playbook) -> frozenset[str]:
    """The steps that only close a journey: those right before an end, and those of an `anytime` that ends it."""
    found: set[str] = set()
    for body in bodies(playbook):
        for block in walk(body):
            if isinstance(block, Sequence):
                pairs = zip(block.blocks, block.blocks[1:], strict=False)
                found |= {one.step for one, after in pairs if isinstance(one, Do) and isinstance(after, Ends)}
    for handler in playbook.anytime:
        if handler.ends:
            found |= {block.step for block in walk(handler.body) if isinstance(block, Do)}
    return frozenset(found)
