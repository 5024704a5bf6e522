"""How the demo's advisers and customers go through the playbook `retail`: an enquiry, an answer, a drive, an order or a farewell."""

import json
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from typing import Any

from forecourt.demand.intake import intake
from forecourt.demo.cast import Cast
from forecourt.demo.crowd import Crowd
from forecourt.demo.crowd import Customer
from forecourt.demo.hours import next_open
from forecourt.demo.ownership import Ownership
from forecourt.demo.rates import Rates
from forecourt.demo.stage import Event
from forecourt.demo.stage import Stage
from forecourt.demo.stock import Stock
from forecourt.journeys.actions import record_step
from forecourt.journeys.models import Journey
from forecourt.people.actions import give_consent
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading
from forecourt.sales.queries import free_slots

SENDER = Actor.system("demo.customers")
LOST = (("price", 3), ("wait", 2), ("product", 2), ("service", 1), ("other_brand", 3), ("later", 3))
USES = ("family", "business", "first_car", "replacement", "other")
DAYS_TO_DRIVE = 4


@dataclass(slots=True)
class Deal:
    """One enquiry on its way: what the customer will do is drawn as it goes."""

    customer: Customer
    model: str
    journey: str
    store: str
    adviser: Actor
    drove: bool = False
    tries: int = field(default=0)


class Retail:
    """Plays the retail journeys."""

    def __init__(
        self, stage: Stage, cast: Cast, crowd: Crowd, rates: Rates, stock: Stock, ownership: Ownership
    ) -> None:
        self.stage, self.cast, self.crowd, self.rates = stage, cast, crowd, rates
        self.stock, self.ownership = stock, ownership

    def enquire(self, at: datetime, wanted: str = "", store: str = "") -> None:
        """A customer writes, perhaps to a store; unless a journey runs already for them, an adviser will answer."""
        customer = self.crowd.customer(self.rates.returning)
        model, title = self.crowd.model(wanted)
        document = self.crowd.document(
            customer, title, at, masked=self.stage.chance(self.rates.masked), store=store
        )
        said = intake(
            by=SENDER,
            at=at,
            key=document["id"],
            raw=json.dumps(document).encode(),
            content_type="application/json",
        )
        for lead in said["leads"]:
            adviser = self.cast.of(lead.get("owner") or "")
            if lead.get("outcome") == "accepted" and lead.get("journey") and adviser:
                deal = Deal(customer, model, lead["journey"], lead["store"], adviser)
                self._plan(self._answer_at(deal, at), self.respond, deal)

    def _answer_at(self, deal: Deal, at: datetime) -> datetime:
        """Most are answered within the quarter of an hour of store hours, some much later."""
        opens = next_open(deal.store, at)
        soon = self.stage.chance(self.rates.answered_in_time)
        return self.stage.soon(opens, 7) if soon else self.stage.soon(opens, 160, 0.9)

    def _plan(self, at: datetime, event: Event, deal: Deal, *facts: Any) -> None:
        """Advisers work when their store is open."""
        self.stage.plan(next_open(deal.store, at), event, deal, *facts)

    def _do(self, at: datetime, deal: Deal, step: str, **record: Any) -> dict[str, Any]:
        return record_step(by=deal.adviser, at=at, journey=deal.journey, step=step, record=record)

    def respond(self, at: datetime, deal: Deal) -> None:
        """The first personal answer: reached, nobody there, or a wrong number."""
        roll, deal.tries = self.stage.rng.random(), deal.tries + 1
        outcome = "reached" if roll < self.rates.reached else "no_answer"
        outcome = "wrong_number" if roll > 1 - self.rates.wrong_number else outcome
        done = self._do(at, deal, "respond", outcome=outcome)
        due = {step["step"] for step in done["next"]}
        if outcome == "reached":
            self._plan(self.stage.soon(at, 25), self.learn, deal)
        elif "respond" in due:
            self._plan(at + timedelta(days=1), self.respond, deal)
        elif "close_invalid" in due:
            self._plan(self.stage.soon(at, 5), self.close_invalid, deal)
        elif "lose" in due:
            self._plan(self.stage.soon(at, 20), self.lose, deal, "unreachable")

    def close_invalid(self, at: datetime, deal: Deal) -> None:
        self._do(at, deal, "close_invalid", reason="wrong_number")

    def learn(self, at: datetime, deal: Deal) -> None:
        """The needs talk, which some advisers skip. Who lacks the brand's certificate hands the customer to a colleague."""
        brand = self.stock.brand(deal.model)
        if not self.cast.able(deal.adviser, brand):
            deal.adviser = self.cast.next(deal.store, "adviser", brand=brand) or deal.adviser
        if not self.stage.chance(self.rates.skips_needs):
            within = self.stage.rng.choice(("week", "month", "quarter", "later"))
            self._do(at, deal, "learn_needs", use=self.stage.rng.choice(USES), buys_within=within)
        if self.stage.chance(0.3):
            self._do(
                at + timedelta(minutes=6),
                deal,
                "explain_finance",
                way=self.stage.rng.choice(("cash", "loan", "lease")),
            )
        if self.stage.chance(self.rates.drives):
            self._plan(self.stage.soon(at, 40), self.book_drive, deal)
        else:
            self._decide(at, deal, self.rates.orders_without_drive)

    def book_drive(self, at: datetime, deal: Deal) -> None:
        """Licence, consent, and the first free slot of the coming days; no free car is a reason to give up."""
        self._do(at, deal, "check_licence", licence="valid")
        give_consent(
            by=deal.adviser,
            at=at,
            person=self._person(deal),
            purpose="test-drive",
            channel="store",
            text_version="test-drive-2026-09",
        )
        slot = self._free_slot(at, deal)
        if slot is None:
            self._decide(at, deal, self.rates.orders_without_drive)
            return
        car, starts_at = slot
        self._do(at, deal, "book_test_drive", car=car, starts_at=starts_at.isoformat())
        self._plan(starts_at + timedelta(minutes=42), self.drive, deal)

    def _person(self, deal: Deal) -> str:
        with reading(deal.adviser.scope):
            return str(Journey.objects.values_list("person_id", flat=True).get(id=deal.journey))

    def _free_slot(self, at: datetime, deal: Deal) -> tuple[str, datetime] | None:
        day = at.date() + timedelta(days=1)
        with reading(deal.adviser.scope):
            for ahead in range(DAYS_TO_DRIVE):
                on = day + timedelta(days=ahead)
                if slots := free_slots(deal.store, on, at, model=deal.model, adviser=deal.adviser.code):
                    slot = self.stage.rng.choice(slots)
                    return slot.car, slot.starts_at
        return None

    def drive(self, at: datetime, deal: Deal) -> None:
        """The drive, or nobody came."""
        deal.drove = self.stage.chance(self.rates.comes_to_drive)
        self._do(at, deal, "test_drive", result="driven" if deal.drove else "not_come")
        self._decide(
            at, deal, self.rates.orders_after_drive if deal.drove else self.rates.orders_without_drive
        )

    def _decide(self, at: datetime, deal: Deal, share: float) -> None:
        if self.stage.chance(share):
            self._plan(self.stage.soon(at, 90), self.quote, deal)
        elif self.stage.chance(self.rates.given_up):
            reason = self.stage.rng.choices([one for one, _ in LOST], [weight for _, weight in LOST])[0]
            self._plan(self.stage.soon(at, 60 * 24 * 2, 0.9), self.lose, deal, reason)
        elif self.stage.chance(self.rates.lost_later):
            self._plan(self.stage.soon(at, 60 * 24 * 8, 0.6), self.lose, deal, "later")

    def quote(self, at: datetime, deal: Deal) -> None:
        trim = self.stock.trim(deal.model)
        self._do(at, deal, "quote", trim=trim)
        self._plan(self.stage.soon(at, 60 * 8, 0.95), self.order, deal, trim)

    def order(self, at: datetime, deal: Deal, trim: str) -> None:
        """The reservation; from here the order has a journey of its own."""
        done = self._do(at, deal, "place_order", trim=trim)
        self.stock.ordered(at, deal.store, trim, wanted_soon=self.stage.chance(self.rates.in_stock))
        if done.get("started"):
            self.ownership.begin(at, done["started"], deal.adviser, deal.store)

    def lose(self, at: datetime, deal: Deal, reason: str) -> None:
        self._do(at, deal, "lose", reason=reason)
