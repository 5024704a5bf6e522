"""How much trade the demo plays: public rates where there are any, labelled assumptions elsewhere.

The numbers behind: 20,000 leads a month in 90 stores, of which 15 to 25 % drive, 20 to 35 % of those order, 40 to 54 % are given
up by the adviser; 140 service visits a day; every store sees more at weekends. See docs/explanation/demo.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

HOURS: Sequence[float] = (0.1, 0, 0, 0, 0, 0.1, 0.3, 0.6, 2, 5, 8, 8, 6, 6, 7, 7, 7, 6, 6, 8, 9, 8, 4, 1)
WEEKDAYS: Sequence[float] = (0.85, 0.8, 0.8, 0.85, 0.95, 1.35, 1.4)


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares are between 0 and 1. `volume` is the part of the real number of enquiries and visits that is played.

    `leads_a_store_day` and `visits_a_store_day` are the real ones (20,000 a month and 140 a day in 90 stores). The store where the
    demo's personas work plays in full, so that their first screens look like a working day.
    """

    volume: float = 0.1
    home_leads_a_day: float = 7.4
    home_visits_a_day: float = 4.0
    leads_a_store_day: float = 20_000 / 30 / 90
    visits_a_store_day: float = 140 / 90
    launch_factor: float = 4.0
    returning: float = 0.08
    masked: float = 0.03
    reached: float = 0.74
    wrong_number: float = 0.05
    answered_in_time: float = 0.82
    skips_needs: float = 0.22
    drives: float = 0.24
    comes_to_drive: float = 0.86
    orders_after_drive: float = 0.34
    orders_without_drive: float = 0.045
    given_up: float = 0.5
    lost_later: float = 0.85
    confirms: float = 0.9
    locks: float = 0.92
    locks_in_time: float = 0.9
    in_stock: float = 0.6
    answers_survey: float = 0.38
    declines_quote: float = 0.06
    rework: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.volume <= 1:
            raise ValueError(f"volume is {self.volume}; expected a share above 0 and up to 1")


def leads_on(rates: Rates, stores: int, on: date, launch_day: date, rng: Random) -> int:
    """How many enquiries come on a day."""
    mean = stores * rates.leads_a_store_day * rates.volume * WEEKDAYS[on.weekday()]
    mean *= rates.launch_factor if on == launch_day else 1
    return round(rng.gauss(mean, mean**0.5)) if mean > 4 else round(rng.uniform(0, 2 * mean))


def visits_on(rates: Rates, stores: int, on: date, rng: Random) -> int:
    """How many service visits are booked on a day."""
    mean = stores * rates.visits_a_store_day * rates.volume
    return max(0, round(rng.gauss(mean, mean**0.5)))


def at_home(a_day: float, on: date, rng: Random) -> int:
    """How many of something the home store sees on a day."""
    return max(0, round(rng.gauss(a_day * WEEKDAYS[on.weekday()], a_day**0.5 / 2)))


def hour_of_day(rng: Random) -> float:
    """When in the day an enquiry arrives, in hours after midnight."""
    return rng.choices(range(24), HOURS)[0] + rng.random()
