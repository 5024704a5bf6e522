"""Several sorted files read as one: tables of whole journeys in order, in memory that does not grow with the files."""

from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from forecourt.insight.copy import layout

ROWS = 131_072  # rows read from a file at a time
_NEEDED = ("journey", "stream", "happened_at", "seq")


def merged(
    paths: Sequence[Path], columns: Sequence[str] | None = None, rows: int = ROWS
) -> Iterator[pa.Table]:
    """Yield the rows of all files in order, cut between journeys. `columns` chooses and orders columns; None: all.

    Holds about `rows` rows, more only where a single journey or a row group of a file is longer.
    """
    chosen = list(columns or layout.SCHEMA.names)
    read = [name for name in layout.SCHEMA.names if name in {*chosen, *_NEEDED}]
    sources = [_Source(path, read, max(1, rows // len(paths))) for path in paths]
    while any(source.left or len(source.keys) for source in sources):
        ready = _ready(sources)
        if ready.num_rows:
            yield ready.select(chosen)


class _Source:
    """One sorted file, and the rows of it that have been read but not given out."""

    def __init__(self, path: Path, columns: list[str], rows: int) -> None:
        self._batches = _batches(path, columns, rows)
        self.table = pa.schema([layout.SCHEMA.field(name) for name in columns]).empty_table()
        self.keys: pa.ChunkedArray = layout.keys_of(self.table)
        self.left = True

    def more(self) -> None:
        """Read on; `left` is false afterwards when the file has ended."""
        batch = next(self._batches, None)
        if batch is None:
            self.left = False
            return
        self.table = pa.concat_tables([self.table, pa.Table.from_batches([batch])])
        self.keys = layout.keys_of(self.table)

    def give(self, before: str | None) -> pa.Table:
        """Take out the rows whose key comes before `before`; all of them for None."""
        count = len(self.keys) if before is None else pc.sum(pc.less(self.keys, before), min_count=0).as_py()
        given = self.table.slice(0, count)
        self.table, self.keys = self.table.slice(count), self.keys.slice(count)
        return given


def _ready(sources: list[_Source]) -> pa.Table:
    """The journeys that are complete: those before the least of the last journeys at hand."""
    for source in sources:
        if source.left and not len(source.keys):
            source.more()
    open_ended = [source for source in sources if source.left]
    bound = min((source.keys[-1].as_py() for source in open_ended), default=None)
    given = [table for source in sources if (table := source.give(bound)).num_rows]
    if not given and bound is not None:  # the first journey is longer than what was read of it
        for source in open_ended:
            if source.keys[-1].as_py() == bound:
                source.more()
    return _joined(given) if given else sources[0].table.slice(0, 0)


def _joined(tables: list[pa.Table]) -> pa.Table:
    return tables[0] if len(tables) == 1 else layout.ordered(pa.concat_tables(tables))


def _batches(path: Path, columns: list[str], rows: int) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=rows, columns=columns)
