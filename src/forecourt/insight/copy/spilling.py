"""Sorts more rows than should be held at once: sorted runs go to a working folder, and each bucket is read back from them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from forecourt.insight.copy import disk
from forecourt.insight.copy import layout

RUN = 65_536  # rows sorted at a time
_WRITE = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True)
class _Run:
    """A file of sorted batches, one for each bucket that it has rows of."""

    path: Path
    batch_of: dict[int, int]


class Spill:
    """Takes batches in any order; gives the rows of one bucket in order."""

    def __init__(self, folder: Path, buckets: int) -> None:
        self._folder, self._buckets = folder, buckets
        self._tables: list[pa.Table] = []
        self._runs: list[_Run] = []
        self._held = 0
        folder.mkdir(disk.FOLDER_MODE, parents=True, exist_ok=True)

    def add(self, table: pa.Table) -> None:
        """Take some rows with the columns of a copy."""
        self._tables.append(table)
        self._held += table.num_rows
        if self._held >= RUN:
            self._flush()

    def buckets(self) -> list[int]:
        """The buckets that have rows. Nothing may be added any more."""
        self._flush()
        return sorted({bucket for run in self._runs for bucket in run.batch_of})

    def rows(self, bucket: int) -> pa.Table:
        """All rows of a bucket, sorted."""
        parts = [_read(run.path, run.batch_of[bucket]) for run in self._runs if bucket in run.batch_of]
        return parts[0] if len(parts) == 1 else layout.ordered(pa.concat_tables(parts))

    def clear(self) -> None:
        """Remove the runs and their folder."""
        for run in self._runs:
            run.path.unlink()
        self._runs = []
        self._folder.rmdir()

    def _flush(self) -> None:
        if not self._held:
            return
        table = layout.ordered(pa.concat_tables(self._tables).combine_chunks())
        self._tables, self._held = [], 0
        numbers = buckets_of(table, self._buckets)
        order = np.argsort(numbers, kind="stable")
        self._runs.append(self._write(table.take(pa.array(order)), numbers[order]))

    def _write(self, table: pa.Table, numbers: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> _Run:
        path = self._folder / f"run-{len(self._runs):04d}.arrow"
        found, starts = np.unique(numbers, return_index=True)
        ends = [*starts[1:], len(numbers)]
        with pa.ipc.new_file(str(path), table.schema, options=_WRITE) as file:
            for start, end in zip(starts, ends, strict=True):
                file.write_batch(table.slice(start, end - start).combine_chunks().to_batches()[0])
        return _Run(path, {int(bucket): number for number, bucket in enumerate(found)})


def buckets_of(table: pa.Table, buckets: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The bucket of each row: the last 32 bits of its journey, or of its chain where it has none, modulo `buckets`."""
    tails = pc.utf8_slice_codeunits(pc.coalesce(table["journey"], table["stream"]), -8)
    digits = np.array(tails.to_numpy().astype("S8"))
    values = np.frombuffer(bytes.fromhex(digits.tobytes().decode()), dtype=">u4")
    return values.astype(np.int64) % buckets


def _read(path: Path, number: int) -> pa.Table:
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        return pa.Table.from_batches([file.get_batch(number)])
