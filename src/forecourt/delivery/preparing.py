"""Working through a checklist: an item is recorded, a mistake is taken back by a correcting mark, nothing is overwritten."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.delivery import checklists
from forecourt.delivery.checklists import HANDOVER
from forecourt.delivery.checklists import PDI
from forecourt.delivery.checklists import Item
from forecourt.delivery.files import items_of
from forecourt.delivery.files import lacking
from forecourt.delivery.files import problem
from forecourt.delivery.files import sheet_for
from forecourt.delivery.files import with_car
from forecourt.delivery.models import HAS_CAR
from forecourt.delivery.models import PREPARED
from forecourt.delivery.models import DeliveryFile
from forecourt.delivery.models import Sheet
from forecourt.delivery.models import SheetMark
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import NeedsApproval
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.roles import TECHNICIAN

WORKERS = (DELIVERY_SPECIALIST, TECHNICIAN, STORE_MANAGER, NETWORK_OPS)
MAY_SKIP = (STORE_MANAGER, NETWORK_OPS)
MIN_REASON = 4


@action("delivery.check_item", roles=WORKERS)
def check_item(
    do: Doing, *, order: str, checklist: str, item: str, outcome: str = checklists.DONE, value: str = "", reason: str = "",
    evidence: Sequence[Any] = (),
) -> Result:  # fmt: skip
    """Record one item of the checklist `pdi` or `handover`: done, skipped (with a reason) or with a fault.

    A closed sheet that lacks something by it is open again, and its car is not prepared.
    """
    file = with_car(order)
    sheet = sheet_for(do, file, known_checklist(checklist))
    mark = record_item(
        do, sheet, item, {"outcome": outcome, "value": value, "reason": reason, "evidence": list(evidence)}
    )
    if sheet.done_at and lacking(sheet):
        _reopen(do, file, sheet)
    return _result(sheet, mark)


@action("delivery.undo_item", roles=WORKERS)
def undo_item(do: Doing, *, order: str, checklist: str, item: str, reason: str) -> Result:
    """Take back what was recorded for an item. The old mark stays; a correcting one stands beside it, and an entry."""
    if len(reason.strip()) < MIN_REASON:
        text = _("Say in a few words why “{item}” is taken back.").format(item=item)
        raise Invalid(Blocked("delivery.reason_missing", text, "reason"))
    file = with_car(order)
    sheet = sheet_for(do, file, known_checklist(checklist))
    before = sheet.marks.filter(code=item).order_by("-id").first()
    if before is None or before.outcome == checklists.UNDONE:
        text = _("Nothing is recorded for “{item}” that could be taken back.").format(item=item)
        raise Refused(Blocked("delivery.nothing_to_undo", text, "item"))
    mark = _write(
        do, sheet, item, {"outcome": checklists.UNDONE, "reason": reason.strip()}, corrects=before.pk
    )
    _reopen(do, file, sheet)
    _tell_correction(do, file, sheet, before, mark)
    return _result(sheet, mark)


def known_checklist(code: str) -> str:
    if code not in (PDI, HANDOVER):
        text = _("There is no checklist {code}. Choose pdi or handover.").format(code=code)
        raise Invalid(Blocked("delivery.no_checklist", text, "checklist"))
    return code


def record_item(do: Doing, sheet: Sheet, code: str, given: Mapping[str, Any]) -> SheetMark:
    """Write a mark for the item, after asking whether it may be written."""
    item = next((item for item in items_of(sheet) if item.code == code), None)
    if item is None:
        known = ", ".join(item.code for item in items_of(sheet))
        text = _("The checklist has no item {code} for this car. Its items: {known}.").format(
            code=code, known=known
        )
        raise Invalid(Blocked("delivery.no_item", text, "item"))
    facts = {"outcome": checklists.DONE, **given}
    _may_record(do, item, facts)
    return _write(do, sheet, code, facts)


def _may_record(do: Doing, item: Item, facts: Mapping[str, Any]) -> None:
    outcome = facts["outcome"]
    if outcome not in (checklists.DONE, checklists.SKIPPED, checklists.FAULT):
        text = _("An item is done, skipped or has a fault; not “{outcome}”.").format(outcome=outcome)
        raise Invalid(Blocked("delivery.no_outcome", text, "outcome"))
    if outcome == checklists.SKIPPED:
        _may_skip(do, item, str(facts.get("reason", "")))
    mark = checklists.Mark(item.code, outcome, str(facts.get("value", "")), len(facts.get("evidence") or ()))
    lack = checklists.lack_of(item, mark)
    if lack is not None and lack.why in ("proof", "value", "below", "above"):
        raise Refused(problem(lack))


def _may_skip(do: Doing, item: Item, reason: str) -> None:
    """What the law asks for cannot be skipped by anybody; the rest by a store manager who says why."""
    if item.law:
        raise Refused(problem(checklists.Lack(item, "law")))
    if not item.required:
        return
    if not do.by.is_system and do.by.role not in MAY_SKIP:
        text = _("“{item}” is required. A store manager can leave it out, with a reason.").format(
            item=item.code
        )
        raise Refused(NeedsApproval("delivery.skip_required", text, STORE_MANAGER, item.code))
    if len(reason.strip()) < MIN_REASON:
        text = _("Say in a few words why “{item}” is left out.").format(item=item.code)
        raise Invalid(Blocked("delivery.reason_missing", text, "reason"))


def _write(
    do: Doing, sheet: Sheet, code: str, facts: Mapping[str, Any], corrects: int | None = None
) -> SheetMark:
    mark = SheetMark(
        sheet=sheet, person_id=sheet.person_id, code=code, outcome=facts["outcome"], value=str(facts.get("value", ""))[:80],
        reason=str(facts.get("reason", ""))[:200], evidence=list(facts.get("evidence") or ()), corrects=corrects, by=do.by.code,
        at=do.at, **sheet.place().columns(),
    )  # fmt: skip
    mark.save(force_insert=True)
    return mark


def _reopen(do: Doing, file: DeliveryFile, sheet: Sheet) -> None:
    """A sheet in which something was taken back or found faulty is not done any more, and its car is not prepared."""
    if sheet.done_at is None:
        return
    sheet.done_at, sheet.done_by = None, ""
    sheet.save(update_fields=["done_at", "done_by"])
    if sheet.checklist == PDI and file.state == PREPARED:
        file.state, file.prepared_at = HAS_CAR, None
        file.save(update_fields=["state", "prepared_at"])


def _tell_correction(do: Doing, file: DeliveryFile, sheet: Sheet, before: SheetMark, mark: SheetMark) -> None:
    journal.write(
        do, "delivery.item_corrected", stream=file.journey or file.order, place=file.place(), person=file.person_id,
        journey=file.journey, objects={"order": file.order, "vehicle": file.vin},
        data={"vin": file.vin, "checklist": sheet.checklist, "item": mark.code, "was": before.outcome, "corrects": before.pk},
    )  # fmt: skip


def _result(sheet: Sheet, mark: SheetMark) -> Result:
    left = [lack.item.code for lack in lacking(sheet)]
    return {"sheet": str(sheet.id), "item": mark.code, "outcome": mark.outcome, "mark": mark.pk, "left": left}


def finish(do: Doing, sheet: Sheet) -> None:
    """Close a sheet. Raises Refused with every reason at once when something is missing; items of law come first."""
    if found := lacking(sheet):
        raise Refused(*(problem(lack) for lack in found))
    sheet.done_at, sheet.done_by = do.at, do.by.code
    sheet.save(update_fields=["done_at", "done_by"])


def fill(do: Doing, sheet: Sheet, items: Mapping[str, Any]) -> None:
    """Record several items at once: code to `{"outcome", "value", "reason", "evidence"}`, or to `true` for done."""
    for code, given in items.items():
        record_item(do, sheet, code, given if isinstance(given, Mapping) else {})
