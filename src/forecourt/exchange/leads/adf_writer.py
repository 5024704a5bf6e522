"""The strict ADF 1.0 writer: what it writes is valid against the document type definition, in order and in values.

ADF demands what a lead may lack: a telephone or an e-mail, a year, make and model, a vendor with a contact. What is
missing there is written empty (the definition allows that) or, where even that cannot be, refused with `CannotWrite`.
"""

from collections.abc import Iterable
from datetime import UTC
from datetime import datetime

from lxml import etree

from forecourt.exchange.leads.adf_tags import ALLOWED
from forecourt.exchange.leads.records import Address
from forecourt.exchange.leads.records import Budget
from forecourt.exchange.leads.records import ContactPoint
from forecourt.exchange.leads.records import ExternalId
from forecourt.exchange.leads.records import LeadDocument
from forecourt.exchange.leads.records import Timeframe
from forecourt.exchange.leads.records import VehicleWish
from forecourt.exchange.leads.records import Vendor
from forecourt.exchange.leads.text import without_forbidden
from forecourt.exchange.names import PersonName


class CannotWrite(ValueError):
    """The enquiry lacks what ADF 1.0 cannot do without; the message says what."""


def write_adf(leads: Iterable[LeadDocument], *, written_at: datetime | None = None) -> bytes:
    """Write enquiries as one ADF document (UTF-8).

    `written_at` stands in for a missing request date. CannotWrite when an enquiry has neither telephone nor e-mail,
    or no date and none to stand in, or when there is no enquiry at all.
    """
    root = etree.Element("adf")
    for lead in leads:
        _prospect(root, lead, lead.requested_at or written_at)
    if not len(root):
        raise CannotWrite("An ADF document needs at least one enquiry.")
    body: bytes = etree.tostring(root, encoding="utf-8", pretty_print=True)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n<?adf version="1.0"?>\n' + body


def _prospect(root: "etree._Element", lead: LeadDocument, at: datetime | None) -> None:
    if at is None:
        raise CannotWrite(f"{lead.position}: no request date; pass written_at.")
    prospect = etree.SubElement(root, "prospect", status=_allowed("prospect", "status", lead.status, "new"))
    _ids(prospect, lead.external_ids, "lead")
    _text(prospect, "requestdate", at.astimezone(UTC).isoformat(timespec="seconds"))
    for vehicle in (lead.wish, *lead.other_vehicles):
        _vehicle(prospect, vehicle)
    _customer(prospect, lead)
    _vendor(prospect, lead)
    if lead.provider:
        provider = etree.SubElement(prospect, "provider")
        _ids(provider, lead.external_ids, "provider")
        _text(provider, "name", lead.provider, part="full")
        _optional(provider, "service", lead.channel)


def _allowed(tag: str, name: str, value: str, default: str) -> str:
    return value if value in ALLOWED[tag, name] else default


def _text(above: "etree._Element", tag: str, text: str, **attributes: str) -> "etree._Element":
    element = etree.SubElement(above, tag, {k: without_forbidden(v) for k, v in attributes.items()})
    element.text = without_forbidden(text)
    return element


def _optional(above: "etree._Element", tag: str, text: str, **attributes: str) -> None:
    if text:
        _text(above, tag, text, **attributes)


def _ids(above: "etree._Element", ids: Iterable[ExternalId], of: str) -> None:
    for order, one in enumerate((one for one in ids if one.of == of), 1):
        _text(above, "id", one.value, sequence=str(one.sequence or order), source=one.source)


def _vehicle(prospect: "etree._Element", wish: VehicleWish) -> None:
    interest = _allowed("vehicle", "interest", wish.interest, "buy")
    vehicle = etree.SubElement(
        prospect, "vehicle", interest=interest, status="used" if wish.condition == "used" else "new"
    )
    _text(vehicle, "year", str(wish.year or ""))
    _text(vehicle, "make", wish.brand)
    # A wish known only in words goes where a person will read it: ADF has no field for it.
    _text(vehicle, "model", wish.model or wish.text)
    for tag, value in (("vin", wish.vin), ("stock", wish.stock), ("trim", wish.trim)):
        _optional(vehicle, tag, value)
    for place, colour in enumerate(wish.colours, 1):
        combination = etree.SubElement(vehicle, "colorcombination")
        _text(combination, "exteriorcolor", colour)
        _text(combination, "preference", str(place))
    for wished in wish.options:
        option = etree.SubElement(vehicle, "option")
        _text(option, "optionname", wished.name)
        _optional(option, "manufacturercode", wished.code)
        _optional(option, "weighting", "" if wished.weighting is None else str(wished.weighting))
    _finance(vehicle, wish.budget)


def _finance(vehicle: "etree._Element", budget: Budget | None) -> None:
    amount = (budget.high or budget.low) if budget else None
    if budget and amount is not None:
        finance = etree.SubElement(vehicle, "finance")
        _text(finance, "method", "finance")
        limit = "maximum" if budget.high else "minimum"
        _text(finance, "amount", str(amount), type="total", limit=limit, currency=budget.currency)


def _customer(prospect: "etree._Element", lead: LeadDocument) -> None:
    customer = etree.SubElement(prospect, "customer")
    contact = etree.SubElement(customer, "contact")
    _name(contact, lead.name)
    points = [point for point in lead.contacts if point.kind in {"phone", "email", "fax", "pager"}]
    if not points:
        raise CannotWrite(
            f"{lead.position}: ADF needs a telephone number or an e-mail address of the customer."
        )
    for point in points:
        _point(contact, point)
    _address(contact, lead.address)
    _ids(customer, lead.external_ids, "customer")
    _optional(customer, "timeframe", _timeframe(lead.timeframe))
    _optional(customer, "comments", lead.comment)


def _timeframe(frame: Timeframe) -> str:
    days = [
        f"from {frame.earliest_on}" if frame.earliest_on else "",
        f"until {frame.latest_on}" if frame.latest_on else "",
    ]
    return ", ".join(part for part in (frame.text, *days) if part)


def _name(contact: "etree._Element", name: PersonName) -> None:
    parts = (("first", name.given), ("middle", name.middle), ("last", name.family))
    if name.family and name.given:
        for part, text in parts:
            _optional(contact, "name", text, part=part, type="individual")
    else:
        _text(contact, "name", name.full or name.nickname, part="full", type="individual")


def _point(contact: "etree._Element", point: ContactPoint) -> None:
    preferred = "1" if point.preferred else "0"
    if point.kind == "email":
        _text(contact, "email", point.value or point.raw, preferredcontact=preferred)
        return
    kind = point.kind if point.kind in {"fax", "pager"} else _allowed("phone", "type", point.label, "voice")
    number = (point.value or point.raw) + (f"x{point.extension}" if point.extension else "")
    time = _allowed("phone", "time", point.best_time, "nopreference")
    _text(contact, "phone", number, type=kind, time=time, preferredcontact=preferred)


def _address(contact: "etree._Element", place: Address) -> None:
    parts = (
        ("city", place.city),
        ("regioncode", place.region),
        ("postalcode", place.postal_code),
        ("country", place.country),
    )
    if not place.street and not any(text for _, text in parts):
        return
    address = etree.SubElement(contact, "address")
    _text(address, "street", place.street, line="1")
    for tag, text in parts:
        _optional(address, tag, text)


def _vendor(prospect: "etree._Element", lead: LeadDocument) -> None:
    vendor: Vendor = lead.vendor
    element = etree.SubElement(prospect, "vendor")
    _ids(element, lead.external_ids, "vendor")
    _text(element, "vendorname", vendor.name or ", ".join(vendor.ids))
    contact = etree.SubElement(element, "contact")
    _text(contact, "name", vendor.staff or vendor.name, part="full")
    # The definition wants a way to reach the vendor; the sender rarely says one.
    _text(contact, "email", "")
