"""Django's databases: one alias per role. `default` is the web role, which row-level security binds."""

import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from forecourt.platform.embedded import dsn

_SETTING = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}

# After so many times a connection lets the server keep the plan of a statement. Row-level security makes planning dearer
# than running: with kept plans the database does a step in a third of the time. FORECOURT_PREPARE=0 turns it off, for a pooler
# that hands each transaction to another connection and knows no prepared statements (PgBouncer before 1.21).
PREPARE_AFTER = 3


def databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES for wherever the database is now; without one, settings that fail to connect."""
    found = dsn.current()
    web, owner, reader = (found.web, found.owner, found.reader) if found else ("", "", "")
    return {"default": _settings(web), "owner": _settings(owner), "reader": _settings(reader)}


def _settings(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url) if url else {"dbname": "forecourt"}
    return {
        "ENGINE": "forecourt.platform.postgresql",
        **{setting: str(parts.get(name, "")) for name, setting in _SETTING.items()},
        "OPTIONS": {name: value for name, value in parts.items() if name not in _SETTING} | _kept_plans(),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _kept_plans() -> dict[str, Any]:
    after = int(os.environ.get("FORECOURT_PREPARE", PREPARE_AFTER))
    return {"server_side_binding": True, "prepare_threshold": after} if after else {}
