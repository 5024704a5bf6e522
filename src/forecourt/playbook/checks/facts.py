"""Checks that need the program: conditions on facts that somebody has given before, steps that are reached, ways that end."""

from collections.abc import Iterator

from forecourt.base.diagnostics import Diagnostic
from forecourt.playbook import gates
from forecourt.playbook.checks.context import Context
from forecourt.playbook.codes import report
from forecourt.playbook.program import Program
from forecourt.playbook.records import Gate
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Step
from forecourt.playbook.shapes import steps_used
from forecourt.playbook.states import Space
from forecourt.playbook.symbols import symbols_of
from forecourt.playbook.vocabulary import gives


def within_limits(context: Context) -> Iterator[Diagnostic]:
    """PB051, PB052: a program has limits, so that running it stays a look-up."""
    if context.limit is not None:
        yield context.limit


def steps_never_next(context: Context) -> Iterator[Diagnostic]:
    """PB040: a step that a block names but that is next in no state: another one always takes its place."""
    program = context.program
    if program is None:
        return
    reached = {name for state in range(program.states) for name in program.enabled(state)}
    for name, block in steps_used(context.playbook).items():
        if name not in reached:
            message = f"step {name!r} is never reached: no way through the flow leads to it"
            yield report("PB040", block.spot, message, "Look at what stands before it.")


def facts_are_given(context: Context) -> Iterator[Diagnostic]:
    """PB070, PB071: a condition reads facts of the subject, or facts that an earlier step records or gives."""
    for step in context.playbook.steps:
        for gate in filter(None, (step.must, step.should)):
            for path in gates.paths(gate.source):
                yield from _fact(context, step, gate, path)


def _fact(context: Context, step: Step, gate: Gate, path: str) -> Iterator[Diagnostic]:
    subject = context.vocabulary.facts.get(context.playbook.about, frozenset())
    if any(gives(given, path) for given in subject):
        return
    givers = [giver.name for giver in context.playbook.steps if _provides(context, giver, path)]
    if not givers:
        hint = f"Record it in an earlier step, or use a fact that {context.playbook.about or 'the subject'} gives."
        message = f"step {step.name!r} depends on the fact {path!r}, which nothing gives"
        known = (*subject, *_all_facts(context))
        yield report("PB070", gate.spot, message, hint, word=path, known=known)
    elif context.program is not None and not _may_precede(context.program, givers, step.name):
        message = f"step {step.name!r} depends on the fact {path!r}, which only {', '.join(givers)} gives, not earlier"
        yield report("PB071", gate.spot, message, "Move the step behind it, or change the condition.")


def _provides(context: Context, step: Step, path: str) -> bool:
    return any(gives(given, path) for given in _facts_of(context, step))


def _facts_of(context: Context, step: Step) -> list[str]:
    terms = context.vocabulary.effects.get(step.effect.text) if step.effect else None
    own = [f"{step.name}.{name}" for name in ("done", *(field.name for field in step.record))]
    return [*own, *(terms.gives if terms else ())]


def _all_facts(context: Context) -> list[str]:
    return [fact for step in context.playbook.steps for fact in _facts_of(context, step)]


def _may_precede(program: Program, givers: list[str], step: str) -> bool:
    before = 0
    for state in range(program.states):
        if step in program.enabled(state):
            before |= program.before_masks[state]
    return any(before >> symbol & 1 for giver in givers for symbol in program.symbols.of_step[giver])


def ways_end(context: Context) -> Iterator[Diagnostic]:
    """PB042: a required step whose `must` can never hold leaves journeys without a way to an end."""
    program = context.program
    if program is None:
        return
    never = {step.name for step in context.playbook.steps if step.must and _never_holds(step.must)}
    if never and _stuck(program, never):
        for name in sorted(never):
            step = context.steps[name]
            message = f"there is no way to an end: the condition of step {name!r} can never hold"
            yield report("PB042", step.at("must"), message, "Change the condition, or make the step a maybe.")


def _never_holds(gate: Gate) -> bool:
    if gates.paths(gate.source) or gates.functions(gate.source):
        return False
    try:
        return gates.compiled(gate.source).execute({}) is not True
    except (ValueError, TypeError, RuntimeError, KeyError):
        return True


def _stuck(program: Program, never: set[str]) -> bool:
    """Whether a state is reached from which no end is reached, when the steps `never` cannot be done."""
    passable = [symbol for symbol, (step, _) in enumerate(program.symbols.pairs) if step not in never]
    onward = [
        [target for symbol in passable if (target := program.table[state * program.width + symbol]) >= 0]
        for state in range(program.states)
    ]
    good = {state for state in range(program.states) if program.can_end(state)}
    growing = True
    while growing:
        more = {
            state for state, targets in enumerate(onward) if state not in good and good.intersection(targets)
        }
        growing = bool(more)
        good |= more
    return not _reached(onward, program.start) <= good


def _reached(onward: list[list[int]], start: int) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        new = set(onward[waiting.pop()]) - found
        found |= new
        waiting += new
    return found


def steps_at_two_places(context: Context) -> Iterator[Diagnostic]:
    """PB047: where the same step could be meant at two places, the first in the text is taken."""
    if context.program is None:
        return
    for name in _clashing(context.playbook):
        block = steps_used(context.playbook)[name]
        message = f"step {name!r} can be next at two places at once; the first in the text is taken"
        yield report("PB047", block.spot, message, "Give one of them a name of its own, if they differ.")


def _clashing(playbook: Playbook) -> list[str]:
    space = Space(playbook, symbols_of(playbook))
    waiting, seen = [space.start], {space.start}
    for state in waiting:
        new = {edge.target for edge in space.edges(state).values()} - seen
        seen |= new
        waiting += new
    return sorted(space.terms.clashes)
