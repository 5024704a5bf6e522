"""The journal: the append-only record of everything that happened (law 2).

`write` leaves an entry in the running action, `subscribe` lets an upper room hear of a kind of entry, `drain` delivers.
The names are looked up on first use, because Django imports this package before its models may be.
"""

from importlib import import_module
from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from forecourt.journal.subscriptions import drain
    from forecourt.journal.subscriptions import subscribe
    from forecourt.journal.writing import Draft
    from forecourt.journal.writing import write

__all__ = ["Draft", "drain", "subscribe", "write"]
_HOMES = {"Draft": "writing", "write": "writing", "drain": "subscriptions", "subscribe": "subscriptions"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
