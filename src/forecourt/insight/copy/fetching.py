"""Entries out of the database as Arrow batches, through COPY: no row is a Python object, and none is kept.

Reads as the reader role, which can do nothing else, with the scope of the network set for the transaction.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.csv as csv
from django.db import connections
from django.db import transaction

from forecourt.insight.copy import layout

BLOCK = 8 << 20  # bytes of text that become one batch; more where a single entry is longer
_DONE = "journeys.step_done"
_OURS = "kind LIKE 'journeys.%%'"

# In the order of layout.SCHEMA. Facts that `data` of a journey's entries holds become columns, so that nobody parses JSON again.
_COLUMNS = (
    "journey", "stream", "seq", "id", "kind", "step", f"CASE WHEN {_OURS} THEN data->>'outcome' END", "playbook", "version",
    "happened_at", "recorded_at", "actor", "role", "network", "brand", "region", "operator", "store", "person_id",
    f"CASE WHEN kind = '{_DONE}' THEN data->>'late' END",
    f"CASE WHEN kind = '{_DONE}' THEN data->>'fits' END",
    f"CASE WHEN kind = '{_DONE}' THEN data->>'deviations' END",
    f"CASE WHEN kind = '{_DONE}' THEN CASE WHEN data->'deviations' @> '[{{\"kind\": \"evidence_missing\"}}]' THEN 0 ELSE 1 END END",
    f"CASE WHEN {_OURS} THEN (data->>'opened_at')::timestamptz END",
    f"CASE WHEN {_OURS} THEN (data->>'due_at')::timestamptz END",
    "CASE WHEN kind = 'journeys.step_withdrawn' THEN data->>'entry' END",
    "objects", "data",
)  # fmt: skip
# Beside the columns of the copy: the first bytes of the hash that an entry follows from, to see that the copy is continued.
PREV = pa.field("prev", pa.int64())
_PREV = "('x' || encode(substr(prev, 1, 8), 'hex'))::bit(64)::bigint"
ENTRY_SCHEMA = layout.SCHEMA.append(PREV)
_SELECT = f"SELECT {', '.join((*_COLUMNS, _PREV))} FROM journal_entry"  # noqa: S608 - constants of this module
_RANGE = _SELECT + " WHERE stream BETWEEN %s::uuid AND %s::uuid"
_GROWN = (
    _SELECT + " JOIN unnest(%s::uuid[], %s::int[], %s::int[]) AS grown(chain, after, upto)"
    " ON stream = chain AND seq > after AND seq <= upto"
)


class Journal:
    """The journal behind one of Django's database aliases."""

    def __init__(self, alias: str = "reader") -> None:
        self._connection = connections[alias]
        self._alias = alias

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction that sees the whole network, and times in UTC."""
        with transaction.atomic(using=self._alias):
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT set_config('forecourt.level', 'network', true)")
                cursor.execute("SET LOCAL TimeZone = 'UTC'")
                cursor.execute("SET LOCAL DateStyle = 'ISO'")
                cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")  # leave cores to the site
            yield

    def rows(
        self, query: str, schema: pa.Schema, parameters: Sequence[Any] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Stream what a query gives. Must be called inside `transaction`."""
        statement = f"COPY ({query}) TO STDOUT (FORMAT csv)"
        with self._connection.connection.cursor() as cursor, cursor.copy(statement, parameters) as copy:
            yield from _batches(copy, schema)

    def range(self, first: str, last: str) -> Iterator[pa.RecordBatch]:
        """All entries of all chains from one id to another."""
        yield from self.rows(_RANGE, ENTRY_SCHEMA, [first, last])

    def grown(self, streams: list[str], after: list[int], upto: list[int]) -> Iterator[pa.RecordBatch]:
        """The entries of some chains, each after one number up to another."""
        yield from self.rows(_GROWN, ENTRY_SCHEMA, [streams, after, upto])


def _batches(rows: Iterable[bytes | memoryview], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows that COPY sends as batches, cut between rows: a reader of one stream would refuse an entry longer than its block."""
    for text in _blocks(rows):
        table = csv.read_csv(
            pa.BufferReader(text),
            csv.ReadOptions(column_names=schema.names, block_size=len(text) + 1, use_threads=False),
            csv.ParseOptions(newlines_in_values=True),
            csv.ConvertOptions(
                column_types=schema, strings_can_be_null=True, null_values=[""], true_values=["true"], false_values=["false"]
            ),
        )  # fmt: skip
        yield from table.to_batches()


def _blocks(rows: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Whole rows together, as many as make a block."""
    held: list[bytes | memoryview] = []
    size = 0
    for row in rows:
        held.append(row)
        size += len(row)
        if size >= BLOCK:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
