"""Checks of what people read, and of times: titles in both languages, words for outcomes, deadlines that can be kept."""

from collections.abc import Iterator

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import Spot
from forecourt.playbook.checks.context import Context
from forecourt.playbook.codes import report
from forecourt.playbook.records import OUTCOME
from forecourt.playbook.records import Title
from forecourt.playbook.shapes import ends_of

LANGUAGES = {"en": "English", "zh": "Chinese"}


def missing_translations(context: Context) -> Iterator[Diagnostic]:
    """PB080: everybody reads the playbook in a language of their own."""
    for title, spot, what in _titles(context):
        for language, name in LANGUAGES.items():
            if not title.words.get(language):
                yield report("PB080", spot, f"{what} has no {name} text", f"Add {language}: ... to it.")


def words_for_outcomes(context: Context) -> Iterator[Diagnostic]:
    """PB081: outcomes and ends are shown to people, who should not have to read code words."""
    for word, spot in _shown(context).items():
        if word not in context.playbook.words:
            hint = f"Add under words, {word}: {{en: ..., zh: ...}}."
            yield report("PB081", spot, f"{word!r} is shown to people and has no words", hint)


def deadlines_can_be_kept(context: Context) -> Iterator[Diagnostic]:
    """PB060: a step that takes longer at the least than its deadline allows is late from the start."""
    for step in context.playbook.steps:
        if step.within is not None and step.takes is not None and step.takes.low > step.within.minutes:
            message = f"step {step.name!r} takes at least {step.takes.low} min but must be done within {step.within}"
            yield report("PB060", step.at("within"), message, "Allow more time, or correct what it takes.")


def late_needs_deadline(context: Context) -> Iterator[Diagnostic]:
    """PB061: without a deadline a step is never late."""
    for step in context.playbook.steps:
        if step.on_late and step.within is None:
            message = f"step {step.name!r} says what happens when it is late but has no deadline"
            yield report("PB061", step.at("on_late"), message, "Add within: ..., or remove on_late.")


def _titles(context: Context) -> Iterator[tuple[Title, Spot, str]]:
    playbook = context.playbook
    yield playbook.title, playbook.spots.get("title", playbook.spot), "the title of the playbook"
    for step in playbook.steps:
        yield step.title, step.at("title"), f"the title of step {step.name!r}"
        for gate in filter(None, (step.must, step.should)):
            if gate.because is not None:
                yield gate.because, gate.because.spot, f"because in step {step.name!r}"
    for standard in playbook.standards:
        if standard.title is not None:
            yield standard.title, standard.title.spot, f"the title of standard {standard.name!r}"
    for word, title in playbook.words.items():
        yield title, title.spot, f"the word {word!r}"


def _shown(context: Context) -> dict[str, Spot]:
    shown: dict[str, Spot] = {}
    for step in context.playbook.steps:
        for item in step.record:
            for choice in item.choices if item.name == OUTCOME else ():
                shown.setdefault(choice, item.spot)
    for outcome, block in ends_of(context.playbook).items():
        shown.setdefault(outcome, block.spot)
    return shown
