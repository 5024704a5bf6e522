"""The lenient ADF 1.0 reader: one `<prospect>` becomes one enquiry with a line of report for each tag.

Real ADF seldom validates (of 16 documents collected one did), so order, case, envelope and extra tags are all
accepted; what was assumed, ignored or refused is said. The strict opposite is `adf_writer`.
"""

from dataclasses import replace
from datetime import date

from forecourt.exchange.leads.adf_people import contact_part
from forecourt.exchange.leads.adf_people import join_points
from forecourt.exchange.leads.adf_people import provider_part
from forecourt.exchange.leads.adf_people import vendor_part
from forecourt.exchange.leads.adf_tags import attribute
from forecourt.exchange.leads.adf_tags import external_ids
from forecourt.exchange.leads.adf_tags import leftovers
from forecourt.exchange.leads.adf_tags import phone_region
from forecourt.exchange.leads.adf_tags import text_of
from forecourt.exchange.leads.adf_vehicles import read_vehicles
from forecourt.exchange.leads.comments import read_comment
from forecourt.exchange.leads.comments import with_car_from
from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.parts import moment
from forecourt.exchange.leads.records import FieldReport
from forecourt.exchange.leads.records import LeadDocument
from forecourt.exchange.leads.records import Limits
from forecourt.exchange.leads.records import Read
from forecourt.exchange.leads.records import Timeframe
from forecourt.exchange.leads.records import Unreadable
from forecourt.exchange.leads.text import squeeze
from forecourt.exchange.leads.xml_tree import Node
from forecourt.exchange.leads.xml_tree import find_documents
from forecourt.exchange.leads.xml_tree import parse_document
from forecourt.exchange.leads.xml_tree import root_name
from forecourt.exchange.leads.xml_tree import unescaped
from forecourt.exchange.times import read_day


def read_adf(text: str, limits: Limits, region: str = "CN") -> Read | Unreadable:
    """Read every `<adf>` in the text, wherever it stands."""
    notes = Notes()
    text = unescaped(text, notes)
    spans = find_documents(text)
    if not spans:
        return Unreadable("xml.not_adf", {"root": root_name(text)}, 1, 1)
    leads: list[LeadDocument] = []
    refused: list[Unreadable] = []
    for span in spans[: limits.max_leads]:
        root = parse_document(text, span, limits, notes)
        if isinstance(root, Unreadable):
            refused.append(root)
        else:
            _read_prospects(root, region, leads, refused)
    return _result(leads, refused, notes.taken(), limits)


def _result(
    leads: list[LeadDocument], refused: list[Unreadable], report: tuple[FieldReport, ...], limits: Limits
) -> Read | Unreadable:
    if len(leads) > limits.max_leads:
        return Unreadable("file.too_many_leads", {"most": str(limits.max_leads)})
    if not leads and len(refused) == 1:
        return refused[0]
    return Read("adf", tuple(leads), tuple(refused), report)


def _read_prospects(root: Node, region: str, leads: list[LeadDocument], refused: list[Unreadable]) -> None:
    prospects = root.all("prospect")
    if not prospects:
        refused.append(Unreadable("adf.no_prospect", line=root.line, position=root.path))
    for prospect in prospects:
        lead = read_prospect(prospect, f"prospect {len(leads) + len(refused) + 1}", region)
        if isinstance(lead, Unreadable):
            refused.append(lead)
        else:
            leads.append(lead)


def read_prospect(prospect: Node, position: str, region: str) -> LeadDocument | Unreadable:
    """Read one enquiry."""
    notes = Notes()
    prospect.taken = True
    customer = prospect.first("customer") or Node(
        "customer", "customer", "adf/prospect/customer", prospect.line
    )
    lead = LeadDocument("adf", position, prospect.line, status=attribute(prospect, "status", notes) or "new")
    lead = _with_head(lead, prospect, customer, notes)
    lead = _with_vehicles(lead, prospect, notes)
    lead = _with_customer(lead, customer, phone_region(prospect, region), notes)
    lead = provider_part(vendor_part(lead, prospect, notes), prospect, notes)
    extras = leftovers(prospect, notes)
    if not lead.contacts and not lead.external_ids:
        return Unreadable("lead.nobody", line=prospect.line, position=position)
    return replace(lead, extras=lead.extras + extras, report=notes.taken())


def _with_head(lead: LeadDocument, prospect: Node, customer: Node, notes: Notes) -> LeadDocument:
    requested = prospect.first("requestdate")
    ids = external_ids(prospect, "lead", notes) + external_ids(customer, "customer", notes)
    at = moment(requested.text, requested.path, notes, requested.line) if requested else None
    if requested is None:
        notes.ignored("adf/prospect/requestdate", "", "time.empty", line=prospect.line)
    return replace(lead, external_ids=ids, requested_at=at)


def _with_vehicles(lead: LeadDocument, prospect: Node, notes: Notes) -> LeadDocument:
    vehicles = prospect.all("vehicle")
    if not vehicles:
        notes.ignored("adf/prospect/vehicle", "", "adf.no_vehicle", line=prospect.line)
    wish, others, said = read_vehicles(vehicles, notes)
    ids = tuple(one for vehicle in vehicles for one in external_ids(vehicle, "vehicle", notes))
    return replace(lead, wish=wish, other_vehicles=others, comment=said, external_ids=lead.external_ids + ids)


def _with_customer(lead: LeadDocument, customer: Node, region: str, notes: Notes) -> LeadDocument:
    contacts = customer.all("contact")
    for contact in contacts:
        lead = contact_part(lead, contact, region, notes)
        lead = replace(lead, external_ids=lead.external_ids + external_ids(contact, "customer", notes))
    lead = replace(lead, contacts=join_points(lead.contacts, notes))
    for place in (customer, *contacts):
        lead = _with_comments(lead, place, notes)
    return replace(lead, timeframe=_timeframe(customer, notes))


def _with_comments(lead: LeadDocument, place: Node, notes: Notes) -> LeadDocument:
    for node in place.all("comments"):
        if place.tag == "contact":
            notes.guessed(node.path, "", "adf.wrong_place", line=node.line, inside="contact")
        comment = read_comment(node.text, node.path, notes, node.line)
        words = "\n".join(part for part in (lead.comment, comment.words) if part)
        lead = replace(lead, comment=words, consents=lead.consents + comment.consents)
        lead = replace(lead, wish=with_car_from(comment, lead.wish))
    return lead


def _timeframe(customer: Node, notes: Notes) -> Timeframe:
    node = customer.first("timeframe")
    if node is None:
        return Timeframe()
    words = text_of(node, "description", notes) or squeeze(node.text)
    if squeeze(node.text):
        notes.read(node.path, node.text, line=node.line)
    return Timeframe(words, _day(node, "earliestdate", notes), _day(node, "latestdate", notes))


def _day(node: Node, tag: str, notes: Notes) -> date | None:
    child = node.first(tag)
    if child is None or moment(child.text, child.path, notes, child.line) is None:
        return None
    return read_day(child.text)
