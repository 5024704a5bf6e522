"""Taking a document's bytes out again: they hold personal data, so it is asked why and kept."""

from uuid import UUID

from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.demand.queries import document_of
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import NETWORK_OPS

MIN_REASON = 4


@action("demand.open_document", roles=(NETWORK_OPS,))
def open_document(do: Doing, *, document: UUID | str, reason: str) -> Result:
    """Note that somebody takes the raw bytes of a document, and why."""
    if len(reason.strip()) < MIN_REASON:
        text = _("Say why you need the document as it came (at least {count} characters).")
        raise Invalid(Blocked("demand.reason_needed", text.format(count=MIN_REASON), "reason"))
    row = document_of(document)
    data = {"format": row.format, "size": row.size, "reason": reason.strip()[:200]}
    journal.write(
        do, "demand.document_opened", stream=row.id, place=Place(), objects={"document": row.id}, data=data
    )
    return {"document": str(row.id), "digest": row.digest}
