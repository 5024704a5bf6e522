"""The manifest: the one file that says what belongs to a copy. What it does not list is not there.

It is replaced in one step after all it lists is on the disk; so a reader sees a whole copy or the whole one before.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from typing import Any

from forecourt.insight.copy import disk
from forecourt.insight.copy import layout
from forecourt.insight.copy.disk import CopyError

_BIGGEST = 256 << 20  # bytes of a manifest; one of a year with daily copies and no compaction has 5 MB


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a bucket."""

    path: str
    bucket: int
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`generation` rises with each change. `state` names the file that says how far each of `streams` chains is copied."""

    buckets: int
    generation: int = 0
    streams: int = 0
    state: str = ""
    state_sha256: str = ""
    recorded_until: str = ""
    files: tuple[Part, ...] = ()
    schema: int = layout.SCHEMA_VERSION

    @property
    def entries(self) -> int:
        """How many entries have been copied."""
        return sum(part.rows for part in self.files)

    def listed(self) -> set[str]:
        """Every path below the copy that belongs to it."""
        return {layout.MANIFEST, self.state, *(part.path for part in self.files)}

    def of_bucket(self, bucket: int) -> tuple[Part, ...]:
        """The parts of one bucket, oldest first."""
        return tuple(part for part in self.files if part.bucket == bucket)

    def with_files(self, files: list[Part], **changes: Any) -> "Manifest":
        """The manifest of the next generation, with `files` in the order of their names."""
        ordered = tuple(sorted(files, key=lambda part: part.path))
        return replace(self, files=ordered, generation=self.generation + 1, **changes)


def read(folder: Path) -> Manifest | None:
    """The manifest in `folder`; None when there is none. CopyError when it cannot be understood."""
    path = folder / layout.MANIFEST
    try:
        if path.stat().st_size > _BIGGEST:
            raise _refusal(path, f"it is larger than {_BIGGEST:,} bytes")
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, RecursionError) as error:
        raise _refusal(path, "it is not JSON") from error
    return _understood(path, found)


def write(folder: Path, manifest: Manifest) -> None:
    """Let the copy be what `manifest` says, from one moment to the next."""
    kept = asdict(manifest) | {"format": "forecourt journal copy", "entries": manifest.entries}
    text = json.dumps(kept, indent=1, sort_keys=True)
    disk.write(folder / layout.MANIFEST, lambda path: path.write_text(text + "\n", "utf-8"))


def part_at(folder: Path, name: str, bucket: int, rows: int) -> Part:
    """The line of the manifest for a file that has just been written."""
    path = folder / name
    return Part(name, bucket, rows, path.stat().st_size, disk.digest(path))


def damaged(folder: Path, parts: Iterable[Part]) -> list[str]:
    """Which of these files are missing or are not what was written, by their digest; reads all of them."""
    return [part.path for part in parts if not _is_whole(folder / part.path, part.sha256)]


def _is_whole(path: Path, sha256: str) -> bool:
    return path.is_file() and disk.digest(path) == sha256


def _understood(path: Path, found: Any) -> Manifest:
    if not isinstance(found, dict) or found.pop("format", None) != "forecourt journal copy":
        raise _refusal(path, "it is not one of a copy of the journal")
    if found.get("schema") != layout.SCHEMA_VERSION:
        raise _refusal(
            path, f"its layout is version {found.get('schema')!r}, this program reads {layout.SCHEMA_VERSION}"
        )
    entries = found.pop("entries", None)
    try:
        made = Manifest(**found | {"files": tuple(Part(**part) for part in found["files"])})
    except (KeyError, TypeError) as error:
        raise _refusal(path, f"a value is missing, unknown or of the wrong kind ({error})") from error
    _check(path, made, entries)
    return made


def _check(path: Path, made: Manifest, entries: Any) -> None:
    numbers = (made.buckets, made.generation, made.streams)
    if not all(type(number) is int and number >= 0 for number in numbers) or made.buckets == 0:
        raise _refusal(path, "buckets, generation and streams must be whole numbers")
    if made.state and not layout.is_state(str(made.state)):
        raise _refusal(path, f"{made.state!r} is not the name of a state file")
    for part in made.files:
        if layout.bucket_of_part(str(part.path)) != part.bucket or part.bucket >= made.buckets:
            raise _refusal(path, f"{part.path!r} is not the name of a part of bucket {part.bucket}")
        if layout.generation_of_part(part.path) > made.generation:
            raise _refusal(path, f"{part.path} is of a later generation than {made.generation}")
        if type(part.rows) is not int or type(part.bytes) is not int:
            raise _refusal(path, f"rows and bytes of {part.path} must be whole numbers")
    if entries != made.entries:
        raise _refusal(path, f"it counts {entries!r} entries, its files {made.entries}")


def _refusal(path: Path, what: str) -> CopyError:
    return CopyError(
        f"The manifest {path} cannot be used: {what}. Delete the folder and copy again; the journal has everything."
    )
