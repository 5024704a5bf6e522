"""The vehicles of an ADF lead: the one wished for, those offered in trade, and trade-ins hidden among the options."""

import re
from dataclasses import replace
from decimal import Decimal
from decimal import InvalidOperation

from forecourt.exchange.leads.adf_tags import attribute
from forecourt.exchange.leads.adf_tags import text_of
from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.parts import model_year
from forecourt.exchange.leads.records import Budget
from forecourt.exchange.leads.records import VehicleWish
from forecourt.exchange.leads.records import WishedOption
from forecourt.exchange.leads.text import squeeze
from forecourt.exchange.leads.xml_tree import Node
from forecourt.exchange.vin import check_vin

_OFFERED = {"sell", "trade-in"}
_TRADE_OPTION = re.compile(
    r"^(?:trade[- ]?in|current)\s+(?P<what>year|make|model|mileage|vin)$", re.IGNORECASE
)


def read_vehicles(nodes: list[Node], notes: Notes) -> tuple[VehicleWish, tuple[VehicleWish, ...], str]:
    """The wish, the other vehicles, and what the comments of the vehicles say."""
    wish: VehicleWish | None = None
    others: list[VehicleWish] = []
    for node in nodes:
        vehicle, trade_in = _vehicle(node, notes)
        others += [trade_in] if trade_in else []
        if vehicle.interest in _OFFERED or wish is not None:
            notes.guessed(
                node.path,
                vehicle.text,
                "vehicle.not_the_wish",
                line=node.line,
                interest=vehicle.interest or "-",
            )
            others.append(vehicle)
        else:
            wish = vehicle
    words = [text_of(node, "comments", notes) for node in nodes]
    return wish or VehicleWish(), tuple(others), "\n".join(word for word in words if word)


def _vehicle(node: Node, notes: Notes) -> tuple[VehicleWish, VehicleWish | None]:
    year = node.first("year")
    wish = VehicleWish(
        brand=text_of(node, "make", notes),
        model=text_of(node, "model", notes),
        trim=text_of(node, "trim", notes),
        year=model_year(year.text, year.path, notes, year.line) if year else None,
        interest=attribute(node, "interest", notes) or "buy",
        condition=attribute(node, "status", notes),
        vin=_vin(node, notes),
        stock=text_of(node, "stock", notes),
        colours=_colours(node, notes),
        budget=_budget(node, notes),
    )
    options, trade_in = _options(node, notes)
    words = (str(wish.year or ""), wish.brand, wish.model, wish.trim)
    return replace(wish, text=" ".join(word for word in words if word), options=options), trade_in


def _vin(node: Node, notes: Notes) -> str:
    child = node.first("vin")
    if child is None or not squeeze(child.text):
        return ""
    checked = check_vin(child.text)
    if checked.vin is None:
        notes.refused(child.path, child.text, "vehicle.vin_refused", line=child.line)
        return ""
    notes.read(child.path, child.text, line=child.line)
    return checked.vin


def _colours(node: Node, notes: Notes) -> tuple[str, ...]:
    wished = []
    for place, combination in enumerate(node.all("colorcombination"), 1):
        preference = text_of(combination, "preference", notes)
        colours = [text_of(combination, tag, notes) for tag in ("exteriorcolor", "interiorcolor")]
        rank = int(preference) if preference.isdecimal() and len(preference) < 4 else place
        wished.append((rank, " / ".join(colour for colour in colours if colour)))
    return tuple(words for _, words in sorted(wished, key=lambda one: one[0]) if words)


def _options(node: Node, notes: Notes) -> tuple[tuple[WishedOption, ...], VehicleWish | None]:
    options: list[WishedOption] = []
    offered: dict[str, str] = {}
    for option in node.all("option"):
        name, code = text_of(option, "optionname", notes), text_of(option, "manufacturercode", notes)
        trade = _TRADE_OPTION.match(name)
        if trade:
            notes.guessed(option.path, name, "vehicle.not_the_wish", line=option.line, interest="trade-in")
            offered[trade["what"].lower()] = code
        elif name:
            options.append(WishedOption(name, code, _weighting(option, notes)))
    return tuple(options), _trade_in(offered)


def _trade_in(offered: dict[str, str]) -> VehicleWish | None:
    if not offered:
        return None
    year = offered.get("year", "")
    text = " ".join(offered[what] for what in ("year", "make", "model") if offered.get(what))
    known_year = int(year) if year.isdecimal() and len(year) == 4 else None
    return VehicleWish(
        brand=offered.get("make", ""),
        model=offered.get("model", ""),
        year=known_year,
        text=text,
        interest="trade-in",
    )


def _weighting(option: Node, notes: Notes) -> int | None:
    child = option.first("weighting")
    raw = squeeze(child.text) if child else ""
    if child is None or not raw:
        return None
    digits = raw.lstrip("+-")
    if not (digits.isdecimal() and len(digits) <= 3 and int(digits) <= 100):
        notes.refused(child.path, raw, "field.not_a_number", line=child.line)
        return None
    notes.read(child.path, raw, line=child.line)
    return -int(digits) if raw.startswith("-") else int(digits)


def _budget(node: Node, notes: Notes) -> Budget | None:
    """What the customer offers or finances in all; list prices and monthly rates are no budget."""
    finance = node.first("finance")
    if finance:
        text_of(finance, "method", notes)
    prices = [
        child
        for child in node.children
        if child.tag == "price" and _type(child, "quote") in {"offer", "asking"}
    ]
    amounts = finance.children if finance else []
    totals = [child for child in amounts if child.tag == "amount" and _type(child, "total") == "total"]
    for amount in totals + prices:
        found = _money(amount, notes)
        if found:
            return found
    return None


def _type(node: Node, default: str) -> str:
    return squeeze(node.attributes.get("type", default)).lower()


def _money(node: Node, notes: Notes) -> Budget | None:
    node.taken = True
    raw = squeeze(node.text)
    currency = squeeze(node.attributes.get("currency", "")).upper() or "CNY"
    try:
        amount = Decimal(raw.lstrip("¥￥$ ").replace(",", "")[:20])
    except InvalidOperation:
        notes.refused(node.path, raw, "field.not_a_number", line=node.line)
        return None
    if not amount.is_finite() or not 0 < amount < 10**12:
        notes.refused(node.path, raw, "field.not_a_number", line=node.line)
        return None
    notes.read(node.path, raw, line=node.line)
    low = amount if node.attributes.get("limit", "").lower() == "minimum" else None
    return Budget(low, None if low else amount, currency, raw)
