"""From the order to the first month: paying, locking, waiting, handover, calls, visits; and what owners answer to surveys."""

from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Any

from forecourt.delivery.appointing import free_slots
from forecourt.delivery.checklists import in_order
from forecourt.delivery.models import DeliveryFile
from forecourt.delivery.reading import checklist
from forecourt.demo.cast import Cast
from forecourt.demo.hours import next_open
from forecourt.demo.rates import Rates
from forecourt.demo.stage import Event
from forecourt.demo.stage import Stage
from forecourt.journeys.actions import record_step
from forecourt.journeys.models import Journey
from forecourt.network.models import Trim
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading

PATIENCE = timedelta(days=45)
LOOK_EVERY = timedelta(hours=6)
METHODS = ("wechat", "alipay", "card", "transfer")


@dataclass(slots=True)
class Order:
    """An order's journey, and who carries it."""

    journey: str
    adviser: Actor
    store: str
    since: datetime
    file: DeliveryFile | None = None
    specialist: Actor | None = None


class Ownership:
    """Plays `order-to-handover` and `first-month`."""

    def __init__(self, stage: Stage, cast: Cast, rates: Rates) -> None:
        self.stage, self.cast, self.rates = stage, cast, rates

    def begin(self, at: datetime, journey: str, adviser: Actor, store: str) -> None:
        """A reservation: most customers pay the firm deposit within a day."""
        order = Order(journey, adviser, store, at)
        if self.stage.chance(self.rates.confirms):
            self._plan(self.stage.soon(at, 60 * 10, 0.95), self.confirm, order)
        elif self.stage.chance(0.6):
            self._plan(self.stage.soon(at, 60 * 48), self.cancel, order, "private")

    def _do(
        self,
        at: datetime,
        by: Actor | None,
        order: Order,
        step: str,
        proofs: tuple[str, ...] = (),
        **record: Any,
    ) -> None:
        record_step(
            by=by or order.adviser, at=at, journey=order.journey, step=step, record=record,
            evidence=[{"kind": kind, "id": f"simulated-{step}"} for kind in proofs],
        )  # fmt: skip

    def _plan(self, at: datetime, event: Event, order: Order, *facts: Any) -> None:
        """Whoever carries the order works when their store is open."""
        store = order.file.store if order.file is not None else order.store
        self.stage.plan(next_open(store, at), event, order, *facts)

    def confirm(self, at: datetime, order: Order) -> None:
        self._do(at, None, order, "confirm_order", method=self.stage.rng.choice(METHODS))
        if self.stage.chance(self.rates.locks):
            hours = 40 if self.stage.chance(self.rates.locks_in_time) else 90
            self._plan(self.stage.soon(at, hours * 60, 0.7 if hours == 40 else 0.1), self.lock, order)
        elif self.stage.chance(0.5):
            self._plan(self.stage.soon(at, 60 * 60), self.cancel, order, "finance_refused")

    def lock(self, at: datetime, order: Order) -> None:
        self._do(at, None, order, "lock_order", understood=True)
        self._plan(self.stage.soon(at, 60 * 30), self.look_for_car, order)

    def cancel(self, at: datetime, order: Order, reason: str) -> None:
        self._do(at, None, order, "cancel_order", reason=reason)

    def look_for_car(self, at: datetime, order: Order) -> None:
        """The delivery store looks whether the car has been allocated; then it prepares it."""
        with reading(NETWORK_SCOPE):
            order.file = DeliveryFile.objects.filter(journey=order.journey, state="allocated").first()
        if order.file is not None:
            order.specialist = self.cast.next(order.file.store, "delivery_specialist", brand=order.file.brand)
            self._plan(self.stage.soon(at, 60 * 20), self.prepare, order)
        elif at - order.since < PATIENCE:
            self._plan(at + LOOK_EVERY, self.look_for_car, order)

    def prepare(self, at: datetime, order: Order) -> None:
        if order.specialist is not None and order.file is not None:
            items = in_order(checklist("pdi").for_car(self._powertrain(order.file)))
            self._do(at, order.specialist, order, "prepare", items=items)
            self._plan(self.stage.soon(at, 60 * 3), self.appoint, order)

    def _powertrain(self, file: DeliveryFile) -> str:
        with reading(NETWORK_SCOPE):
            return Trim.objects.values_list("powertrain", flat=True).get(code=file.trim)

    def appoint(self, at: datetime, order: Order) -> None:
        """The customer chooses among the free hours of the next days."""
        file, specialist = order.file, order.specialist
        assert file is not None and specialist is not None
        with reading(specialist.scope):
            days = [at.date() + timedelta(days=ahead) for ahead in range(1, 5)]
            free = [slot for day in days for slot in free_slots(file.store, file.brand, day, at) if slot.free]
        if not free:
            self._plan(at + timedelta(days=1), self.appoint, order)
            return
        slot = self.stage.rng.choice(free)
        self._do(at, specialist, order, "appoint", starts_at=slot.starts_at.isoformat())
        self._plan(slot.starts_at + timedelta(minutes=58), self.hand_over, order)

    def hand_over(self, at: datetime, order: Order) -> None:
        assert order.file is not None
        items = in_order(checklist("handover").for_car(self._powertrain(order.file)))
        self._do(at, order.specialist, order, "hand_over", proofs=("photo", "signature"), items=items)
        with reading(NETWORK_SCOPE):
            owned = Journey.objects.filter(playbook="first-month", subject_id=order.file.vin).first()
        if owned is not None and order.specialist is not None:
            self.stage.plan(
                self.stage.soon(at, 60 * 22, 0.4), self.call, str(owned.id), order.specialist, "day_1_call"
            )

    def call(self, at: datetime, journey: str, specialist: Actor, step: str) -> None:
        """The calls of the first month."""
        record_step(by=specialist, at=at, journey=journey, step=step, record={"outcome": "fine"})
        if step == "day_1_call":
            self.stage.plan(
                self.stage.soon(at, 60 * 24 * 6, 0.1), self.call, journey, specialist, "day_7_call"
            )
