"""The few words of a diagram that stand in no playbook, in the languages of the house, and the texts beside a shape."""

from collections.abc import Mapping

from forecourt.base.durations import Duration
from forecourt.playbook.records import Escalation
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Step
from forecourt.playbook.records import Title

LANGUAGES = ("zh", "en")
_PHRASES: dict[str, tuple[str, str]] = {
    "done": ("完成", "Done"),
    "which": ("如何继续？", "Which way?"),
    "wanted": ("是否需要？", "Wanted?"),
    "more": ("再来一次？", "Once more?"),
    "skip": ("跳过", "leave out"),
    "do": ("进行", "do"),
    "again": ("再次（最多{times}次）", "again, at most {times} times"),
    "all": ("全部，顺序不限", "all, in any order"),
    "late": ("逾期", "Late"),
    "notify": ("通知{role}", "notify {role}"),
    "reassign": ("改派给{role}", "reassign to {role}"),
    "reroute": ("重新分配", "reroute"),
    "after": ("{time}后{action}", "after {time} {action}"),
    "otherwise": ("其他", "otherwise"),
    "by": ("执行人：{roles}", "By: {roles}"),
    "holds": ("须持证：{holds}", "Holds: {holds}"),
    "within": ("时限：{time}", "Within: {time}"),
    "must": ("必须：{rule}", "Must: {rule}"),
    "should": ("应当：{rule}", "Should: {rule}"),
    "evidence": ("凭证：{kinds}", "Evidence: {kinds}"),
}


def short(language: str) -> str:
    """Return `zh` or `en` for what a browser or a caller names; any other language counts as English."""
    return "zh" if language.lower().startswith("zh") else "en"


def phrase(key: str, language: str, **values: object) -> str:
    """Return one of the phrases, with its values put in."""
    return _PHRASES[key][0 if short(language) == "zh" else 1].format(**values)


def both(title: Title) -> tuple[str, ...]:
    """Return a title in every language it has, each behind its code."""
    return tuple(f"{language}: {words}" for language, words in sorted(title.words.items()) if words)


def about_step(step: Step, language: str, roles: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a reader of the diagram should know of a step, a line each: titles, who, by when, rules, evidence."""
    lines = [*both(step.title)]
    if step.roles:
        who = ", ".join(roles.get(role.text, role.text) for role in step.roles)
        lines.append(phrase("by", language, roles=who))
    if step.holds:
        lines.append(phrase("holds", language, holds=", ".join(str(one) for one in step.holds)))
    if step.within:
        lines.append(phrase("within", language, time=step.within))
    for key, gate in (("must", step.must), ("should", step.should)):
        if gate is not None:
            rule = gate.because.say(language) if gate.because else gate.source
            lines.append(phrase(key, language, rule=rule))
    if step.evidence:
        kinds = ", ".join(f"{one.count} × {one.kind}" for one in step.evidence)
        lines.append(phrase("evidence", language, kinds=kinds))
    return tuple(lines)


def when_late(step: Step, language: str, roles: Mapping[str, str]) -> str:
    """Return what happens when a step is late, as the name of the event behind its timer."""
    said = [_escalation(one, language, roles) for one in step.on_late]
    return ("：" if short(language) == "zh" else ": ").join(
        (phrase("late", language), "; ".join(said)) if said else (phrase("late", language),)
    )


def interval(duration: Duration) -> str:
    """Return a duration as ISO 8601 writes it (`PT15M`, `P3D`); on which calendar it counts is not in it."""
    return (
        f"P{duration.amount}D" if duration.unit == "d" else f"PT{duration.amount}{duration.unit[0].upper()}"
    )


def words_of(playbook: Playbook, code: str) -> tuple[str, ...]:
    """Return what a code (an outcome, an end) is called in every language."""
    return both(playbook.words[code]) if code in playbook.words else ()


def _escalation(one: Escalation, language: str, roles: Mapping[str, str]) -> str:
    role = roles.get(one.role or "", one.role or "")
    action = phrase(one.action, language, role=role)
    return phrase("after", language, time=one.after, action=action) if one.after else action
