"""The journal keeps for ever, so it holds nobody's name, number or address (law 2; GB/T 35273)."""

import json

from forecourt.journal.models import Entry
from forecourt.people.models import ContactPoint
from forecourt.people.models import Person
from forecourt.platform.models import OutboxMessage
from forecourt.platform.scope import reading
from tests.api.world import SYSTEM
from tests.api.world import World


def everything_personal() -> set[str]:
    """Names and contact points of all persons, numbers with and without the country's prefix."""
    names = {name for name in Person.objects.values_list("name", flat=True) if len(name) > 1}
    points = set(ContactPoint.objects.values_list("value", flat=True))
    return names | points | {one.removeprefix("+86") for one in points}


def test_no_entry_holds_personal_data(world: World) -> None:
    with reading(SYSTEM.scope):
        personal = everything_personal()
        rows = list(Entry.objects.values_list("kind", "about", "data", "evidence", "actor"))
    assert len(rows) > 100 and {one.name for one in world.home.customers} <= personal
    found = {
        (kind, one)
        for kind, *texts in rows
        for one in personal
        if one in json.dumps(texts, ensure_ascii=False, default=str)
    }
    assert found == set()


def test_no_message_in_the_outbox_holds_personal_data(world: World) -> None:
    with reading(SYSTEM.scope):
        personal = everything_personal()
        messages = [
            json.dumps(one, ensure_ascii=False)
            for one in OutboxMessage.objects.values_list("payload", flat=True)
        ]
    assert not [one for one in messages if any(part in one for part in personal)]
