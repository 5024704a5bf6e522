"""Survey instruments: dated text that headquarters edits, read into records. A score only compares within one version."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

KINDS = ("scale", "choice", "text")
LANGUAGES = ("en", "zh")


class InstrumentError(ValueError):
    """An instrument breaks a rule; the text names the file, the question and the rule."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. A scale has `low` and `high`; a choice has options (code and text); a text has a longest length."""

    code: str
    kind: str
    text: dict[str, str]
    required: bool = False
    low: int = 0
    high: int = 0
    options: tuple[tuple[str, dict[str, str]], ...] = ()
    longest: int = 500
    playbook: str = ""
    step: str = ""

    def problem_with(self, answer: str) -> str:
        """Why an answer is not one, or ''. The code of the problem: missing, range, choice, too_long."""
        if not answer:
            return "missing" if self.required else ""
        if self.kind == "scale":
            return "" if answer.isdecimal() and self.low <= int(answer) <= self.high else "range"
        if self.kind == "choice":
            return "" if answer in {code for code, _text in self.options} else "choice"
        return "" if len(answer) <= self.longest else "too_long"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of a survey: what it asks, after which kind of entry, and which question is its score."""

    survey: str
    version: str
    valid_from: date
    title: dict[str, str]
    after: str
    send_after_hours: int
    closes_after_days: int
    score: str
    questions: tuple[Question, ...]

    def question(self, code: str) -> Question | None:
        return next((question for question in self.questions if question.code == code), None)


def read_instrument(path: Path) -> Instrument:
    """Read an instrument file. Raises `InstrumentError` naming the file and what is wrong."""
    try:
        text = yaml.safe_load(path.read_text())
        questions = tuple(_question(part) for part in text["questions"])
        instrument = Instrument(
            text["survey"], str(text["version"]), text["valid_from"], text["title"], text["after"],
            int(text["send_after_hours"]), int(text["closes_after_days"]), text["score"], questions,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise InstrumentError(
            f"{path.name}: {type(error).__name__} {error}. Compare with the sample surveys."
        ) from error
    _check(path.name, instrument)
    return instrument


def instruments_in(folder: Path) -> tuple[Instrument, ...]:
    """Every instrument in a folder, oldest first."""
    return tuple(
        sorted((read_instrument(path) for path in folder.glob("*.yaml")), key=lambda one: one.valid_from)
    )


def _question(part: dict[str, Any]) -> Question:
    about = part.get("about", {})
    return Question(
        part["code"], part["kind"], part["text"], bool(part.get("required")), int(part.get("from", 0)), int(part.get("to", 0)),
        tuple((option["code"], {language: option[language] for language in LANGUAGES}) for option in part.get("options", ())),
        int(part.get("max", 500)), about.get("playbook", ""), about.get("step", ""),
    )  # fmt: skip


def _check(name: str, instrument: Instrument) -> None:
    for question in instrument.questions:
        if question.kind not in KINDS:
            raise InstrumentError(
                f"{name}: question {question.code!r} has the kind {question.kind!r}; expected {KINDS}."
            )
        if missing := [language for language in LANGUAGES if not question.text.get(language)]:
            raise InstrumentError(f"{name}: question {question.code!r} has no text in {missing[0]!r}.")
    scored = instrument.question(instrument.score)
    if scored is None or scored.kind != "scale":
        raise InstrumentError(f"{name}: the score {instrument.score!r} is not one of its scale questions.")
