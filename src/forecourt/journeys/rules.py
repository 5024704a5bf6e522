"""Who may do a step, and whether its gates hold: decisions as functions of facts, with their reasons."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from forecourt.journeys import effects
from forecourt.journeys import facts
from forecourt.journeys import vocabulary
from forecourt.journeys.programs import Known
from forecourt.journeys.programs import spoken
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Advice
from forecourt.platform.refusals import Blocked
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.roles import STORE_STAFF
from forecourt.platform.roles import SYSTEM
from forecourt.playbook import explain
from forecourt.playbook import gates
from forecourt.playbook.records import Step

Deviation = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Admission:
    """May this actor do the step? `problem` says why not; `deviations` are recorded when it is allowed all the same."""

    problem: Blocked | None = None
    deviations: tuple[Deviation, ...] = ()


def stands_in(actor: Actor, step: Step) -> bool:
    """Whether the actor may do a step of another role, which is recorded: the manager for the store, operations for all."""
    if actor.role == NETWORK_OPS:
        return True
    return actor.role == STORE_MANAGER and any(role.text in STORE_STAFF for role in step.roles)


def admit(
    known: Known,
    step: Step,
    actor: Actor,
    certificates: Callable[[], Iterable[str]],
    also: Iterable[str] = (),
) -> Admission:
    """Hold the actor against the step's role and certificates. `certificates` is asked only when the step needs some.

    `also` names roles to which the step was escalated.
    """
    if actor.is_system:
        return Admission()
    roles = list(dict.fromkeys([*(role.text for role in step.roles), *also]))
    if actor.role not in roles:
        return _other_role(step, actor, roles)
    held = set(certificates()) if step.holds else set()
    lacks = [name.text for name in step.holds if name.text not in held]
    if not lacks:
        return Admission()
    if stands_in(actor, step):
        return Admission(None, ({"kind": "wrong_role", "step": step.name, "lacks": lacks},))
    text = _(
        "The step “{step}” asks for the certificate {lacks}, which you do not hold today. Hand it to a colleague who does."
    )
    said = text.format(step=known.step_title(step.name), lacks=_said(lacks, vocabulary.certificate_titles))
    return Admission(Blocked("journeys.not_certified", said))


def _other_role(step: Step, actor: Actor, roles: list[str]) -> Admission:
    if stands_in(actor, step):
        return Admission(None, ({"kind": "wrong_role", "step": step.name, "role": actor.role},))
    if roles == [SYSTEM]:
        text = _("The step “{step}” is done by the system.").format(step=step.title.say(spoken()))
        return Admission(Blocked("journeys.wrong_role", text))
    text = _(
        "The step “{step}” is done by {roles}; you act as {role}. Ask a colleague, or your store manager."
    )
    said = text.format(
        step=step.title.say(spoken()),
        roles=_said(roles, vocabulary.role_titles),
        role=_said([actor.role], vocabulary.role_titles),
    )
    return Admission(Blocked("journeys.wrong_role", said))


def _said(codes: Iterable[str], titles: Callable[[str], dict[str, str]]) -> str:
    """Codes by their names, as people say them."""
    names = titles(spoken())
    return ", ".join(names.get(code, code) for code in codes)


@dataclass(frozen=True, slots=True)
class Gates:
    """What the conditions of a step say: problems that block, and advice that is recorded as a deviation."""

    problems: tuple[Blocked, ...] = ()
    advice: tuple[Advice, ...] = ()
    deviations: tuple[Deviation, ...] = ()


OPEN_GATES = Gates()


def judge(known: Known, step: Step, journey: Any) -> Gates:
    """Ask the gates of a step about a journey."""
    if step.must is None and step.should is None:
        return OPEN_GATES
    result = explain.gate(step, facts.gather(journey, known.asks(step.name)), facts.functions_for(journey))
    names = fact_names(known)
    hard = tuple(Blocked("journeys.gate", say(item, names)) for item in result.reasons if item.hard)
    soft = tuple(Advice("journeys.should", say(item, names)) for item in result.advice)
    deviations = (
        ({"kind": "advice_ignored", "step": step.name, "condition": step.should.source},)
        if soft and step.should
        else ()
    )
    return Gates(hard, soft, deviations)


def say(reason: explain.Reason, names: Mapping[str, str]) -> str:
    """A reason as a sentence for the person at the screen."""
    called = gates.functions(reason.source) if reason.source and not reason.words else ()
    if len(called) == 1 and (words := facts.FUNCTION_WORDS.get(called[0])):
        arguments = [token.text.strip("\"'") for token in gates.tokens(reason.source) if token.kind == "text"]
        text = words.get("zh" if spoken().startswith("zh") else "en", "")
        return text.format(*arguments)
    return reason.say(spoken(), names)


def fact_names(known: Known) -> dict[str, str]:
    """What facts and steps are called: a fact is named after the step that finds it out."""
    found: dict[str, str] = {}
    for step in known.program.steps:
        title = step.title.say(spoken())
        found[step.name] = title
        given = effects.find(step.effect.text) if step.effect else None
        for fact in (*(given.gives if given else ()), f"{step.name}.done"):
            found.setdefault(fact, title)
        for item in step.record:
            found.setdefault(
                f"{step.name}.{item.name}", f"{title} · {known.program.word(item.name, spoken())}"
            )
    return found
