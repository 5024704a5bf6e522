"""Routes of the journal: what happened, as far as the caller sees. Entries hold ids and codes, never personal data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query
from ninja import Router
from ninja import Schema

from forecourt.journal.models import Entry
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing

router = Router(tags=["journal"])

_PLAIN = (
    "id", "stream", "seq", "kind", "actor", "role", "person_id", "journey", "playbook", "version", "step", "happened_at",
    "recorded_at", "brand", "region", "operator", "store", "data", "evidence",
)  # fmt: skip


class EntryOut(Schema):
    """One line of the journal. `hash` covers the entry and `prev`, the hash before it in its `stream`; both are hex."""

    id: UUID
    stream: UUID
    seq: int
    kind: str
    actor: str
    role: str
    person_id: UUID | None
    journey: UUID | None
    playbook: str
    version: str
    step: str
    happened_at: datetime
    recorded_at: datetime
    brand: str
    region: str
    operator: str
    store: str
    objects: dict[str, Any]
    data: dict[str, Any]
    evidence: list[Any]
    prev: str
    hash: str


class EntryPage(Schema):
    items: list[EntryOut]
    next_cursor: str


class EntryFilter(Schema):
    """What to look for; what is left out does not matter. `since` is inclusive."""

    journey: UUID | None = None
    person: UUID | None = None
    stream: UUID | None = None
    kind: str = Query("", max_length=60)
    store: str = Query("", max_length=32)
    since: datetime | None = None


@router.get("/entries", response=EntryPage, summary="Journal entries, newest first")
def entries(
    request: HttpRequest,
    asked: EntryFilter = Query(...),
    cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    page = page_of(Entry.objects.filter(**_where(asked)), order="-id", cursor=cursor, limit=limit)
    return {"items": [_entry(row) for row in page.items], "next_cursor": page.next_cursor}


@router.get("/entries/{uuid:entry}", response=EntryOut, summary="One journal entry")
def entry(request: HttpRequest, entry: UUID) -> dict[str, Any]:
    found = Entry.objects.filter(id=entry).first()
    if found is None:
        text = _("There is no entry {id} that you may see.").format(id=entry)
        raise Missing(Blocked("journal.entry_unknown", text))
    return _entry(found)


def _where(asked: EntryFilter) -> dict[str, Any]:
    columns = {"person": "person_id", "since": "happened_at__gte"}
    return {columns.get(name, name): value for name, value in asked.dict().items() if value not in (None, "")}


def _entry(row: Entry) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return plain | {"objects": row.about, "prev": bytes(row.prev).hex(), "hash": bytes(row.hash).hex()}
