"""Service visits of owners: booked, received, diagnosed, quoted, repaired, checked, handed back."""

from datetime import datetime
from datetime import timedelta
from typing import Any

from forecourt.care import queries
from forecourt.care.booking import book_visit
from forecourt.care.repairing import open_repair_order
from forecourt.care.terms import MAINTENANCE
from forecourt.demo.cast import Cast
from forecourt.demo.crowd import Crowd
from forecourt.demo.rates import Rates
from forecourt.demo.stage import Stage
from forecourt.exchange.vin import make_vin
from forecourt.journeys.actions import record_step
from forecourt.network.queries import place_of
from forecourt.people.actions import Contact
from forecourt.people.actions import join
from forecourt.people.actions import relate
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.actor import Actor
from forecourt.platform.models import as_id
from forecourt.platform.roles import SERVICE_ADVISER
from forecourt.platform.scope import reading

WISHES = (
    ("例行保养", ("inspect", "cabin-filter")),
    ("年度检查", ("inspect",)),
    ("制动异响", ()),
    ("更换制动液", ("brake-fluid",)),
)
METHODS = ("wechat", "alipay", "card", "warranty")


@action("demo.welcome_owner", roles=(SERVICE_ADVISER,))
def welcome_owner(do: Doing, *, name: str, phone: str, store: str) -> Result:
    """An owner of a car that was sold before the demo's weeks comes to the store for the first time."""
    joined = join(do, name=name, contacts=[Contact("phone", f"+86{phone}", phone)])
    with do.above():
        relate(do, person=joined.person, place=place_of(store))
    return {"person": str(as_id(joined.person))}


class Workshop:
    """Plays visits and the playbook `repair`."""

    def __init__(self, stage: Stage, cast: Cast, crowd: Crowd, rates: Rates) -> None:
        self.stage, self.cast, self.crowd, self.rates = stage, cast, crowd, rates
        self._serial = 0

    def call_in(self, at: datetime, store: str) -> None:
        """An owner calls and books the next free time that suits."""
        adviser = self.cast.next(store, "service_adviser")
        if adviser is None:
            return
        customer = self.crowd.customer(0)
        self._serial += 1
        person = welcome_owner(by=adviser, at=at, name=customer.name, phone=customer.phone, store=store)[
            "person"
        ]
        wish, items = self.stage.rng.choice(WISHES)
        times = self._times(at, adviser, store)
        if not times:
            return
        starts_at = self.stage.rng.choice(times)
        vin = make_vin("LZ9", "DEMS1", self._serial, year=2024)
        booked = book_visit(
            by=adviser,
            at=at,
            store=store,
            vin=vin,
            person=person,
            starts_at=starts_at.isoformat(),
            wish=wish,
            items=list(items),
        )
        self.stage.plan(self.stage.soon(starts_at, 6), self.arrive, booked["visit"], adviser, store, wish)

    def _times(self, at: datetime, adviser: Actor, store: str) -> list[datetime]:
        with reading(adviser.scope):
            days = [at.date() + timedelta(days=ahead) for ahead in range(1, 4)]
            return [
                one.starts_at
                for day in days
                for one in queries.free_times(store, day, MAINTENANCE, at)
                if one.bays
            ]

    def arrive(self, at: datetime, visit: str, adviser: Actor, store: str, wish: str) -> None:
        """The car is there: the repair order opens and the playbook runs."""
        opened = open_repair_order(by=adviser, at=at, visit=visit)
        journey = opened["journey"]
        self._do(
            at + timedelta(minutes=9),
            adviser,
            journey,
            "receive",
            ("photo",),
            odometer_km=self.stage.rng.randint(3000, 60000),
            wish=wish,
        )
        self.stage.plan(at + timedelta(minutes=30), self.diagnose, journey, adviser, store)

    def _do(
        self, at: datetime, by: Actor, journey: str, step: str, proofs: tuple[str, ...] = (), **record: Any
    ) -> None:
        evidence = [{"kind": kind, "id": f"simulated-{step}"} for kind in proofs]
        record_step(by=by, at=at, journey=journey, step=step, record=record, evidence=evidence)

    def diagnose(self, at: datetime, journey: str, adviser: Actor, store: str) -> None:
        technician = self.cast.next(store, "technician")
        if technician is None:
            return
        self._do(at, technician, journey, "diagnose", finding="按计划检查，无异常")
        outcome = "declined" if self.stage.chance(self.rates.declines_quote) else "agreed"
        self._do(
            at + timedelta(minutes=12), adviser, journey, "quote_repair", outcome=outcome, items=["inspect"]
        )
        if outcome == "declined":
            self._do(
                at + timedelta(minutes=25),
                adviser,
                journey,
                "hand_back_unrepaired",
                ("signature",),
                reason="no_time",
            )
        else:
            self.stage.plan(self.stage.soon(at, 80), self.work, journey, adviser, store, technician)

    def work(self, at: datetime, journey: str, adviser: Actor, store: str, technician: Actor) -> None:
        """The work, and a second pair of eyes."""
        self._do(at, technician, journey, "do_repair")
        second = self.cast.next(store, "technician", but=technician.code)
        if second is None:
            return
        rework = self.stage.chance(self.rates.rework)
        self._do(
            at + timedelta(minutes=15),
            second,
            journey,
            "check_repair",
            result="rework" if rework else "passed",
        )
        if rework:
            self.stage.plan(self.stage.soon(at, 90), self.work, journey, adviser, store, technician)
        else:
            self.stage.plan(at + timedelta(minutes=35), self.close, journey, adviser)

    def close(self, at: datetime, journey: str, adviser: Actor) -> None:
        self._do(at, adviser, journey, "close_repair", ("signature",), method=self.stage.rng.choice(METHODS))
        if self.stage.chance(0.7):
            self.stage.plan(self.stage.soon(at, 60 * 24 * 2.5, 0.1), self.follow_up, journey, adviser)

    def follow_up(self, at: datetime, journey: str, adviser: Actor) -> None:
        self._do(
            at, adviser, journey, "follow_up", answer=self.stage.rng.choice(("fine", "fine", "no_answer"))
        )
