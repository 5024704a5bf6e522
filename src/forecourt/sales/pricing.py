"""What a configuration costs on a day: looked up in the price list, never typed in."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from forecourt.base import money
from forecourt.platform.refusals import Problem
from forecourt.platform.refusals import Refused
from forecourt.sales import refusing
from forecourt.sales.configuration import canonical
from forecourt.sales.models.catalogue import LIST
from forecourt.sales.models.catalogue import PLACEHOLDER
from forecourt.sales.models.catalogue import Option
from forecourt.sales.models.catalogue import Price
from forecourt.sales.models.orders import Order


@dataclass(frozen=True, slots=True)
class Priced:
    """A configuration with its price on a day: the trim's row of the list and the options' rows."""

    price: Price
    options: tuple[Option, ...] = ()

    @property
    def codes(self) -> list[str]:
        return sorted(option.code for option in self.options)

    @property
    def configuration(self) -> str:
        return canonical(self.price.trim, self.codes)

    @property
    def total(self) -> Decimal:
        return money.total([self.price.amount, *(option.amount for option in self.options)])

    @property
    def lines(self) -> list[dict[str, str]]:
        """The price line by line, as it is kept with a quote or an order."""
        base = {"kind": self.price.kind, "code": self.price.trim, "amount": money.to_json(self.price.amount)}
        return [base, *(_line(option) for option in sorted(self.options, key=lambda option: option.code))]

    @property
    def holds_until(self) -> date | None:
        """The first day on which one of its prices no longer holds; None when no end is known."""
        ends = [row.valid_to for row in (self.price, *self.options) if row.valid_to]
        return min(ends, default=None)

    def columns(self) -> dict[str, Any]:
        """What a quote and an order keep of it."""
        return {
            "trim": self.price.trim, "model": self.price.model, "options": self.codes,
            "configuration": self.configuration, "price_kind": self.price.kind, "lines": self.lines,
        }  # fmt: skip


def _line(option: Option) -> dict[str, str]:
    return {"kind": "option", "code": option.code, "amount": money.to_json(option.amount)}


def price_on(trim: str, on: date) -> Price | None:
    """The row of the price list that holds for a trim on a day, or None."""
    return Price.objects.holding_on(on).filter(trim=trim).first()


def options_on(brand: str, on: date, codes: Sequence[str] | None = None) -> list[Option]:
    """The options that a brand offers on a day, all or those named; a brand's own row goes before the common one."""
    rows = Option.objects.holding_on(on).filter(Q(brand="") | Q(brand=brand))
    if codes is not None:
        rows = rows.filter(code__in=codes)
    own = {row.code: row for row in rows.order_by("brand")}
    return sorted(own.values(), key=lambda row: (row.group, row.amount, row.code))


def priced(trim: str, options: Iterable[str], on: date) -> Priced:
    """The configuration with its price on the day. Raises Refused when it is not listed, or cannot be built."""
    price = price_on(trim, on)
    if price is None:
        raise Refused(refusing.price_not_listed(trim, on))
    codes = sorted({code for code in options if code})
    chosen = options_on(price.brand, on, codes) if codes else []
    if problems := why_not(price, codes, chosen, on):
        raise Refused(*problems)
    return Priced(price, tuple(chosen))


def final_offer(order: Order, on: date, accept_price: str = "") -> Priced | None:
    """The list price at which a pre-sale order becomes firm; None when its price is final already.

    Raises Refused while there is no list price, and when it rose and the customer has not accepted just that amount.
    """
    if order.price_kind == LIST:
        return None
    offer = priced(order.trim, order.options, on)
    if offer.price.kind != LIST:
        raise Refused(refusing.price_not_final(order))
    if offer.total > order.price and not _accepts(accept_price, offer.total):
        raise Refused(refusing.price_rose(order, offer.total))
    return offer


def _accepts(text: str, price: Decimal) -> bool:
    try:
        return bool(text) and money.yuan(text) == price
    except ArithmeticError:
        return False


def why_not(price: Price, codes: Sequence[str], offered: Sequence[Option], on: date) -> list[Problem]:
    """All reasons why this price and these options make no car that can be ordered."""
    problems: list[Problem] = []
    if price.kind == PLACEHOLDER:
        problems.append(refusing.placeholder_price(price.trim, price.amount))
    if missing := set(codes) - {option.code for option in offered}:
        problems.append(refusing.option_not_offered(missing, on))
    groups: dict[str, list[str]] = defaultdict(list)
    for option in offered:
        groups[option.group].append(option.code)
    problems.extend(refusing.one_of_a_group(group, many) for group, many in groups.items() if len(many) > 1)
    return problems
