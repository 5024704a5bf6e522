"""Quotes from the dated price list. A price cannot be typed in: the customer's wishes go in, the list answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.base.ids import new_id
from forecourt.base.money import to_json
from forecourt.platform.actions import Doing
from forecourt.platform.actions import action
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.sales import refusing
from forecourt.sales.deals import Deal
from forecourt.sales.models import Quote
from forecourt.sales.pricing import Priced
from forecourt.sales.pricing import priced
from forecourt.sales.terms import terms


@action("sales.quote", roles=(ADVISER, STORE_MANAGER))
def make_quote(do: Doing, *, deal: Deal, trim: str, options: Sequence[str] = ()) -> dict[str, str]:
    """Quote a configuration at today's prices, good for a week or until one of its prices ends."""
    on = do.at.astimezone(refusing.SHANGHAI).date()
    offer = priced(trim, options, on)
    quote = Quote(
        id=new_id(do.at), total=offer.total, quoted_at=do.at, valid_until_on=valid_until(offer, on),
        person_id=deal.person, opportunity=deal.opportunity, journey=deal.journey, adviser=do.by.code,
        **offer.columns(), **replace(deal.place, brand=offer.price.brand).columns(),
    )  # fmt: skip
    quote.save(force_insert=True)
    data = {
        "quote": str(quote.id), "trim": trim, "model": quote.model, "configuration": quote.configuration,
        "price": to_json(quote.total), "valid_until": quote.valid_until_on.isoformat(),
    }  # fmt: skip
    deal.write(do, "sales.quoted", about=quote.id, objects={"quote": str(quote.id)}, data=data)
    return data


def valid_until(offer: Priced, on: date) -> date:
    """The last day on which the quote holds."""
    last = on + terms().quote_valid
    ends = offer.holds_until
    return min(last, ends - timedelta(days=1)) if ends else last


def quoted(quote: UUID | str, deal: Deal, on: date) -> Quote:
    """The quote that an order refers to. Raises a refusal when it is another customer's or no longer holds."""
    found = Quote.objects.filter(id=as_id(quote)).first()
    if found is None:
        raise Missing(
            Blocked("sales.quote_missing", _("There is no quote {quote} here.").format(quote=quote), "quote")
        )
    if found.opportunity != deal.opportunity:
        raise Refused(
            refusing.quote_not_valid(
                _("The quote {quote} belongs to another opportunity.").format(quote=quote)
            )
        )
    if found.valid_until_on < on:
        text = _("The quote of {total} held until {until}. Quote anew from today's price list.")
        raise Refused(refusing.quote_not_valid(text.format(total=found.total, until=found.valid_until_on)))
    return found
