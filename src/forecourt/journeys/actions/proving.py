"""Keeping a proof: the file itself, by its digest, in the place of the run it belongs to."""

import hashlib
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.base.ids import new_id
from forecourt.journeys.actions.running import running
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Evidence
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import EMPLOYED
from forecourt.playbook.stepreading import EVIDENCE_KINDS

MOST_BYTES = 5 * 1024 * 1024
# What a browser may show or a person may open later; anything that could run is refused.
MEDIA = frozenset(
    {
        *("image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf", "text/plain"),
        *("audio/mpeg", "audio/mp4", "audio/wav", "video/mp4", "video/quicktime", "application/json"),
    }
)


@action("journeys.keep_evidence", roles=EMPLOYED)
def keep_evidence(do: Doing, *, journey: UUID | str, kind: str, content: bytes, media_type: str) -> Result:
    """Keep a file as proof for a step about to be recorded; give the result to `record_step` as evidence."""
    if kind not in EVIDENCE_KINDS:
        raise Invalid(
            Blocked(
                "journeys.evidence_kind", _("There is no kind of evidence {kind}.").format(kind=kind), "kind"
            )
        )
    if media_type not in MEDIA:
        text = _("A file of the type {type} cannot be kept. Use a photo, a PDF, a recording or plain text.")
        raise Invalid(Blocked("journeys.evidence_type", text.format(type=media_type or "?"), "evidence"))
    if not content or len(content) > MOST_BYTES:
        text = _("The file has {size} bytes; it must have some, and at most {max}.")
        raise Invalid(
            Blocked("journeys.evidence_size", text.format(size=len(content), max=MOST_BYTES), "evidence")
        )
    run = running(journey)
    row = Evidence(
        id=new_id(do.at), digest=hashlib.sha256(content).hexdigest(), media_type=media_type, size=len(content),
        content=content, made_at=do.at, made_by=do.by.code, **run.place().columns(),
    )  # fmt: skip
    row.save(force_insert=True)
    return {"kind": kind, "id": str(row.id), "digest": row.digest}
