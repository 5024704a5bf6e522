"""Who decides what is dated: it moves on a day, and the day before still answers as before."""

from datetime import date

import pytest

from forecourt.journal.models import Entry
from forecourt.network.actions import assign_function
from forecourt.network.models import Governance
from forecourt.network.models import Store
from forecourt.network.queries import decides
from forecourt.network.queries import decides_for
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from tests.network.conftest import AT

APRIL = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("function", "brand", "on", "party"),
    [
        ("after_sales", "aito", date(2023, 6, 30), "carmaker"),
        ("after_sales", "aito", date(2023, 7, 1), "network"),
        ("after_sales", "stelato", date(2025, 9, 1), "carmaker"),
        ("after_sales", "stelato", date(2025, 12, 9), "network"),
        ("price", "aito", date(2026, 3, 10), "network"),
        ("price", "aito", date(2020, 1, 1), ""),
    ],
)
def test_the_sample_follows_the_public_record(sample: dict, function: str, brand: str, on: date, party: str):
    with reading(NETWORK_SCOPE):
        assert decides(function, on, brand=brand) == party


def test_a_function_moves_on_its_day_and_the_row_before_ends(sample: dict, ops: Actor):
    assign_function(by=ops, at=AT, function="price", party="carmaker", brand="luxeed", valid_from=APRIL)
    assign_function(
        by=ops, at=AT, function="price", party="operator", brand="luxeed", valid_from=date(2026, 5, 1)
    )
    with reading(NETWORK_SCOPE):
        days = [date(2026, 3, 31), APRIL, date(2026, 4, 30), date(2026, 5, 1)]
        assert [decides("price", on, brand="luxeed") for on in days] == [
            "network",
            "carmaker",
            "carmaker",
            "operator",
        ]
        assert decides("price", APRIL, brand="aito") == "network"
        assert Governance.objects.get(brand="luxeed", party="carmaker", function="price").valid_to == date(
            2026, 5, 1
        )
        assert Entry.objects.filter(kind="network.function_assigned").count() == 2


def test_a_row_never_begins_before_one_that_is_there(sample: dict, ops: Actor):
    assign_function(by=ops, at=AT, function="price", party="carmaker", brand="luxeed", valid_from=APRIL)
    with pytest.raises(Refused, match="2026-04-01"):
        assign_function(by=ops, at=AT, function="price", party="network", brand="luxeed", valid_from=APRIL)


def test_an_unknown_function_is_named_with_those_known(sample: dict, ops: Actor):
    with pytest.raises(Invalid, match="after_sales"):
        assign_function(by=ops, at=AT, function="pricing", party="network", valid_from=APRIL)


def test_an_exclusive_store_follows_its_channel(sample: dict, ops: Actor):
    with reading(NETWORK_SCOPE):
        exclusive = Store.objects.filter(channel="exclusive").first()
        agency = Store.objects.filter(channel="agency").first()
        assert decides_for(exclusive, "staffing", AT.date()) == "operator"
        assert decides_for(agency, "staffing", AT.date()) == "network"
