"""Which store answers a lead: a ranking by named parts, pure, with the reasons for every place. Law 3.

The smaller key wins. The parts, in order, say in which direction is better:

    not_named   a store that the sender named comes first, when it may sell the brand
    unstaffed   stores with an adviser who may do the first step come first
    ring        how far, in rings around the customer's city: 30, 80, 150, 300, 600 km, beyond; unknown counts as beyond
    waiting     open now, else opens within 12 hours, else later
    load        open opportunities for each adviser, in steps of one
    km          nearer first
    store       the code: two equal stores are always ranked the same way
"""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from math import floor
from typing import Any
from typing import NamedTuple

RINGS_KM = (30.0, 80.0, 150.0, 300.0, 600.0)
SOON = timedelta(hours=12)
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a store that may sell the brand. `km` is None when the customer's place is unknown.

    `opens_at` is None when it is open now; `closed` says that it will not open as far as is known; `counted` how many of the advisers have a counter.
    """

    store: str
    km: float | None = None
    opens_at: datetime | None = None
    advisers: int = 0
    open_leads: int = 0
    named: bool = False
    closed: bool = False
    counted: int = 0

    @property
    def load(self) -> float:
        """Open opportunities for each adviser."""
        return self.open_leads / self.advisers if self.advisers else 0.0

    @property
    def is_open(self) -> bool:
        return self.opens_at is None and not self.closed


class RankKey(NamedTuple):
    """The parts by which stores are compared, in order; smaller is better in each."""

    not_named: bool
    unstaffed: bool
    ring: int
    waiting: int
    load: int
    km: float
    store: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A store in its place; `behind` names the part in which the store chosen was better, '' for the one chosen."""

    candidate: Candidate
    behind: str = ""

    def reasons(self) -> dict[str, Any]:
        """The facts behind the place, as codes and numbers only."""
        one = self.candidate
        return {
            "store": one.store, "km": None if one.km is None else round(one.km, 1), "open": one.is_open,
            "opens_at": one.opens_at.isoformat() if one.opens_at else None, "advisers": one.advisers,
            "open_each": round(one.load, 1), "named": one.named, "behind": self.behind,
        }  # fmt: skip


def ring_of(km: float | None) -> int:
    """The number of the ring that a distance lies in; the last one when it is unknown."""
    if km is None:
        return len(RINGS_KM)
    return sum(km > edge for edge in RINGS_KM)


def waiting_of(candidate: Candidate, at: datetime) -> int:
    """0 open now, 1 opens soon, 2 later or never."""
    if candidate.is_open:
        return 0
    soon = candidate.opens_at is not None and candidate.opens_at - at <= SOON
    return 1 if soon else 2


def key_of(candidate: Candidate, at: datetime) -> RankKey:
    """The key of a store at a moment."""
    return RankKey(
        not_named=not candidate.named,
        unstaffed=not candidate.advisers,
        ring=ring_of(candidate.km),
        waiting=waiting_of(candidate, at),
        load=floor(candidate.load),
        km=float("inf") if candidate.km is None else candidate.km,
        store=candidate.store,
    )


def rank(candidates: Iterable[Candidate], at: datetime, shown: int = SHOWN) -> list[Ranked]:
    """The best stores, best first: the one chosen and those that would have been next. Empty without candidates."""
    keyed = sorted((key_of(one, at), one) for one in _unlike(candidates))[:shown]
    if not keyed:
        return []
    best = keyed[0][0]
    return [Ranked(keyed[0][1]), *(Ranked(one, _first_difference(best, key)) for key, one in keyed[1:])]


def _unlike(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate for each store, so that keys never tie."""
    return list({one.store: one for one in candidates}.values())


def _first_difference(best: RankKey, other: RankKey) -> str:
    return next(
        name for name, mine, theirs in zip(RankKey._fields, best, other, strict=True) if mine != theirs
    )


def least_loaded(loads: Sequence[tuple[str, int, datetime | None]]) -> str:
    """The adviser with the fewest open opportunities, of equals whoever had a new one longest ago; '' when nobody is there.

    `loads` are (staff code, open, last assigned). The database chooses by the same order; this is for by-hand choices.
    """
    ordered = sorted(
        loads, key=lambda one: (one[1], one[2] is not None, one[2].timestamp() if one[2] else 0, one[0])
    )
    return ordered[0][0] if ordered else ""
