"""Places an order: the price comes from the list or from a quote that still holds, a named car goes to one order only."""

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.base.ids import new_id
from forecourt.base.money import to_json
from forecourt.exchange.vin import check_vin
from forecourt.network.models import Franchise
from forecourt.network.models import Store
from forecourt.network.models.named import holds_on
from forecourt.platform.actions import Doing
from forecourt.platform.actions import action
from forecourt.platform.models import Place
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.sales import paying
from forecourt.sales import refusing
from forecourt.sales.configuration import canonical
from forecourt.sales.deals import Deal
from forecourt.sales.models import Order
from forecourt.sales.models import VehicleHold
from forecourt.sales.models.orders import ONE_ORDER_A_CAR
from forecourt.sales.models.payments import RESERVATION
from forecourt.sales.pricing import priced
from forecourt.sales.quoting import quoted

Begin = Callable[[Order], UUID]


@action("sales.place_order", roles=(ADVISER, STORE_MANAGER))
def place_order(
    do: Doing,
    *,
    deal: Deal,
    trim: str,
    options: Sequence[str] = (),
    quote: UUID | str = "",
    vin: str = "",
    method: str = "",
    begin: Begin | None = None,
) -> dict[str, str]:
    """Reserve a configuration at the price of the list, or at that of `quote`; take the refundable reservation.

    `vin` names a car in stock: of many orders for it at once one gets it, the others are refused. `begin` starts the
    order's own journey and returns its id.
    """
    on = do.at.astimezone(refusing.SHANGHAI).date()
    columns, price = _terms_of(deal, trim, options, quote, on)
    place, city = _where(deal, columns.pop("brand"), on)
    order = Order(
        id=new_id(do.at), price=price, city=city, vin=_clean(vin), person_id=deal.person, opportunity=deal.opportunity,
        quote=quote or None, sold_in=deal.journey, adviser=deal.adviser or do.by.code, placed_at=do.at,
        **columns, **place.columns(),
    )  # fmt: skip
    order.journey = begin(order) if begin else None
    order.save(force_insert=True)
    _hold(do, order)
    here = replace(deal, place=place)
    here.write(do, "sales.order_placed", about=order.id, objects=_objects(order), data=told(order))
    payment = paying.collect(do, here, order, RESERVATION, method)
    paying.refuse_declined(payment)
    return {
        "order": str(order.id), "number": str(order.number), "state": order.state, "price": to_json(price),
        "payment": payment.state,
    }  # fmt: skip


def _terms_of(
    deal: Deal, trim: str, options: Sequence[str], quote: UUID | str, on: date
) -> tuple[dict[str, Any], Decimal]:
    """Columns and price: those of the quote when one is named and fits, else today's."""
    if not quote:
        offer = priced(trim, options, on)
        return offer.columns() | {"brand": offer.price.brand}, offer.total
    kept = quoted(quote, deal, on)
    if canonical(trim, options) != kept.configuration:
        text = _(
            "The quote is for {quoted}, the order for {ordered}. Quote the configuration that is ordered."
        )
        said = text.format(quoted=kept.configuration, ordered=canonical(trim, options))
        raise Refused(refusing.quote_not_valid(said))
    names = ("trim", "model", "options", "configuration", "price_kind", "lines")
    return {name: getattr(kept, name) for name in names} | {"brand": kept.brand}, kept.total


def _where(deal: Deal, brand: str, on: date) -> tuple[Place, str]:
    """The place of the order, marked with the brand of the car, and the city whose queue it joins."""
    place = replace(deal.place, brand=brand)
    if brand != deal.place.brand and not _sells(place.store, brand, on):
        raise Refused(refusing.not_sold_here(brand, place.store))
    city = Store.objects.filter(code=place.store).values_list("city", flat=True).first()
    return place, city or ""


def _sells(store: str, brand: str, on: date) -> bool:
    return Franchise.objects.filter(holds_on(on), store=store, brand=brand, work="sales").exists()


def _clean(vin: str) -> str:
    """The number of a named car, checked. Raises Invalid with what is wrong with it."""
    if not vin:
        return ""
    checked = check_vin(vin)
    if checked.vin is None:
        why = " ".join(remark.sentence for remark in checked.problems)
        raise Invalid(refusing.vin_wrong(vin, why))
    return checked.vin


def _hold(do: Doing, order: Order) -> None:
    if not order.vin:
        return
    hold = VehicleHold(vin=order.vin, order=order, held_at=do.at, **order.place().columns())
    with do.refusing(constraint=ONE_ORDER_A_CAR, problem=refusing.car_taken(order.vin)):
        hold.save(force_insert=True)


def _objects(order: Order) -> dict[str, str]:
    objects = {"order": str(order.id)}
    if order.opportunity:
        objects["opportunity"] = str(order.opportunity)
    return objects | ({"vehicle": order.vin} if order.vin else {})


def told(order: Order) -> dict[str, Any]:
    """What entries tell of an order."""
    return {
        "order": str(order.id), "trim": order.trim, "model": order.model, "options": order.options,
        "configuration": order.configuration, "price": to_json(order.price), "price_kind": order.price_kind,
        "city": order.city, "state": order.state,
    }  # fmt: skip
