"""Reading a copy: bucket by bucket, as Arrow, Polars, DuckDB or as a log for the replay kernel. Needs neither Django nor a database.

    copy = open_copy("copy")
    for bucket in copy.buckets:
        log = copy.log(bucket, "retail", "2026.11")

A journey lies whole in one bucket, so that what is worked out bucket by bucket needs no shuffle.
"""

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from forecourt.insight.copy import layout
from forecourt.insight.copy import manifest as manifests
from forecourt.insight.copy.disk import CopyError
from forecourt.insight.copy.manifest import Manifest
from forecourt.insight.copy.merging import merged
from forecourt.playbook.replay.columns import NOT_KNOWN
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["Copy", "CopyError", "open_copy"]

STEP_DONE, STARTED = "journeys.step_done", "journeys.started"
_LOG = (
    "journey", "stream", "seq", "happened_at", "id", "kind", "step", "outcome", "playbook", "version", "store", "actor", "role",
    "evidence", "withdraws",
)  # fmt: skip
_NO_STEPS = pa.schema(
    [*(layout.SCHEMA.field(name) for name in _LOG), ("started_at", pa.timestamp("us", "UTC"))]
).empty_table()


@dataclass(frozen=True)
class Copy:
    """A copy as its manifest was when it was opened."""

    folder: Path
    manifest: Manifest

    @property
    def buckets(self) -> range:
        """The numbers of the buckets; some may be empty."""
        return range(self.manifest.buckets)

    def paths(self, bucket: int | None = None) -> list[Path]:
        """The Parquet files of a bucket, or of the whole copy."""
        parts = self.manifest.files if bucket is None else self.manifest.of_bucket(bucket)
        return [self.folder / part.path for part in parts]

    def tables(self, bucket: int, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """A bucket's rows by journey, time and number, in tables of whole journeys: for what should not be held at once."""
        _known(columns)
        try:
            yield from merged(self.paths(bucket), columns)
        except FileNotFoundError as error:
            raise CopyError(
                f"{error.filename or self.folder} is gone: the copy was compacted or deleted while it was read. Open it again."
            ) from error

    def arrow(self, bucket: int, columns: Sequence[str] | None = None) -> pa.Table:
        """A bucket's rows by journey, time and number."""
        _known(columns)
        empty = layout.SCHEMA.empty_table().select(list(columns or layout.SCHEMA.names))
        return pa.concat_tables([empty, *self.tables(bucket, columns)])

    def polars(self, bucket: int, columns: Sequence[str] | None = None) -> "pl.DataFrame":
        """A bucket's rows as `arrow` has them, as a frame of Polars."""
        import polars as pl

        frame = pl.from_arrow(self.arrow(bucket, columns))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def scan(self) -> "pl.LazyFrame":
        """The whole copy as a lazy frame of Polars; in no order."""
        import polars as pl

        if not self.manifest.files:
            return self.polars(0).lazy()
        return pl.scan_parquet(self.paths(), hive_partitioning=False)

    def duckdb(self, bucket: int | None = None) -> "duckdb.DuckDBPyRelation":
        """A bucket, or the whole copy, as a relation of DuckDB; in no order."""
        import duckdb

        paths = [str(path) for path in self.paths(bucket)]
        if not paths:
            return duckdb.from_arrow(layout.SCHEMA.empty_table())
        return duckdb.read_parquet(paths, hive_partitioning=False)

    def log(self, bucket: int, playbook: str, version: str | None = None) -> Log:
        """The steps done in a bucket's journeys of a playbook, for the kernel; steps taken back are left out.

        With `version`, whole journeys whose last entry is under it: a journey that was moved to another version is measured against that
        one, as its run is.
        """
        tables = [_steps(table, playbook, version) for table in self.tables(bucket, _LOG)]
        return _log(pa.concat_tables([_NO_STEPS, *tables]))

    def versions(self) -> list[tuple[str, str]]:
        """The playbooks and versions that entries of journeys were written under."""
        found = self.scan().select("playbook", "version").drop_nulls().unique().sort("playbook", "version")
        return [(name, version) for name, version in found.collect().iter_rows()]

    def damaged(self) -> list[str]:
        """Files that are missing or are not what was written, by their digest; reads all of them."""
        return manifests.damaged(self.folder, self.manifest.files)


def open_copy(folder: str | Path) -> Copy:
    """The copy in a folder. CopyError when there is none or its manifest cannot be used."""
    found = manifests.read(Path(folder))
    if found is None:
        raise CopyError(
            f"There is no copy of the journal in {folder}: it has no {layout.MANIFEST}. Make one with `forecourt journal copy`."
        )
    return Copy(Path(folder), found)


def _known(columns: Sequence[str] | None) -> None:
    for name in columns or ():
        if name not in layout.SCHEMA.names:
            raise CopyError(
                f"A copy has no column {name!r}; its columns are {', '.join(layout.SCHEMA.names)}."
            )


def _steps(table: pa.Table, playbook: str, version: str | None) -> pa.Table:
    ours = pc.and_(pc.is_valid(table["journey"]), pc.equal(table["playbook"], playbook))
    table = table.filter(ours)
    if version is not None and table.num_rows:
        table = table.filter(_last_version(table, version))
    taken_back = table["withdraws"].drop_null().unique()
    done = pc.equal(table["kind"], STEP_DONE)
    if len(taken_back):
        done = pc.and_(done, pc.invert(pc.is_in(table["id"], value_set=taken_back)))
    steps = table.filter(done)
    return steps.append_column("started_at", _began(table, steps))


def _began(table: pa.Table, steps: pa.Table) -> pa.ChunkedArray:
    """For each step when its journey began; null where the copy does not hold that."""
    first = table.filter(pc.equal(table["kind"], STARTED))
    found = pc.index_in(steps["journey"], value_set=first["journey"].combine_chunks())
    return pc.take(first["happened_at"], found)


def _last_version(table: pa.Table, version: str) -> pa.Array:
    """For each row of a sorted table whether the last entry of its journey is under `version`."""
    journeys = table["journey"].combine_chunks()
    ends = pc.fill_null(pc.not_equal(journeys[1:], journeys[:-1]), True).to_numpy(zero_copy_only=False)
    last = np.append(np.flatnonzero(ends), len(journeys) - 1)
    under = pc.fill_null(pc.equal(table["version"], version), False).to_numpy()[last]
    return pa.array(np.repeat(under, np.diff(last, prepend=-1)))


def _log(table: pa.Table) -> Log:
    words = {name: _coded(table[name]) for name in ("journey", "step", "outcome", "store", "actor", "role")}
    at = table["happened_at"].cast(pa.int64()).to_numpy()
    began = pc.fill_null(table["started_at"].cast(pa.int64()), NOT_KNOWN).to_numpy()
    evidence = pc.fill_null(table["evidence"], -1).to_numpy()
    return Log(
        case=words["journey"],
        activity=words["step"],
        at=np.ascontiguousarray(at, dtype=np.int64),
        outcome=words["outcome"],
        store=words["store"],
        actor=words["actor"],
        role=words["role"],
        evidence=np.ascontiguousarray(evidence, dtype=np.int8),
        started_at=np.ascontiguousarray(began, dtype=np.int64),
    )


def _coded(column: pa.ChunkedArray) -> Coded:
    coded = column.combine_chunks().dictionary_encode()
    numbers = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
    return Coded(np.ascontiguousarray(numbers, dtype=np.int32), tuple(coded.dictionary.to_pylist()))
