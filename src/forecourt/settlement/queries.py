"""Reading the ledger: statements, their lines, and the journal entries behind a line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count
from django.db.models import Q
from django.db.models import QuerySet
from django.db.models import Sum

from forecourt.journal.models import Entry
from forecourt.settlement.models import Posting
from forecourt.settlement.models import Statement
from forecourt.settlement.rules import OPERATOR


@dataclass(frozen=True, slots=True)
class Bar:
    """One component of a statement: how much, from how many postings."""

    component: str
    amount: Decimal
    postings: int


@dataclass(frozen=True, slots=True)
class Account:
    """An operator's month: gross fees, what goes off, net; issued or still running."""

    operator: str
    month: date
    bars: tuple[Bar, ...]
    statement: Statement | None

    @property
    def net(self) -> Decimal:
        return sum((bar.amount for bar in self.bars), Decimal(0))

    @property
    def gross(self) -> Decimal:
        return sum((bar.amount for bar in self.bars if bar.amount > 0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Line:
    """A posting with the journal entry that earned it."""

    posting: Posting
    entry: Entry | None


def months() -> list[dict[str, object]]:
    """Net by operator and month, newest first, as far as the scope sees."""
    rows = Posting.objects.filter(party_kind=OPERATOR).values("party", "month")
    counted = rows.annotate(
        net=Sum("amount"), postings=Count("id"), open=Count("id", filter=Q(statement__isnull=True))
    )
    return list(counted.order_by("-month", "party"))


def account(operator: str, month: date) -> Account:
    """An operator's month as bars, largest income first and deductions last."""
    statement = _statement(operator, month)
    rows = _booked(operator, month, statement).values("component")
    found = rows.annotate(amount=Sum("amount"), count=Count("id"))
    bars = sorted(
        (Bar(row["component"], row["amount"], row["count"]) for row in found), key=lambda bar: -bar.amount
    )
    return Account(operator, month.replace(day=1), tuple(bars), statement)


def lines(operator: str, month: date, component: str) -> "QuerySet[Posting]":
    """The postings of one bar, newest first."""
    booked = _booked(operator, month, _statement(operator, month))
    return booked.filter(component=component).order_by("-id")


def _statement(operator: str, month: date) -> Statement | None:
    return Statement.objects.filter(operator=operator, month=month.replace(day=1)).first()


def _booked(operator: str, month: date, statement: Statement | None) -> "QuerySet[Posting]":
    """What stands on the statement; while there is none, what was booked in the month so far."""
    found = Posting.objects.of_party(OPERATOR, operator)
    return found.filter(statement=statement) if statement else found.in_month(month)


def earned_by(entry: Entry) -> list[Posting]:
    """The postings that an entry earned, as far as the scope sees."""
    return list(Posting.objects.filter(entry_id=entry.id).order_by("id"))


def with_entries(postings: Iterable[Posting]) -> list[Line]:
    """Each posting with its entry; two queries, however many postings."""
    listed = list(postings)
    entries: dict[UUID, Entry] = Entry.objects.in_bulk([posting.entry_id for posting in listed])
    return [Line(posting, entries.get(posting.entry_id)) for posting in listed]


def totals() -> dict[str, str]:
    """What each kind of party received or owes in all; sums to zero."""
    rows = Posting.objects.values("party_kind").annotate(amount=Sum("amount")).order_by("party_kind")
    return {row["party_kind"]: str(row["amount"]) for row in rows}
