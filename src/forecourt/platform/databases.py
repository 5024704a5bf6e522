"""Django's databases: one alias per role. `default` is the web role, which row-level security binds."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from forecourt.platform.embedded import dsn

_SETTING = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES for wherever the database is now; without one, settings that fail to connect."""
    found = dsn.current()
    web, owner, reader = (found.web, found.owner, found.reader) if found else ("", "", "")
    return {"default": _settings(web), "owner": _settings(owner), "reader": _settings(reader)}


def _settings(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url) if url else {"dbname": "forecourt"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{setting: str(parts.get(name, "")) for name, setting in _SETTING.items()},
        "OPTIONS": {name: value for name, value in parts.items() if name not in _SETTING},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
