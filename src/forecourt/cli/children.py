"""What a supervisor looks after: the database, and processes of ours."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Protocol

from forecourt.platform.embedded.server import Server

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 15


class Child(Protocol):
    """Something that runs until it is stopped, or dies."""

    name: str

    def start(self) -> None: ...

    def ended(self) -> str | None:
        """How it ended; None while it runs."""

    def stop(self) -> None: ...


class Database:
    """The embedded server as a child."""

    name = "database"

    def __init__(self, server: Server) -> None:
        self.server = server

    def start(self) -> None:
        if self.server.pid is None:
            self.server.stop()  # lets go of what a killed server left held
            self.server.start()

    def ended(self) -> str | None:
        return None if self.server.pid else "killed or crashed"

    def stop(self) -> None:
        self.server.stop()


class Process:
    """A command in a process group of its own, so that nothing of it stays when it is killed."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.command = command
        self.environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._end_group(signal.SIGKILL)  # workers of a killed parent would keep its port
        self._process = subprocess.Popen(
            self.command,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent(os.getpid()),
        )

    def ended(self) -> str | None:
        code = self._process.poll() if self._process else None
        if code is None:
            return None
        return f"killed by signal {-code}" if code < 0 else f"ended with code {code}"

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        self._end_group(signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _end_group(self, signum: int) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, signum)
        except ProcessLookupError:
            return


def _end_with_parent(parent: int) -> Callable[[], None] | None:
    """On Linux the kernel ends the child when the supervisor is killed."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask
