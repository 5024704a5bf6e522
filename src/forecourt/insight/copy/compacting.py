"""Many small parts of a bucket become one sorted file; bucket by bucket, each in one step, so it may be stopped at any time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from forecourt.insight.copy import disk
from forecourt.insight.copy import layout
from forecourt.insight.copy import manifest as manifests
from forecourt.insight.copy.disk import CopyError
from forecourt.insight.copy.manifest import Manifest
from forecourt.insight.copy.manifest import Part
from forecourt.insight.copy.merging import merged
from forecourt.insight.copy.writing import write_part


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compaction did: buckets that are one file now, and the files before and after."""

    buckets: int
    files_before: int
    files_after: int
    swept: int


def compact(folder: Path, *, say: Callable[[str], object] = lambda _: None) -> Compacted:
    """Merge the parts of every bucket that has several. Needs no database.

    CopyError as for a copy, and when a part is not what was written: then nothing is merged, for the new file's digest would vouch for the damage.
    """
    if not folder.is_dir():
        raise CopyError(f"There is no copy in {folder}.")
    with disk.locked(folder):
        before = manifests.read(folder)
        if before is None:
            raise CopyError(f"There is no copy in {folder}: it has no {layout.MANIFEST}.")
        several = [bucket for bucket in range(before.buckets) if len(before.of_bucket(bucket)) > 1]
        _refuse_damage(folder, [part for bucket in several for part in before.of_bucket(bucket)])
        swept = disk.sweep(folder, before.listed())
        after = before
        for bucket in several:
            after = _one(folder, after, bucket)
            say(f"Bucket {bucket} is one file now.")
    return Compacted(len(several), len(before.files), len(after.files), swept)


def _refuse_damage(folder: Path, parts: list[Part]) -> None:
    if damaged := manifests.damaged(folder, parts):
        raise CopyError(
            f"{folder / damaged[0]} is missing or is not what was written ({len(damaged)} such files). Nothing was compacted. "
            "Delete the folder and copy again; the journal has everything."
        )


def _one(folder: Path, before: Manifest, bucket: int) -> Manifest:
    old = before.of_bucket(bucket)
    new = write_part(folder, bucket, before.generation + 1, merged([folder / part.path for part in old]))
    if new.rows != sum(part.rows for part in old):
        raise CopyError(
            f"Bucket {bucket} holds {new.rows} rows, not what its manifest says. Delete the folder and copy again."
        )
    after = before.with_files([*(part for part in before.files if part.bucket != bucket), new])
    manifests.write(folder, after)
    for part in old:
        (folder / part.path).unlink()
    return after
