"""Sorted rows into the Parquet files of a copy."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from forecourt.insight.copy import disk
from forecourt.insight.copy import layout
from forecourt.insight.copy import manifest as manifests
from forecourt.insight.copy.disk import CopyError
from forecourt.insight.copy.manifest import Part

ROW_GROUP = 131_072


def write_part(folder: Path, bucket: int, generation: int, rows: Iterable[pa.Table]) -> Part:
    """Write sorted tables as a part of a bucket, durably; its line of the manifest. Nobody reads it before the manifest lists it.

    CopyError when there is a file of that name: a generation is written once.
    """
    name = layout.part_name(bucket, generation)
    if (folder / name).exists():
        raise CopyError(
            f"{folder / name} is there already, and no part is written twice. Delete the folder and copy again."
        )
    counted: list[int] = []
    disk.write(folder / name, partial(_write, rows=rows, counted=counted))
    return manifests.part_at(folder, name, bucket, sum(counted))


def _write(path: Path, rows: Iterable[pa.Table], counted: list[int]) -> None:
    with pq.ParquetWriter(
        path, layout.SCHEMA, compression="zstd", use_dictionary=list(layout.CODED)
    ) as writer:
        for table in rows:
            writer.write_table(table.cast(layout.SCHEMA), row_group_size=ROW_GROUP)
            counted.append(table.num_rows)
