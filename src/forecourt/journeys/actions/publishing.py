"""Publishing: a text that passes every check becomes a version that never changes."""

import hashlib

from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import render
from forecourt.base.ids import new_id
from forecourt.journeys import entries
from forecourt.journeys import vocabulary
from forecourt.journeys.models import PlaybookVersion
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import NETWORK_OPS
from forecourt.playbook.checks import check
from forecourt.playbook.parser import load
from forecourt.playbook.records import Playbook


@action("journeys.publish", roles=(NETWORK_OPS,))
def publish(do: Doing, *, text: str, file: str = "playbook.yaml") -> Result:
    """Publish a playbook. Raises Invalid with every diagnostic when it has errors, Refused when the version is taken.

    Publishing the same text under the same version again changes nothing.
    """
    playbook, warnings = _checked(text, file)
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = PlaybookVersion.objects.filter(playbook=playbook.name, version=playbook.version).first()
    if known is not None:
        _same_or_refused(known, digest)
        return _result(known, warnings, fresh=False)
    row = PlaybookVersion(
        id=new_id(do.at), playbook=playbook.name, version=playbook.version, about=playbook.about, text=text,
        digest=digest, published_at=do.at, published_by=do.by.code,
    )  # fmt: skip
    taken = Blocked("journeys.version_taken", _taken(playbook.name, playbook.version))
    with do.refusing(constraint="journeys_playbook_version", problem=taken):
        row.save(force_insert=True)
    data = {"playbook": row.playbook, "version": row.version, "digest": digest}
    journal.write(
        do,
        entries.PUBLISHED,
        stream=row.id,
        place=Place(),
        playbook=row.playbook,
        version=row.version,
        data=data,
    )
    return _result(row, warnings, fresh=True)


def _checked(text: str, file: str) -> tuple[Playbook, list[Diagnostic]]:
    loaded = load(text, file)
    found = [*loaded.diagnostics, *check(loaded.playbook, vocabulary.current())]
    errors = [item for item in found if item.is_error]
    if errors or loaded.playbook is None:
        raise Invalid(
            *(Blocked(f"playbook.{item.code}", render(item), f"{item.line}:{item.column}") for item in errors)
        )
    return loaded.playbook, found


def _same_or_refused(known: PlaybookVersion, digest: str) -> None:
    if known.digest != digest:
        raise Refused(Blocked("journeys.version_taken", _taken(known.playbook, known.version)))


def _taken(playbook: str, version: str) -> str:
    text = _(
        "Version {version} of {playbook} is published with another text, and never changes. Give the change a new version."
    )
    return text.format(version=version, playbook=playbook)


def _result(row: PlaybookVersion, warnings: list[Diagnostic], *, fresh: bool) -> Result:
    said = [render(item) for item in warnings]
    return {
        "id": str(row.id),
        "playbook": row.playbook,
        "version": row.version,
        "published": fresh,
        "warnings": said,
    }
