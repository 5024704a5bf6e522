"""What the steps of `repair` and `first-month` do here."""

from typing import Any

from django.utils.translation import gettext as _

from forecourt.care import booking
from forecourt.care import repairing
from forecourt.journeys.effects import effect
from forecourt.journeys.models import Journey
from forecourt.platform.actions import Doing
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Refused

Record = dict[str, Any]


@effect("care.book_visit", needs=("starts_at",), gives=("visit.booked", "visit.starts_at"), page="care:book")
def book_visit(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    """Book the journey's car into its store."""
    if journey.person_id is None:
        raise Refused(Blocked("care.no_owner", _("Nobody is known as the owner of this car.")))
    booked = booking.book_visit.inside(
        do, store=record.get("store") or journey.store, vin=journey.subject_id, person=str(journey.person_id),
        starts_at=str(record["starts_at"]), wish=str(record.get("wish") or ""), items=record.get("items") or (),
    )  # fmt: skip
    return {"visit.booked": True, "visit.starts_at": booked["starts_at"]}


@effect("care.receive", needs=("odometer_km", "wish"), gives=("repair.received",))
def receive(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    return repairing.receive(do, journey, record)


@effect("care.diagnose", needs=("finding",), gives=("repair.diagnosed",))
def diagnose(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    return repairing.diagnose(do, journey, record)


@effect(
    "care.quote_repair",
    needs=("outcome",),
    gives=("repair.agreed", "repair.amount"),
    page="care:quote",
)
def quote_repair(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    return repairing.quote(do, journey, record)


@effect("care.do_repair", gives=("repair.worked_by",))
def do_repair(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    return repairing.work(do, journey, record)


@effect("care.check_repair", needs=("result",), gives=("repair.passed",))
def check_repair(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    return repairing.check(do, journey, record)


@effect("care.close_repair", needs=("method",), gives=("repair.closed", "repair.amount"))
def close_repair(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    return repairing.close(do, journey, record)
