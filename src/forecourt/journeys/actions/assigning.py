"""Handing runs from one person to another, with the reason; taking one from the pool."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.journeys import entries
from forecourt.journeys import programs
from forecourt.journeys import storing
from forecourt.journeys.actions.noticing import ASSIGNED
from forecourt.journeys.actions.noticing import notify
from forecourt.journeys.actions.running import running
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import DueStepQuerySet
from forecourt.journeys.models import Journey
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.roles import STORE_STAFF

REASONS = ("absent", "workload", "late", "customer_wish", "left", "rerouted", "other")
MOST = 500


@action("journeys.reassign", roles=(STORE_MANAGER, OPERATOR_MANAGER, NETWORK_OPS))
def reassign(
    do: Doing,
    *,
    journeys: Iterable[UUID | str],
    to: str,
    reason: str,
    role: str = "",
    place: Place | None = None,
) -> Result:
    """Hand one or many runs to the staff member `to`: their open steps of `role` and those still to come.

    Without `role` it is the role that the present owner has in the run. With `place` the runs move to another store.
    """
    if reason not in REASONS:
        text = _("The reason {reason} is unknown. Choose one of: {reasons}.")
        raise Invalid(
            Blocked("journeys.reason", text.format(reason=reason, reasons=", ".join(REASONS)), "reason")
        )
    if not to and place is None:
        raise Invalid(Blocked("journeys.nobody", _("Choose the person who takes over."), "to"))
    wanted = sorted({str(journey) for journey in journeys})
    if len(wanted) > MOST:
        raise Invalid(
            Blocked("journeys.too_many", _("At most {max} journeys at once.").format(max=MOST), "journeys")
        )
    moved = [_hand_over(do, running(journey), to, role, reason, place) for journey in wanted]
    return {"journeys": len(moved), "steps": sum(moved), "to": to}


@action("journeys.take", roles=STORE_STAFF)
def take(do: Doing, *, journey: UUID | str) -> Result:
    """Take the steps of one's own role in a run that nobody of that role has yet."""
    run = running(journey)
    holder = run.team.get(do.by.role, "")
    if holder and holder != do.by.code:
        text = _("{staff} does these steps already. Your store manager can hand them over.")
        raise Refused(Blocked("journeys.taken", text.format(staff=holder)))
    steps = _hand_over(do, run, do.by.code, do.by.role, "taken", None)
    return {"journey": str(run.id), "steps": steps}


def _hand_over(do: Doing, run: Journey, to: str, role: str, reason: str, place: Place | None) -> int:
    role = role or _role_of_owner(run)
    before = run.team.get(role, "")
    team = {**run.team, role: to} if to else {name: staff for name, staff in run.team.items() if name != role}
    columns: dict[str, object] = {"team": team}
    if run.owner in ("", before):
        columns["owner"] = to
    if place is not None:
        columns |= place.columns()
    steps = _open_steps(run, role)
    run.team = team
    storing.write(run, storing.Changes(columns))
    moved = steps.update(assigned_to=to)
    if place is not None:
        DueStep.objects.filter(journey_id=run.id, status="open").update(**place.columns())
    entries.write(do, entries.ASSIGNED, run, {"from": before, "to": to, "role": role, "reason": reason})
    if to and to != do.by.code:
        notify(do, run, ASSIGNED, staff=to, data={"reason": reason, "role": role})
    return moved


def _open_steps(run: Journey, role: str) -> DueStepQuerySet:
    return DueStep.objects.open().filter(journey_id=run.id, roles__contains=[role])


def _role_of_owner(run: Journey) -> str:
    found = next((role for role, staff in run.team.items() if staff and staff == run.owner), "")
    if found:
        return found
    known = programs.of(run.playbook, run.version)
    offers = known.offers(run.state).values()
    return next((offer.step.role or "" for offer in offers if not offer.optional), "")
