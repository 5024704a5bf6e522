"""The promised band, the estimate from the queue, and what a delay costs."""

from datetime import date
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from forecourt.supply.promises import ARRIVALS
from forecourt.supply.promises import PEAK
from forecourt.supply.promises import STANDARD
from forecourt.supply.promises import PromiseTerms
from forecourt.supply.promises import compensation
from forecourt.supply.promises import estimate
from forecourt.supply.promises import promise

LOCKED = date(2026, 3, 10)
TERMS = PromiseTerms()


def test_the_methodology_says_what_the_defaults_say() -> None:
    text = (Path(__file__).resolve().parents[2] / "methodology" / "promises.yaml").read_text(encoding="utf-8")
    assert PromiseTerms.read(yaml.safe_load(text)) == TERMS


@pytest.mark.parametrize(
    ("launched_on", "rule", "weeks"),
    [
        (None, STANDARD, (4, 6)),
        (LOCKED, PEAK, (8, 10)),
        (LOCKED - timedelta(days=59), PEAK, (8, 10)),
        (LOCKED - timedelta(days=60), STANDARD, (4, 6)),
        (LOCKED + timedelta(days=1), STANDARD, (4, 6)),
    ],
)
def test_peak_is_the_first_sixty_days_after_the_launch(
    launched_on: date | None, rule: str, weeks: tuple[int, int]
) -> None:
    band = promise(LOCKED, launched_on, TERMS)
    assert (band.rule, band.from_on, band.to_on) == (rule, *(LOCKED + timedelta(weeks=n) for n in weeks))


def test_too_few_arrivals_give_no_estimate() -> None:
    assert estimate(LOCKED, 5, 2, TERMS) is None


def test_the_estimate_holds_the_mean_wait() -> None:
    """28 cars in 28 days: the tenth order waits ten days on average, and five more to the handover."""
    band = estimate(LOCKED, 10, 28, TERMS)
    assert band is not None
    assert band.rule == ARRIVALS
    assert band.from_on <= LOCKED + timedelta(days=15) <= band.to_on
    # exact 10 % and 90 % quantiles of a gamma of shape 10: 6.22 and 14.21 days
    assert (band.from_on, band.to_on) == (LOCKED + timedelta(days=11), LOCKED + timedelta(days=20))


@given(st.integers(1, 5000), st.integers(3, 2000))
def test_further_back_is_never_sooner(number: int, arrivals: int) -> None:
    here, behind = (estimate(LOCKED, place, arrivals, TERMS) for place in (number, number + 1))
    assert here is not None
    assert behind is not None
    assert here.from_on <= here.to_on
    assert behind.from_on >= here.from_on
    assert behind.to_on >= here.to_on


@pytest.mark.parametrize(
    ("late", "amount", "capped"),
    [
        (-3, "0.00", False),
        (0, "0.00", False),
        (1, "200.00", False),
        (50, "10000.00", False),
        (51, "10000.00", True),
    ],
)
def test_a_delay_costs_200_a_day_up_to_10_000(late: int, amount: str, capped: bool) -> None:
    delay = compensation(LOCKED, LOCKED + timedelta(days=late), TERMS)
    assert (delay.days, delay.amount, delay.capped) == (max(late, 0), Decimal(amount), capped)


def test_impossible_terms_are_refused_at_birth() -> None:
    with pytest.raises(ValueError, match="6 to 4 weeks"):
        PromiseTerms(standard=(6, 4))
