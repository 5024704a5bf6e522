"""One owner per home: a lock the kernel lets go of when its holder dies, however it dies."""

import contextlib
import fcntl
import json
import os
import sys
from pathlib import Path
from typing import IO
from typing import Any

from forecourt.platform.embedded.errors import AlreadyOwned


def take(path: Path) -> IO[str]:
    """Hold the lock until the returned file is closed or the process ends.

    Raises AlreadyOwned, naming the process that holds it.
    """
    file = open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")  # noqa: SIM115 - held open on purpose
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _holder(file)
        file.close()
        raise AlreadyOwned(_refusal(path, holder), holder.get("pid")) from None
    file.truncate(0)
    json.dump({"pid": os.getpid(), "command": " ".join(sys.argv)[:200]}, file)
    file.flush()
    return file


def _holder(file: IO[str]) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        held = json.load(file)
        if isinstance(held, dict):
            return held
    return {}


def _refusal(path: Path, holder: dict[str, Any]) -> str:
    pid, command = holder.get("pid", "unknown"), holder.get("command", "")
    return (
        f"The database in {path.parent} is already run by process {pid} ({command or 'command unknown'}). "
        f"Use what that process serves, or stop it first (kill {pid}), or choose another folder with FORECOURT_HOME."
    )
