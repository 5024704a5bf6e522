"""A file that is there whole or not at all: written beside its place, then moved into it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def beside(target: Path, *, force: bool) -> Iterator[tuple[Path, Path]]:
    """Give a path to write to and a folder for notes; at the end the file takes the place of `target`, readable by its owner.

    After an error nothing is left. Raises `FileExistsError` when there is a file already and `force` is not given.
    """
    _refuse(target, force)
    with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as name:
        folder = Path(name)
        made = folder / "export"
        yield made, folder
        _refuse(target, force)
        with made.open("rb") as stream:
            os.fsync(stream.fileno())
        made.chmod(0o600)
        made.replace(target)


def _refuse(target: Path, force: bool) -> None:
    if target.exists() and not force:
        raise FileExistsError(f"{target} exists. Choose another name, or say --force to replace it.")
