"""Moves a function from one party to another from a day on (law 5)."""

from datetime import date

from django.utils.translation import gettext as _

from forecourt.base.ids import new_id
from forecourt.network.models import Governance
from forecourt.network.records import record
from forecourt.network.rules import FUNCTIONS
from forecourt.network.rules import PARTIES
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import NETWORK_OPS


@action("network.assign_function", roles=(NETWORK_OPS,))
def assign_function(
    do: Doing,
    *,
    function: str,
    party: str,
    valid_from: date,
    brand: str = "",
    channel: str = "",
    region: str = "",
    source: str = "",
) -> Result:
    """Give a function to a party for a brand, channel and region (empty: any). The row before it ends on that day."""
    _known(function, FUNCTIONS, "function")
    _known(party, PARTIES, "party")
    same = Governance.objects.about(function).filter(brand=brand, channel=channel, region=region)
    if later := same.filter(valid_from__gte=valid_from).order_by("valid_from").first():
        text = _("{function} is already given to {party} from {on}; a new row must begin after it.")
        raise Refused(
            Blocked(
                "network.governance_later",
                text.format(function=function, party=later.party, on=later.valid_from),
                "valid_from",
            )
        )
    same.in_force(valid_from).update(valid_to=valid_from)
    row = Governance(
        id=new_id(do.at), function=function, brand=brand, channel=channel, region=region, party=party,
        valid_from=valid_from, source=source,
    )  # fmt: skip
    row.save(force_insert=True)
    record(
        do, "function_assigned", "function", function, Place(brand=brand, region=region),
        party=party, brand=brand, channel=channel, region=region, valid_from=valid_from.isoformat(),
    )  # fmt: skip
    return {"governance": str(row.id)}


def _known(value: str, known: tuple[str, ...], field: str) -> None:
    if value not in known:
        text = _("{value} is not a {field}; known are {known}.")
        raise Invalid(
            Blocked(
                f"network.{field}_unknown",
                text.format(value=value, field=field, known=", ".join(known)),
                field,
            )
        )
