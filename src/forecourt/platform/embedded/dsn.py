"""Where the database is: one connection URL for each of the three roles.

Asked in this order: the three variables the supervisor sets for its children (FORECOURT_WEB_DSN, FORECOURT_OWNER_DSN,
FORECOURT_READER_DSN); a PostgreSQL of your own (DATABASE_URL, DATABASE_OWNER_URL, DATABASE_READER_URL); the embedded
server that runs in the home.
"""

import json
import os
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from forecourt.platform.embedded import passwords
from forecourt.platform.embedded.places import Places
from forecourt.platform.embedded.places import default_home
from forecourt.platform.embedded.server import url

CHILD = {"web": "FORECOURT_WEB_DSN", "owner": "FORECOURT_OWNER_DSN", "reader": "FORECOURT_READER_DSN"}
GIVEN = {"web": "DATABASE_URL", "owner": "DATABASE_OWNER_URL", "reader": "DATABASE_READER_URL"}


@dataclass(frozen=True)
class Dsns:
    """Connection URLs; `owner` and `reader` fall back to `web` where a given PostgreSQL has only one role."""

    web: str = field(repr=False)  # passwords inside
    owner: str = field(repr=False)
    reader: str = field(repr=False)

    @classmethod
    def of(cls, web: str, owner: str = "", reader: str = "") -> "Dsns":
        return cls(web, owner or web, reader or web)

    @property
    def name(self) -> str:
        """The database's name."""
        return str(conninfo_to_dict(self.web)["dbname"])

    def environment(self) -> dict[str, str]:
        """The variables that hand these to a child process, and so to Django's settings."""
        return {variable: getattr(self, role) for role, variable in CHILD.items()}


def given() -> Dsns | None:
    """A database named in the environment, by the supervisor or by the operator; None when there is none."""
    for names in (CHILD, GIVEN):
        found = {role: os.environ.get(name, "") for role, name in names.items()}
        if found["web"]:
            return Dsns.of(**found)
    return None


def running(home: Path | None = None) -> Dsns | None:
    """The embedded server of `home`, when one runs there."""
    places = Places(home or default_home())
    try:
        address = json.loads(places.running.read_text())
        kept = passwords.read(places.secrets)
        os.kill(address["pid"], 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    except PermissionError:  # it lives, under another user
        return None
    return at(address["host"], address["port"], kept)


def at(host: str, port: int, kept: dict[str, str], dbname: str = "forecourt") -> Dsns:
    """The three roles of an embedded server at an address."""
    made = {role: f"forecourt_{role}" for role in CHILD}
    return Dsns(
        **{r: url(name, kept.get(name, ""), dbname, host=host, port=port) for r, name in made.items()}
    )


def current(home: Path | None = None) -> Dsns | None:
    """Where the database is now; None when none is given and none runs."""
    return given() or running(home)
