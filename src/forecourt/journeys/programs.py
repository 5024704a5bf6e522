"""Published playbooks as programs: compiled once a process, for a version never changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from functools import cached_property

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from forecourt.base.durations import Duration
from forecourt.journeys.models import PlaybookVersion
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.playbook import gates
from forecourt.playbook.compiling import compile_playbook
from forecourt.playbook.parser import load
from forecourt.playbook.program import Program
from forecourt.playbook.records import Do
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Step
from forecourt.playbook.records import walk

_KNOWN: dict[tuple[str, str], "Known"] = {}


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that can be done in a state, as it stands on worklists."""

    step: Step
    optional: bool
    listed: bool
    wait: Duration | None = None

    @property
    def name(self) -> str:
        return self.step.name


@dataclass(frozen=True)
class Known:
    """A published version: the playbook as written, its program, and what of it is asked often."""

    playbook: Playbook
    program: Program
    _offers: dict[int, dict[str, Offer]] = field(default_factory=dict)
    _asks: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def anytime(self) -> dict[str, str]:
        """The steps that may begin whenever the journey is open, to the name of their `anytime`."""
        found: dict[str, str] = {}
        for handler in self.playbook.anytime:
            first = next((block.step for block in walk(handler.body) if isinstance(block, Do)), None)
            if first is not None:
                found.setdefault(first, handler.name)
        return found

    def offers(self, state: int) -> Mapping[str, Offer]:
        """What is due or possible in a state, without what may happen anytime; required steps first."""
        found = self._offers.get(state)
        if found is None:
            found = self._offers[state] = self._work_out(state)
        return found

    def asks(self, step: str) -> tuple[str, ...]:
        """The roots of the facts that the gates of a step read."""
        found = self._asks.get(step)
        if found is None:
            conditions = (self.program.step(step).must, self.program.step(step).should)
            paths = (path for gate in conditions if gate for path in gates.paths(gate.source))
            found = self._asks[step] = tuple(dict.fromkeys(path.split(".")[0] for path in paths))
        return found

    def title(self, language: str | None = None) -> str:
        return self.playbook.title.say(language or spoken())

    def step_title(self, name: str, language: str | None = None) -> str:
        """What a step is called; its name when this version has none such."""
        if not self.program.has_step(name):
            return name
        return self.program.step(name).title.say(language or spoken())

    def _work_out(self, state: int) -> dict[str, Offer]:
        required = set(self.program.required(state))
        names = [name for name in self.program.enabled(state) if name in required or name not in self.anytime]
        steps = {name: self.program.step(name) for name in names}
        listed = _listed([steps[name] for name in names if name in required] or list(steps.values()))
        return {
            name: Offer(step, name not in required, name in listed, self.program.opens_after(state, name))
            for name, step in steps.items()
        }


def _listed(steps: list[Step]) -> set[str]:
    """Of the steps that a role may do now, those that stand on its worklist.

    All that have a deadline; where a role has none with a deadline, its first: a choice between `place_order` (7 days) and
    `lose` is one line on the adviser's list, not two.
    """
    found = {step.name for step in steps if step.within}
    served = {step.role for step in steps if step.within}
    for step in steps:
        if step.role not in served:
            found.add(step.name)
            served.add(step.role)
    return found


def of(playbook: str, version: str) -> Known:
    """The program of a published version. Raises Missing when it is not published here."""
    found = _KNOWN.get((playbook, version))
    if found is None:
        row = published(playbook, version)
        found = _KNOWN[playbook, version] = known(row.text, f"{playbook}-{version}.yaml")
    return found


def published(playbook: str, version: str) -> PlaybookVersion:
    """A published version as it was published. Raises Missing when there is none of that name."""
    rows = PlaybookVersion.objects.filter(playbook=playbook, version=version)
    row = rows.first() if f"{playbook}{version}".isprintable() else None
    if row is None:
        text = _("There is no version {version} of the playbook {playbook}.")
        raise Missing(Blocked("journeys.no_version", text.format(version=version, playbook=playbook)))
    return row


def known(text: str, file: str) -> Known:
    """The program of a text that passed its checks. Raises ValueError when it has errors."""
    loaded = load(text, file)
    if loaded.playbook is None or not loaded.ok:
        raise ValueError(f"{file} has errors: {'; '.join(str(item) for item in loaded.diagnostics[:5])}")
    return Known(loaded.playbook, compile_playbook(loaded.playbook))


# Asked whenever a run begins, so below the ORM.
_VERSION_ON = (
    "SELECT version FROM journeys_playbookversion WHERE playbook = %s AND published_at <= %s"
    " ORDER BY published_at DESC, id DESC LIMIT 1"
)


def version_on(playbook: str, at: datetime) -> str | None:
    """The version on which a run begins at `at`; None when none is published."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION_ON, [playbook, at])
        row = cursor.fetchone()
    return row[0] if row else None


def latest_version(playbook: str, at: datetime) -> str:
    """The version on which a run begins at `at`. Raises Missing when none is published."""
    version = version_on(playbook, at)
    if version is None:
        text = _("The playbook {playbook} is not published. Network operations publishes it under Playbooks.")
        raise Missing(Blocked("journeys.not_published", text.format(playbook=playbook)))
    return version


def forget() -> None:
    """Forget what is compiled; for tests that use several databases in one process."""
    _KNOWN.clear()


def spoken() -> str:
    """The language of the moment, as titles know it."""
    return translation.get_language() or "en"
