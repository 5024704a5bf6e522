"""Checks of the flow: every step is reached, every way ends, every choice can be made, every loop is bounded."""

from collections.abc import Iterator

from forecourt.base.diagnostics import Diagnostic
from forecourt.playbook.checks.context import Context
from forecourt.playbook.codes import report
from forecourt.playbook.records import OTHERWISE
from forecourt.playbook.records import AnyOrder
from forecourt.playbook.records import Branch
from forecourt.playbook.records import Do
from forecourt.playbook.records import Ends
from forecourt.playbook.records import One
from forecourt.playbook.records import Retry
from forecourt.playbook.records import Sequence
from forecourt.playbook.records import walk
from forecourt.playbook.shapes import all_blocks
from forecourt.playbook.shapes import always_ends
from forecourt.playbook.shapes import ends_of
from forecourt.playbook.shapes import firsts
from forecourt.playbook.shapes import may_be_empty
from forecourt.playbook.shapes import steps_used


def unknown_steps(context: Context) -> Iterator[Diagnostic]:
    """PB030: a block names a step or a part."""
    known = (*context.steps, *context.playbook.parts)
    for block in all_blocks(context.playbook):
        if isinstance(block, Do | Retry) and block.step and block.step not in context.steps:
            hint = f"Declare it: under steps, {block.step}: {{title: ..., by: ...}}."
            message = f"the flow names the step {block.step!r}, which is not declared"
            yield report("PB030", block.spot, message, hint, word=block.step, known=known)


def steps_never_named(context: Context) -> Iterator[Diagnostic]:
    """PB040: a step that no block names is dead text, and often a slip in a name."""
    used = steps_used(context.playbook)
    for step in context.playbook.steps:
        if step.name not in used:
            message = f"step {step.name!r} is never reached: no block names it"
            yield report("PB040", step.spot, message, "Name it in the flow or under anytime, or remove it.")


def after_an_end(context: Context) -> Iterator[Diagnostic]:
    """PB041: what stands after a block that always ends the journey can never happen."""
    for block in all_blocks(context.playbook):
        if isinstance(block, Sequence):
            ended = False
            for inner in block.blocks:
                if ended:
                    message = "this can never happen: the journey has ended before"
                    yield report("PB041", inner.spot, message, "Move the end behind it, or remove it.")
                    break
                ended = always_ends(inner)


def empty_flow(context: Context) -> Iterator[Diagnostic]:
    """PB042: a flow without a step starts and ends nothing."""
    if not firsts(context.playbook.flow):
        spot = context.playbook.spots.get("flow", context.playbook.spot)
        yield report("PB042", spot, "the flow has no step", "Name at least one step in the flow.")


def ends_inside_any_order(context: Context) -> Iterator[Diagnostic]:
    """PB048: an end among things in any order would cut off the others, depending on who is quicker."""
    for block in all_blocks(context.playbook):
        if isinstance(block, AnyOrder):
            for inner in walk(block):
                if isinstance(inner, Ends):
                    message = f"the end {inner.outcome!r} stands inside any_order"
                    yield report("PB048", inner.spot, message, "Move it behind the any_order.")


def too_few(context: Context) -> Iterator[Diagnostic]:
    """PB050: one branch is no choice, and one block has no order."""
    for block in all_blocks(context.playbook):
        if isinstance(block, One) and len(block.branches) < 2:
            yield report(
                "PB050", block.spot, "one has fewer than two branches", "Add a branch, or write maybe."
            )
        if isinstance(block, AnyOrder) and len(block.blocks) < 2:
            yield report("PB050", block.spot, "any_order has fewer than two blocks", "Write the block alone.")


def labels_are_outcomes(context: Context) -> Iterator[Diagnostic]:
    """PB044: where an outcome decides, each branch is labelled with one, or with `otherwise`."""
    for block in all_blocks(context.playbook):
        if isinstance(block, One) and block.decided_by:
            outcomes = context.steps[block.decided_by].outcomes
            for branch in block.branches:
                if branch.label not in (*outcomes, OTHERWISE):
                    message = f"the branch {branch.label!r} is not an outcome of step {block.decided_by!r}"
                    hint = f"Outcomes: {', '.join(outcomes)}; otherwise takes the rest."
                    yield report("PB044", branch.spot, message, hint, word=branch.label, known=outcomes)


def outcomes_have_branches(context: Context) -> Iterator[Diagnostic]:
    """PB045: an outcome without a branch would leave people without a next step."""
    for block in all_blocks(context.playbook):
        if isinstance(block, One) and block.decided_by:
            labels = {branch.label for branch in block.branches}
            outcomes = () if OTHERWISE in labels else context.steps[block.decided_by].outcomes
            for outcome in outcomes:
                if outcome not in labels:
                    message = f"the outcome {outcome!r} of step {block.decided_by!r} has no branch"
                    yield report("PB045", block.spot, message, f"Add {outcome}: [...] or otherwise: [...].")


def branches_told_apart(context: Context) -> Iterator[Diagnostic]:
    """PB046: where the first step decides, each branch begins with steps of its own and with at least one."""
    for block in all_blocks(context.playbook):
        if isinstance(block, One) and not block.decided_by:
            seen: dict[str, Branch] = {}
            for branch in block.branches:
                yield from _told_apart(branch, seen)


def _told_apart(branch: Branch, seen: dict[str, Branch]) -> Iterator[Diagnostic]:
    hint = "The first step decides here; an outcome decides right after the step that records it."
    if may_be_empty(branch.body):
        yield report("PB046", branch.spot, f"the branch {branch.label!r} can begin with no step", hint)
    for step in sorted(firsts(branch.body)):
        other = seen.setdefault(step, branch)
        if other is not branch:
            message = f"the branches {other.label!r} and {branch.label!r} both begin with step {step!r}"
            yield report("PB046", branch.spot, message, hint)


def retries_stop(context: Context) -> Iterator[Diagnostic]:
    """PB049, PB044: a retry stops at an outcome: one of `until`, or one with a branch of the `one` it stands in."""
    for block in all_blocks(context.playbook):
        if not isinstance(block, Retry) or block.step not in context.steps:
            continue
        outcomes = context.steps[block.step].outcomes
        if not block.until and not block.leaves:
            message = f"the retry of {block.step!r} does not know when to stop"
            hint = "Add until: [OUTCOME], or put it directly into a branch that an outcome of the same step leads to."
            yield report("PB049", block.spot, message, hint)
        for name in block.until:
            if name.text not in outcomes:
                message = f"until names {name.text!r}, which is not an outcome of step {block.step!r}"
                yield report("PB044", name.spot, message, word=name.text, known=outcomes)


def retries_are_bounded(context: Context) -> Iterator[Diagnostic]:
    """PB043: two branches whose retries lead into each other begin counting anew each time."""
    for block in all_blocks(context.playbook):
        if isinstance(block, One) and block.decided_by:
            leads = {branch.label: _leads(branch) for branch in block.branches}
            for branch in block.branches:
                if branch.label in _onward(branch.label, leads):
                    message = (
                        f"the retry in branch {branch.label!r} can come back to its own branch without bound"
                    )
                    hint = "Leave the retry in one of the branches only, or narrow it with until: [...]."
                    yield report("PB043", branch.spot, message, hint)


def _leads(branch: Branch) -> frozenset[str]:
    retries = (block for block in branch.body.blocks if isinstance(block, Retry))
    return frozenset(leave for retry in retries for leave in retry.leaves)


def _onward(label: str, leads: dict[str, frozenset[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [label]
    while waiting:
        new = leads.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting += new
    return found


def ends_for_next(context: Context) -> Iterator[Diagnostic]:
    """PB053: a playbook starts after an end that exists."""
    known = tuple(ends_of(context.playbook))
    for item in context.playbook.next:
        if item.outcome not in known:
            message = f"next names the end {item.outcome!r}, but no journey ends so"
            hint = f"Ends: {', '.join(known)}."
            yield report("PB053", item.spot, message, hint, word=item.outcome, known=known)
