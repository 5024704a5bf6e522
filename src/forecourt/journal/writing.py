"""Appending: entries are left in the running action and written, linked and announced together when it ends."""

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

_JSON_COLUMNS = ("objects", "data", "evidence")
_INSERT_COLUMNS = (*COLUMNS, "prev", "hash")
_LOCK_HEAD = (
    "INSERT INTO journal_head (stream, seq, hash) VALUES (%s, 0, %s)"
    " ON CONFLICT (stream) DO UPDATE SET seq = journal_head.seq RETURNING seq, hash"
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
    """Write what the action left: lock the heads in a fixed order, link, insert, move the heads, announce."""
    drafts, do.entries = do.entries, []
    heads = {stream: _lock(stream) for stream in sorted({draft.stream for draft in drafts})}
    rows = [_linked(draft, heads) for draft in drafts]
    _insert(rows)
    _move(heads)
    subscriptions.announce(drafts)


def _lock(stream: UUID) -> tuple[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_HEAD, [stream, GENESIS])
        seq, last = cursor.fetchone()
    return seq, bytes(last)


def _linked(draft: Draft, heads: dict[UUID, tuple[int, bytes]]) -> dict[str, Any]:
    seq, prev = heads[draft.stream]
    row = {**draft.columns, "seq": seq + 1}
    row["prev"], row["hash"] = prev, link(prev, row)
    heads[draft.stream] = (seq + 1, row["hash"])
    return row


def _insert(rows: list[dict[str, Any]]) -> None:
    one = "(" + ", ".join(["%s"] * len(_INSERT_COLUMNS)) + ")"
    sql = f"INSERT INTO journal_entry ({', '.join(_INSERT_COLUMNS)}) VALUES {', '.join([one] * len(rows))}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_parameter(row, name) for row in rows for name in _INSERT_COLUMNS])


def _parameter(row: dict[str, Any], name: str) -> Any:
    return Jsonb(row[name]) if name in _JSON_COLUMNS else row[name]


def _move(heads: dict[UUID, tuple[int, bytes]]) -> None:
    with connection.cursor() as cursor:
        for stream, (seq, last) in heads.items():
            cursor.execute(
                "UPDATE journal_head SET seq = %s, hash = %s WHERE stream = %s", [seq, last, stream]
            )
