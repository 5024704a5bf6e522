"""All checks of a playbook before it may be published; the tuple below is their table of contents.

A check takes the playbook, the vocabulary and the program, and yields what is wrong. All run, so that an author sees everything
at once; those that need the program wait until the flow makes one.
"""

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import in_order
from forecourt.playbook.checks import facts
from forecourt.playbook.checks import flow
from forecourt.playbook.checks import names
from forecourt.playbook.checks import standards
from forecourt.playbook.checks import texts
from forecourt.playbook.checks.context import Check
from forecourt.playbook.checks.context import Context
from forecourt.playbook.records import Playbook
from forecourt.playbook.vocabulary import Vocabulary

CHECKS: tuple[Check, ...] = (
    names.unknown_subject,
    names.unknown_roles,
    names.unknown_certificates,
    names.unknown_resources,
    names.unknown_effects,
    names.fields_for_effects,
    names.unknown_calendars,
    names.unknown_playbooks,
    names.unknown_functions,
    flow.unknown_steps,
    flow.steps_never_named,
    flow.empty_flow,
    flow.after_an_end,
    flow.ends_inside_any_order,
    flow.too_few,
    flow.labels_are_outcomes,
    flow.outcomes_have_branches,
    flow.branches_told_apart,
    flow.retries_stop,
    flow.retries_are_bounded,
    flow.ends_for_next,
    texts.deadlines_can_be_kept,
    texts.late_needs_deadline,
    texts.missing_translations,
    texts.words_for_outcomes,
    standards.standards_name_what_exists,
    standards.standards_can_be_measured,
)
PROGRAM_CHECKS: tuple[Check, ...] = (
    facts.within_limits,
    facts.steps_never_next,
    facts.facts_are_given,
    facts.ways_end,
    facts.steps_at_two_places,
)
NO_PROGRAM = frozenset({"PB030", "PB041", "PB042", "PB043", "PB044", "PB045", "PB046"})


def check(playbook: Playbook | None, vocabulary: Vocabulary) -> tuple[Diagnostic, ...]:
    """Return everything that is wrong with a playbook, in order of place; nothing for None.

    What `load` reported about its form is not repeated. A playbook may be published when neither has an error.
    """
    if playbook is None:
        return ()
    context = Context(playbook, vocabulary)
    found = _run(CHECKS, context)
    if not NO_PROGRAM & {diagnostic.code for diagnostic in found}:
        found += _run(PROGRAM_CHECKS, context)
    return tuple(in_order(found))


def _run(checks: tuple[Check, ...], context: Context) -> list[Diagnostic]:
    return [diagnostic for each in checks for diagnostic in each(context)]
