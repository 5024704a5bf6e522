"""Whose deal something is: the opportunity, person, place and the journey step that it is done in."""

from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Any
from uuid import UUID

from forecourt import journal
from forecourt.platform.actions import Doing
from forecourt.platform.models import Place
from forecourt.sales.models import Order

if TYPE_CHECKING:
    from forecourt.journeys.models import Journey


@dataclass(frozen=True, slots=True)
class Deal:
    """What every action of sales needs to know about its surroundings, and how its entries are marked."""

    place: Place
    person: UUID | None = None
    opportunity: UUID | None = None
    adviser: str = ""
    journey: UUID | None = None
    playbook: str = ""
    version: str = ""
    step: str = ""

    @classmethod
    def of(cls, journey: "Journey", step: str = "") -> "Deal":
        """The deal of a retail journey: its subject is the opportunity."""
        opportunity = UUID(journey.subject_id) if journey.subject_type == "opportunity" else None
        return cls(
            journey.place(), journey.person_id, opportunity, journey.owner,
            journey.id, journey.playbook, journey.version, step,
        )  # fmt: skip

    @classmethod
    def about(cls, order: Order, journey: "Journey | None" = None, step: str = "") -> "Deal":
        """The deal of an order, in a step of its journey or outside of one."""
        deal = cls(order.place(), order.person_id, order.opportunity, order.adviser, order.journey)
        if journey is None:
            return deal
        return replace(
            deal, journey=journey.id, playbook=journey.playbook, version=journey.version, step=step
        )

    def write(
        self, do: Doing, kind: str, *, about: UUID, objects: dict[str, Any], data: dict[str, Any]
    ) -> None:
        """Leave an entry of `kind` on the journey's chain, or on that of `about` when there is no journey."""
        journal.write(
            do, kind, stream=self.journey or about, place=self.place, person=self.person, journey=self.journey,
            playbook=self.playbook, version=self.version, step=self.step, objects=objects, data=data,
        )  # fmt: skip
