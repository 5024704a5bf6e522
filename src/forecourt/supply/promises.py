"""The promise as a band of dates, the estimate that the queue itself gives, and what a delay costs; pure.

The *promise* is fixed when the order is locked and never moves: `standard` weeks, or `peak` weeks in the first 60 days
after the model's launch. The *estimate* is worked out anew each day from the number of orders ahead and the rate at which
cars arrive. Compensation counts from the promise, never from the estimate.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from decimal import Decimal
from typing import Any

STANDARD, PEAK = "promise.standard", "promise.peak"
ARRIVALS = "estimate.arrivals"
WEEK = timedelta(days=7)
Z_90 = 1.2815515655446004  # the 90 % quantile of the normal distribution


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """What the network promises (`methodology/promises.yaml`).

    Weeks from lock to handover as (shortest, longest): `standard` default 4 and 6, `peak` default 8 and 10, each 1 to 104.
    `peak_days` after a launch count as peak (default 60). `handover_days` pass from allocation to handover (default 5).
    Compensation is `per_day` yuan for each calendar day after the band's end, `cap` at most (defaults 200.00 and 10,000.00).
    `window_days` and `least_arrivals`: an estimate needs that many cars in that many days (defaults 28 and 3).
    """

    standard: tuple[int, int] = (4, 6)
    peak: tuple[int, int] = (8, 10)
    peak_days: int = 60
    handover_days: int = 5
    per_day: Decimal = Decimal("200.00")
    cap: Decimal = Decimal("10000.00")
    window_days: int = 28
    least_arrivals: int = 3

    def __post_init__(self) -> None:
        for name in ("standard", "peak"):
            first, last = getattr(self, name)
            if not 1 <= first <= last <= 104:
                raise ValueError(
                    f"promise {name} is {first} to {last} weeks; expected 1 to 104, the shorter first"
                )
        if self.per_day < 0 or self.cap < 0:
            raise ValueError(f"compensation of {self.per_day} a day up to {self.cap} is negative")

    @classmethod
    def read(cls, text: Mapping[str, Any]) -> "PromiseTerms":
        """From the mapping that `promises.yaml` holds; KeyError names what is missing."""
        delivery, delay = text["delivery"], text["delay_compensation"]
        weeks = {
            name: (int(delivery[name]["entry"]), int(delivery[name]["top"])) for name in ("standard", "peak")
        }
        return cls(**weeks, per_day=Decimal(str(delay["per_day"])), cap=Decimal(str(delay["cap"])))


@dataclass(frozen=True, slots=True)
class Band:
    """From and to, both included, and the rule that gave them with the numbers it used."""

    from_on: date
    to_on: date
    rule: str
    facts: Mapping[str, float | int]


def promise(locked_on: date, launched_on: date | None, terms: PromiseTerms) -> Band:
    """The band that is promised to an order locked on `locked_on` of a model launched on `launched_on`."""
    since = (locked_on - launched_on).days if launched_on else None
    peak = since is not None and 0 <= since < terms.peak_days
    first, last = terms.peak if peak else terms.standard
    facts = {"from_weeks": first, "to_weeks": last}
    return Band(locked_on + first * WEEK, locked_on + last * WEEK, PEAK if peak else STANDARD, facts)


def estimate(on: date, number: int, arrivals: int, terms: PromiseTerms) -> Band | None:
    """When the order at place `number` can expect its handover, seen from the day `on`; None when too little is known.

    Cars of the line arrive as a Poisson process of the rate seen (`arrivals` in the last `window_days`); the wait for the
    `number`-th is then gamma distributed, and the band holds 80 % of it (quantiles by Wilson and Hilferty, 1931), plus the
    days from allocation to handover.
    """
    if number < 1:
        raise ValueError(f"place {number} does not exist; the first of a line has place 1")
    if arrivals < terms.least_arrivals:
        return None
    rate = arrivals / terms.window_days
    early, late = (_gamma_quantile(number, sign * Z_90) / rate for sign in (-1, 1))
    start = on + timedelta(days=terms.handover_days)
    facts = {"ahead": number - 1, "arrivals": arrivals, "window_days": terms.window_days}
    return Band(
        start + timedelta(days=math.floor(early)), start + timedelta(days=math.ceil(late)), ARRIVALS, facts
    )


def _gamma_quantile(shape: int, z: float) -> float:
    """Quantile of a gamma distribution of scale 1, for the normal quantile `z`."""
    return shape * max(1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape)), 0.0) ** 3


@dataclass(frozen=True, slots=True)
class Delay:
    """How late an order is and what it has earned by that."""

    days: int
    amount: Decimal
    capped: bool


def compensation(promised_to_on: date, until_on: date, terms: PromiseTerms) -> Delay:
    """What is owed when the handover is (or, still open, today is) on `until_on`: the day after the promise is day 1."""
    days = max((until_on - promised_to_on).days, 0)
    amount = min(terms.per_day * days, terms.cap)
    return Delay(days, amount.quantize(Decimal("0.01")), terms.per_day * days > terms.cap)
