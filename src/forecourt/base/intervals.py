"""How sure a figure is: intervals of shares, of their difference, of quantiles and means, and the limits of a funnel plot.

Shares are between 0 and 1. `level` is the coverage, 0.95 unless said otherwise. Sources stand with each function.
"""

from functools import lru_cache
from math import atan
from math import cos
from math import exp
from math import lgamma
from math import log
from math import pi
from math import sin
from math import sqrt
from statistics import NormalDist

USUAL = 0.95
_EXACT = 2000  # cases; above, the normal distribution stands for the binomial
_NORMAL = NormalDist()


def wilson(successes: int, cases: int, level: float = USUAL) -> tuple[float, float]:
    """Return the score interval of a share of `successes` in `cases` (Wilson 1927); 0 to 1 where there is no case.

    Raises ValueError when the successes are negative or more than the cases.
    """
    if not 0 <= successes <= cases:
        raise ValueError(f"{successes} successes in {cases} cases is not a share")
    if cases == 0:
        return 0.0, 1.0
    z, share = _z(level), successes / cases
    spread = z * z / cases
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / cases + spread / (4 * cases)) / (1 + spread)
    return (0.0 if successes == 0 else middle - half), (1.0 if successes == cases else middle + half)


def difference(
    successes: int, cases: int, other: int, other_cases: int, level: float = USUAL
) -> tuple[float, float]:
    """Return the interval of the first share less the second: Newcombe's hybrid score interval (1998, method 10).

    Raises ValueError when one of them has no case.
    """
    if not cases or not other_cases:
        raise ValueError("a share of no case cannot be compared")
    first, second = successes / cases, other / other_cases
    (low, high), (other_low, other_high) = wilson(successes, cases, level), wilson(other, other_cases, level)
    apart = first - second
    below, above = (first - low, other_high - second), (high - first, second - other_low)
    return max(-1.0, apart - sqrt(below[0] ** 2 + below[1] ** 2)), min(
        1.0, apart + sqrt(above[0] ** 2 + above[1] ** 2)
    )


@lru_cache(maxsize=4096)
def quantile_ranks(cases: int, quantile: float, level: float = USUAL) -> tuple[int, int] | None:
    """Return the places, counted from 0, of the sorted values that bound a quantile whatever their distribution.

    The number of values below the quantile is binomial (Hahn and Meeker 1991, 5.2). None where the cases are too few for bounds on
    both sides.
    """
    tail = (1 - level) / 2
    low = _quantile_of_count(cases, quantile, tail) - 1
    high = _quantile_of_count(cases, quantile, 1 - tail)
    return (low, high) if low >= 0 and high < cases else None


def mean_interval(mean: float, deviation: float, cases: int, level: float = USUAL) -> tuple[float, float]:
    """Return the interval of a mean by Student's t; `deviation` is the standard deviation of the sample.

    Raises ValueError below two cases.
    """
    if cases < 2:
        raise ValueError(f"{cases} cases have no interval of their mean; there must be two")
    half = _t(1 - level, cases - 1) * deviation / sqrt(cases)
    return mean - half, mean + half


@lru_cache(maxsize=8192)
def funnel_limits(share: float, cases: int, level: float = USUAL) -> tuple[float, float]:
    """Return the shares between which `cases` keep by chance alone when each succeeds with probability `share`.

    The binomial's quantiles, interpolated so that the curves are smooth (Spiegelhalter 2005, appendix A.1.1).
    """
    if cases < 1:
        raise ValueError(f"{cases} cases have no limits; there must be one")
    tail = (1 - level) / 2
    return _limit(share, cases, tail), _limit(share, cases, 1 - tail)


def _limit(share: float, cases: int, probability: float) -> float:
    if share in (0.0, 1.0):
        return share
    if cases > _EXACT:
        return min(1.0, max(0.0, share + _NORMAL.inv_cdf(probability) * sqrt(share * (1 - share) / cases)))
    below = 0.0
    for count in range(cases + 1):
        here = _mass(cases, share, count)
        if below + here > probability:
            past = (below + here - probability) / here
            return min(1.0, max(0.0, (count - past) / cases))
        below += here
    return 1.0


def _quantile_of_count(cases: int, share: float, probability: float) -> int:
    """Return the smallest count that so many of the cases do not exceed, with at least this probability."""
    if cases > _EXACT:
        spread = sqrt(cases * share * (1 - share))
        return max(0, round(cases * share + _NORMAL.inv_cdf(probability) * spread))
    below = 0.0
    for count in range(cases + 1):
        below += _mass(cases, share, count)
        if below >= probability:
            return count
    return cases


def _mass(cases: int, share: float, count: int) -> float:
    """Return the probability of a count, binomial."""
    ways = lgamma(cases + 1) - lgamma(count + 1) - lgamma(cases - count + 1)
    return exp(ways + count * log(share) + (cases - count) * log(1 - share))


@lru_cache(maxsize=16)
def _z(level: float) -> float:
    return _NORMAL.inv_cdf((1 + level) / 2)


@lru_cache(maxsize=4096)
def _t(outside: float, freedom: int) -> float:
    """Return the value that Student's t exceeds on either side with probability `outside`, by bisection of its distribution."""
    low, high = 0.0, 1e7
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if 1 - _within(middle, freedom) > outside else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """Return the probability that Student's t lies between -t and t (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    if freedom > _EXACT:
        return 2 * _NORMAL.cdf(t) - 1
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for place in range(3 if odd else 2, freedom - 1, 2):
        term *= cos(angle) ** 2 * (place - 1) / place
        total += term
    return 2 * (angle + sin(angle) * total) / pi if odd else sin(angle) * total
