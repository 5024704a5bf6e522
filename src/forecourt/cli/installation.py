"""This installation as a command sees it: its database (found or started), its secrets, Django set up on them."""

import os
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import nullcontext
from pathlib import Path

from forecourt.platform.embedded import bootstrap
from forecourt.platform.embedded import dsn
from forecourt.platform.embedded import passwords
from forecourt.platform.embedded.dsn import Dsns
from forecourt.platform.embedded.places import Places
from forecourt.platform.embedded.places import default_home
from forecourt.platform.embedded.server import Server

SETTINGS = "forecourt.platform.settings"
Say = Callable[[str], object]


def places() -> Places:
    return Places(default_home())


@contextmanager
def database() -> Iterator[Dsns]:
    """The database: a given one, the one another process runs here, or an embedded server for the time being."""
    if found := dsn.current():
        with _exported(found):
            yield found
        return
    with Server() as server:
        made = bootstrap.prepare(server)
        with _exported(made):
            yield made


def _exported(made: Dsns) -> "nullcontext[None]":
    os.environ.update(environment(made))
    return nullcontext()


def environment(made: Dsns, *, demo: bool = False) -> dict[str, str]:
    """The variables that tell a process of ours all it needs."""
    chosen = made.environment() | {"DJANGO_SETTINGS_MODULE": SETTINGS, "FORECOURT_HOME": str(places().home)}
    if not os.environ.get("FORECOURT_SECRET_KEY"):
        chosen["FORECOURT_SECRET_KEY"] = site_key()
    return chosen | ({"FORECOURT_DEMO": "1"} if demo else {})


def site_key() -> str:
    """The key that signs sessions and customers' links; kept, so that they outlive a restart."""
    home = places().home
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return passwords.ensure(places().secrets)["site_key"]


def set_up_django() -> None:
    """Load the rooms; the database's variables must be set by now."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


@contextmanager
def ready(say: Say = lambda _: None) -> Iterator[Dsns]:
    """A database with up-to-date tables, and Django set up on it."""
    with database() as made:
        set_up_django()
        from forecourt.cli.tables import migrate

        migrate(say)
        yield made


def size(folder: Path) -> int:
    """Bytes below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0
