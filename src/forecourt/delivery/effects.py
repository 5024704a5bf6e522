"""What the steps `prepare`, `appoint` and `hand_over` of an order's journey do, and the facts they give to gates."""

from typing import Any

from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.delivery.appointing import book
from forecourt.delivery.appointing import moment
from forecourt.delivery.checklists import HANDOVER
from forecourt.delivery.checklists import PDI
from forecourt.delivery.files import lacking
from forecourt.delivery.files import sheet_for
from forecourt.delivery.files import with_car
from forecourt.delivery.models import BOOKED
from forecourt.delivery.models import HANDED_OVER
from forecourt.delivery.models import KEPT
from forecourt.delivery.models import ONE_OWNER
from forecourt.delivery.models import PREPARED
from forecourt.delivery.models import Appointment
from forecourt.delivery.models import DeliveryFile
from forecourt.delivery.models import Ownership
from forecourt.delivery.models import Sheet
from forecourt.delivery.preparing import fill
from forecourt.delivery.preparing import finish
from forecourt.journeys.effects import effect
from forecourt.journeys.models import Journey
from forecourt.platform.actions import Doing
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused

Record = dict[str, Any]


def _items(record: Record) -> dict[str, Any]:
    items = record.get("items") or {}
    if not isinstance(items, dict):
        text = _("The items of a checklist are given by their codes, like {example}.")
        raise Invalid(
            Blocked("delivery.items_form", text.format(example='{"vin": {"evidence": ["photo"]}}'), "items")
        )
    return items


@effect("delivery.prepare", gives=("vehicle.prepared", "vehicle.prepared_at"), page="delivery:prepare")
def prepare(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    """Close the pre-delivery inspection. `items` may carry what was not recorded before."""
    file = with_car(journey.subject_id)
    sheet = sheet_for(do, file, PDI)
    fill(do, sheet, _items(record))
    finish(do, sheet)
    file.state, file.prepared_at = PREPARED, do.at
    file.save(update_fields=["state", "prepared_at"])
    _tell(
        do,
        file,
        "delivery.prepared",
        {"vin": file.vin, "checklist": sheet.checklist, "version": sheet.version},
    )
    return {"vehicle.prepared": True, "vehicle.prepared_at": do.at.isoformat()}


@effect(
    "delivery.appoint",
    needs=("starts_at",),
    gives=("handover.appointed", "handover.starts_at", "handover.bay", "handover.specialist"),
    page="delivery:appoint",
)
def appoint(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    """Take a bay and a specialist for an hour; an appointment that stands is moved."""
    file = with_car(journey.subject_id)
    row = book(
        do,
        file,
        moment(record["starts_at"]),
        bay=_bay(record.get("bay")),
        specialist=str(record.get("specialist") or ""),
    )
    return {
        "handover.appointed": True,
        "handover.starts_at": row.starts_at.isoformat(),
        "handover.bay": row.bay,
        "handover.specialist": row.specialist,
    }


def _bay(value: object) -> int:
    try:
        return int(str(value)) if value else 0
    except ValueError as error:
        text = _("“{value}” is no bay. Bays are numbered from 1.").format(value=str(value)[:20])
        raise Invalid(Blocked("delivery.bad_bay", text, "bay")) from error


@effect(
    "delivery.hand_over",
    gives=("vehicle.id", "vehicle.handed_over", "handover.done_at"),
    page="delivery:hand-over",
)
def hand_over(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    """Give the car to its owner: nothing that law or methodology ask for may be missing."""
    file = with_car(journey.subject_id)
    _must_be_ready(file)
    sheet = sheet_for(do, file, HANDOVER)
    fill(do, sheet, _items(record))
    finish(do, sheet)
    _own(do, file)
    Appointment.objects.filter(order=file.order, state=BOOKED).update(state=KEPT)
    file.state, file.handed_over_at = HANDED_OVER, do.at
    file.save(update_fields=["state", "handed_over_at"])
    _tell_handover(do, file)
    return {"vehicle.id": file.vin, "vehicle.handed_over": True, "handover.done_at": do.at.isoformat()}


def _must_be_ready(file: DeliveryFile) -> None:
    """Every reason at once why the car cannot be handed over yet."""
    problems = []
    if file.locked_at is None:
        text = _("The order {order} is not locked. Lock the configuration first.")
        problems.append(Blocked("delivery.not_locked", text.format(order=file.order)))
    if file.paid <= 0:
        text = _("No payment is known for the order {order}. Receive the deposit first.")
        problems.append(Blocked("delivery.not_paid", text.format(order=file.order)))
    sheet = Sheet.objects.filter(order=file.order, vin=file.vin, checklist=PDI, done_at__isnull=False).first()
    if sheet is None or lacking(sheet):
        text = _("The car {vin} is not prepared. Finish its pre-delivery inspection first.")
        problems.append(Blocked("delivery.not_prepared", text.format(vin=file.vin)))
    if problems:
        raise Refused(*problems)


def _own(do: Doing, file: DeliveryFile) -> None:
    if file.person_id is None:
        text = _("The order {order} has no buyer. Join it to a person first.").format(order=file.order)
        raise Refused(Blocked("delivery.no_buyer", text))
    owned = Blocked("delivery.owned", _("The car {vin} has an owner already.").format(vin=file.vin))
    row = Ownership(
        id=new_id(do.at), vin=file.vin, person_id=file.person_id, order=file.order, trim=file.trim, model=file.model,
        since_at=do.at, **file.place().columns(),
    )  # fmt: skip
    with do.refusing(constraint=ONE_OWNER, problem=owned):
        row.save(force_insert=True)


def _tell_handover(do: Doing, file: DeliveryFile) -> None:
    kept = Appointment.objects.filter(order=file.order, state=KEPT).order_by("-booked_at").first()
    data = {
        "order": file.order, "vin": file.vin, "price": file.price, "trim": file.trim, "model": file.model,
        "sold_in": file.sold_in, "specialist": do.by.code,
        "appointed_at": kept.starts_at.isoformat() if kept else None,
    }  # fmt: skip
    _tell(do, file, "delivery.handed_over", data)


def _tell(do: Doing, file: DeliveryFile, kind: str, data: Record) -> None:
    journal.write(
        do, kind, stream=file.journey or file.order, place=file.place(), person=file.person_id, journey=file.journey,
        objects={"order": file.order, "vehicle": file.vin}, data=data,
    )  # fmt: skip
