"""Finding what a delivery is about: the file of an order, its sheets, and the refusals when something is not there."""

from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forecourt.base.ids import new_id
from forecourt.delivery import checklists
from forecourt.delivery.models import CANCELLED
from forecourt.delivery.models import HANDED_OVER
from forecourt.delivery.models import DeliveryFile
from forecourt.delivery.models import Sheet
from forecourt.delivery.reading import checklist
from forecourt.network.models import Trim
from forecourt.platform.actions import Doing
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused


def file_of(order: str | UUID, *, locked: bool = True) -> DeliveryFile:
    """The delivery file of an order. Raises Missing when there is none in sight."""
    rows = DeliveryFile.objects.select_for_update() if locked else DeliveryFile.objects
    found = rows.filter(order=_as_order(order)).first()
    if found is None:
        text = _(
            "There is no delivery file of the order {order} here. It is opened when the order is locked."
        )
        raise Missing(Blocked("delivery.no_file", text.format(order=order)))
    return found


def _as_order(order: str | UUID) -> UUID | None:
    try:
        return as_id(order)
    except ValueError:
        return None


def with_car(order: str | UUID) -> DeliveryFile:
    """The file of an order that has a car and is not over. Raises Refused with the reason otherwise."""
    file = file_of(order)
    if file.state == CANCELLED:
        raise Refused(
            Blocked("delivery.cancelled", _("The order {order} was cancelled.").format(order=file.order))
        )
    if file.state == HANDED_OVER:
        raise Refused(
            Blocked("delivery.handed_over", _("The car {vin} is handed over already.").format(vin=file.vin))
        )
    if not file.vin:
        text = _(
            "No car is allocated to the order {order} yet. Cars are given in queue order when they arrive."
        )
        raise Refused(Blocked("delivery.no_vehicle", text.format(order=file.order)))
    return file


def sheet_for(do: Doing, file: DeliveryFile, code: str) -> Sheet:
    """The sheet of a checklist for the car of the file, opened when first needed."""
    found = Sheet.objects.select_for_update().filter(order=file.order, vin=file.vin, checklist=code).first()
    if found is not None:
        return found
    powertrain = Trim.objects.filter(code=file.trim).values_list("powertrain", flat=True).first() or ""
    sheet = Sheet(
        id=new_id(do.at), order=file.order, person_id=file.person_id, vin=file.vin, checklist=code, version=checklist(code).version,
        powertrain=powertrain, opened_at=do.at, **file.place().columns(),
    )  # fmt: skip
    sheet.save(force_insert=True)
    return sheet


def items_of(sheet: Sheet) -> tuple[checklists.Item, ...]:
    """The items of a sheet, as far as they apply to its car."""
    return checklist(sheet.checklist).for_car(sheet.powertrain)


def lacking(sheet: Sheet) -> list[checklists.Lack]:
    """What still keeps the sheet from being done."""
    marks = [mark.as_mark() for mark in sheet.marks.order_by("id")]
    return checklists.lacks(items_of(sheet), marks)


def problem(lack: checklists.Lack) -> Blocked:
    """A lack as a refusal: which item, what is wrong, which law, what to do."""
    item = lack.item
    said = {
        "open": _("“{item}” is not done. Check it and record it."),
        "fault": _("“{item}” has a fault. Have it put right, then record it again."),
        "proof": _("“{item}” needs a {proof} as proof. Add it."),
        "value": _("“{item}” needs a value in {unit}; found “{found}”."),
        "below": _("“{item}” is {found} {unit}; at least {minimum} {unit} is asked for."),
        "above": _("“{item}” is {found} {unit}; at most {maximum} {unit} is allowed."),
        "law": _("“{item}” cannot be skipped: the law asks for it."),
    }[lack.why]
    text = said.format(
        item=item.say(get_language() or "zh"), proof=proof_word(item.evidence), unit=item.unit or _("words"), found=lack.found,
        minimum=item.minimum, maximum=item.maximum,
    )  # fmt: skip
    law = " " + _("Required by law: {law}.").format(law=item.law) if item.law else ""
    return Blocked("delivery.item_law" if item.law else f"delivery.item_{lack.why}", text + law, item.code)


def proof_word(kind: str) -> str:
    """What a kind of proof is called."""
    return {
        "photo": _("photo"),
        "document": _("document"),
        "signature": _("signature"),
        "value": _("value"),
    }.get(kind, kind)
