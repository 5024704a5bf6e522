"""Closes an opportunity as lost, with the reason, so that losing can be learned from."""

from django.utils.translation import gettext as _

from forecourt.base.ids import new_id
from forecourt.platform.actions import Doing
from forecourt.platform.actions import action
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.sales.deals import Deal
from forecourt.sales.models import TestDrive
from forecourt.sales.models.drives import BOOKED
from forecourt.sales.models.drives import CANCELLED
from forecourt.sales.rules import LOSS_REASONS


@action("sales.lose", roles=(ADVISER, STORE_MANAGER))
def lose(do: Doing, *, deal: Deal, reason: str) -> dict[str, str]:
    """Record why the customer did not buy here, and free what was booked for them."""
    if reason not in LOSS_REASONS:
        text = _("The reason {value} of a lost opportunity is none of {known}.")
        raise Invalid(
            Blocked("sales.loss_reason", text.format(value=reason, known=", ".join(LOSS_REASONS)), "reason")
        )
    if deal.journey:
        TestDrive.objects.filter(journey=deal.journey, state=BOOKED).update(state=CANCELLED)
    opportunity = str(deal.opportunity) if deal.opportunity else None
    objects = {"opportunity": opportunity} if opportunity else {}
    about = deal.journey or deal.opportunity or new_id(do.at)
    deal.write(
        do,
        "sales.opportunity_lost",
        about=about,
        objects=objects,
        data={"opportunity": opportunity, "reason": reason},
    )
    return {"reason": reason}
