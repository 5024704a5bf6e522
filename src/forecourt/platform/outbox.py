"""The outbox: work that a transaction leaves to be done soon after it commits, exactly once.

A message is deleted in the same transaction as its effect, so a crash between the two cannot happen. Several workers share
the table under SKIP LOCKED. A message that fails is tried again later and, after `PARKED_AFTER` tries, parked for a person.
"""

import logging
from collections.abc import Callable
from collections.abc import Iterable
from datetime import datetime
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db import transaction
from psycopg.types.json import Jsonb

from forecourt.platform.actions import Doing
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.models import OutboxMessage
from forecourt.platform.scope import set_scope

logger = logging.getLogger(__name__)

Handler = Callable[[Doing, dict[str, Any]], None]
PARKED_AFTER = 10
BATCH = 50

# Most actions leave messages, so below the ORM, and the same statement however many there are.
_PUT = (
    "INSERT INTO platform_outboxmessage (topic, payload, attempts, last_error)"
    " SELECT m.topic, m.payload, 0, '' FROM jsonb_to_recordset(%s) AS m(topic text, payload jsonb)"
)

_HANDLERS: dict[str, Handler] = {}


def register(topic: str, handler: Handler) -> None:
    """Let `handler(do, payload)` do what is put under `topic`."""
    if _HANDLERS.get(topic, handler) is not handler:
        raise ValueError(f"Outbox topic {topic!r} has two handlers.")
    _HANDLERS[topic] = handler


def put(messages: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Leave messages (topic, payload) in the open transaction."""
    rows = [{"topic": topic, "payload": payload} for topic, payload in messages]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [Jsonb(rows)])


def drain(at: datetime) -> int:
    """Do all that is waiting, and what that leaves in turn; the number of messages done."""
    done = 0
    while count := _batch(at):
        done += count
    return done


def waiting() -> int:
    """How many messages wait, parked ones included."""
    return OutboxMessage.objects.count()


def _batch(at: datetime) -> int:
    with transaction.atomic():
        set_scope(NETWORK_SCOPE)
        messages = _take(at)
        done = [message for message in messages if _do(message, at)]
        OutboxMessage.objects.filter(pk__in=[message.pk for message in done]).delete()
    return len(messages)


def _take(at: datetime) -> list[OutboxMessage]:
    due = "next_try_at IS NULL OR (next_try_at <= %s AND attempts < %s)"
    sql = f"SELECT * FROM platform_outboxmessage WHERE {due} ORDER BY id LIMIT {BATCH} FOR UPDATE SKIP LOCKED"
    return list(OutboxMessage.objects.raw(sql, [at, PARKED_AFTER]))


def _do(message: OutboxMessage, at: datetime) -> bool:
    """Run one message in a savepoint; on failure set the time of the next try."""
    do = Doing(Actor.system(message.topic), at, message.topic, scope=NETWORK_SCOPE)
    try:
        with transaction.atomic():
            _HANDLERS[message.topic](do, message.payload)
            do.finish()
    except Exception as error:
        if connection.connection is None or connection.connection.closed:
            raise
        logger.exception("Outbox message %s (%s) failed.", message.pk, message.topic)
        _postpone(message, at, error)
        return False
    return True


def _postpone(message: OutboxMessage, at: datetime, error: Exception) -> None:
    set_scope(NETWORK_SCOPE)
    message.attempts += 1
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    message.next_try_at = at + timedelta(seconds=min(2**message.attempts, 3600))
    message.save(update_fields=["attempts", "last_error", "next_try_at"])
