"""A log as Parquet: sorted by journey and time, in buckets of whole journeys."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log

BUCKETS = 16
WORDS = ("case", "activity", "outcome", "store", "role")


def write(log: Log, offsets: NDArray[np.int64], folder: Path) -> None:
    """Write the log, which is in order, into files of whole journeys."""
    for number, some in enumerate(np.array_split(np.arange(len(offsets) - 1), BUCKETS)):
        if len(some):
            events = slice(int(offsets[some[0]]), int(offsets[some[-1] + 1]))
            columns: dict[str, Any] = {name: _words(getattr(log, name), events) for name in WORDS}
            columns["at"] = pa.array(log.at[events], pa.timestamp("us", "UTC"))
            pq.write_table(pa.table(columns), folder / f"bucket-{number:02}.parquet", compression="zstd")


def _words(column: Coded, events: slice) -> Any:
    numbers, places = np.unique(column.numbers[events], return_inverse=True)
    words = [column.words[number] if number >= 0 else None for number in numbers.tolist()]
    return pa.DictionaryArray.from_arrays(
        pa.array(places.astype(np.int32)), pa.array(words, pa.string())
    ).dictionary_decode()


def read(file: Path) -> Log:
    """Read a bucket."""
    table = pq.read_table(file, read_dictionary=list(WORDS), use_threads=True)
    columns = {name: _coded(table[name]) for name in WORDS}
    at = table["at"].combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=True)
    return Log(at=at, **columns)


def _coded(column: Any) -> Coded:
    whole = column.unify_dictionaries().combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    indices = whole.indices
    numbers = (
        indices.to_numpy(zero_copy_only=True) if not indices.null_count else indices.fill_null(-1).to_numpy()
    )
    return Coded(numbers, tuple(whole.dictionary.to_pylist()))
