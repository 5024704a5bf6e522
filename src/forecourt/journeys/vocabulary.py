"""The words that a playbook of this installation may use: what the rooms registered and what the network declares."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from forecourt.journeys import effects
from forecourt.journeys import facts
from forecourt.journeys.models import PlaybookVersion
from forecourt.platform.roles import ROLES
from forecourt.playbook.vocabulary import EffectTerms
from forecourt.playbook.vocabulary import Vocabulary

SUBJECTS = ("opportunity", "order", "vehicle", "repair_order", "case")


def current() -> Vocabulary:
    """The vocabulary against which a text is checked before it is published here."""
    return declared(PlaybookVersion.objects.values_list("playbook", flat=True).distinct())


def declared(playbooks: Iterable[str] | None = None) -> Vocabulary:
    """The vocabulary without a database: `playbooks` are those that `next` may name (None: any)."""
    words = _words(Path(settings.FORECOURT_METHODOLOGY))
    given = frozenset(facts.known_facts())
    return Vocabulary(
        roles=frozenset(ROLES),
        certificates=frozenset(words.get("certificates", {})),
        resources=frozenset(words.get("resources", {})),
        effects={
            item.name: EffectTerms(item.needs, item.gives, bool(item.page))
            for item in effects.EFFECTS.values()
        },
        facts=dict.fromkeys(SUBJECTS, given),
        functions=frozenset(facts.FUNCTIONS),
        playbooks=None
        if playbooks is None
        else frozenset((*playbooks, *_shipped(Path(settings.FORECOURT_METHODOLOGY)))),
    )


@lru_cache(maxsize=4)
def _words(folder: Path) -> dict[str, Any]:
    file = folder / "vocabulary.yaml"
    return yaml.safe_load(file.read_text("utf-8")) if file.exists() else {}


@lru_cache(maxsize=4)
def _shipped(folder: Path) -> frozenset[str]:
    """Playbooks of the methodology may name one another before the last of them is published."""
    return frozenset(file.stem for file in (folder / "playbooks").glob("*.yaml"))


def certificate_titles(language: str) -> dict[str, str]:
    """What certificates are called."""
    return _titles("certificates", language)


def role_titles(language: str) -> dict[str, str]:
    """What roles are called."""
    return _titles("roles", language)


def _titles(section: str, language: str) -> dict[str, str]:
    short = "zh" if language.startswith("zh") else "en"
    rows = _words(Path(settings.FORECOURT_METHODOLOGY)).get(section, {})
    return {code: (row.get("title") or row).get(short, code) for code, row in rows.items()}
