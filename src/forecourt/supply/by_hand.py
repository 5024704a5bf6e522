"""Allocation by hand: a store asks with a reason, network operations decides, and the queue's record shows both."""

from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import NeedsApproval
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.supply.allocating import for_update
from forecourt.supply.models import APPROVED
from forecourt.supply.models import ASKED
from forecourt.supply.models import REFUSED
from forecourt.supply.models import AllocationRequest
from forecourt.supply.models import QueuePlace
from forecourt.supply.refusing import as_system

MIN_REASON = 8


@action("supply.ask_allocation", roles=(DELIVERY_SPECIALIST, STORE_MANAGER, NETWORK_OPS))
def ask_allocation(do: Doing, *, order: str, vin: str, reason: str) -> Result:
    """Ask that a certain car goes to a certain order out of turn. Nothing moves before somebody else approves."""
    if len(reason.strip()) < MIN_REASON:
        text = _("Say in at least {least} characters why this order should not wait its turn.")
        raise Invalid(Blocked("supply.reason_missing", text.format(least=MIN_REASON), "reason"))
    if not QueuePlace.objects.filter(order=as_id(order)).exists():
        raise Missing(
            Blocked("supply.no_such_place", _("The order {order} is not in the queue.").format(order=order))
        )
    with do.above():
        place, vehicle = for_update(order, vin)
        passes = QueuePlace.objects.ahead_of(place).count()
    request = AllocationRequest(
        id=new_id(do.at), order=place.order, person_id=place.person_id, vehicle=vehicle, reason=reason.strip()[:500], passes=passes,
        asked_by=do.by.code, asked_at=do.at, **place.place().columns(),
    )  # fmt: skip
    request.save(force_insert=True)
    _tell(do, request, "supply.allocation_asked")
    return {"request": str(request.id), "passes": passes, "approver": NETWORK_OPS}


@action("supply.decide_allocation", roles=(NETWORK_OPS,))
def decide_allocation(do: Doing, *, request: str, approved: bool) -> Result:
    """Approve or refuse what was asked. Nobody decides on their own request."""
    found = AllocationRequest.objects.select_for_update().filter(id=as_id(request)).first()
    if found is None:
        raise Missing(
            Blocked("supply.no_such_request", _("There is no request {request}.").format(request=request))
        )
    if found.state != ASKED:
        raise Refused(
            Blocked(
                "supply.request_decided", _("This request was decided by {who}.").format(who=found.decided_by)
            )
        )
    if found.asked_by == do.by.code:
        text = _("You asked for this allocation; somebody else in network operations decides on it.")
        raise Refused(NeedsApproval("supply.own_request", text, NETWORK_OPS))
    found.state, found.decided_by, found.decided_at = APPROVED if approved else REFUSED, do.by.code, do.at
    found.save(update_fields=["state", "decided_by", "decided_at"])
    if approved:
        place, vehicle = for_update(found.order, found.vehicle_id)
        as_system(do, place, vehicle, by_hand=True, approved_by=do.by.code)
    _tell(do, found, "supply.allocation_decided")
    return {"request": str(found.id), "state": found.state, "vin": found.vehicle_id}


def _tell(do: Doing, request: AllocationRequest, kind: str) -> None:
    journal.write(
        do, kind, stream=request.id, place=request.place(), person=request.person_id,
        objects={"order": request.order, "vehicle": request.vehicle_id},
        data={"order": request.order, "vin": request.vehicle_id, "passes": request.passes, "state": request.state},
    )  # fmt: skip
