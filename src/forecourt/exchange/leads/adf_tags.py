"""ADF tag by tag: attributes and their allowed values, ids, plain texts, and what is left over at the end."""

import phonenumbers

from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.parts import said
from forecourt.exchange.leads.records import ExternalId
from forecourt.exchange.leads.text import squeeze
from forecourt.exchange.leads.xml_tree import Node

ALLOWED = {
    ("prospect", "status"): ("new", "resend"),
    ("vehicle", "interest"): ("buy", "lease", "sell", "trade-in", "test-drive"),
    ("vehicle", "status"): ("new", "used"),
    ("phone", "type"): ("voice", "fax", "cellphone", "pager"),
    ("phone", "time"): ("morning", "afternoon", "evening", "nopreference", "day"),
    ("name", "part"): ("surname", "first", "middle", "last", "full"),
    ("name", "type"): ("business", "individual"),
}
# Attributes without influence on the enquiry; they need no report line of their own.
_QUIET = {
    "sequence",
    "source",
    "part",
    "type",
    "time",
    "preferredcontact",
    "primarycontact",
    "line",
    "units",
    "currency",
}
_QUIET |= {
    "status",
    "interest",
    "limit",
    "delta",
    "relativeto",
    "width",
    "height",
    "alttext",
    "schemalocation",
}
EXTENSIONS = {
    *(
        "gender",
        "birthday",
        "locale",
        "form",
        "referrer",
        "campaign",
        "searchterm",
        "keyword",
        "navigationhistory",
    ),
    *(
        "leadtype",
        "prequal",
        "rate",
        "term",
        "frequency",
        "mileageallowance",
        "dealix",
        "service",
        "language",
    ),
    *(
        "doors",
        "bodystyle",
        "transmission",
        "odometer",
        "condition",
        "imagetag",
        "pricecomments",
        "utm_source",
    ),
}
_COUNTRIES = {
    "china": "CN",
    "中国": "CN",
    "prc": "CN",
    "canada": "CA",
    "usa": "US",
    "united states": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "united kingdom": "GB",
    "uk": "GB",
    "hong kong": "HK",
    "香港": "HK",
    "中国香港": "HK",
    "macau": "MO",
    "澳门": "MO",
    "中国澳门": "MO",
    "taiwan": "TW",
    "singapore": "SG",
    "mexico": "MX",
    "australia": "AU",
}


def attribute(node: Node, name: str, notes: Notes) -> str:
    """An attribute in lower case; a value that ADF does not know is reported and kept."""
    raw = node.attributes.get(name, "")
    value = squeeze(raw).lower()
    allowed = ALLOWED.get((node.tag, name), ())
    path = f"{node.path}@{name}"
    if value and allowed and value not in allowed:
        notes.guessed(path, raw, "field.value_unknown", line=node.line, allowed=", ".join(allowed))
    elif value != raw:
        notes.guessed(path, raw, "field.case_changed", line=node.line, value=value)
    return value


def text_of(node: Node, tag: str, notes: Notes) -> str:
    """The text of a child, reported; further children of that name are reported as repeated by `leftovers`."""
    child = node.first(tag)
    return said(child.text, child.path, notes, child.line) if child else ""


def external_ids(node: Node, of: str, notes: Notes) -> tuple[ExternalId, ...]:
    """The id chain of a node: each id with its sequence and source; the route of a lead."""
    found = []
    for order, child in enumerate(node.all("id"), 1):
        value = squeeze(child.text)
        if not value:
            notes.ignored(child.path, child.attributes.get("source", ""), "id.empty", line=child.line)
            continue
        found.append(
            ExternalId(value, squeeze(child.attributes.get("source", "")), _sequence(child, order, notes), of)
        )
    return tuple(found)


def _sequence(node: Node, order: int, notes: Notes) -> int:
    raw = squeeze(node.attributes.get("sequence", ""))
    if raw.isdecimal() and len(raw) < 7:
        notes.read(node.path, node.text, line=node.line)
        return int(raw)
    notes.guessed(node.path, node.text, "id.sequence_missing", line=node.line)
    return order


def phone_region(prospect: Node, default: str) -> str:
    """The country whose numbers are meant: that of the customer's address, else of the vendor's, else the default."""
    for part in ("customer", "vendor", "provider"):
        for node in prospect.walk():
            if node.tag == "country" and f"/{part}/" in node.path:
                region = _COUNTRIES.get(squeeze(node.text).casefold(), squeeze(node.text).upper())
                if region in phonenumbers.SUPPORTED_REGIONS:
                    return region
    return default


def leftovers(prospect: Node, notes: Notes) -> tuple[tuple[str, str], ...]:
    """Report every tag and attribute that no reader used; known additions of senders are kept as (name, text)."""
    extras: list[tuple[str, str]] = []
    for node in prospect.walk():
        _report_attributes(node, notes)
        if not node.taken:
            _report_leftover(node, notes, extras)
    return tuple(extras)


def _report_attributes(node: Node, notes: Notes) -> None:
    for name, value in node.attributes.items():
        used = name in _QUIET and not (node.tag == "prospect" and name == "type")
        if not used:
            notes.ignored(f"{node.path}@{name}", value, "field.unknown", line=node.line)


def _report_leftover(node: Node, notes: Notes, extras: list[tuple[str, str]]) -> None:
    text = squeeze(node.text)
    if not text:
        if not node.children:
            notes.ignored(node.path, "", "field.empty", line=node.line)
        return
    if "/vendor" in node.path or ("/provider/" in node.path and node.tag not in EXTENSIONS):
        notes.ignored(node.path, text, "field.for_the_vendor", line=node.line)
    elif node.tag in EXTENSIONS and node.tag not in {"birthday"}:
        notes.read(node.path, text, "field.extension", line=node.line)
        extras.append((node.tag, text[:500]))
    else:
        notes.ignored(node.path, text, "field.unknown", line=node.line)
