"""Figures in words: a deviation and what goes with it, a standard met or not, which stores stand apart."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forecourt.journeys import programs
from forecourt.journeys.pictures import minutes
from forecourt.journeys.programs import Known
from forecourt.playbook.records import Standard

THIN = "\u202f"


def percent(value: float | None, places: int = 0) -> str:
    """Per cent as people read it; a dash for none."""
    return "–" if value is None else f"{value:.{places}f}{THIN}%"


def span(minutes_: float) -> str:
    """A length of time of one journey: to the minute, then to a tenth of an hour or day."""
    if minutes_ < 90:
        return _("{n} min").format(n=round(minutes_))
    hours = minutes_ / 60
    return _("{n} h").format(n=f"{hours:.1f}") if hours < 48 else _("{n} d").format(n=f"{hours / 24:.1f}")


def share(part: int, whole: int, places: int = 0) -> str:
    return percent(100 * part / whole if whole else None, places)


def fitness(value_: float | None) -> str:
    """A fitness from 0 to 1; '' where no journey has ended."""
    return "" if value_ is None else f"{value_:.3f}"


def unit(standard: Standard) -> str:
    """The unit of a standard in the reader's language."""
    return {"min": _("min"), "h": _("h"), "d": _("d"), "points": _("points"), "yuan": _("yuan")}.get(
        standard.unit, standard.unit
    )


def value(standard: Standard, figure: float | None) -> str:
    """A value of a standard with its unit."""
    if figure is None:
        return "–"
    if standard.measure == "share":
        return percent(figure, 1)
    text = f"{figure:,.0f}" if standard.measure == "count" or figure == int(figure) else f"{figure:,.1f}"
    return f"{text} {unit(standard)}".strip()


def target(standard: Standard) -> str:
    """What a standard asks for: ≥ 95 %."""
    sign = {">=": "≥", "<=": "≤"}.get(standard.comparison, standard.comparison)
    number = f"{standard.value:g}"
    return f"{sign} {number}{THIN}%" if standard.unit == "%" else f"{sign} {number} {unit(standard)}".strip()


def interval(standard: Standard, low: float | None, high: float | None) -> str:
    """The interval of a value, or nothing where it has none."""
    if low is None or high is None:
        return ""
    places = 1 if standard.measure == "share" or high < 100 else 0
    return _("{low} to {high}").format(low=f"{low:,.{places}f}", high=f"{high:,.{places}f}")


def title(standard: Standard) -> str:
    """What a standard is called."""
    return standard.title.say(programs.spoken()) if standard.title else standard.name.replace("_", " ")


def verdict(said: dict[str, Any]) -> tuple[str, str]:
    """Tone and word of a standard: met or not met where the whole interval says so, else what it looks like."""
    if said.get("met") is None:
        return "quiet", _("No case yet")
    if said["sure"]:
        return ("good", _("Met")) if said["met"] else ("bad", _("Not met"))
    return ("info", _("Met, not sure")) if said["met"] else ("warn", _("Not met, not sure"))


def kind(code: str) -> str:
    """A kind of deviation as a word."""
    words = {
        "skipped": _("skipped"), "early": _("too early"), "repeated": _("again"), "late": _("late"), "unknown": _("not in the playbook"),
        "wrong_role": _("by another role"), "evidence_missing": _("proofs missing"), "overdue": _("overdue"),
    }  # fmt: skip
    return words.get(code, code)


def deviation(known: Known, code: str) -> str:
    """`kind:step` in words: “Test drive” skipped."""
    what, _colon, step = code.partition(":")
    return _("“{step}” {kind}").format(step=known.step_title(step), kind=kind(what))


def happens(known: Known, item: dict[str, Any]) -> str:
    """How often a deviation happens: 31 % skip “Find out needs”."""
    sentences = {
        "skipped": _("{share} skip “{step}”"), "early": _("{share} do “{step}” too early"), "repeated": _("{share} do “{step}” again"),
        "late": _("{share} do “{step}” late"), "wrong_role": _("In {share} another role does “{step}”"),
        "evidence_missing": _("{share} lack proofs of “{step}”"), "overdue": _("In {share} “{step}” is overdue and not done"),
    }  # fmt: skip
    return sentences[item["kind"]].format(
        share=share(item["journeys"], item["of"]), step=known.step_title(item["step"])
    )


def counted(item: dict[str, Any]) -> str:
    """Of how many: 412 of 1,329 journeys that came past it."""
    texts = {
        "skipped": _("{n} of the {of} journeys that came past it"),
        "overdue": _("{n} of the {of} journeys in which it was due or done"),
    }
    text = texts.get(item["kind"], _("{n} of the {of} journeys in which it was done"))
    return text.format(n=f"{item['journeys']:,}", of=f"{item['of']:,}")


def goes_with(item: dict[str, Any], goal: str) -> str:
    """What became of such journeys beside the others, with the interval of the difference; '' where too few have ended."""
    if "difference" not in item:
        return ""
    apart, low, high = item["difference"], item["low"], item["high"]
    if low <= 0 <= high:
        text = _("no difference in reaching “{goal}” can be told (95 % interval {low} to {high} points)")
        return text.format(goal=goal, low=_signed(low), high=_signed(high))
    text = (
        _("“{goal}” is reached less often after it: by {n} points (95 % interval {low} to {high})")
        if apart < 0
        else _("“{goal}” is reached more often after it: by {n} points (95 % interval {low} to {high})")
    )
    near, far = sorted((abs(low), abs(high)))
    return text.format(goal=goal, n=_places(abs(apart)), low=_places(near), high=_places(far))


def _places(points: float) -> str:
    return f"{points:.0f}" if points >= 2 else f"{points:.1f}"


def _signed(points: float) -> str:
    return f"{points:+.0f}".replace("-", "−")


def goal_of(known: Known, goals: Sequence[str]) -> str:
    """What a playbook is for, as a word."""
    said = [known.program.word(code, programs.spoken()) for code in sorted(goals)]
    return _(" or ").join(said)


def below_step(said: dict[str, Any]) -> list[tuple[str, str]]:
    """The lines under a step of the drawing: how often and how quickly it is done; what leaks there."""
    first = []
    if said.get("done"):
        first.append(_("{n}×").format(n=f"{said['done']:,}"))
    if said.get("median") is not None and said["median"] >= 0.5:
        first.append(_("median {time}").format(time=minutes(said["median"])))
    lines = [("", " · ".join(first))] if first else []
    second = []
    if said.get("left"):
        second.append(_("{n} leave").format(n=f"{said['left']:,}"))
    if said.get("skipped"):
        second.append(_("{n} skip").format(n=f"{said['skipped']:,}"))
    return [*lines, *([("bad" if said.get("left") else "warn", " · ".join(second))] if second else [])]


def apart(worse: Sequence[str], better: Sequence[str], rest: int) -> list[str]:
    """Which stores stand apart from chance, in sentences."""
    found = []
    if worse:
        found.append(_("Worse than chance alone would make them: {stores}.").format(stores=_listed(worse)))
    if better:
        found.append(_("Better than chance alone would make them: {stores}.").format(stores=_listed(better)))
    if rest and found:
        text = ngettext(
            "The other {n} store cannot be told apart from the average.",
            "The other {n} stores cannot be told apart: their differences are what chance makes of so few cases.", rest,
        )  # fmt: skip
        found.append(text.format(n=f"{rest:,}"))
    elif rest:
        text = ngettext(
            "The {n} store cannot be told apart from the average.",
            "None of the {n} stores stands apart: their differences are what chance makes of so few cases.", rest,
        )  # fmt: skip
        found.append(text.format(n=f"{rest:,}"))
    return found


def _listed(names: Sequence[str], most: int = 8) -> str:
    more = _(" and {n} more").format(n=len(names) - most) if len(names) > most else ""
    return _(", ").join(names[:most]) + more
