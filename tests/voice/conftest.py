"""Events after which people are asked, as other rooms tell of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Any
from uuid import UUID
from uuid import uuid4

import pytest

from forecourt import journal
from forecourt.platform.actions import Action
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading
from forecourt.voice import actions
from forecourt.voice.models import Survey
from tests.fixtures import SYSTEM
from tests.fixtures import Three
from tests.fixtures import make_person


def _tell(do: Any, *, kind: str, person: UUID | None, place: Any) -> None:
    order = str(uuid4())
    data = {"order": order, "vin": "", "price": "300000.00", "opportunity": order, "reason": "price"}
    journal.write(do, kind, stream=uuid4(), place=place, person=person, objects={"order": order}, data=data)


tell = Action("tests.tell_event", frozenset(), _tell)


@dataclass(slots=True)
class Asking:
    """One customer, and what happens to them."""

    net: Three
    at: datetime
    person: UUID
    customer: Actor

    def happened(
        self, kind: str = "delivery.handed_over", *, person: UUID | None = None, place: Any = None
    ) -> None:
        tell(by=SYSTEM, at=self.at, kind=kind, person=person or self.person, place=place or self.net.place)
        journal.drain(self.at)

    def sent(self, kind: str = "delivery.handed_over", *, person: UUID | None = None) -> str:
        """An event, and two days later its survey went out; gives its id."""
        self.happened(kind, person=person)
        actions.send_all_due(self.later)
        with reading(SYSTEM.scope):
            return str(Survey.objects.order_by("-id")[0].id)

    @property
    def later(self) -> datetime:
        return self.at + timedelta(days=2)

    def answer(
        self, survey: str, by: Actor | None = None, at: datetime | None = None, **answers: Any
    ) -> dict[str, Any]:
        return actions.answer(by=by or self.customer, at=at or self.later, survey=survey, answers=answers)


def open_asking(net: Three) -> Asking:
    person = make_person(net.at, net.place)
    return Asking(net, net.at, person, Actor.customer(person))


@pytest.fixture
def asking(network_of_three: Three) -> Asking:
    return open_asking(network_of_three)


@pytest.fixture
def busy_asking(busy_network: Three) -> Asking:
    return open_asking(busy_network)


@pytest.fixture
def somebody(asking: Asking) -> Callable[[str], UUID]:
    """Another customer of the same store."""
    return lambda phone: make_person(asking.at, asking.net.place, "周远", phone)
