"""A whole installation in processes of its own, as somebody runs it: `forecourt up`, its children, its database, killed at will."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from forecourt.platform.embedded.server import Server
from tests.cli.homes import FORECOURT
from tests.cli.homes import environment
from tests.cli.homes import free_port
from tests.platform.servers import alive

ROOT = Path(__file__).resolve().parents[2]
SITE, WEB, WORKER, DATABASE = "site", "web worker", "worker", "database"
PATIENCE = 180.0


def wait_for(true: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something is true; say what did not happen."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"In {seconds:g} s it did not happen: {what}"
        time.sleep(0.05)


class House:
    """One installation below a home folder. `start` and `stop` run the site; `kill` ends a part of it without a word."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._up: subprocess.Popen[bytes] | None = None
        self._others: list[subprocess.Popen[bytes]] = []

    def run(self, *command: str) -> str:
        """Run a program beside the site, in its environment; what it prints. Fails when the program fails."""
        done = subprocess.run(
            list(command),
            env=self._environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """`forecourt up --demo`, until the site says that it is ready."""
        log = (self.home / "up.log").open("ab")
        said = self.log.count("Forecourt is ready")
        command = [*FORECOURT, "up", "--demo", "--port", str(self.port), "--workers", "2"]
        self._up = subprocess.Popen(command, env=self._environment, cwd=ROOT, stdout=log, stderr=log)
        wait_for(
            lambda: self.log.count("Forecourt is ready") > said, f"the site starts\n{self.log[-2000:]}", 90
        )

    def another_worker(self) -> "subprocess.Popen[bytes]":
        """A second worker on the same database."""
        log = (self.home / "worker.log").open("ab")
        self._others.append(
            subprocess.Popen([*FORECOURT, "worker"], env=self._environment, cwd=ROOT, stdout=log, stderr=log)
        )
        return self._others[-1]

    def stop(self) -> None:
        """End all of it in order."""
        for process in [*self._others, *([self._up] if self._up else [])]:
            process.terminate()
        for process in [*self._others, *([self._up] if self._up else [])]:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            process.kill()
            process.wait()
        self._up, self._others = None, []

    def kill(self, part: str) -> None:
        """kill -9 what runs under that name now, and wait until it is gone."""
        wait_for(lambda: self._pids(part), f"there is a {part} to kill")
        pid = self._pids(part)[0]
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not alive(pid), f"{part} {pid} is gone")

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """A question to the database as its superuser, for whom no row is hidden."""
        with psycopg.connect(Server(self.home).dsn("postgres", "forecourt")) as db:
            return list(db.execute(query))  # type: ignore[arg-type]

    @property
    def log(self) -> str:
        path = self.home / "up.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    @property
    def _environment(self) -> dict[str, str]:
        return environment(self.home, PYTHONPATH=str(ROOT))

    def _pids(self, part: str) -> list[int]:
        if part == DATABASE:
            file = self.home / "data" / "postmaster.pid"
            with contextlib.suppress(OSError, ValueError, IndexError):
                return [pid for pid in [int(file.read_text().splitlines()[0])] if alive(pid)]
            return []
        assert self._up is not None, "The site does not run."
        children = [pid for pid in _children(self._up.pid) if alive(pid)]
        sites = [pid for pid in children if "granian" in _command(pid)]
        if part == WEB:
            return [
                pid for site in sites for pid in _children(site) if alive(pid) and "granian" in _command(pid)
            ]
        return sites if part == SITE else [pid for pid in children if _command(pid).endswith("worker")]


def _children(pid: int) -> list[int]:
    """Processes whose parent is `pid`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            after = re.sub(r"^.*\)", "", stat.read_text()).split()
            if int(after[1]) == pid:
                found.append(int(stat.parent.name))
    return sorted(found)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""
