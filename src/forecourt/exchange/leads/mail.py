"""A mail is an envelope: every part is looked through for a lead, forwarded mails and attachments included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.header import make_header
from email.message import Message
from email.utils import parsedate_to_datetime

from forecourt.exchange.leads.records import Limits
from forecourt.exchange.leads.records import Unreadable

_HEADERS = re.compile(
    rb"\A(?:From [^\n]{1,200}\n)?(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n){0,40}){1,80}",
    re.ASCII,
)
_KNOWN = re.compile(
    rb"^(?:from|to|subject|date|mime-version|content-type|received|return-path|message-id|delivered-to):",
    re.I | re.M,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a mail: what it claims to be and its bytes."""

    kind: str
    charset: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What counts of a mail: subject, when it was sent, and its parts."""

    subject: str
    sent_at: datetime | None
    parts: tuple[Part, ...]


def looks_like_mail(data: bytes) -> bool:
    """Does the document begin with at least two headers that mails have?"""
    head = _HEADERS.match(data[:60_000].replace(b"\r\n", b"\n").lstrip(b"\n"))
    return head is not None and len(_KNOWN.findall(head[0])) >= 2


def open_mail(data: bytes, limits: Limits) -> Mail | Unreadable:
    """Take a mail apart. Never raises: the standard library's parser does for some broken headers."""
    if data.lower().count(b"boundary") > limits.max_parts:
        return Unreadable("mail.too_many_parts", {"most": str(limits.max_parts)})
    try:
        message = message_from_bytes(data.lstrip(b"\r\n"))
        parts = tuple(_parts(message, limits.max_parts))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Unreadable("mail.broken")
    return Mail(_subject(message), _sent_at(message), parts)


def _parts(message: Message, most: int) -> Iterator[Part]:
    found = 0
    for part in message.walk():
        if part.is_multipart() or found >= most:
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload.strip():
            found += 1
            yield Part(part.get_content_type(), str(part.get_content_charset() or ""), payload)


def _subject(message: Message) -> str:
    raw = str(message.get("Subject", ""))[:500]
    try:
        return str(make_header(decode_header(raw)))[:120]
    except (MessageError, ValueError, LookupError):
        return raw[:120]


def _sent_at(message: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
