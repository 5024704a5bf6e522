"""Optimal alignments: for each distinct trace the cheapest way to explain it as a run of the program.

    variants = variants_of(events)
    aligned = align(program, variants)
    aligned.log_fitness, aligned.moves_of(0)

Literature: van der Aalst, Adriansyah and van Dongen, "Replaying history on process models for conformance checking and
performance analysis", WIREs Data Mining and Knowledge Discovery 2 (2012) 182-192; Adriansyah, "Aligning observed and
modeled behavior", PhD thesis, TU Eindhoven 2014. docs/explanation/fitness.md says what the figures mean.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from forecourt.playbook.alignment.costs import UNIT
from forecourt.playbook.alignment.costs import Costs
from forecourt.playbook.alignment.costs import Weights
from forecourt.playbook.alignment.costs import weights_of
from forecourt.playbook.alignment.graph import Graph
from forecourt.playbook.alignment.graph import graph_of
from forecourt.playbook.alignment.variants import Variants
from forecourt.playbook.program import Program
from forecourt.playbook.symbols import Symbols

MAX_EVENTS = 10_000
MAX_NODES = 5_000_000

Number = TypeVar("Number", np.int8, np.int16)


class TraceTooLong(ValueError):
    """A deviating trace would need more memory than is allowed; the message names the journey."""


class Move(NamedTuple):
    """One move of an explanation: kind 0 the step was done as written, 1 an event too many, 2 a step that was missing.

    `step` is None for an activity that the program does not know.
    """

    kind: int
    step: str | None
    outcome: str | None


@dataclass(frozen=True)
class Aligned:
    """The cheapest explanation of each trace, in the order of `variants`.

    `fits`, `cost` and `fitness` have a value for each trace. The moves of trace v are those from `offsets[v]` to `offsets[v + 1]` in `kind`
    (0 synchronous, 1 log, 2 model) and `symbol` (-1 unknown). `worst` is what the trace costs when every event is a log
    move and the cheapest run is put in beside it; `shortest` is the cost of that run.
    """

    variants: Variants
    symbols: Symbols
    fits: NDArray[np.bool_]
    cost: NDArray[np.float64]
    worst: NDArray[np.float64]
    shortest: float
    offsets: NDArray[np.int64]
    kind: NDArray[np.int8]
    symbol: NDArray[np.int16]

    @property
    def fitness(self) -> NDArray[np.float64]:
        """Fitness of each trace: 1 - cost / worst (Adriansyah 2014); 1 where both are 0."""
        return 1 - np.divide(self.cost, self.worst, out=np.zeros_like(self.cost), where=self.worst > 0)

    @property
    def log_fitness(self) -> float:
        """Fitness of the log: 1 - sum of costs / sum of worst costs over all journeys; a long journey weighs more."""
        worst = float(self.worst @ self.variants.count)
        return 1 - float(self.cost @ self.variants.count) / worst if worst > 0 else 1.0

    @property
    def average_fitness(self) -> float:
        """Mean fitness of the journeys; each weighs the same. 1 for a log without journeys."""
        journeys = int(self.variants.count.sum())
        return float(self.fitness @ self.variants.count) / journeys if journeys else 1.0

    @property
    def fitting(self) -> int:
        """How many journeys run through without a departure."""
        return int(self.variants.count[self.fits].sum())

    def moves_of(self, variant: int) -> Iterator[Move]:
        """Yield the moves that explain a trace, in order."""
        begin, end = self.offsets[variant : variant + 2]
        for kind, symbol in zip(self.kind[begin:end].tolist(), self.symbol[begin:end].tolist(), strict=True):
            step, outcome = self.symbols.pairs[symbol] if symbol >= 0 else (None, None)
            yield Move(kind, step, outcome)


def align(program: Program, variants: Variants, costs: Costs = UNIT) -> Aligned:
    """Return the cheapest explanation of each trace, each worked out once; a trace that fits is only replayed.

    Of equally cheap explanations one with the fewest departures is taken, and of those the one that departs as late as
    possible: read from its end, a log move goes before a model move before a synchronous one, and of several model moves the
    step first in the text. Raises TraceTooLong for a trace that deviates and has more than MAX_EVENTS events, or would need
    more than MAX_NODES places of memory (events times states), and ValueError for a program without an end.
    """
    from forecourt.playbook.alignment import kernel

    weights = weights_of(costs, program.symbols)
    graph, shortest = graph_of(program, weights)
    fitting = np.empty(len(variants), np.bool_)
    kernel.which_fit(graph, variants.offsets, variants.symbol, fitting)
    longest = _longest(program, variants, fitting)
    traces = Traces(variants.offsets, variants.symbol, fitting)
    found = _explain(graph, _space(graph, longest), traces)
    least = np.array([shortest], np.int64)
    worst = _log_costs(variants, weights) + weights.cost(least)
    return Aligned(
        variants=variants,
        symbols=program.symbols,
        fits=fitting,
        cost=weights.cost(found.cost),
        worst=worst,
        shortest=float(weights.cost(least)[0]),
        offsets=found.offsets,
        kind=found.kind[: found.offsets[-1]],
        symbol=found.symbol[: found.offsets[-1]],
    )


class Traces(NamedTuple):
    """What is to be explained, as the kernel reads it."""

    offsets: NDArray[np.int64]
    symbol: NDArray[np.int16]
    fitting: NDArray[np.bool_]


class Space(NamedTuple):
    """Working memory of the search: five numbers for each node, the heads of the buckets, and bounds by kind of state."""

    nodes: NDArray[np.int64]
    heads: NDArray[np.int64]
    bounds: NDArray[np.int64]
    filled: NDArray[np.int64]
    last_seen: NDArray[np.int64]
    is_last: NDArray[np.bool_]


class Out(NamedTuple):
    """Where the kernel writes: `kind` and `symbol` as long as there is room."""

    offsets: NDArray[np.int64]
    kind: NDArray[np.int8]
    symbol: NDArray[np.int16]
    cost: NDArray[np.int64]


def _longest(program: Program, variants: Variants, fitting: NDArray[np.bool_]) -> int:
    """Return the length of the longest trace to be searched; refuse one that is too long."""
    lengths = np.where(fitting, 0, np.diff(variants.offsets))
    if not len(lengths):
        return 0
    variant = int(lengths.argmax())
    longest, most = int(lengths[variant]), min(MAX_EVENTS, MAX_NODES // program.states - 1)
    if longest > most:
        raise TraceTooLong(
            f"Journey {variants.name(variant)!r} has {longest:,} events and deviates; to program {program.name!r} with "
            f"{program.states:,} states at most {most:,} can be aligned. Leave it out, or join repeated events into one."
        )
    return longest


def _space(graph: Graph, longest: int) -> Space:
    from forecourt.playbook.alignment import kernel

    kinds = len(graph.ahead)
    return Space(
        nodes=np.zeros(((longest + 1) * graph.states, kernel.FIELDS), np.int64),
        heads=np.empty(kernel.BUCKETS, np.int64),
        bounds=np.empty((kinds, longest + 1), np.int64),
        filled=np.zeros(kinds, np.int64),
        last_seen=np.zeros(graph.width, np.int64),
        is_last=np.empty(longest, np.bool_),
    )


def _explain(graph: Graph, space: Space, traces: Traces) -> Out:
    """Run the kernel; whenever the room for moves is used up, double it and go on."""
    from forecourt.playbook.alignment import kernel

    count, room = len(traces.fitting), len(traces.symbol) + len(traces.symbol) // 8 + 1024
    out = Out(
        np.zeros(count + 1, np.int64),
        np.empty(room, np.int8),
        np.empty(room, np.int16),
        np.zeros(count, np.int64),
    )
    done, stamp = kernel.explain(graph, space, traces, out, 0, 0)
    while done < count:
        out = out._replace(kind=_double(out.kind), symbol=_double(out.symbol))
        done, stamp = kernel.explain(graph, space, traces, out, done, stamp)
    return out


def _double(old: NDArray[Number]) -> NDArray[Number]:
    new = np.empty(2 * len(old), old.dtype)
    new[: len(old)] = old
    return new


def _log_costs(variants: Variants, weights: Weights) -> NDArray[np.float64]:
    """Return what each trace costs when all its events are log moves."""
    total = np.concatenate((np.zeros(1, np.int64), np.cumsum(weights.log[variants.symbol])))
    return weights.cost(total[variants.offsets[1:]] - total[variants.offsets[:-1]])
