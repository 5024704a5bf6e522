"""What PostgreSQL itself says about its state: the lines of postmaster.pid."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from forecourt.platform.embedded.errors import DidNotStart

READY = "ready"


@dataclass(frozen=True)
class Postmaster:
    """A server process as its own pid file names it."""

    pid: int
    status: str

    @property
    def alive(self) -> bool:
        """Is that process there, and a server? A pid can be used again by something else after a reboot."""
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return _is_postgres(self.pid)


def read(path: Path) -> Postmaster | None:
    """The process named in `postmaster.pid`; None when there is no complete file."""
    try:
        lines = path.read_text().splitlines()
        return Postmaster(int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting")
    except (FileNotFoundError, IndexError, ValueError):
        return None


def wait_until_gone(path: Path, *, seconds: float) -> None:
    """Let a server whose owner died finish; ask it to stop when nothing else does.

    Only the holder of the home's lock may call this: no living owner can be in the way.
    """
    asked, until = False, time.monotonic() + seconds
    while (left := read(path)) and left.alive:
        if time.monotonic() > until:
            raise DidNotStart(
                f"PostgreSQL process {left.pid} of {path.parent} does not stop; kill {left.pid} and retry."
            )
        if not asked:
            os.kill(left.pid, signal.SIGINT)
            asked = True
        time.sleep(0.05)


def _is_postgres(pid: int) -> bool:
    comm = Path(f"/proc/{pid}/comm")
    if not comm.parent.parent.joinpath("self").exists():  # no /proc: believe the pid file
        return True
    try:
        return "postgres" in comm.read_text()
    except OSError:
        return False
