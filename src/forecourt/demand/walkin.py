"""A customer at the stand: the adviser who receives them enters a name, a number and a model. The same path as any lead."""

import json
from datetime import datetime

from django.utils.translation import gettext as _

from forecourt.demand.intake import intake
from forecourt.demand.taking import Hand
from forecourt.exchange.phones import normalise_phone
from forecourt.platform.actions import Result
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import STORE_MANAGER

CHANNEL, SOURCE = "walk-in", "store"
REGION = "CN"


def take_walk_in(
    *,
    by: Actor,
    at: datetime,
    key: str = "",
    name: str = "",
    phone: str = "",
    email: str = "",
    model: str = "",
    comment: str = "",
) -> Result:
    """Take the enquiry of somebody who is in the store: it stays in the adviser's own store and with the adviser.

    A known person with an open opportunity of the brand stays with whoever has it. Raises Invalid without a phone or e-mail, or
    when the document that this makes is refused.
    """
    if by.role not in (ADVISER, STORE_MANAGER) or not by.store:
        text = _("Walk-ins are entered by the advisers and the manager of a store.")
        raise Forbidden(Blocked("demand.walk_in_role", text))
    if not (phone.strip() or email.strip()):
        text = _("Enter a telephone number or an e-mail address; without one nobody can answer.")
        raise Invalid(Blocked("demand.unreachable", text, "phone"))
    if phone.strip() and normalise_phone(phone, REGION).e164 is None:
        text = _("{phone} is not a telephone number; read it out again, please.")
        raise Invalid(Blocked("demand.phone_wrong", text.format(phone=phone.strip()[:40]), "phone"))
    said = {
        # Repeated under its key it must be the same document, whatever the clock says by then.
        "source": SOURCE, "channel": CHANNEL, "requested_at": "" if key else at.isoformat(), "name": name.strip(), "phone": phone.strip(),
        "email": email.strip(), "vehicle": model.strip(), "comment": comment.strip(), "store": by.store,
        # Two people who give the same number within a second are not one document.
        "id": f"walk-in {by.code} {key or at.isoformat()}",
    }  # fmt: skip
    raw = json.dumps({name: value for name, value in said.items() if value}).encode()
    owner = by.code if by.role == ADVISER else ""
    hand = Hand(by.store, owner)
    return intake(by=by, at=at, key=key, raw=raw, filename="walk-in.json", source=SOURCE, hand=hand)
