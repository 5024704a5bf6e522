"""Drafts of playbooks: checked as publishing checks them, and of a playbook that has a past."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from forecourt.base.diagnostics import render
from forecourt.journeys import programs
from forecourt.journeys import vocabulary
from forecourt.journeys.models import PlaybookVersion
from forecourt.journeys.programs import Known
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.playbook.checks import check
from forecourt.playbook.compiling import TooLarge
from forecourt.playbook.compiling import compile_playbook
from forecourt.playbook.parser import load


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that may be tried, the version it is held beside, and all versions whose journeys are looked at."""

    known: Known
    against: str
    versions: tuple[str, ...]


def checked(text: str, file: str = "draft.yaml") -> Draft:
    """Read a draft. Raises Invalid with every diagnostic when it has errors, Missing when its playbook was never published."""
    loaded = load(text, file)
    found = [*loaded.diagnostics, *check(loaded.playbook, vocabulary.current())]
    errors = [item for item in found if item.is_error]
    if errors or loaded.playbook is None:
        raise Invalid(
            *(Blocked(f"playbook.{item.code}", render(item), f"{item.line}:{item.column}") for item in errors)
        )
    try:
        known = Known(loaded.playbook, compile_playbook(loaded.playbook))
    except TooLarge as error:
        raise Invalid(Blocked("insight.draft_too_large", str(error), "text")) from error
    rows = list(PlaybookVersion.objects.filter(playbook=loaded.playbook.name).latest_first())
    if not rows:
        said = _(
            "No version of the playbook {playbook} was ever published, so it has no past to be held against."
        )
        raise Missing(Blocked("insight.no_past", said.format(playbook=loaded.playbook.name), "text"))
    return Draft(known, rows[0].version, tuple(row.version for row in rows))


@lru_cache(maxsize=16)
def known_draft(text: str) -> Known:
    """The program of a draft that passed its checks; kept, for a page of it is looked at more than once."""
    return programs.known(text, "draft.yaml")
