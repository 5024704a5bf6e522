"""What codes of the room are called on pages: outcomes, reasons, parts of the ranking."""

from typing import Any

from django.utils.translation import gettext as _

from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.rules import RINGS_KM

Badge = tuple[str, str]


def outcome(code: str) -> Badge:
    """Tone and word of what became of a lead or a document."""
    return {
        "accepted": ("good", _("Accepted")), "joined": ("good", _("Joined to a known person")),
        "updated": ("info", _("News of a known lead")), "unrouted": ("warn", _("Waiting to be routed")),
        "refused": ("bad", _("Refused")), "mixed": ("warn", _("Mixed")), "reading": ("info", _("Being read")),
    }.get(code, ("quiet", code))  # fmt: skip


def field_outcome(code: str) -> Badge:
    """Tone and word of what became of a field."""
    return {
        "read": ("good", _("Read")), "guessed": ("info", _("Understood by an assumption")),
        "ignored": ("quiet", _("Set aside")), "refused": ("warn", _("Not understood")),
    }.get(code, ("quiet", code))  # fmt: skip


def state(code: str) -> Badge:
    """Tone and word of an opportunity's state."""
    return {
        "open": ("info", _("Open")), "ordered": ("good", _("Ordered")), "lost": ("quiet", _("Lost")),
        "invalid": ("quiet", _("Invalid")), "withdrawn": ("quiet", _("Withdrawn by the customer")),
    }.get(code, ("quiet", code))  # fmt: skip


def why(lead: Lead) -> str:
    """Why a lead is not routed, and what to do."""
    return {
        "no_brand": _("No car of the network was recognised. Name the model, and it is routed."),
        "no_seller": _("No store may sell this brand today. Choose another brand, or give a store the franchise."),
        "no_playbook": _("The playbook retail is not published. Publish it, then route the lead."),
        "sender_invalid": _("The sender marks this enquiry as invalid. Nobody is asked to call."),
    }.get(lead.reason, "")  # fmt: skip


def behind(part: str) -> str:
    """Why a store came after the one chosen."""
    return {
        "": _("chosen"), "not_named": _("the sender named the other store"), "unstaffed": _("nobody there may answer"),
        "ring": _("further away"), "waiting": _("opens later"), "load": _("more open for each adviser"),
        "km": _("a little further"), "store": _("equal; by code"),
    }.get(part, part)  # fmt: skip


def rings() -> str:
    """The rings of distance, for the explanation under a ranking."""
    return ", ".join(f"{edge:.0f}" for edge in RINGS_KM)


def news(kind: str) -> str:
    """What kind of news came of a lead."""
    return {
        "arrival": _("The customer came to the store"), "follow_up": _("Followed up in the other system"),
        "repeated": _("The same enquiry was sent again"),
    }.get(kind, kind)  # fmt: skip


def document_kind(document: Document) -> str:
    return {
        "adf": "ADF 1.0", "wecom": _("WeCom JSON"), "json": _("Forecourt JSON"), "csv": _("Table (CSV)"),
    }.get(document.format, _("Not recognised"))  # fmt: skip


def place_of(row: dict[str, Any]) -> str:
    """Where in a document a refusal points to."""
    if row["line"]:
        return _("line {line}, column {column}").format(line=row["line"], column=row["column"] or 1)
    return str(row["position"] or _("the document"))


def hand_over_reasons() -> list[tuple[str, str]]:
    """Why somebody hands an opportunity over: code and word."""
    return [
        ("workload", _("Workload")), ("absent", _("Absent")), ("late", _("Late")), ("customer_wish", _("Wish of the customer")),
        ("left", _("Has left")), ("other", _("Other")),
    ]  # fmt: skip
