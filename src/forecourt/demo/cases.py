"""Cases that headquarters and stores work through in the demo: audits, complaints, a new store, a new brand, a changed playbook."""

from datetime import date
from datetime import datetime
from datetime import timedelta
from typing import Any
from uuid import UUID

from forecourt.demo import period
from forecourt.demo.cast import Cast
from forecourt.demo.hours import next_open
from forecourt.demo.stage import Stage
from forecourt.journeys import programs
from forecourt.journeys.actions import record_step
from forecourt.journeys.actions import start
from forecourt.network.queries import place_of
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.roles import STORE_STAFF
from forecourt.platform.scope import reading
from forecourt.playbook.records import Field
from forecourt.playbook.records import Step

HEADQUARTERS = Actor.system("demo.headquarters")
EACH_WEEK = (("audit", 2), ("complaint", 2))
ONCE = ("store-opening", "brand-joining", "playbook-change")
WORDS = "模拟记录"


class Cases:
    """Plays the playbooks about cases: whoever a step asks for does it, a day or so after the one before."""

    def __init__(self, stage: Stage, cast: Cast, stores: list[str]) -> None:
        self.stage, self.cast, self.stores = stage, cast, stores
        self._count = 0

    def plan(self, first: date, days: int) -> None:
        """Some cases each week, some once."""
        for week in range(-(-days // 7)):
            for playbook, count in EACH_WEEK:
                for _number in range(count):
                    self._open_on(first + timedelta(days=week * 7 + self.stage.rng.randrange(7)), playbook)
        for number, playbook in enumerate(ONCE):
            self._open_on(first + timedelta(days=number), playbook)

    def _open_on(self, day: date, playbook: str) -> None:
        self.stage.plan(period.local(day, 10), self.open, playbook, self.stage.rng.choice(self.stores))

    def open(self, at: datetime, playbook: str, store: str) -> None:
        """A case begins in a store."""
        self._count += 1
        with reading(NETWORK_SCOPE):
            place = place_of(store)
        subject = ("case", f"demo-{playbook}-{self._count}")
        begun = start(by=HEADQUARTERS, at=at, playbook=playbook, subject=subject, place=place)
        with reading(NETWORK_SCOPE):
            known = programs.of(playbook, programs.latest_version(playbook, at))
        first = known.program.required(known.program.start)
        if first:
            self._later(at, begun["journey"], known.program.step(first[0]), known, store)

    def _later(self, at: datetime, journey: UUID | str, step: Step, known: Any, store: str) -> None:
        hours = self.stage.rng.uniform(1, 20)
        self.stage.plan(next_open(store, at + timedelta(hours=hours)), self.work, journey, step, known, store)

    def work(self, at: datetime, journey: UUID | str, step: Step, known: Any, store: str) -> None:
        """Record the step, and plan the next that is due."""
        role = step.roles[0].text if step.roles else ""
        actor = self.cast.next(store, role) if role in STORE_STAFF and not step.holds else None
        record = {item.name: self._value(item, at) for item in step.record if not item.optional}
        proofs = [
            {"kind": item.kind, "id": f"simulated-{step.name}"}
            for item in step.evidence
            for _n in range(item.count)
        ]
        done = record_step(
            by=actor or HEADQUARTERS, at=at, journey=journey, step=step.name, record=record, evidence=proofs
        )
        if done["next"]:
            self._later(at, journey, known.program.step(done["next"][0]["step"]), known, store)

    def _value(self, item: Field, at: datetime) -> Any:
        """Something sensible for a field: the first choices more often than the last."""
        if item.kind == "choice":
            return item.choices[min(int(self.stage.rng.expovariate(1.2)), len(item.choices) - 1)]
        plain = {
            "date": at.date().isoformat(),
            "datetime": at.isoformat(),
            "yes_no": True,
            "code": "retail",
            "money": "500.00",
        }
        if item.kind in ("number", "integer", "percent"):
            return self.stage.rng.randint(3, 95)
        return plain.get(item.kind, WORDS)
