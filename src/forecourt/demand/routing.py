"""Finds the store and the adviser for a lead: gathers the facts, lets `rules.rank` compare, claims the adviser."""

from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Any

from forecourt.base.calendars import CalendarUnknown
from forecourt.base.calendars import NeverOpen
from forecourt.demand import rules
from forecourt.demand import storing
from forecourt.demand.directory import Directory
from forecourt.demand.directory import Town
from forecourt.network.calendars import store_calendar
from forecourt.network.models import Store
from forecourt.network.rules import distance_km
from forecourt.platform.models import Place

# Of the stores in the customer's ring at most so many are compared in full: opening hours and load cost time.
COMPARED = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of where a lead should go."""

    brand: str
    town: Town | None = None
    named: str = ""
    owner: str = ""
    without: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a lead goes: store, adviser ('' when the store has none who may), and why not elsewhere."""

    place: Place
    owner: str
    ranked: tuple[rules.Ranked, ...]
    asked: str = ""

    def facts(self) -> dict[str, Any]:
        """The reasons as codes and numbers: `store` chosen, `reasons` for it, `next` three.

        `asked` is the store that the sender named and that may not sell the brand.
        """
        first, *others = [one.reasons() for one in self.ranked]
        found = {"store": self.place.store, "owner": self.owner, "reasons": first, "next": others}
        return found | ({"asked": self.asked} if self.asked != self.place.store and self.asked else {})


def route(book: Directory, wanted: Wanted, at: datetime) -> Route | None:
    """Choose a store and claim an adviser in it; None when no store may sell the brand. The caller sees the network."""
    ranked = ranking(book, wanted, at)
    if not ranked:
        return None
    store = book.stores[ranked[0].candidate.store]
    place = store.place(wanted.brand)
    return Route(place, _owner(book, wanted, at, place, ranked[0]), tuple(ranked), wanted.named)


def ranking(book: Directory, wanted: Wanted, at: datetime) -> list[rules.Ranked]:
    """The best stores for a lead, best first, without claiming anybody."""
    stores = [store for store in book.sellers.get(wanted.brand, ()) if store.code not in wanted.without]
    advisers = book.advisers(wanted.brand)
    if wanted.town is None:
        loads = _loads(stores, advisers)
        near = _least_loaded(stores, advisers, loads, wanted.named)
    else:
        near = _nearest([(_km(wanted.town, store), store) for store in stores], wanted.named)
        loads = _loads([store for _, store in near], advisers)
    able = {store.code: advisers.get(store.code, ()) for _, store in near}
    candidates = [
        _candidate(km, store, at, able[store.code], loads.get(store.code, (0, 0)), wanted)
        for km, store in near
    ]
    return rules.rank(candidates, at)


def _loads(stores: list[Store], advisers: dict[str, tuple[str, ...]]) -> dict[str, tuple[int, int]]:
    return storing.loads([staff for store in stores for staff in advisers.get(store.code, ())])


def _least_loaded(
    stores: list[Store], advisers: dict[str, tuple[str, ...]], loads: dict[str, tuple[int, int]], named: str
) -> list[tuple[float | None, Store]]:
    """Where the customer's place is unknown: the store named, then those whose advisers have the fewest open."""

    def key(store: Store) -> tuple[bool, float, str]:
        staffed = len(advisers.get(store.code, ()))
        each = loads.get(store.code, (0, 0))[0] / staffed if staffed else float("inf")
        return store.code != named, each, store.code

    return [(None, store) for store in sorted(stores, key=key)[:COMPARED]]


def _owner(book: Directory, wanted: Wanted, at: datetime, place: Place, chosen: rules.Ranked) -> str:
    if wanted.owner:
        storing.add(wanted.owner, at, place)
        return wanted.owner
    return storing.claim(
        book.advisers(wanted.brand).get(place.store, ()), at, place, chosen.candidate.counted
    )


def _km(town: Town | None, store: Store) -> float | None:
    return None if town is None else distance_km(town.lat, town.lon, store.lat, store.lon)


def _nearest(stores: list[tuple[float | None, Store]], named: str) -> list[tuple[float | None, Store]]:
    """The store named, the nearest few, and all others in the ring of the nearest, as far as they can be compared."""
    ordered = sorted(
        stores, key=lambda one: (one[1].code != named, one[0] is None, one[0] or 0.0, one[1].code)
    )
    if len(ordered) <= rules.SHOWN:
        return ordered
    ring = min(rules.ring_of(km) for km, _ in ordered)
    inside = [one for one in ordered[rules.SHOWN :] if rules.ring_of(one[0]) == ring]
    return ordered[: rules.SHOWN] + inside[: COMPARED - rules.SHOWN]


def _candidate(
    km: float | None, store: Store, at: datetime, able: tuple[str, ...], load: tuple[int, int], wanted: Wanted
) -> rules.Candidate:
    opens_at, closed = _opening(store.code, at)
    return rules.Candidate(
        store.code, km, opens_at, len(able), load[0], store.code == wanted.named, closed, load[1]
    )


def _opening(store: str, at: datetime) -> tuple[datetime | None, bool]:
    """When the store opens (None: it is open), and whether it does not open at all as far as is known."""
    try:
        opens_at = store_calendar(store).next_open(at)
    except (NeverOpen, CalendarUnknown):
        return None, True
    return (None, False) if opens_at <= at else (opens_at, False)
