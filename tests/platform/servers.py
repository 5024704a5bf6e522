"""Servers for the launcher's own tests: small homes, owners in processes of their own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forecourt.platform.embedded.places import Places

OWNER = """
import sys, time
from pathlib import Path
from forecourt.platform.embedded.bootstrap import prepare
from forecourt.platform.embedded.server import Server
with Server(Path(sys.argv[1])) as server:
    prepare(server)
    print(server.pid, flush=True)
    time.sleep(600)
"""


@contextmanager
def new_home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="forecourt-test-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def owner_process(home: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Another process that owns the server of `home`; gives it and the server's pid."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(home)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    try:
        yield owner, int(owner.stdout.readline())
    finally:
        if owner.poll() is None:
            owner.send_signal(signal.SIGKILL)
        owner.wait()
        owner.stdout.close()
        eventually(lambda: not Places(home).postmaster.exists())


def eventually(true: Callable[[], bool], seconds: float = 120) -> None:
    """Wait until something is true; fail when it does not become so."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Is there such a process, and not only its remains?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
