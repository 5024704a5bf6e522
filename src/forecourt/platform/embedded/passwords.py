"""The passwords of an installation: made once at random, kept in a file only its owner can read."""

import json
import os
import secrets
from pathlib import Path

NAMES = ("postgres", "forecourt_owner", "forecourt_web", "forecourt_reader", "site_key")


def read(path: Path) -> dict[str, str]:
    """The kept passwords; empty when there are none yet."""
    try:
        kept: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return kept


def ensure(path: Path) -> dict[str, str]:
    """The kept passwords, with any that is missing made and written."""
    kept = read(path)
    made = {name: kept.get(name) or secrets.token_urlsafe(32) for name in NAMES}
    if made != kept:
        write_private(path, json.dumps(made, indent=1))
    return made


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        os.fchmod(handle, 0o600)
        file.write(text)
        file.flush()
        os.fsync(handle)
    fresh.replace(path)
