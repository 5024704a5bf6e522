"""How an upper room hears of what happened: by subscribing to a kind of entry, delivered through the outbox."""

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any
from uuid import UUID

from forecourt.journal.models import Entry
from forecourt.platform import outbox
from forecourt.platform.actions import Doing

if TYPE_CHECKING:
    from forecourt.journal.writing import Draft

Handler = Callable[[Doing, Entry], None]

_TOPICS: dict[str, list[str]] = defaultdict(list)


def subscribe(kind: str, topic: str, handler: Handler) -> None:
    """Let `handler(do, entry)` run, as the system and exactly once, soon after each entry of `kind` commits."""

    def deliver(do: Doing, payload: dict[str, Any]) -> None:
        handler(do, Entry.objects.get(id=UUID(payload["entry"])))

    if topic not in _TOPICS[kind]:
        _TOPICS[kind].append(topic)
        outbox.register(topic, deliver)


def subscriptions() -> dict[str, tuple[str, ...]]:
    """The topics that hear of each kind, for the reference pages."""
    return {kind: tuple(topics) for kind, topics in sorted(_TOPICS.items())}


def announce(drafts: "Sequence[Draft]") -> None:
    """Leave a message for every subscriber of the entries just written."""
    messages = [
        (topic, {"entry": str(draft.id)}) for draft in drafts for topic in _TOPICS.get(draft.kind, ())
    ]
    if messages:
        outbox.put(messages)


drain = outbox.drain
