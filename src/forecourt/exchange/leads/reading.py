"""`read_leads`: what is this document, by its content, and which reader understands it?"""

from dataclasses import replace
from datetime import datetime
from email.message import Message

from forecourt.exchange.leads.adf import read_adf
from forecourt.exchange.leads.json_leads import read_json
from forecourt.exchange.leads.mail import Mail
from forecourt.exchange.leads.mail import Part
from forecourt.exchange.leads.mail import looks_like_mail
from forecourt.exchange.leads.mail import open_mail
from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.records import FieldReport
from forecourt.exchange.leads.records import LeadDocument
from forecourt.exchange.leads.records import Limits
from forecourt.exchange.leads.records import Outcome
from forecourt.exchange.leads.records import Read
from forecourt.exchange.leads.records import Unreadable
from forecourt.exchange.leads.table import looks_like_table
from forecourt.exchange.leads.table import read_table
from forecourt.exchange.leads.text import decode
from forecourt.exchange.leads.text import squeeze
from forecourt.exchange.leads.xml_tree import find_documents
from forecourt.exchange.leads.xml_tree import unescaped

_NOT_TEXT = (
    (b"PK\x03\x04", "file.spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "file.spreadsheet"),
    (b"%PDF", "file.pdf"),
)
_DEFAULT = Limits()


def read_leads(
    data: bytes, *, filename: str = "", content_type: str = "", region: str = "CN", limits: Limits = _DEFAULT
) -> Read | Unreadable:
    """Read the enquiries in a document of any format we know: ADF, a mail, WeCom or our own JSON, CSV.

    The format is found by content; `content_type` only gives a charset where the bytes do not, and `filename` is never
    believed. `region` (ISO 3166 alpha-2) is the country of telephone numbers without a country code. Nothing raises for
    bad input, and the raw bytes stay with the caller.
    """
    refusal = _refusal_at_sight(data, limits)
    if refusal:
        return refusal
    if looks_like_mail(data):
        return _read_mail(data, region, limits)
    return _read_text(data, _charset(content_type), region, limits)


def _refusal_at_sight(data: bytes, limits: Limits) -> Unreadable | None:
    if len(data) > limits.max_bytes:
        return Unreadable("file.too_large", {"size": str(len(data)), "most": str(limits.max_bytes)})
    if not data.strip():
        return Unreadable("file.empty")
    return next((Unreadable(code) for mark, code in _NOT_TEXT if data.startswith(mark)), None)


def _charset(content_type: str) -> str:
    message = Message()
    message["Content-Type"] = squeeze(content_type)[:200]
    return str(message.get_content_charset() or "")


def _read_text(data: bytes, charset: str, region: str, limits: Limits) -> Read | Unreadable:
    decoded = decode(data, charset)
    if isinstance(decoded, Unreadable):
        return decoded
    text = decoded.text.lstrip("\ufeff \t\r\n")
    if find_documents(unescaped(decoded.text, Notes())) or text[:1] == "<":
        return read_adf(decoded.text, limits, region)
    if text[:1] in ("{", "["):
        return read_json(decoded.text, limits, region)
    if looks_like_table(decoded.text):
        return read_table(decoded, limits, region)
    return Unreadable("file.unknown", {"start": squeeze(text[:60])}, 1, 1)


def _read_mail(data: bytes, region: str, limits: Limits) -> Read | Unreadable:
    mail = open_mail(data, limits)
    if isinstance(mail, Unreadable):
        return mail
    nothing = Unreadable("mail.no_lead", {"subject": mail.subject, "parts": str(len(mail.parts))}, 1, 1)
    refused: list[Unreadable] = []
    set_aside = Notes()
    for part in _likeliest_first(mail.parts):
        read = _read_part(part, region, limits)
        if isinstance(read, Read) and read.leads:
            return _from_mail(read, mail, set_aside.taken())
        if isinstance(read, Unreadable) and _tried_to_be_a_lead(part, read):
            refused.append(read)
        set_aside.ignored("mail", part.kind, "mail.part_set_aside", kind=part.kind)
    return refused[0] if refused else nothing


def _likeliest_first(parts: tuple[Part, ...]) -> list[Part]:
    return sorted(parts, key=lambda part: part.kind in {"text/plain", "text/html"})


def _read_part(part: Part, region: str, limits: Limits) -> Read | Unreadable:
    refusal = _refusal_at_sight(part.data, limits)
    if refusal or part.kind.startswith(("image/", "audio/", "video/")):
        return refusal or Unreadable("file.unknown", {"start": part.kind})
    read = _read_text(part.data, part.charset, region, limits)
    # Prose has commas too: in the body of a mail only a table with known columns is one.
    if (
        isinstance(read, Read)
        and read.format == "csv"
        and part.kind == "text/plain"
        and not part_is_table(read)
    ):
        return Unreadable("file.unknown", {"start": ""})
    return read


def part_is_table(read: Read) -> bool:
    """A table in a mail's body must have at least one enquiry with a usable contact point."""
    return any(lead.reachable for lead in read.leads)


def _tried_to_be_a_lead(part: Part, refusal: Unreadable) -> bool:
    if refusal.code in {"file.unknown", "csv.no_columns", "csv.no_rows", "json.answer", "json.not_leads"}:
        return False
    return refusal.code != "xml.not_adf" or (
        part.kind.endswith("xml") and "html" not in refusal.facts.get("root", "").lower()
    )


def _from_mail(read: Read, mail: Mail, set_aside: tuple[FieldReport, ...]) -> Read:
    leads = tuple(_dated(lead, mail.sent_at) for lead in read.leads)
    return replace(read, leads=leads, report=read.report + set_aside)


def _dated(lead: LeadDocument, sent_at: datetime | None) -> LeadDocument:
    """An enquiry without a time has that of its mail, and says so."""
    if lead.requested_at or sent_at is None:
        return lead
    guess = FieldReport("requested_at", sent_at.isoformat(), Outcome.GUESSED, "time.from_mail")
    return replace(lead, requested_at=sent_at, report=(*lead.report, guess))
