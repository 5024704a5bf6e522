"""Takes documents in: reads them, keeps their bytes whatever they are, takes their leads, says what became of each.

    intake(by=actor, at=now, key="mail-4711", raw=data)   # {"document": ..., "status": "accepted", "leads": [...], "refused": [...]}

A document of a few leads is one action. A larger one is taken in portions, each committed with how far it got, so that a
crash in the middle neither loses nor doubles a lead; what a web request has no time for, a tick of the worker finishes.
"""

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from forecourt.base.ids import new_id
from forecourt.demand import storing
from forecourt.demand import terms
from forecourt.demand.cleaning import storable
from forecourt.demand.directory import directory
from forecourt.demand.joining import contacts_of
from forecourt.demand.models import READING
from forecourt.demand.models import REFUSED
from forecourt.demand.models import Document
from forecourt.demand.reporting import refusal
from forecourt.demand.reporting import summary
from forecourt.demand.taking import Hand
from forecourt.demand.taking import Taken
from forecourt.demand.taking import take
from forecourt.exchange.leads import Limits
from forecourt.exchange.leads import Read
from forecourt.exchange.leads import Unreadable
from forecourt.exchange.leads import read_leads
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import ENGINEER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.scope import reading

# Who hands documents in: headquarters and its programs, and the people at the stand.
SENDERS = (NETWORK_OPS, ENGINEER, ADVISER, STORE_MANAGER)
PORTION = 20
# How often a portion is tried that crossed another one's locks.
TRIES = 5
# How many leads of one document are taken while somebody waits for the answer.
WAITED_FOR = 200
MOST_REFUSED_SHOWN = 200
MOST_LEADS = 50_000


class TooLarge(Invalid):
    """A document of more bytes than are read; the only one that is not kept."""

    status = 413
    title = "Too large"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A document on its way in: its bytes, what was read of them, and what the sender said about it."""

    raw: bytes
    digest: str
    read: Read | Unreadable
    filename: str = ""
    content_type: str = ""
    source: str = ""
    hand: Hand = field(default_factory=Hand)

    def __str__(self) -> str:
        """What an idempotency key stands for: the same bytes from the same source."""
        return f"{self.digest} {self.source} {self.hand}"


def intake(
    *,
    by: Actor,
    at: datetime,
    key: str = "",
    raw: bytes,
    filename: str = "",
    content_type: str = "",
    source: str = "",
    hand: Hand | None = None,
    most: int = WAITED_FOR,
) -> Result:
    """Take a document in and say what became of it. A refused document is an answer, not an error.

    At most about `most` leads are taken before the answer; `status` is then `reading` and the worker goes on. The caller is told
    about persons, stores and advisers only as far as they see that place; of others just the outcome.

    Raises:
        TooLarge: more bytes than the installation reads.
        Forbidden: the role may not.
    """
    parcel = open_parcel(raw, filename, content_type, source, hand or Hand())
    # A lead may belong to any store and any known person: what decides that looks above the sender's rows.
    above = replace(by, scope=NETWORK_SCOPE)
    result = _patiently(by=above, at=at, key=key, parcel=parcel)
    leads = list(result["leads"])
    while result["status"] == READING and result["taken"] < most:
        further = f"{key[:150]}#{result['taken']}" if key else ""
        result = _patiently(by=above, at=at, key=further, parcel=parcel)
        leads += result["leads"]
    return shown_to({**result, "leads": leads}, by.scope)


def _patiently(**facts: Any) -> Result:
    """Take a portion in; again when the database broke a deadlock, for then nothing of it is written.

    Locks are taken in one order, so this is rare: two keys of one person, known to two documents under one of them each.
    """
    for _try in range(TRIES - 1):
        try:
            return take_in(**facts)
        except DatabaseError as error:
            if not _is_deadlock(error):
                raise
    return take_in(**facts)


def _is_deadlock(error: BaseException) -> bool:
    """Whether a deadlock is the error or what led to it: what is done on the way out may fail for it too."""
    behind = (error.__cause__, error.__context__)
    return isinstance(error, DeadlockDetected) or any(one is not None and _is_deadlock(one) for one in behind)


def open_parcel(raw: bytes, filename: str, content_type: str, source: str, hand: Hand) -> Parcel:
    """Read a document. Nothing raises for bad input but its size."""
    most = settings.FORECOURT_MAX_UPLOAD
    if len(raw) > most:
        text = _("The document has {size} bytes; at most {most} are read. Split it into smaller files.")
        raise TooLarge(Blocked("demand.too_large", text.format(size=len(raw), most=most)))
    limits = Limits(max_bytes=most, max_leads=MOST_LEADS)
    read = storable(raw, read_leads(raw, filename=filename, content_type=content_type, limits=limits))
    return Parcel(raw, sha256(raw).hexdigest(), read, filename[:200], content_type[:100], source[:80], hand)


@action("demand.take_in", roles=SENDERS)
def take_in(do: Doing, *, parcel: Parcel) -> Result:
    """Keep a document and take its next portion of leads. Called through `intake`, which sees the whole network."""
    document, is_new = _kept(do, parcel)
    if not is_new and document.status != READING:
        return summary(document, None, repeated=True)
    taken = _portion(do, document, parcel)
    return summary(document, taken, repeated=False)


def _kept(do: Doing, parcel: Parcel) -> tuple[Document, bool]:
    """The document of these bytes: a new one, or the one that is here, locked."""
    read = parcel.read
    document = Document(
        id=new_id(do.at), digest=parcel.digest, content=parcel.raw, size=len(parcel.raw),
        format=read.format if isinstance(read, Read) else "", filename=parcel.filename,
        content_type=parcel.content_type, source=parcel.source, received_at=do.at, received_by=do.by.code,
        total=len(read.leads) if isinstance(read, Read) else 0, report=_report(read),
    )  # fmt: skip
    if isinstance(read, Unreadable):
        document.status = REFUSED
    if storing.insert_document(document):
        return document, True
    rows = Document.objects.select_for_update().defer("content")
    return rows.get(digest=parcel.digest), False


def _report(read: Read | Unreadable) -> dict[str, Any]:
    if isinstance(read, Unreadable):
        return {"refused": [refusal(read)], "refused_count": 1, "outcomes": {}, "notes": [], "fields": {}}
    return {
        "refused": [refusal(one) for one in read.refused[:MOST_REFUSED_SHOWN]], "refused_count": len(read.refused),
        "outcomes": {}, "notes": terms.report_rows(read.report), "fields": read.counts,
    }  # fmt: skip


def _portion(do: Doing, document: Document, parcel: Parcel) -> list[Taken]:
    if not isinstance(parcel.read, Read):
        return []
    book = directory(do)
    waiting = parcel.read.leads[document.taken : document.taken + PORTION]
    if len(waiting) > 1:
        points = (point for lead in waiting for point in contacts_of(lead.contacts) if point.is_key)
        storing.lock_portion([f"{point.kind}:{point.value}" for point in points])
    taken = [take(do, book, document, lead, parcel.hand) for lead in waiting]
    outcomes = dict(document.report["outcomes"])
    for one in taken:
        outcomes[one.outcome] = outcomes.get(one.outcome, 0) + 1
    document.report = {**document.report, "outcomes": outcomes}
    document.taken += len(taken)
    if document.taken >= document.total:
        document.status = terms.status_of(outcomes, int(document.report["refused_count"]))
    storing.progress(document)
    return taken


def shown_to(result: Result, scope: Scope) -> Result:
    """A result as somebody with this scope may have it: of leads that belong elsewhere, only what became of them."""
    if scope.level == "network":
        return {**result, "leads": [_without_place(lead) for lead in result["leads"]]}
    return {**result, "leads": [_seen(lead, scope) for lead in result["leads"]]}


_PUBLIC = ("position", "outcome", "report")


def _seen(lead: dict[str, Any], scope: Scope) -> dict[str, Any]:
    if terms.covers(scope, terms.place_from(lead["place"])):
        return _without_place(lead)
    return {name: lead[name] for name in _PUBLIC}


def _without_place(lead: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in lead.items() if name != "place"}


def go_on(at: datetime) -> dict[str, int]:
    """Take what is left of documents that nobody waits for, or whose taking was cut off. A tick of the worker."""
    with reading(NETWORK_SCOPE):
        waiting = list(
            Document.objects.filter(status=READING).order_by("received_at").values_list("id", flat=True)[:20]
        )
    return {"leads": sum(_finish(document, at) for document in waiting)}


def _finish(document: UUID, at: datetime) -> int:
    with reading(NETWORK_SCOPE):
        row = Document.objects.get(id=document)
    before = row.taken
    parcel = open_parcel(bytes(row.content), row.filename, row.content_type, row.source, Hand())
    result: Result = {"status": READING, "taken": before}
    while result["status"] == READING:
        result = _patiently(by=Actor.system("demand.intake"), at=at, parcel=parcel)
    return int(result["taken"]) - before
