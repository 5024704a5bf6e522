"""Appending: entries are left in the running action and written, linked and announced together when it ends."""

import json
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from forecourt.base.ids import new_id
from forecourt.journal import subscriptions
from forecourt.journal.chain import COLUMNS
from forecourt.journal.chain import GENESIS
from forecourt.journal.chain import link
from forecourt.journal.chain import storable
from forecourt.platform.actions import Doing
from forecourt.platform.models import Place

_INSERT_COLUMNS = (*COLUMNS, "prev", "hash")
# One statement for all streams; the order keeps two actions from waiting for one another crosswise.
_LOCK_HEADS = (
    "INSERT INTO journal_head (stream, seq, hash) SELECT one, 0, %s FROM unnest(%s::uuid[]) AS one ORDER BY one"
    " ON CONFLICT (stream) DO UPDATE SET seq = journal_head.seq RETURNING stream, seq, hash"
)
# Rows travel as one JSON value, so that the statement is the same however many entries an action leaves.
_APPEND = (
    "WITH moved AS (UPDATE journal_head h SET seq = m.seq, hash = m.hash"
    " FROM jsonb_to_recordset(%s) AS m(stream uuid, seq int, hash bytea) WHERE h.stream = m.stream)"
    f" INSERT INTO journal_entry ({', '.join(_INSERT_COLUMNS)})"
    f" SELECT {', '.join(_INSERT_COLUMNS)} FROM jsonb_populate_recordset(NULL::journal_entry, %s)"
)


@dataclass(slots=True)
class Draft:
    """An entry that its action has not yet committed."""

    id: UUID
    stream: UUID
    kind: str
    place: Place
    at: datetime
    columns: dict[str, Any] = field(default_factory=dict)


def write(
    do: Doing,
    kind: str,
    *,
    stream: UUID,
    place: Place,
    person: UUID | None = None,
    journey: UUID | None = None,
    playbook: str = "",
    version: str = "",
    step: str = "",
    objects: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    evidence: list[Any] | None = None,
    happened_at: datetime | None = None,
) -> Draft:
    """Leave an entry of `kind` in the action; it is appended to the chain `stream` when the action commits.

    `data` holds ids, codes, amounts and outcomes, never personal data, for an entry can not be erased.
    """
    draft = Draft(new_id(do.at), stream, kind, place, do.at)
    draft.columns = {
        "id": draft.id, "stream": stream, "kind": kind, "actor": do.by.code, "role": do.by.role,
        "person_id": person, "journey": journey, "playbook": playbook, "version": version, "step": step,
        "happened_at": happened_at or do.at, "recorded_at": do.at,
        "objects": storable(objects or {}), "data": storable(data or {}), "evidence": storable(evidence or []),
        **place.columns(),
    }  # fmt: skip
    do.entries.append(draft)
    do.at_end(flush)
    return draft


def flush(do: Doing) -> None:
    """Write what the action left: lock the heads in a fixed order, link, then insert and move the heads; announce."""
    drafts, do.entries = do.entries, []
    heads = _lock(sorted({draft.stream for draft in drafts}))
    rows = [_linked(draft, heads) for draft in drafts]
    moved = [{"stream": stream, "seq": seq, "hash": _hex(last)} for stream, (seq, last) in heads.items()]
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [_json(moved), _json([_row(row) for row in rows])])
    subscriptions.announce(drafts)


def _lock(streams: list[UUID]) -> dict[UUID, tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_HEADS, [GENESIS, streams])
        return {stream: (seq, bytes(last)) for stream, seq, last in cursor.fetchall()}


def _linked(draft: Draft, heads: dict[UUID, tuple[int, bytes]]) -> dict[str, Any]:
    seq, prev = heads[draft.stream]
    row = {**draft.columns, "seq": seq + 1}
    row["prev"], row["hash"] = prev, link(prev, row)
    heads[draft.stream] = (seq + 1, row["hash"])
    return row


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"prev": _hex(row["prev"]), "hash": _hex(row["hash"])}


def _hex(value: bytes) -> str:
    """Bytes as PostgreSQL reads them from text."""
    return "\\x" + value.hex()


def _json(rows: list[dict[str, Any]]) -> Jsonb:
    return Jsonb(rows, dumps=_dumped)


def _dumped(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)
