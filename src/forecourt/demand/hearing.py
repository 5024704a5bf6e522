"""What demand hears from journeys: they end, change hands, or nobody answered in time. And what time brings."""

from uuid import UUID

from forecourt import journal
from forecourt.journal.models import Entry
from forecourt.platform import ticks
from forecourt.platform.actions import Doing
from forecourt.platform.roles import ADVISER

RETAIL = "retail"


def listen() -> None:
    """Register subscriptions and ticks. Called once, when the apps are ready."""
    from forecourt.demand import intake

    journal.subscribe("journeys.ended", "demand.close_opportunity", close_opportunity)
    journal.subscribe("journeys.assigned", "demand.note_owner", note_owner)
    journal.subscribe("journeys.escalated", "demand.reroute", reroute)
    ticks.register("demand.documents", intake.go_on)


def close_opportunity(do: Doing, entry: Entry) -> None:
    """The journey is over: so is the opportunity, with the same outcome, and its adviser has one less."""
    from forecourt.demand import opportunities

    if (opportunity := _about(entry)) is not None:
        opportunities.close(do, opportunity, str(entry.data.get("outcome", "")))


def note_owner(do: Doing, entry: Entry) -> None:
    """Somebody else carries the journey now: the counters follow."""
    from forecourt.demand import opportunities

    if entry.data.get("role") == ADVISER and (opportunity := _about(entry)) is not None:
        opportunities.follow(do, opportunity, str(entry.data.get("to", "")), entry.place())


def reroute(do: Doing, entry: Entry) -> None:
    """Nobody answered, though late: another adviser, and when that was tried, another store."""
    from forecourt.demand import opportunities

    if entry.data.get("action") == "reroute" and (opportunity := _about(entry)) is not None:
        opportunities.reroute(do, opportunity)


def _about(entry: Entry) -> UUID | None:
    """The opportunity that a retail journey is about."""
    named = entry.about.get("opportunity") if entry.playbook == RETAIL else None
    return UUID(str(named)) if named else None
