"""The hash chain: what of an entry is hashed, and how one link holds the next."""

import hashlib
import json
from datetime import UTC
from datetime import datetime
from typing import Any

GENESIS = bytes(32)

COLUMNS = (
    "id", "stream", "seq", "kind", "actor", "role", "person_id", "journey", "playbook", "version", "step",
    "happened_at", "recorded_at", "objects", "data", "evidence", "network", "brand", "region", "operator", "store",
)  # fmt: skip


def link(prev: bytes, columns: dict[str, Any]) -> bytes:
    """The hash of an entry: SHA-256 over the hash before it and the canonical JSON of every column."""
    return hashlib.sha256(prev + canonical([columns[name] for name in COLUMNS]).encode()).digest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces; times in UTC to the microsecond."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


def storable(value: Any) -> Any:
    """`value` as JSON gives it back from the database, so that what is hashed is what is kept.

    Raises:
        ValueError: a number that JSON cannot hold (infinite or not a number).
    """
    if isinstance(value, dict):
        return {str(key): storable(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [storable(part) for part in value]
    if isinstance(value, float):
        return _number(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    return _plain(value)


def _number(value: float) -> float | int:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"The journal cannot hold the number {value!r}.")
    return int(value) if value.is_integer() else value
