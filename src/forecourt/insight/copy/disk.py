"""Files that are there whole or not at all, also after a power cut, and nobody else's to read; a lock that its holder's death releases."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

from forecourt.insight.copy.layout import LOCK
from forecourt.insight.copy.layout import OURS
from forecourt.insight.copy.layout import WORK

_BLOCK = 1 << 20
# The whole journal lies in these files, and no row-level security is left: they are nobody's but their owner's.
FOLDER_MODE, FILE_MODE = 0o700, 0o600


class CopyError(Exception):
    """Something is wrong with a copy, or with what was asked of it. The text says what to do."""


def write(path: Path, fill: Callable[[Path], object]) -> None:
    """Let `fill` write a file beside `path`, bring it to the disk, then give it its name in one step. Only its owner may read it."""
    path.parent.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.tmp")
    _private(made)
    fill(made)
    sync(made)
    os.replace(made, path)
    sync(path.parent)


def _private(path: Path) -> None:
    """An empty file that is its owner's from its first moment, whatever the umask is."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    try:
        os.fchmod(handle, FILE_MODE)
    finally:
        os.close(handle)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            made.update(block)
    return made.hexdigest()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only one who writes into the copy. CopyError, naming the other process, when somebody does already."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, FILE_MODE)
    with os.fdopen(handle, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CopyError(_taken(folder, file.read(200))) from None
        file.truncate(0)
        json.dump({"pid": os.getpid()}, file)
        file.flush()
        yield


def _taken(folder: Path, held: str) -> str:
    holder = "another process"
    with contextlib.suppress(ValueError, KeyError, TypeError):
        holder = f"process {int(json.loads(held)['pid'])}"
    return f"{holder} is writing the copy in {folder} right now. Wait until it is done; then run this again."


def sweep(folder: Path, kept: set[str]) -> int:
    """Remove what a killed run left: files of our naming that are not `kept`, and the working folder; how many."""
    shutil.rmtree(folder / WORK, ignore_errors=True)
    found = [*folder.iterdir(), *folder.glob("bucket=[0-9][0-9][0-9][0-9]/*")]
    stray = [path for path in found if _is_stray(path, path.relative_to(folder).as_posix(), kept)]
    for path in stray:
        path.unlink()
    return len(stray)


def _is_stray(path: Path, name: str, kept: set[str]) -> bool:
    return name not in kept and OURS.fullmatch(path.name) is not None and path.is_file()
