"""The people of an ADF lead: the customer's contact, the vendor addressed, the provider who sent it."""

from dataclasses import replace

from forecourt.exchange.leads.adf_tags import attribute
from forecourt.exchange.leads.adf_tags import external_ids
from forecourt.exchange.leads.adf_tags import text_of
from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.parts import email_points
from forecourt.exchange.leads.parts import person_name
from forecourt.exchange.leads.parts import phone_points
from forecourt.exchange.leads.records import Address
from forecourt.exchange.leads.records import ContactPoint
from forecourt.exchange.leads.records import LeadDocument
from forecourt.exchange.leads.records import Vendor
from forecourt.exchange.leads.text import squeeze
from forecourt.exchange.leads.xml_tree import Node
from forecourt.exchange.names import PersonName

_PARTS = {"surname": "family", "last": "family", "first": "given", "middle": "middle"}
_NOT_TELEPHONES = {"fax", "pager"}


def contact_part(lead: LeadDocument, contact: Node, region: str, notes: Notes) -> LeadDocument:
    """Add one `<contact>` of the customer: name, telephones, mail, address."""
    name = contact_name(contact, notes)
    points = [point for phone in contact.all("phone") for point in _phones(phone, region, notes)]
    for email in contact.all("email"):
        preferred = email.attributes.get("preferredcontact") == "1"
        points += email_points(email.text, email.path, notes, preferred=preferred, line=email.line)
    address = contact.first("address")
    return replace(
        lead,
        name=lead.name if lead.name.full else name,
        contacts=lead.contacts + tuple(points),
        address=_address(address, notes) if address else lead.address,
    )


def contact_name(contact: Node, notes: Notes) -> PersonName:
    """The name of a contact from its parts; a part that ADF does not know counts as the full name."""
    nodes = contact.all("name")
    parts: dict[str, str] = {}
    for node in nodes:
        part = _PARTS.get(attribute(node, "part", notes) or "full", "full")
        if squeeze(node.text) and part not in parts:
            parts[part] = node.text
    line = nodes[0].line if nodes else contact.line
    return person_name(notes, f"{contact.path}/name", line, **parts)


def _phones(node: Node, region: str, notes: Notes) -> list[ContactPoint]:
    label, best = attribute(node, "type", notes), attribute(node, "time", notes)
    kind = label if label in _NOT_TELEPHONES else "phone"
    points = phone_points(
        node.text, node.path, notes, region=region, label=label, line=node.line, kind=kind, best_time=best,
        preferred=node.attributes.get("preferredcontact") == "1",
    )  # fmt: skip
    return (
        points
        if kind == "phone"
        else [replace(p, usable_as_key=False, reason="phone.shared_line") for p in points]
    )


def _address(node: Node, notes: Notes) -> Address:
    streets = [squeeze(street.text) for street in node.all("street")]
    flat = text_of(node, "apartment", notes)
    street = ", ".join(part for part in (*streets, flat) if part)
    if street:
        notes.read(f"{node.path}/street", street, line=node.line)
    city, region = text_of(node, "city", notes), text_of(node, "regioncode", notes)
    postal_code, country = text_of(node, "postalcode", notes), text_of(node, "country", notes)
    return Address(city, region, street, postal_code, country)


def join_points(points: tuple[ContactPoint, ...], notes: Notes) -> tuple[ContactPoint, ...]:
    """Drop contact points given twice."""
    seen: dict[tuple[str, str, str], ContactPoint] = {}
    for point in points:
        same = (point.kind, point.value or point.raw, point.extension)
        if same in seen:
            notes.ignored(f"contact/{point.kind}", point.raw, "field.repeated")
        seen.setdefault(same, point)
    return tuple(seen.values())


def vendor_part(lead: LeadDocument, prospect: Node, notes: Notes) -> LeadDocument:
    """Add the vendor: the store to which the enquiry was addressed."""
    node = prospect.first("vendor")
    if node is None:
        notes.ignored("adf/prospect/vendor", "", "adf.no_vendor", line=prospect.line)
        return lead
    name, ids = text_of(node, "vendorname", notes), external_ids(node, "vendor", notes)
    contact = node.first("contact")
    staff = contact_name(contact, Notes()).full if contact else ""
    if name and staff:
        notes.ignored(f"{node.path}/contact/name", staff, "field.for_the_vendor", line=node.line)
    if not name and staff:
        notes.guessed(f"{node.path}/contact/name", staff, "adf.wrong_place", line=node.line, inside="contact")
    vendor = Vendor(name or staff, tuple(one.value for one in ids), staff if name else "")
    return replace(lead, vendor=vendor, external_ids=lead.external_ids + ids)


def provider_part(lead: LeadDocument, prospect: Node, notes: Notes) -> LeadDocument:
    """Add the provider: who sent the enquiry, by which of its services, for which campaign."""
    node = prospect.first("provider")
    source = next((one.source for one in lead.external_ids if one.of == "lead" and one.source), "")
    if node is None:
        return replace(lead, source=source)
    provider, ids = text_of(node, "name", notes), external_ids(node, "provider", notes)
    channel, campaign = text_of(node, "service", notes), text_of(node, "campaign", notes)
    return replace(
        lead, provider=provider, source=source or provider, channel=channel, campaign=campaign,
        external_ids=lead.external_ids + ids,
    )  # fmt: skip
