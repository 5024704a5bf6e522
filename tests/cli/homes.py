"""Installations for the tests of the commands: a home of its own, the command in a process of its own."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forecourt.platform.embedded import dsn

FORECOURT = [sys.executable, "-m", "forecourt.cli.main"]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a shell that knows only the home."""
    ours = {*dsn.CHILD.values(), *dsn.GIVEN.values(), "FORECOURT_DEMO", "FORECOURT_SECRET_KEY"}
    return (
        {name: value for name, value in os.environ.items() if name not in ours}
        | {"FORECOURT_HOME": str(home)}
        | more
    )


def run(home: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run `forecourt …` to its end."""
    return subprocess.run(
        [*FORECOURT, *arguments], env=environment(home, **more), capture_output=True, text=True
    )


@contextmanager
def new_home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="forecourt-test-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
