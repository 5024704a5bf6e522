"""Intervals against published examples, and by simulation of what they promise."""

from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.base import intervals
from forecourt.base.intervals import difference
from forecourt.base.intervals import funnel_limits
from forecourt.base.intervals import mean_interval
from forecourt.base.intervals import quantile_ranks
from forecourt.base.intervals import wilson


@pytest.mark.parametrize(
    ("successes", "cases", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_newcombe_prints_it(successes: int, cases: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17:857, table I, method 3."""
    assert wilson(successes, cases) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((6, 7, 2, 7), 0.0582, 0.8062),
     ((5, 56, 0, 29), -0.0381, 0.1926), ((0, 10, 0, 20), -0.1611, 0.2775), ((10, 10, 0, 10), 0.6075, 1.0)],
)  # fmt: skip
def test_difference_as_newcombe_prints_it(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17:873, table II, method 10."""
    assert difference(*counts) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


@pytest.mark.parametrize(
    ("freedom", "wanted"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (9, 2.262), (10, 2.228), (29, 2.045), (120, 1.980)],
)
def test_the_mean_uses_students_t(freedom: int, wanted: float) -> None:
    low, high = mean_interval(0.0, sqrt(freedom + 1), freedom + 1)
    assert (low, high) == (pytest.approx(-wanted, abs=5e-4), pytest.approx(wanted, abs=5e-4))


def test_the_mean_of_very_many_is_normal() -> None:
    assert mean_interval(5.0, 10.0, 10_000)[1] == pytest.approx(5 + 1.95996 * 10 / 100, abs=1e-4)


@pytest.mark.parametrize(
    ("cases", "wanted"), [(5, None), (6, (0, 5)), (10, (1, 8)), (20, (5, 14)), (100, (39, 60))]
)
def test_the_median_lies_between_order_statistics(cases: int, wanted: tuple[int, int] | None) -> None:
    """Hahn and Meeker 1991, table A.15: 95 % intervals of the median by order statistics."""
    assert quantile_ranks(cases, 0.5) == wanted


def test_ranks_cover_what_they_promise() -> None:
    rng, hits = Random(7), 0
    ranks = quantile_ranks(60, 0.8)
    assert ranks is not None
    for _ in range(2000):
        values = sorted(rng.random() for _ in range(60))
        hits += values[ranks[0]] <= 0.8 <= values[ranks[1]]
    assert 0.95 <= hits / 2000 <= 0.985, "conservative, for counts are whole"


def test_funnel_limits_keep_what_chance_does() -> None:
    rng = Random(11)
    low, high = funnel_limits(0.8, 50)
    outside = sum(not low <= sum(rng.random() < 0.8 for _ in range(50)) / 50 <= high for _ in range(4000))
    assert 0.02 < outside / 4000 < 0.075


def test_funnel_limits_narrow_and_meet_the_normal_distribution() -> None:
    widths = [funnel_limits(0.7, cases)[1] - funnel_limits(0.7, cases)[0] for cases in (10, 40, 160, 640)]
    assert widths == sorted(widths, reverse=True)
    exact, near = funnel_limits(0.7, intervals._EXACT), funnel_limits(0.7, intervals._EXACT + 1)
    assert exact == (pytest.approx(near[0], abs=1e-3), pytest.approx(near[1], abs=1e-3))
    narrow, wide = funnel_limits(0.7, 100), funnel_limits(0.7, 100, 0.998)
    assert wide[0] < narrow[0] < 0.7 < narrow[1] < wide[1]
    assert funnel_limits(0.0, 10) == (0.0, 0.0)


@given(cases=st.integers(1, 5000), part=st.floats(0, 1))
def test_a_share_lies_in_its_interval(cases: int, part: float) -> None:
    successes = round(cases * part)
    low, high = wilson(successes, cases)
    assert 0 <= low <= successes / cases <= high <= 1


@given(cases=st.integers(1, 3000), quantile=st.sampled_from((0.5, 0.8, 0.9, 0.95)))
def test_ranks_are_places_around_the_quantile(cases: int, quantile: float) -> None:
    ranks = quantile_ranks(cases, quantile)
    if ranks is not None:
        assert 0 <= ranks[0] <= cases * quantile <= ranks[1] < cases


def test_what_is_no_share_is_refused() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    for wrong in ((3, 2), (-1, 5)):
        with pytest.raises(ValueError, match="not a share"):
            wilson(*wrong)
    with pytest.raises(ValueError, match="no case"):
        difference(0, 0, 1, 2)
    with pytest.raises(ValueError, match="there must be two"):
        mean_interval(1.0, 0.0, 1)
    with pytest.raises(ValueError, match="there must be one"):
        funnel_limits(0.5, 0)
