"""Fee plans: what is read, what is refused, and that the lines of any handover sum to zero."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from forecourt.platform.models import Place
from forecourt.settlement.plans import PlanError
from forecourt.settlement.plans import plan_on
from forecourt.settlement.plans import plans_in
from forecourt.settlement.plans import read_plan
from forecourt.settlement.rules import Earner
from forecourt.settlement.rules import legs

PLANS = plans_in(settings.FORECOURT_METHODOLOGY / "fees")
CODES = [component.code for component in PLANS[-1].components]


def earner(number: int) -> Earner:
    place = Place("aito", "east", f"op-{number:03}", f"sh-{number:03}")
    return Earner(uuid4(), place, f"st-{number:05}", "adviser" if number % 2 else "delivery_specialist")


@given(
    price=st.decimals(min_value=1, max_value=2_000_000, places=2),
    who=st.dictionaries(st.sampled_from(CODES), st.integers(1, 5)),
)
def test_the_lines_of_any_handover_sum_to_zero(price, who):
    earners = {code: earner(number) for code, number in who.items()}
    lines = legs(PLANS[-1], price, Place(brand="aito"), earner(9), earners)
    assert sum(line.amount for line in lines) == 0


def test_only_the_handover_done_in_the_field_earns_the_fulfilment_rate():
    lines = legs(PLANS[-1], Decimal(100000), Place(brand="aito"), earner(1), {"deliver": earner(1)})
    assert [line.amount for line in lines if line.party_kind == "operator" and line.amount > 0] == [
        Decimal("2000.00")
    ]


def test_a_plan_whose_rates_exceed_the_limit_is_refused(tmp_path):
    text = (settings.FORECOURT_METHODOLOGY / "fees" / "agency-2026.yaml").read_text()
    (tmp_path / "greedy.yaml").write_text(text.replace('rate: "0.0100"', 'rate: "0.5"'))
    with pytest.raises(PlanError, match=r"sum to 0\.548.*limit is 0\.0580"):
        read_plan(tmp_path / "greedy.yaml")


def test_a_plan_that_pays_for_an_unknown_component_is_refused(tmp_path):
    text = (settings.FORECOURT_METHODOLOGY / "fees" / "agency-2026.yaml").read_text()
    (tmp_path / "odd.yaml").write_text(text.replace("component: close", "component: closing"))
    with pytest.raises(PlanError, match="no component 'closing'"):
        read_plan(tmp_path / "odd.yaml")


def test_a_day_before_the_first_plan_has_none():
    with pytest.raises(PlanError, match="No fee plan is valid on 2020-01-01"):
        plan_on(PLANS, date(2020, 1, 1))
