"""What a lead document says, as frozen records that know their place in the document.

One `LeadDocument` is one enquiry as it arrived, whatever the format. It holds what the sender wrote (`raw`) beside
what we made of it, and a `FieldReport` for each field, so that nothing is lost silently. These records, the reports
included, hold personal data: they are kept under a scope, never in the journal.
"""

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from forecourt.exchange.names import NOBODY
from forecourt.exchange.names import PersonName
from forecourt.exchange.reasons import REASONS

Translate = Callable[[str], str]


class Outcome(StrEnum):
    """What became of one field."""

    READ = "read"
    GUESSED = "guessed"
    IGNORED = "ignored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FieldReport:
    """One field of the document and what became of it; `code` is stable, the sentence may change."""

    path: str
    raw: str
    outcome: Outcome
    code: str = "field.read"
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    line: int | None = None

    def sentence(self, translate: Translate = str) -> str:
        """Say the reason in words; pass gettext to have it in the reader's language."""
        return translate(REASONS[self.code]).format_map({"path": self.path, "raw": self.raw, **self.facts})


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document, or one entry of it, that is refused: what, where, why, and what to do next."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    line: int | None = None
    column: int | None = None
    position: str = ""

    def sentence(self, translate: Translate = str) -> str:
        """Say which rule refused it."""
        return translate(REASONS[self.code]).format_map(self.facts)

    def advice(self, translate: Translate = str) -> str:
        """Say what the sender can do about it; empty where there is nothing to do."""
        hint = REASONS.get(self.code + ".hint", "")
        return translate(hint).format_map(self.facts) if hint else ""

    @property
    def message(self) -> str:
        """The English sentence."""
        return self.sentence()

    @property
    def hint(self) -> str:
        """The English advice."""
        return self.advice()


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A way to reach the person: `kind` is phone, email, wechat or wechat_union.

    `value` is the normal form (E.164, address with lower-case domain) or None when it cannot be one; `reason` is the
    code that says why `usable_as_key` is false. A masked number is never usable.
    """

    kind: str
    raw: str
    value: str | None = None
    usable_as_key: bool = False
    reason: str = ""
    extension: str = ""
    label: str = ""
    best_time: str = ""
    preferred: bool = False

    @property
    def key(self) -> str | None:
        """The text by which two enquiries are known to come from one person, or None."""
        return self.value.casefold() if self.usable_as_key and self.value else None


@dataclass(frozen=True, slots=True)
class Budget:
    """What the person wants to spend, in units of `currency`; either end may be open."""

    low: Decimal | None = None
    high: Decimal | None = None
    currency: str = "CNY"
    text: str = ""


@dataclass(frozen=True, slots=True)
class WishedOption:
    """One option of the wished car; `weighting` from -100 (must not) to +100 (must), None if not said."""

    name: str
    code: str = ""
    weighting: int | None = None


@dataclass(frozen=True, slots=True)
class VehicleWish:
    """The car the person asks about, as written; `codes` are the sender's own ids as (what, id) pairs."""

    brand: str = ""
    model: str = ""
    trim: str = ""
    year: int | None = None
    text: str = ""
    interest: str = ""
    condition: str = ""
    vin: str = ""
    stock: str = ""
    colours: tuple[str, ...] = ()
    options: tuple[WishedOption, ...] = ()
    budget: Budget | None = None
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """Where the person lives or wants to be served."""

    city: str = ""
    region: str = ""
    street: str = ""
    postal_code: str = ""
    country: str = ""
    city_code: str = ""
    region_code: str = ""


@dataclass(frozen=True, slots=True)
class Timeframe:
    """When the person wants to buy."""

    text: str = ""
    earliest_on: date | None = None
    latest_on: date | None = None


@dataclass(frozen=True, slots=True)
class ExternalId:
    """One link of the route an enquiry took; `of` says whose id: lead, customer, vehicle, vendor or provider."""

    value: str
    source: str = ""
    sequence: int | None = None
    of: str = "lead"
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as the sender states it; `channel` is phone, email, sms, wechat or empty for all."""

    purpose: str
    given: bool
    channel: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """The store or dealer to whom the sender addressed the enquiry."""

    name: str = ""
    ids: tuple[str, ...] = ()
    staff: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that happened to a known enquiry: kind `arrival` or `follow_up`."""

    kind: str
    at: datetime | None = None
    text: str = ""
    first: bool = False
    overdue: bool = False
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeadDocument:
    """One enquiry as it arrived."""

    format: str
    position: str
    line: int | None = None
    status: str = ""
    invalid_reason: str = ""
    external_ids: tuple[ExternalId, ...] = ()
    requested_at: datetime | None = None
    source: str = ""
    channel: str = ""
    provider: str = ""
    campaign: str = ""
    name: PersonName = NOBODY
    contacts: tuple[ContactPoint, ...] = ()
    wish: VehicleWish = VehicleWish()
    other_vehicles: tuple[VehicleWish, ...] = ()
    address: Address = Address()
    comment: str = ""
    timeframe: Timeframe = Timeframe()
    consents: tuple[Consent, ...] = ()
    vendor: Vendor = Vendor()
    activity: Activity | None = None
    extras: tuple[tuple[str, str], ...] = ()
    report: tuple[FieldReport, ...] = field(default=(), repr=False)

    @property
    def keys(self) -> tuple[ContactPoint, ...]:
        """The contact points by which the person may be recognised."""
        return tuple(point for point in self.contacts if point.usable_as_key)

    @property
    def reachable(self) -> bool:
        """Can anybody answer this enquiry with what it says?"""
        return any(point.value for point in self.contacts)

    @property
    def counts(self) -> dict[str, int]:
        """How many fields ended how: the part of the report that is free of personal data."""
        return count_outcomes(self.report)


@dataclass(frozen=True, slots=True)
class Read:
    """A readable document: its enquiries, the entries refused, and what was noticed about the document itself."""

    format: str
    leads: tuple[LeadDocument, ...]
    refused: tuple[Unreadable, ...] = ()
    report: tuple[FieldReport, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many fields of all enquiries ended how."""
        total = Counter(count_outcomes(self.report))
        for lead in self.leads:
            total.update(lead.counts)
        return dict(total)


def count_outcomes(report: tuple[FieldReport, ...]) -> dict[str, int]:
    """Count report lines by outcome; all four outcomes are present."""
    counted = Counter(line.outcome.value for line in report)
    return {outcome.value: counted[outcome.value] for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one document may hold: bytes, enquiries, nesting depth of XML or JSON, parts of a mail."""

    max_bytes: int = 5_000_000
    max_leads: int = 50_000
    max_depth: int = 64
    max_parts: int = 50
