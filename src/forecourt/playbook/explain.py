"""Why a step may not be done, said so that a person can do something about it.

A condition is not just true or false here. It is split into its operands, each is asked separately, and only those that
block are named, with the facts they read. Sentences come in both languages of the house, because the ground floor has no
translation catalogue.
"""

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cel

from forecourt.playbook import gates
from forecourt.playbook.program import Program
from forecourt.playbook.records import Gate
from forecourt.playbook.records import Step

Facts = Mapping[str, Any]
Functions = Mapping[str, Callable[..., Any]]

# What kind of reason: from the easiest to change to what cannot be changed. The rank orders the reasons shown.
RANKS = {
    "waits": 0,
    "missing_fact": 1,
    "not_met": 2,
    "not_judged": 3,
    "advice": 4,
    "passed": 5,
    "closed": 6,
    "unknown_step": 7,
}

_SENTENCES = {
    "waits": ("First: {steps}", "请先完成：{steps}"),
    "missing_fact": ("Not known yet: {facts}", "尚缺信息：{facts}"),
    "not_met": ("Not met: {source}", "条件未满足：{source}"),
    "not_judged": ("Cannot be judged: {source} ({problem})", "无法判断：{source}（{problem}）"),
    "passed": ("The journey has passed this step", "流程已经过了这一步"),
    "closed": ("The journey has ended as {ended}", "流程已结束：{ended}"),
    "unknown_step": ("The playbook has no step {step}", "规程中没有步骤 {step}"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: `kind` is stable (see RANKS), `hard` blocks, `facts` and `steps` are what a person can change.

    `source` is the operand that blocks, `words` its author's sentence by language where there is one.
    """

    kind: str
    hard: bool = True
    source: str = ""
    facts: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, str], ...] = ()

    def say(self, language: str, names: Mapping[str, str] | None = None) -> str:
        """Return the reason as a sentence in `language`; `names` gives the titles of steps and facts."""
        chinese = language.startswith("zh")
        author = dict(self.words).get("zh" if chinese else "en")
        if author:
            return author
        called = names or {}
        joint = "、" if chinese else ", "
        parts = {"steps": self.steps, "facts": self.facts}
        filled = {key: joint.join(called.get(name, name) for name in value) for key, value in parts.items()}
        values = {key: called.get(value, value) for key, value in self.values}
        return _SENTENCES[self.kind][chinese].format(source=self.source, **filled, **values)


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether a step may be done, and why not or with what reservations; the hard reasons come first."""

    allowed: bool
    reasons: tuple[Reason, ...] = ()

    @property
    def advice(self) -> tuple[Reason, ...]:
        """The soft reasons: the step may be done and is recorded as a deviation."""
        return tuple(reason for reason in self.reasons if not reason.hard)


def gate(step: Step, facts: Facts, functions: Functions | None = None) -> GateResult:
    """Judge the `must` and `should` of a step by the facts (nested mappings) and the functions that conditions call.

    Only `must` blocks. A fact that is not there makes an operand unmet, not false: it is named, because finding it out is
    what the person can do next. An operand that fails for another reason (wrong types, a function that raises) blocks too,
    for a gate that cannot be judged must not let anything through.

    The product decision about what is shown: all operands of `&&` that block, for each of them has to be changed; of
    `||` all alternatives, for one suffices and the person chooses; what can be found out before what must be changed; the
    author's own sentence (`because`) instead of ours for the condition as a whole.
    """
    blocking = _reasons(step.must, facts, functions or {})
    advising = _reasons(step.should, facts, functions or {})
    ordered = sorted(blocking, key=_rank) + sorted(advising, key=_rank)
    return GateResult(not blocking, tuple(ordered))


def why_not(program: Program, state: int, step: str) -> Reason:
    """Say why `step` is not next in `state`: which steps come first, or that it has passed, is unknown, or all is over.

    Raises ValueError for a step that is next: there is nothing to explain.
    """
    if not program.has_step(step):
        return Reason("unknown_step", values=(("step", step),))
    if step in program.enabled(state):
        raise ValueError(f"step {step!r} is enabled in state {state}; ask gate() whether its conditions hold")
    if program.closed(state):
        return Reason("closed", values=(("ended", program.outcome(state) or ""),))
    first = program.way_to(state, step)
    return Reason("waits", steps=first) if first else Reason("passed")


def unknown_facts(source: str, facts: Facts) -> tuple[str, ...]:
    """Return the paths a condition reads that the facts do not hold."""
    return tuple(path for path in gates.paths(source) if not _known(path, facts))


def _rank(reason: Reason) -> tuple[int, str]:
    return RANKS[reason.kind], reason.source


def _reasons(condition: Gate | None, facts: Facts, functions: Functions) -> list[Reason]:
    if condition is None:
        return []
    found = _blocking(condition.source, facts, functions)
    if not found:
        return []
    reasons = [_with_weight(reason, condition) for reason in found]
    if condition.because is None:
        return reasons
    words = tuple(condition.because.words.items())
    facts_asked = tuple(dict.fromkeys(path for reason in reasons for path in reason.facts))
    kind = min(reasons, key=_rank).kind
    return [Reason(kind, condition.hard, condition.source, facts_asked, words=words)]


def _with_weight(reason: Reason, condition: Gate) -> Reason:
    return Reason(reason.kind, condition.hard, reason.source, reason.facts, values=reason.values)


def _blocking(source: str, facts: Facts, functions: Functions) -> list[Reason]:
    """Return why a source is not true: nothing when it is. `&&` asks its operands, `||` is asked as a whole first."""
    value, problem = _value(source, facts, functions)
    if value is True:
        return []
    for sign in ("||", "&&"):
        parts = gates.operands(source, sign)
        if len(parts) > 1:
            return [reason for part in parts for reason in _blocking(part, facts, functions)]
    missing = unknown_facts(source, facts)
    if problem is not None and missing:
        return [Reason("missing_fact", source=source, facts=missing)]
    if problem is not None:
        return [
            Reason("not_judged", source=source, facts=gates.paths(source), values=(("problem", problem),))
        ]
    return [Reason("not_met", source=source, facts=gates.paths(source))]


def _value(source: str, facts: Facts, functions: Functions) -> tuple[Any, str | None]:
    """Evaluate a source: its value and no problem, or no value and the problem on one line."""
    try:
        context = cel.Context(variables=dict(facts), functions=dict(functions))
        return gates.compiled(source).execute(context), None
    except Exception as error:  # noqa: BLE001 - a host function may raise anything, and a gate must fail closed
        return None, str(error).split(". ")[0].splitlines()[0] if str(error) else type(error).__name__


def _known(path: str, facts: Facts) -> bool:
    value: Any = facts
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return False
        value = value[part]
    return True
