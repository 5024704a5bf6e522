"""Repair orders: opened on arrival, moved on by the steps of the playbook `repair`, priced from the menu, closed with an amount."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.base.money import ZERO
from forecourt.base.money import to_json
from forecourt.care import cars
from forecourt.care import words
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
from forecourt.care.queries import local
from forecourt.care.terms import COVERED
from forecourt.journeys.actions import start
from forecourt.journeys.models import Journey
from forecourt.people.actions import relate
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import SERVICE_ADVISER
from forecourt.platform.roles import STORE_MANAGER

PLAYBOOK = "repair"
WARRANTY = "warranty"
MOST_KM = 2_000_000


@action("care.open_repair_order", roles=(SERVICE_ADVISER, STORE_MANAGER))
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
    relate(do, person=repair.person_id, place=repair.place())
    _add_lines(repair, found.items)
    started = start.inside(
        do, playbook=PLAYBOOK, subject=("repair_order", repair.id), place=repair.place(), person=repair.person_id,
        owner=do.by.code if do.by.role == SERVICE_ADVISER else "", facts={"vehicle.vin": repair.vin},
    )  # fmt: skip
    _note(do, "care.repair_order_opened", repair, UUID(started["journey"]))
    return {"repair_order": str(repair.id), "journey": started["journey"]}


def receive(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """Note the odometer and the customer's wish."""
    repair = _open(journey)
    km = int(record["odometer_km"])
    if not 0 <= km <= MOST_KM:
        text = _("{km} km cannot be read off an odometer.").format(km=km)
        raise Invalid(Blocked("care.bad_odometer", text, "odometer_km"))
    _set(repair, odometer_km=km, wish=str(record["wish"])[:500], state=RECEIVED)
    return {"repair.received": True}


def diagnose(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """Note what was found."""
    _set(_open(journey), finding=str(record["finding"])[:1000], state=DIAGNOSED)
    return {"repair.diagnosed": True}


def quote(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """Put the agreed items on the order at the menu's price; nobody types a price."""
    repair = _open(journey)
    if record["outcome"] == "declined":
        _set(repair, state=DECLINED, closed_at=do.at)
        _note(do, "care.repair_declined", repair, journey.id)
        return {"repair.agreed": False}
    codes = _codes(record.get("items"))
    if not codes:
        text = _("Name at least one item of the service menu that the customer agreed to.")
        raise Refused(Blocked("care.nothing_agreed", text, "items"))
    repair.lines.exclude(code__in=codes).delete()
    _add_lines(repair, codes)
    amount = amount_of(repair)
    _set(repair, state=QUOTED, amount=amount)
    return {"repair.agreed": True, "repair.amount": to_json(amount)}


def work(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """The work is done, by whoever records it. Refuses work whose price the customer has not agreed to."""
    repair = _open(journey)
    if repair.state != QUOTED:
        text = _("The customer has not agreed to a price yet. Quote first; no work before that.")
        raise Refused(Blocked("care.not_agreed", text))
    _set(repair, state=IN_WORK, worked_by=do.by.code)
    return {"repair.worked_by": do.by.code}


def check(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """A second person checks; whoever did the work may not."""
    repair = _open(journey)
    if repair.state != IN_WORK:
        raise Refused(Blocked("care.nothing_to_check", _("No work was recorded that could be checked.")))
    if repair.worked_by == do.by.code:
        text = _("The quality check is made by a second person: {staff} did the work.")
        raise Refused(Blocked("care.own_work", text.format(staff=repair.worked_by)))
    passed = record["result"] == "passed"
    _set(repair, state=CHECKED if passed else QUOTED)
    return {"repair.passed": passed}


def close(do: Doing, journey: Journey, record: dict[str, Any]) -> dict[str, Any]:
    """Settle: the customer pays what was agreed, the warranty what it covers. Refuses what was not checked."""
    repair = _open(journey)
    if repair.state != CHECKED:
        text = _("The work must pass the quality check before the car goes back.")
        raise Refused(Blocked("care.not_checked", text))
    covered = _covered(do, repair) if record["method"] == WARRANTY else ZERO
    _set(repair, state=CLOSED, closed_at=do.at, amount=amount_of(repair) - covered)
    _note(
        do, "care.repair_order_closed", repair, journey.id, method=record["method"], covered=to_json(covered)
    )
    return {"repair.closed": True, "repair.amount": to_json(repair.amount)}


def _covered(do: Doing, repair: RepairOrder) -> Decimal:
    """What the warranty pays: repairs and campaigns, not maintenance. Refuses when it is known to be over."""
    with do.above():
        car = cars.find(repair.vin)
    km = repair.odometer_km or 0
    if car and (local(repair.opened_at).date() > car.warranty_until_on or km > car.warranty_km):
        text = _("The warranty of {vin} ended on {date} or at {km} km. Choose how the customer pays.").format(
            vin=repair.vin, date=car.warranty_until_on.isoformat(), km=f"{car.warranty_km:,}"
        )
        raise Refused(Blocked("care.warranty_over", text, "method"))
    return sum((line.amount for line in repair.lines.all() if line.kind in COVERED), ZERO)


def _open(journey: Journey) -> RepairOrder:
    """The repair order of a journey, locked. Refuses one that is settled or was declined."""
    repair = of_journey(journey)
    if repair.closed_at is not None:
        text = _("This repair order is over: {state}.").format(state=words.of(repair.state).lower())
        raise Refused(Blocked("care.repair_order_over", text))
    return repair


def of_journey(journey: Journey) -> RepairOrder:
    """The repair order that a journey is about, locked."""
    found = RepairOrder.objects.select_for_update().filter(id=journey.subject_id).first()
    if found is None:
        text = _("There is no repair order {id} that you may see.").format(id=journey.subject_id)
        raise Missing(Blocked("care.unknown_repair_order", text))
    return found


def _set(repair: RepairOrder, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(repair, name, value)
    repair.save(update_fields=list(columns))


def _codes(items: Any) -> list[str]:
    """The record's items, which arrive as a list or as one text."""
    text = items if isinstance(items, str) else ",".join(str(code) for code in items or ())
    return [code.strip() for code in text.replace("，", ",").split(",") if code.strip()]


def _add_lines(repair: RepairOrder, codes: Sequence[str]) -> None:
    RepairLine.objects.bulk_create(
        [
            RepairLine(
                repair_order=repair, person_id=repair.person_id, code=item.code, kind=item.kind, title_zh=item.title["zh"],
                title_en=item.title["en"], labour_hours=item.labour_hours, labour=item.labour_price, parts=item.parts_price,
                **repair.place().columns(),
            )
            for item in items_of(codes)
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def amount_of(repair: RepairOrder) -> Decimal:
    """The sum of the lines."""
    return sum((line.amount for line in repair.lines.all()), ZERO)


def _note(do: Doing, kind: str, repair: RepairOrder, journey: UUID, **data: str) -> None:
    journal.write(
        do, kind, stream=journey, journey=journey, place=repair.place(), person=repair.person_id,
        objects={"repair_order": repair.id, "vehicle": repair.vin},
        data={"repair_order": str(repair.id), "vin": repair.vin, "amount": to_json(repair.amount), **data},
    )  # fmt: skip
