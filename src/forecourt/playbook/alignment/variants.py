"""The distinct traces of a log: what is aligned once stands for every journey that went the same way."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.replay.columns import Events

Whole = NDArray[np.int64]
Symbol = NDArray[np.int16]


@dataclass(frozen=True)
class Variants:
    """Distinct traces of symbols, numbered in the order in which the journeys first show them.

    Trace v is `symbol[offsets[v]:offsets[v + 1]]`, -1 for an activity that the program does not know; `count[v]` journeys went
    it, `example[v]` is the first of them; `of_journey` has the trace of each journey. `case` and `cases` are those of the events.
    """

    offsets: NDArray[np.int64]
    symbol: NDArray[np.int16]
    count: NDArray[np.int64]
    example: NDArray[np.int64]
    of_journey: NDArray[np.int32]
    case: NDArray[np.int32]
    cases: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.count)

    def name(self, variant: int) -> str:
        """Return the name of the first journey that went this trace."""
        return self.cases[int(self.case[self.example[variant]])]


def variants_of(events: Events) -> Variants:
    """Return the distinct traces of a log.

    Hashes find what may be the same, then every journey is compared with its trace event by event; should two traces
    share a hash after all, they are told apart by their symbols themselves, which takes some seconds for a million journeys.
    """
    from forecourt.playbook.alignment import kernel

    offsets = np.ascontiguousarray(events.offsets, np.int64)
    symbol = np.ascontiguousarray(events.symbol, np.int16)
    of_journey, example = _by_hash(offsets, symbol)
    to, traces = _traces(offsets, symbol, example)
    if not kernel.all_same(offsets, symbol, of_journey, to, traces):
        of_journey, example = _by_symbols(offsets, symbol)
        to, traces = _traces(offsets, symbol, example)
    count = np.bincount(of_journey, minlength=len(example)).astype(np.int64)
    return Variants(to, traces, count, example, of_journey, events.case, events.cases)


def _by_hash(offsets: Whole, symbol: Symbol) -> tuple[NDArray[np.int32], Whole]:
    from forecourt.playbook.alignment import kernel

    journeys = len(offsets) - 1
    places = 1 << (2 * journeys + 1).bit_length()
    hashes, keys = np.empty(journeys, np.uint64), np.empty(places, np.uint64)
    slots = np.full(places, -1, np.int32)
    of_journey, example = np.empty(journeys, np.int32), np.empty(journeys, np.int64)
    kernel.hash_traces(offsets, symbol, hashes)
    found = kernel.number(hashes, slots, keys, of_journey, example)
    return of_journey, example[:found].copy()


def _by_symbols(offsets: Whole, symbol: Symbol) -> tuple[NDArray[np.int32], Whole]:
    known: dict[bytes, int] = {}
    of_journey = np.empty(len(offsets) - 1, np.int32)
    example: list[int] = []
    for journey, (begin, end) in enumerate(pairwise(offsets.tolist())):
        variant = known.setdefault(symbol[begin:end].tobytes(), len(known))
        if variant == len(example):
            example.append(journey)
        of_journey[journey] = variant
    return of_journey, np.array(example, np.int64)


def _traces(offsets: Whole, symbol: Symbol, example: Whole) -> tuple[Whole, Symbol]:
    """Return the traces of example journeys one after the other."""
    from forecourt.playbook.alignment import kernel

    to = np.zeros(len(example) + 1, np.int64)
    np.cumsum(offsets[example + 1] - offsets[example], out=to[1:])
    traces = np.empty(to[-1], np.int16)
    kernel.copy_traces(offsets, symbol, example, to, traces)
    return to, traces
