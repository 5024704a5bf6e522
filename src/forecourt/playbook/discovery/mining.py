"""Inductive mining: traces to a process tree that is sound and fits them all, or all but the rare (`noise`).

Source: Leemans, Fahland, van der Aalst 2013 and 2014, with their fall-throughs in the order they give. What is ours: with noise the
graph without rare edges is looked at first, for a text that people read should say what is usual; and a loop keeps how often it
was seen to go round, because a playbook has no loop without bound.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from forecourt.playbook.discovery.graphs import Graph
from forecourt.playbook.discovery.graphs import Parts
from forecourt.playbook.discovery.graphs import Trace
from forecourt.playbook.discovery.graphs import Traces
from forecourt.playbook.discovery.graphs import choice_cut
from forecourt.playbook.discovery.graphs import graph_of
from forecourt.playbook.discovery.graphs import loop_cut
from forecourt.playbook.discovery.graphs import sequence_cut
from forecourt.playbook.discovery.graphs import together_cut
from forecourt.playbook.discovery.trees import Leaf
from forecourt.playbook.discovery.trees import Node
from forecourt.playbook.discovery.trees import Nothing
from forecourt.playbook.discovery.trees import Tree
from forecourt.playbook.discovery.trees import normal

MOST_ROUNDS = 50  # a playbook's published limit of repetitions


def mine(traces: Traces, noise: float = 0.0) -> Tree:
    """Return the tree of traces with their counts.

    `noise` between 0 and 1: edges rarer than this part of the commonest edge from the same activity are not looked at where what
    remains has structure. With 0 every trace fits the tree, but for loops that went round more than 50 times.
    """
    if not 0 <= noise < 1:
        raise ValueError(f"noise is a part of the commonest, at least 0 and below 1; it is {noise}")
    return normal(_mine(traces, noise))


def _mine(traces: Traces, noise: float) -> Tree:
    total, empty = sum(traces.values()), traces.get((), 0)
    some = {trace: count for trace, count in traces.items() if trace}
    if not some:
        return Nothing()
    if empty > noise * total:
        return Node("choice", (Nothing(), _mine(some, noise)))
    graph = graph_of(some)
    if len(graph.nodes) == 1 and all(len(trace) == 1 for trace in some):
        return Leaf(graph.nodes[0])
    found = _cut(some, graph.without_rare(noise), noise) if noise else None
    return found or _cut(some, graph, noise) or _fall_through(some, graph, noise)


def _cut(traces: Traces, graph: Graph, noise: float) -> Tree | None:
    for find, build in _CUTS:
        parts = find(graph)
        if len(parts) > 1 and len(frozenset().union(*parts)) == len(graph_of(traces).nodes):
            return build(traces, parts, noise)
    return None


def _choice(traces: Traces, parts: Parts, noise: float) -> Tree:
    """Each trace goes to the part that has most of it; what is not of that part is left out."""
    logs: list[Counter[Trace]] = [Counter() for _ in parts]
    for trace, count in traces.items():
        share = [sum(event in part for event in trace) for part in parts]
        best = share.index(max(share))
        logs[best][_only(trace, parts[best])] += count
    return Node("choice", tuple(_mine(log, noise) for log in logs if log))


def _together(traces: Traces, parts: Parts, noise: float) -> Tree:
    return Node("together", tuple(_mine(_projected(traces, part), noise) for part in parts))


def _sequence(traces: Traces, parts: Parts, noise: float) -> Tree:
    logs: list[Counter[Trace]] = [Counter() for _ in parts]
    for trace, count in traces.items():
        for log, piece in zip(logs, _pieces(trace, parts), strict=True):
            log[piece] += count
    return Node("sequence", tuple(_mine(log, noise) for log in logs))


def _pieces(trace: Trace, parts: Parts) -> list[Trace]:
    """Cut a trace into one piece a part, where the fewest of its events are left out."""
    pieces, begin = [], 0
    for number, part in enumerate(parts):
        rest = frozenset().union(*parts[number + 1 :]) if number + 1 < len(parts) else frozenset()
        end = _best_end(trace, begin, part, rest) if rest else len(trace)
        pieces.append(_only(trace[begin:end], part))
        begin = end
    return pieces


def _best_end(trace: Trace, begin: int, part: frozenset[int], rest: frozenset[int]) -> int:
    best = kept = sum(event in rest for event in trace[begin:])
    end = begin
    for place in range(begin, len(trace)):
        kept += (trace[place] in part) - (trace[place] in rest)
        if kept > best:
            best, end = kept, place + 1
    return end


def _loop(traces: Traces, parts: Parts, noise: float) -> Tree:
    body, again = parts[0], parts[1]
    bodies: Counter[Trace] = Counter()
    between: Counter[Trace] = Counter()
    times = 1
    for trace, count in traces.items():
        rounds = _rounds(trace, body)
        times = max(times, (len(rounds) + 1) // 2)
        for number, piece in enumerate(rounds):
            log, part = (between, again) if number % 2 else (bodies, body)
            log[_only(piece, part)] += count
    return Node("loop", (_mine(bodies, noise), _mine(between, noise)), min(times, MOST_ROUNDS))


def _rounds(trace: Trace, body: frozenset[int]) -> list[Trace]:
    """Cut a trace wherever it leaves the body or comes back to it: body, between, body, ..., body."""
    rounds: list[list[int]] = [[]]
    for event in trace:
        if (event in body) != (len(rounds) % 2 == 1):
            rounds.append([])
        rounds[-1].append(event)
    if len(rounds) % 2 == 0:
        rounds.append([])
    return [tuple(piece) for piece in rounds]


# ── fall-throughs: when no cut is found ──


def _fall_through(traces: Traces, graph: Graph, noise: float) -> Tree:
    for attempt in (
        _once_in_each,
        _at_any_place,
        partial(_rounds_again, strict=True),
        partial(_rounds_again, strict=False),
    ):
        found = attempt(traces, graph, noise)
        if found is not None:
            return found
    return _anything(traces, graph)


def _once_in_each(traces: Traces, graph: Graph, noise: float) -> Tree | None:
    """An activity that happens exactly once in every trace stands beside the rest."""
    for node in graph.nodes if len(graph.nodes) > 1 else ():
        if all(trace.count(node) == 1 for trace in traces):
            rest = _projected(traces, frozenset(graph.nodes) - {node})
            return Node("together", (Leaf(node), _mine(rest, noise)))
    return None


def _at_any_place(traces: Traces, graph: Graph, noise: float) -> Tree | None:
    """Where the rest falls apart once an activity is taken out, that activity stands beside it."""
    for node in graph.nodes if len(graph.nodes) > 2 else ():
        rest = _projected(traces, frozenset(graph.nodes) - {node})
        bare = graph_of(rest)
        if any(len(find(bare)) > 1 for find, _ in _CUTS):
            own = _projected(traces, frozenset({node}))
            return Node("together", (_mine(own, noise), _mine(rest, noise)))
    return None


def _rounds_again(traces: Traces, graph: Graph, noise: float, *, strict: bool) -> Tree | None:
    """The whole happens several times over: cut before each start (strict: that follows an end)."""
    rounds: Counter[Trace] = Counter()
    times = 1
    for trace, count in traces.items():
        cuts = [0, *_restarts(trace, graph, strict), len(trace)]
        times = max(times, len(cuts) - 1)
        for begin, end in pairwise(cuts):
            rounds[trace[begin:end]] += count
    if times == 1:
        return None
    return Node("loop", (_mine(rounds, noise), Nothing()), min(times, MOST_ROUNDS))


def _restarts(trace: Trace, graph: Graph, strict: bool) -> list[int]:
    return [
        place
        for place in range(1, len(trace))
        if trace[place] in graph.starts and (not strict or trace[place - 1] in graph.ends)
    ]


def _anything(traces: Traces, graph: Graph) -> Tree:
    """The last resort, the flower: any activity, any number of times."""
    longest = min(max(map(len, traces)), MOST_ROUNDS)
    leaves = tuple(Leaf(node) for node in graph.nodes)
    body = leaves[0] if len(leaves) == 1 else Node("choice", leaves)
    return Node("loop", (body, Nothing()), longest)


def _projected(traces: Traces, part: frozenset[int]) -> Traces:
    found: Counter[Trace] = Counter()
    for trace, count in traces.items():
        found[_only(trace, part)] += count
    return found


def _only(trace: Trace, part: frozenset[int]) -> Trace:
    return tuple(event for event in trace if event in part)


_CUTS: tuple[tuple[Callable[[Graph], Parts], Callable[[Traces, Parts, float], Tree]], ...] = (
    (choice_cut, _choice),
    (sequence_cut, _sequence),
    (together_cut, _together),
    (loop_cut, _loop),
)
