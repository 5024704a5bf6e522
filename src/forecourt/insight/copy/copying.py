"""From the journal into the copy: what is new, in rounds, each of them in the copy whole or not at all.

A round writes new parts beside what is there and, when all are on the disk, replaces the manifest. Whatever kills it before that
moment leaves a copy that is what it was; the next run removes the leftovers and starts the round again.
"""

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from forecourt.insight.copy import disk
from forecourt.insight.copy import heads
from forecourt.insight.copy import layout
from forecourt.insight.copy import manifest as manifests
from forecourt.insight.copy.disk import CopyError
from forecourt.insight.copy.fetching import Journal
from forecourt.insight.copy.heads import Wanted
from forecourt.insight.copy.manifest import Manifest
from forecourt.insight.copy.spilling import RUN
from forecourt.insight.copy.spilling import Spill
from forecourt.insight.copy.writing import write_part

ROUND = 4_000_000  # entries in the copy at once, when there are enough buckets
PART = 250_000  # rows of one bucket that are held at once
CHAINS = 20_000  # named in one query
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Copied:
    """What a run did: entries and files that came, buckets they came into, and what the copy holds now."""

    entries: int
    files: int
    touched: tuple[int, ...]
    rounds: int
    total: int
    buckets: int
    generation: int
    swept: int


def copy(
    folder: Path, buckets: int | None = None, *, say: Say = lambda _: None, alias: str = "reader"
) -> Copied:
    """Bring the copy in `folder` up to the journal, making it where there is none.

    `buckets` is fixed by the first run (64). CopyError when the folder holds something else, is being written by another process, or
    comes from another journal.
    """
    _prepare(folder)
    with disk.locked(folder):
        before = _opened(folder, buckets)
        swept = disk.sweep(folder, before.listed())
        journal, state = Journal(alias), heads.copied(folder, before)
        wanted = heads.wanted(heads.read(journal), state)
        after, rounds = before, 0
        for part in wanted.rounds(min(ROUND, PART * before.buckets)):
            after, state = _round(folder, after, journal, part, state)
            rounds += 1
            say(f"{after.entries - before.entries:,} of {wanted.entries:,} new entries are in the copy.")
    fresh = set(after.files) - set(before.files)
    touched = tuple(sorted({part.bucket for part in fresh}))
    return Copied(
        after.entries - before.entries, len(fresh), touched, rounds, after.entries, after.buckets, after.generation, swept
    )  # fmt: skip


def _prepare(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise CopyError(f"{folder} is a file. Name a folder for the copy, a new or an empty one.")
    if folder.is_dir() and not (folder / layout.MANIFEST).exists() and (odd := _foreign(folder)):
        raise CopyError(
            f"{folder} holds something that is no copy of the journal ({odd}). Name a new or an empty folder."
        )
    folder.mkdir(disk.FOLDER_MODE, parents=True, exist_ok=True)


def _foreign(folder: Path) -> str | None:
    """A file that neither a copy nor a killed run of ours would have left."""
    ours = {layout.LOCK, layout.WORK}
    names = (path.name for path in sorted(folder.iterdir()))
    return next(
        (
            name
            for name in names
            if name not in ours and not layout.OURS.fullmatch(name) and not layout.is_bucket(name)
        ),
        None,
    )


def _opened(folder: Path, buckets: int | None) -> Manifest:
    if buckets is not None and not 1 <= buckets <= layout.MOST_BUCKETS:
        raise CopyError(f"{buckets} buckets cannot be: choose from 1 to {layout.MOST_BUCKETS}.")
    found = manifests.read(folder)
    if found is None:
        return Manifest(buckets or layout.BUCKETS)
    if buckets not in (None, found.buckets):
        raise CopyError(
            f"The copy in {folder} has {found.buckets} buckets and cannot change to {buckets}. Leave out --buckets, or copy into "
            "another folder."
        )
    _refuse_losses(folder, found)
    return found


def _refuse_losses(folder: Path, found: Manifest) -> None:
    for part in found.files:
        path = folder / part.path
        if not path.is_file() or path.stat().st_size != part.bytes:
            raise CopyError(
                f"{path} is missing or has another size than was written. Delete the folder and copy again."
            )


def _round(
    folder: Path, before: Manifest, journal: Journal, wanted: Wanted, state: pa.Table
) -> tuple[Manifest, pa.Table]:
    """Copy the entries of some chains; the manifest and the state of chains afterwards."""
    generation = before.generation + 1
    spill = Spill(folder / layout.WORK, before.buckets)
    until = before.recorded_until
    with journal.transaction():
        for table in _whole(journal, wanted):
            until = max(until, pc.max(table["recorded_at"]).as_py().isoformat())
            spill.add(table.select(layout.SCHEMA.names))
    parts = [write_part(folder, bucket, generation, [spill.rows(bucket)]) for bucket in spill.buckets()]
    advanced = heads.advanced(state, wanted)
    name = layout.state_name(generation)
    disk.write(folder / name, partial(pq.write_table, advanced, compression="zstd"))
    after = replace(before, streams=advanced.num_rows, state=name, state_sha256=disk.digest(folder / name))
    after = after.with_files([*before.files, *parts], recorded_until=until)
    manifests.write(folder, after)
    if before.state:
        (folder / before.state).unlink()
    spill.clear()
    return after, advanced


def _whole(journal: Journal, wanted: Wanted) -> Iterator[pa.Table]:
    """The entries that are wanted, all of them: CopyError when the journal gives fewer, or when a chain was continued elsewhere."""
    count = 0
    for found in _grouped(_batches(journal, wanted)):
        table = _only(found, wanted)
        count += table.num_rows
        if table.num_rows:
            yield table
    if count != wanted.entries:
        raise CopyError(
            f"The journal gives {count} entries where its chains promise {wanted.entries}: entries are missing. Run `forecourt journal "
            "verify`."
        )


def _grouped(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Fewer, larger tables: looking up the chains costs the same for each."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(one.num_rows for one in held) >= RUN:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


def _batches(journal: Journal, wanted: Wanted) -> Iterator[pa.RecordBatch]:
    if wanted.is_dense:
        yield from journal.range(wanted.first, wanted.last)
        return
    for start in range(0, wanted.table.num_rows, CHAINS):
        some = wanted.table.slice(start, CHAINS)
        yield from journal.grown(*(some[name].to_pylist() for name in ("stream", "after", "seq")))


def _only(table: pa.Table, wanted: Wanted) -> pa.Table:
    """Leave out what was appended after the heads were read; see that the first new entry of a chain follows from the last copied."""
    found = pc.index_in(table["stream"], value_set=wanted.table["stream"].combine_chunks())
    after, upto, before = (pc.take(wanted.table[name], found) for name in ("after", "seq", "before"))
    inside = pc.and_(pc.greater(table["seq"], after), pc.less_equal(table["seq"], upto))
    first = pc.and_(inside, pc.equal(table["seq"], pc.add(after, 1)))
    torn = pc.sum(pc.and_(first, pc.not_equal(table["prev"], before)), min_count=0).as_py()
    if torn:
        raise CopyError(
            f"{torn} chains go on from another entry than the last one copied. Was the database restored to an earlier moment? Delete "
            "the folder and copy again."
        )
    return table.filter(inside)
