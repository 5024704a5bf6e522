"""Proves that the journal is what was written: every link recomputed, every chain whole to its head."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from django.db import transaction

from forecourt.journal.chain import COLUMNS
from forecourt.journal.chain import GENESIS
from forecourt.journal.chain import link

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the journal. `code` is altered, removed, inserted or unheaded."""

    code: str
    stream: UUID
    seq: int
    entry: UUID | None
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found."""

    entries: int
    streams: int
    faults: tuple[Fault, ...]


def verify(alias: str = "reader") -> Verdict:
    """Read the whole journal through database `alias` and recompute it."""
    walk = _Walk()
    with transaction.atomic(using=alias):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT set_config('forecourt.level', 'network', true)")
            cursor.execute("SELECT stream, seq, hash FROM journal_head")
            walk.heads = {stream: (seq, bytes(last)) for stream, seq, last in cursor.fetchall()}
        for row in _rows(alias):
            walk.take(row)
    return walk.verdict()


def _rows(alias: str) -> Iterator[dict[str, Any]]:
    names = (*COLUMNS, "prev", "hash")
    connection = connections[alias]
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM journal_entry ORDER BY stream, seq")
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                yield _decoded(dict(zip(names, row, strict=True)))


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    """JSON columns as values: below the ORM, Django's connection gives them as text."""
    texts = {
        name: json.loads(row[name]) for name in ("objects", "data", "evidence") if isinstance(row[name], str)
    }
    return row | texts


class _Walk:
    """Goes through the entries chain by chain and notes what does not hold."""

    def __init__(self) -> None:
        self.heads: dict[UUID, tuple[int, bytes]] = {}
        self.faults: list[Fault] = []
        self.entries = 0
        self.streams = 0
        self._stream: UUID | None = None
        self._seq = 0
        self._last = GENESIS

    def take(self, row: dict[str, Any]) -> None:
        self.entries += 1
        if row["stream"] != self._stream:
            self._close()
            self._stream, self._seq, self._last = row["stream"], 0, GENESIS
            self.streams += 1
        self._compare(row)
        self._seq, self._last = row["seq"], bytes(row["hash"])

    def _compare(self, row: dict[str, Any]) -> None:
        prev = bytes(row["prev"])
        if row["seq"] != self._seq + 1:
            self._fault(
                "removed", row, f"entry {self._seq + 1} of the chain is gone; the next is {row['seq']}"
            )
        elif prev != self._last:
            self._fault("inserted", row, "does not follow from the entry before it")
        if link(prev, row) != bytes(row["hash"]):
            self._fault("altered", row, "its columns do not give its hash")

    def _fault(self, code: str, row: dict[str, Any], text: str) -> None:
        self.faults.append(
            Fault(code, row["stream"], row["seq"], row["id"], f"{row['kind']} {row['id']}: {text}")
        )

    def _close(self) -> None:
        """Hold the end of a chain against its head."""
        if self._stream is None:
            return
        head = self.heads.pop(self._stream, None)
        if head == (self._seq, self._last):
            return
        code, text = _difference(head, self._seq)
        self.faults.append(Fault(code, self._stream, self._seq, None, text))

    def verdict(self) -> Verdict:
        self._close()
        for stream, (seq, _last) in self.heads.items():
            if seq:
                self.faults.append(
                    Fault("removed", stream, seq, None, f"all {seq} entries of the chain {stream} are gone")
                )
        return Verdict(self.entries, self.streams, tuple(self.faults))


def _difference(head: tuple[int, bytes] | None, seq: int) -> tuple[str, str]:
    if head is None:
        return "unheaded", "the chain has no head"
    if head[0] > seq:
        return "removed", f"entries {seq + 1} to {head[0]} at the end of the chain are gone"
    if head[0] < seq:
        return (
            "inserted",
            f"entries {head[0] + 1} to {seq} at the end of the chain were not written by the house",
        )
    return "altered", "the last entry is not the one that the head names"
