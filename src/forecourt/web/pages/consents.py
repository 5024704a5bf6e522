"""What customers may be asked to agree to, in the words of the methodology, and what one of them has agreed to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forecourt.network.methodology import read_yaml
from forecourt.people.models import Consent
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose as it is asked today, with the consent that stands, if any."""

    code: str
    title: str
    text: str
    version: str
    given: Consent | None


@lru_cache(maxsize=4)
def _written(folder: Path) -> dict[str, Any]:
    return dict(read_yaml(folder, "consents.yaml")["consents"])


def purposes(consents: Iterable[Consent], on: date) -> list[Purpose]:
    """Every purpose that rests on consent, in the order of the methodology; what rests on a contract is not asked."""
    standing = {row.purpose: row for row in consents if row.withdrawn_at is None}
    return [
        _purpose(code, one, on, standing.get(code))
        for code, one in _written(Path(settings.FORECOURT_METHODOLOGY)).items()
        if one.get("basis") == "consent" or code in standing
    ]


def _purpose(code: str, written: dict[str, Any], on: date, given: Consent | None) -> Purpose:
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    version = _version(written, on)
    return Purpose(code, written["title"][language], version["text"][language], version["version"], given)


def _version(written: dict[str, Any], on: date) -> dict[str, Any]:
    """The newest text that holds on the day; the first one before any holds."""
    held = [one for one in written["versions"] if one["from"] <= on]
    return (held or written["versions"][:1])[-1]


def version_of(purpose: str, on: date) -> str:
    """The version of the text that is asked on the day. Raises Invalid for a purpose that nobody wrote."""
    written = _written(Path(settings.FORECOURT_METHODOLOGY)).get(purpose)
    if written is None:
        text = _("There is no purpose {purpose}. Choose one of those shown.")
        raise Invalid(Blocked("web.no_purpose", text.format(purpose=purpose[:40]), "purpose"))
    return str(_version(written, on)["version"])
