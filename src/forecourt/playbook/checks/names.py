"""Checks of names against the vocabulary: is there such a role, certificate, effect, resource, calendar, playbook."""

from collections.abc import Collection
from collections.abc import Iterator

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import Spot
from forecourt.base.durations import Duration
from forecourt.playbook import gates
from forecourt.playbook.checks.context import Context
from forecourt.playbook.codes import report
from forecourt.playbook.records import Retry
from forecourt.playbook.records import Step
from forecourt.playbook.shapes import all_blocks


def unknown_subject(context: Context) -> Iterator[Diagnostic]:
    """PB037: `about` names what the journey is about; only a known subject has facts."""
    about, known = context.playbook.about, context.vocabulary.facts
    if about and about not in known:
        yield _unknown("PB037", context.playbook.spots["about"], "subject", about, known)


def unknown_roles(context: Context) -> Iterator[Diagnostic]:
    """PB031: only a role that somebody can hold may do a step or hear that it is late."""
    known = context.vocabulary.roles
    for step in context.playbook.steps:
        for name in step.roles:
            if name.text not in known:
                yield _unknown("PB031", name.spot, f"role in step {step.name!r}", name.text, known)
        for late in step.on_late:
            if late.role is not None and late.role not in known:
                yield _unknown("PB031", late.spot, f"role in on_late of step {step.name!r}", late.role, known)


def unknown_certificates(context: Context) -> Iterator[Diagnostic]:
    """PB032: a certificate that nobody can earn would keep everybody from the step."""
    known = context.vocabulary.certificates
    for step in context.playbook.steps:
        for name in step.holds:
            if name.text not in known:
                yield _unknown("PB032", name.spot, f"certificate in step {step.name!r}", name.text, known)


def unknown_resources(context: Context) -> Iterator[Diagnostic]:
    """PB034: what a step uses must be something a store can have."""
    known = context.vocabulary.resources
    for step in context.playbook.steps:
        for name in step.uses:
            if name.text not in known:
                yield _unknown("PB034", name.spot, f"resource in step {step.name!r}", name.text, known)


def unknown_effects(context: Context) -> Iterator[Diagnostic]:
    """PB033: an effect must be registered by a room of the software."""
    known = context.vocabulary.effects
    for step in context.playbook.steps:
        if step.effect is not None and step.effect.text not in known:
            what = f"effect in step {step.name!r}"
            yield _unknown("PB033", step.effect.spot, what, step.effect.text, known)


def fields_for_effects(context: Context) -> Iterator[Diagnostic]:
    """PB039: what an effect needs must be recorded by its step, unless a form of its own asks for it."""
    for step in context.playbook.steps:
        terms = context.vocabulary.effects.get(step.effect.text) if step.effect else None
        if terms is None or terms.form or step.effect is None:
            continue
        names = {field.name for field in step.record}
        for need in terms.needs:
            if need not in names:
                message = (
                    f"effect {step.effect} needs the field {need!r}, which step {step.name!r} does not record"
                )
                hint = f"Add {need} to the record of the step."
                yield report("PB039", step.effect.spot, message, hint, word=need, known=tuple(names))


def unknown_calendars(context: Context) -> Iterator[Diagnostic]:
    """PB035: a duration is counted on a calendar that every store or office has."""
    known = context.vocabulary.calendars
    for duration, spot, what in _durations(context):
        if duration.calendar not in known:
            yield _unknown("PB035", spot, f"calendar in {what}", duration.calendar, known)


def unknown_playbooks(context: Context) -> Iterator[Diagnostic]:
    """PB036: what starts after an end must be a playbook that exists."""
    known = context.vocabulary.playbooks
    for item in context.playbook.next:
        if known is not None and item.playbook not in known:
            yield _unknown(
                "PB036", item.spot, f"playbook after the end {item.outcome!r}", item.playbook, known
            )


def unknown_functions(context: Context) -> Iterator[Diagnostic]:
    """PB038: a condition may call CEL's own functions and those of the vocabulary."""
    known = context.vocabulary.functions
    for step in context.playbook.steps:
        for gate in filter(None, (step.must, step.should)):
            for name in gates.functions(gate.source):
                if name not in known:
                    yield _unknown("PB038", gate.spot, f"function in step {step.name!r}", name, known)


def _durations(context: Context) -> Iterator[tuple[Duration, Spot, str]]:
    for step in context.playbook.steps:
        yield from _durations_of(step)
    for block in all_blocks(context.playbook):
        if isinstance(block, Retry) and block.every is not None:
            yield block.every, block.spot, f"the retry of {block.step!r}"


def _durations_of(step: Step) -> Iterator[tuple[Duration, Spot, str]]:
    if step.within is not None:
        yield step.within, step.at("within"), f"within of step {step.name!r}"
    for late in step.on_late:
        if late.after is not None:
            yield late.after, late.spot, f"on_late of step {step.name!r}"


def _unknown(code: str, spot: Spot, what: str, word: str, known: Collection[str]) -> Diagnostic:
    some = ", ".join(sorted(known)[:12])
    hint = f"Known: {some}{', ...' if len(known) > 12 else ''}." if known else "The vocabulary knows none."
    return report(code, spot, f"unknown {what}: {word!r}", hint, word=word, known=tuple(known))
