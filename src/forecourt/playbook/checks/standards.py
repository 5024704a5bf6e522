"""Checks of standards: they measure something that exists, in a way that makes sense."""

from collections.abc import Iterator

from forecourt.base.diagnostics import Diagnostic
from forecourt.playbook.checks.context import Context
from forecourt.playbook.codes import report
from forecourt.playbook.measures import FLAGS
from forecourt.playbook.measures import JOURNEY
from forecourt.playbook.measures import JOURNEY_ASPECTS
from forecourt.playbook.measures import TIMES
from forecourt.playbook.records import Standard
from forecourt.playbook.records import Step
from forecourt.playbook.shapes import ends_of

_NUMBERS = ("number", "integer", "money", "percent")


def standards_name_what_exists(context: Context) -> Iterator[Diagnostic]:
    """PB090: a standard looks at a step or the journey, and at something that is recorded there."""
    for standard in context.playbook.standards:
        if standard.step is None:
            yield from _of_journey(standard, context)
        elif standard.step not in context.steps:
            message = f"standard {standard.name!r} measures the unknown step {standard.step!r}"
            known = (*context.steps, JOURNEY)
            yield report("PB090", standard.spot, message, word=standard.step, known=known)
        else:
            yield from _of_step(standard, context.steps[standard.step])


def standards_can_be_measured(context: Context) -> Iterator[Diagnostic]:
    """PB091: shares are of what is true or not, lengths of time have a unit of time, a deadline must exist."""
    for standard in context.playbook.standards:
        step = context.steps.get(standard.step or "")
        problem = _problem(standard, step)
        if problem and (step is not None or standard.step is None):
            yield report("PB091", standard.spot, f"standard {standard.name!r} cannot be measured: {problem}")


def _of_journey(standard: Standard, context: Context) -> Iterator[Diagnostic]:
    ends = tuple(ends_of(context.playbook))
    if standard.aspect not in JOURNEY_ASPECTS:
        yield _unknown(standard, standard.aspect, JOURNEY_ASPECTS, "the journey")
    elif standard.aspect == "ended" and standard.equals not in ends:
        yield _unknown(standard, standard.equals or "", ends, "the ends of the journey")


def _of_step(standard: Standard, step: Step) -> Iterator[Diagnostic]:
    fields = {field.name: field for field in step.record}
    known = (*FLAGS, *TIMES, *fields)
    field = fields.get(standard.aspect)
    if standard.aspect not in known:
        yield _unknown(standard, standard.aspect, known, f"step {step.name!r}")
    elif (
        field is not None
        and standard.equals is not None
        and field.choices
        and standard.equals not in field.choices
    ):
        yield _unknown(
            standard, standard.equals, field.choices, f"field {field.name!r} of step {step.name!r}"
        )


def _unknown(standard: Standard, word: str, known: tuple[str, ...], what: str) -> Diagnostic:
    message = f"standard {standard.name!r} looks at {word!r}, which {what} does not have"
    return report(
        "PB090", standard.spot, message, f"Known there: {', '.join(known)}.", word=word, known=known
    )


def _problem(standard: Standard, step: Step | None) -> str:
    """Return why a standard makes no sense; nothing when it does. Aspects that do not exist are not looked at."""
    true_or_not = standard.equals is not None or standard.aspect in (*FLAGS, "ended")
    if standard.measure == "share" and (standard.unit != "%" or standard.value > 100):
        return "a share is compared with a percentage from 0 to 100 %"
    if standard.measure in ("share", "count") and not true_or_not:
        return f"{standard.measure} needs something true or not, such as on_time or outcome = reached"
    if standard.measure not in ("share", "count") and true_or_not:
        return f"{standard.measure} needs a number or a length of time"
    if standard.aspect in TIMES and standard.unit not in ("min", "h", "d"):
        return "a length of time is compared with min, h or d"
    return _problem_of_step(standard, step) if step is not None else ""


def _problem_of_step(standard: Standard, step: Step) -> str:
    if standard.aspect in ("on_time", "late") and step.within is None:
        return f"step {step.name!r} has no deadline"
    kind = next((field.kind for field in step.record if field.name == standard.aspect), "number")
    if standard.equals is None and kind not in _NUMBERS:
        return f"field {standard.aspect!r} is not a number; write {standard.aspect} = VALUE"
    return ""
