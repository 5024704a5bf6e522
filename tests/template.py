"""The database of the tests: one embedded server a run, one migrated template, a clone for whoever needs one.

Migrating all rooms takes seconds, so the migrated data folder is kept in pytest's cache under a hash of all that made
it; a later run copies it. Sync to disk is off: nothing here must survive a power cut.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from dataclasses import field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from forecourt.platform.embedded import bootstrap
from forecourt.platform.embedded import dsn
from forecourt.platform.embedded import locate
from forecourt.platform.embedded import passwords
from forecourt.platform.embedded.account import Account
from forecourt.platform.embedded.binaries import version
from forecourt.platform.embedded.dsn import Dsns
from forecourt.platform.embedded.places import Places
from forecourt.platform.embedded.server import Server

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "forecourt"
TEMPLATE = "forecourt_template"
PREFIX = "forecourt-test-"
KEEP = 3  # migrated templates kept in the cache


@dataclass(frozen=True)
class Address:
    """How a process of the run (an xdist worker too) reaches the server."""

    host: str
    port: int
    home: str
    _numbers: count = field(default_factory=count, compare=False, repr=False)

    def clone(self, name: str, template: str = TEMPLATE) -> Dsns:
        """A fresh database with the migrated, empty tables; or a copy of another that nobody is connected to."""
        kept = passwords.read(Path(self.home) / "secrets.json")
        bootstrap.make_database(self.admin, name, template=template)
        return dsn.at(self.host, self.port, kept, name)

    def drop(self, name: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as db:
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @property
    def admin(self) -> str:
        return Server(Path(self.home)).dsn("postgres", "postgres")

    def next_number(self) -> int:
        return next(self._numbers)


class TestServer:
    """Starts the server with a migrated template, from the cache when that is possible."""

    __test__ = False

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.home = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.server = Server(self.home, durable=False)

    def open(self) -> Address:
        sweep()
        key = fingerprint()
        kept = self.cache / key
        if kept.is_dir():
            self._restore(kept)
            self.server.start()
        else:
            self._migrate()
            self._keep(kept)
        return Address(**self.server.address(), home=str(self.home))

    def close(self) -> None:
        self.server.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def _migrate(self) -> None:
        self.server.start()
        made = bootstrap.prepare(self.server, TEMPLATE)
        migrate(made)
        with psycopg.connect(self.server.dsn("postgres", "postgres"), autocommit=True) as db:
            db.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(TEMPLATE)))

    def _keep(self, kept: Path) -> None:
        self.server.stop()
        self.cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=self.cache, prefix="new-"))
        shutil.copytree(self.home / "data", fresh / "data", ignore=shutil.ignore_patterns("postmaster.*"))
        shutil.copy2(self.home / "secrets.json", fresh / "secrets.json")
        with contextlib.suppress(OSError):  # another run was quicker
            fresh.rename(kept)
        prune(self.cache)
        self.server.start()

    def _restore(self, kept: Path) -> None:
        shutil.copytree(kept, self.home, dirs_exist_ok=True)
        os.utime(kept)
        Account.present().own_tree(Places(self.home).data)


def migrate(made: Dsns) -> None:
    """Migrate as the owner, in a process of its own."""
    environment = os.environ | made.environment() | {"DJANGO_SETTINGS_MODULE": "forecourt.platform.settings"}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "django",
            "migrate",
            "--database",
            "owner",
            "--verbosity",
            "0",
            "--skip-checks",
        ],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"The migrations fail, so no test has a database.\n{done.stdout}{done.stderr}")


def fingerprint() -> str:
    """A hash of all that a migrated, empty database depends on."""
    files = sorted(SOURCE.glob("*/migrations/*.py")) + sorted((SOURCE / "platform" / "embedded").glob("*.py"))
    files += sorted({module for file in files for module in _imported(file)})
    files += [SOURCE / "platform" / "settings.py", ROOT / "requirements" / "dev.txt"]
    digest = hashlib.sha256(version(locate()).text.encode())
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:24]


def _imported(file: Path) -> list[Path]:
    """Our modules that a migration imports: a change in them changes what it does."""
    names = re.findall(r"^(?:from|import) forecourt\.([\w.]+)", file.read_text(), re.MULTILINE)
    paths = [SOURCE / name.replace(".", "/") for name in names]
    return [
        found
        for path in paths
        for found in (path.with_suffix(".py"), path / "__init__.py")
        if found.is_file()
    ]


def prune(cache: Path) -> None:
    """Keep the templates used last."""
    kept = sorted(cache.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[KEEP:]:
        shutil.rmtree(old, ignore_errors=True)


def sweep() -> None:
    """Remove homes left by runs that were killed: ours, an hour old, owned by no living process."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - home.stat().st_mtime > 3600 and _unowned(home):
                shutil.rmtree(home, ignore_errors=True)


def _unowned(home: Path) -> bool:
    lock = home / "owner.lock"
    if not lock.exists():
        return True
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
