"""The world of the guards holds what they look for; a guard that looks at nothing would always pass."""

from forecourt.care.models import RepairOrder
from forecourt.delivery.models import Ownership
from forecourt.journal.models import Entry
from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from forecourt.settlement.models import Statement
from forecourt.voice.models import Survey
from tests.api.world import SYSTEM
from tests.api.world import World


def test_both_houses_traded(world: World) -> None:
    assert world.home.operator != world.away.operator
    with reading(SYSTEM.scope):
        for house in (world.home, world.away):
            for model in (Order, Ownership, RepairOrder, Survey):
                assert model.objects.filter(store=house.store).exists(), (house.store, model)
            assert Statement.objects.filter(operator=house.operator).exists()
            assert Entry.objects.filter(store=house.store).count() > 25
