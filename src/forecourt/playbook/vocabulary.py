"""The words a playbook may use that are declared elsewhere: roles, certificates, effects, facts and so on."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

from forecourt.base.durations import CALENDARS

WORKSHOP_HOURS = "workshop hours"


@dataclass(frozen=True, slots=True)
class EffectTerms:
    """What an effect needs from the step's record and which facts it gives (dotted paths).

    `form` says that a page of its own asks for what it needs, so that the step need not record it.
    """

    needs: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    form: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that checks look names up in.

    `facts` maps a subject (`opportunity`, `order`, ...) to the dotted paths it gives; a path gives all paths below it.
    `functions` are those that conditions may call besides CEL's own. `playbooks` are the names that `next` may start; None
    leaves them unchecked.
    """

    roles: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    effects: Mapping[str, EffectTerms] = field(default_factory=dict)
    resources: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset((*CALENDARS, WORKSHOP_HOURS))
    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()
    playbooks: frozenset[str] | None = None

    def with_playbooks(self, names: frozenset[str]) -> "Vocabulary":
        """Return this vocabulary knowing further playbooks; one that leaves them unchecked stays as it is."""
        return self if self.playbooks is None else replace(self, playbooks=self.playbooks | names)


def gives(given: str, path: str) -> bool:
    """Say whether a given fact provides a path that a condition reads: the same, one below it, or one above it."""
    return path == given or path.startswith(f"{given}.") or given.startswith(f"{path}.")
