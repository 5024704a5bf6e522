"""Small things that the room says and decides the same way everywhere."""

import re
from typing import Any

from forecourt.demand.models import ACCEPTED
from forecourt.demand.models import JOINED
from forecourt.demand.models import MIXED
from forecourt.demand.models import REFUSED
from forecourt.demand.models import UNROUTED
from forecourt.demand.models import UPDATED
from forecourt.platform.actor import Scope
from forecourt.platform.models import Place

# Why a lead is not routed, and what becomes of it.
NO_BRAND, NO_SELLER, NO_PLAYBOOK, SENDER_SAYS_INVALID = (
    "no_brand",
    "no_seller",
    "no_playbook",
    "sender_invalid",
)
_AS_DOCUMENT = {ACCEPTED: ACCEPTED, UNROUTED: ACCEPTED, JOINED: JOINED, UPDATED: JOINED, REFUSED: REFUSED}
_LONG_NUMBER = re.compile(r"\d{7,}|\S+@\S+")


def status_of(outcomes: dict[str, int], refused: int) -> str:
    """What became of a document: accepted, joined or refused when all of it was, else mixed."""
    ends = {_AS_DOCUMENT[outcome] for outcome, count in outcomes.items() if count}
    if refused:
        ends.add(REFUSED)
    return ends.pop() if len(ends) == 1 else MIXED if ends else REFUSED


def covers(scope: Scope, place: Place) -> bool:
    """Whether somebody with this scope sees the rows of the place."""
    if scope.level == "network":
        return True
    mine = {"store": place.store, "operator": place.operator, "brand": place.brand, "region": place.region}
    return mine.get(scope.level, "") in scope.ids


def impersonal(text: str) -> str:
    """What a sender calls its source or channel, fit for the journal: short, and without numbers or addresses."""
    return _LONG_NUMBER.sub("…", text)[:60]


def report_rows(lines: Any) -> list[list[Any]]:
    """A reader's field reports as they are kept beside a lead: [path, raw, outcome, code, facts, line]."""
    return [
        [line.path, line.raw[:200], line.outcome.value, line.code, dict(line.facts), line.line]
        for line in lines
    ]


def place_from(columns: dict[str, str]) -> Place:
    """A place from its five columns."""
    return Place(**columns)
