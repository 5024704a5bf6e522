"""How the network writes its entries: one chain for each thing that has a code."""

from typing import Any
from uuid import NAMESPACE_URL
from uuid import UUID
from uuid import uuid5

from forecourt import journal
from forecourt.platform.actions import Doing
from forecourt.platform.models import Place


def stream_of(kind: str, code: str) -> UUID:
    """The chain of a thing that headquarters named: the same id for the same kind and code, always."""
    return uuid5(NAMESPACE_URL, f"urn:forecourt:{kind}:{code}")


def record(do: Doing, what: str, kind: str, code: str, place: Place, **data: Any) -> None:
    """Write the entry `network.<what>` into the chain of the thing `kind` `code`."""
    journal.write(
        do,
        f"network.{what}",
        stream=stream_of(kind, code),
        place=place,
        objects={kind: code},
        data={kind: code, **data},
    )
