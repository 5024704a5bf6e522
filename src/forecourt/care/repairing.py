"""Repair orders: opened on arrival, moved on by the steps of the playbook `repair`, priced from the menu, closed with an amount."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models import Sum
from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.base.money import ZERO
from forecourt.base.money import to_json
from forecourt.care.booking import DESK
from forecourt.care.booking import items_of
from forecourt.care.booking import standing
from forecourt.care.models import ARRIVED
from forecourt.care.models import CHECKED
from forecourt.care.models import CLOSED
from forecourt.care.models import DECLINED
from forecourt.care.models import DIAGNOSED
from forecourt.care.models import IN_WORK
from forecourt.care.models import QUOTED
from forecourt.care.models import RECEIVED
from forecourt.care.models import RepairLine
from forecourt.care.models import RepairOrder
from forecourt.journeys.actions import start
from forecourt.journeys.models import Journey
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused

PLAYBOOK = "repair"
WARRANTY = "warranty"


@action("care.open_repair_order", roles=DESK)
def open_repair_order(do: Doing, *, visit: str) -> Result:
    """The car has arrived: open its repair order and start the playbook `repair` about it."""
    found = standing(visit)
    found.state = ARRIVED
    found.save(update_fields=["state"])
    repair = RepairOrder(
        id=new_id(do.at), visit=found, person_id=found.person_id, vin=found.vin, wish=found.wish, opened_at=do.at,
        **found.place().columns(),
    )  # fmt: skip
    repair.save(force_insert=True)
    _add_lines(repair, found.items)
    started = start.inside(
        do, playbook=PLAYBOOK, subject=("repair_order", repair.id), place=repair.place(), person=repair.person_id,
        owner=do.by.code, facts={"vehicle.vin": repair.vin},
    )  # fmt: skip
    _note(do, "care.repair_order_opened", repair, UUID(started["journey"]))
    return {"repair_order": str(repair.id), "journey": started["journey"]}


def receive(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """Note the odometer and the customer's wish."""
    repair = of_journey(journey)
    repair.odometer_km, repair.wish, repair.state = (
        int(record["odometer_km"]),
        str(record["wish"])[:500],
        RECEIVED,
    )
    repair.save(update_fields=["odometer_km", "wish", "state"])
    return {"repair.received": True}


def diagnose(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """Note what was found."""
    _set(journey, finding=str(record["finding"])[:1000], state=DIAGNOSED)
    return {"repair.diagnosed": True}


def quote(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """Put the agreed items on the order at the menu's price; nobody types a price."""
    repair = of_journey(journey)
    if record["outcome"] == "declined":
        _set(journey, state=DECLINED, closed_at=do.at)
        return {"repair.agreed": False}
    codes = _codes(record.get("items"))
    if not codes and not repair.lines.exists():
        text = _("Name at least one item of the service menu that the customer agreed to.")
        raise Refused(Blocked("care.nothing_agreed", text, "items"))
    _add_lines(repair, codes)
    amount = amount_of(repair)
    _set(journey, state=QUOTED, amount=amount)
    return {"repair.agreed": True, "repair.amount": to_json(amount)}


def work(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """The work is done, by whoever records it."""
    _set(journey, state=IN_WORK, worked_by=do.by.code)
    return {"repair.worked_by": do.by.code}


def check(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """A second person checks; whoever did the work may not."""
    repair = of_journey(journey)
    if repair.worked_by == do.by.code:
        text = _("The quality check is made by a second person: {staff} did the work.").format(
            staff=repair.worked_by
        )
        raise Refused(Blocked("care.own_work", text))
    passed = record["result"] == "passed"
    _set(journey, state=CHECKED if passed else QUOTED)
    return {"repair.passed": passed}


def close(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """Settle: the customer pays the quoted amount, or nothing where the warranty does. Refuses what was not checked."""
    repair = of_journey(journey)
    if repair.state != CHECKED:
        raise Refused(
            Blocked("care.not_checked", _("The work must pass the quality check before the car goes back."))
        )
    repair.state, repair.closed_at = CLOSED, do.at
    repair.amount = ZERO if record["method"] == WARRANTY else amount_of(repair)
    repair.save(update_fields=["state", "closed_at", "amount"])
    _note(do, "care.repair_order_closed", repair, journey.id, method=record["method"])
    return {"repair.closed": True, "repair.amount": to_json(repair.amount)}


def of_journey(journey: Journey) -> RepairOrder:
    """The repair order that a journey is about, locked."""
    found = RepairOrder.objects.select_for_update().filter(id=journey.subject_id).first()
    if found is None:
        text = _("There is no repair order {id} that you may see.").format(id=journey.subject_id)
        raise Missing(Blocked("care.unknown_repair_order", text))
    return found


def _set(journey: Journey, **columns: Any) -> None:
    of_journey(journey)
    RepairOrder.objects.filter(id=journey.subject_id).update(**columns)


def _codes(items: Any) -> list[str]:
    """The record's items, which arrive as a list or as one text."""
    if isinstance(items, str):
        return [code.strip() for code in items.replace("，", ",").split(",") if code.strip()]
    return [str(code) for code in items or ()]


def _add_lines(repair: RepairOrder, codes: Sequence[str]) -> None:
    RepairLine.objects.bulk_create(
        [
            RepairLine(
                repair_order=repair, person_id=repair.person_id, code=item.code, title_zh=item.title["zh"],
                title_en=item.title["en"], labour_hours=item.labour_hours, labour=item.labour_price, parts=item.parts_price,
                **repair.place().columns(),
            )
            for item in items_of(codes)
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def amount_of(repair: RepairOrder) -> Any:
    """The sum of the lines."""
    return repair.lines.aggregate(amount=Sum(F("labour") + F("parts")))["amount"] or ZERO


def _note(do: Doing, kind: str, repair: RepairOrder, journey: UUID, **data: str) -> None:
    journal.write(
        do, kind, stream=journey, journey=journey, place=repair.place(), person=repair.person_id,
        objects={"repair_order": repair.id, "vehicle": repair.vin},
        data={"repair_order": str(repair.id), "vin": repair.vin, "amount": to_json(repair.amount), **data},
    )  # fmt: skip
