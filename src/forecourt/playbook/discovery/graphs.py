"""The directly-follows graph of traces, and the four ways in which it can fall apart (cuts).

Source: Leemans, Fahland, van der Aalst: Discovering block-structured process models from event logs, 2013 (cuts), and from event logs
containing infrequent behaviour, 2014 (the filter). Sets of activities are bit masks: there are at most 120 of them.
"""

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

Trace = tuple[int, ...]
Traces = dict[Trace, int]
Parts = list[frozenset[int]]


@dataclass(frozen=True)
class Graph:
    """Who follows whom directly and how often; how often each activity begins and ends a trace."""

    edges: Counter[tuple[int, int]]
    starts: Counter[int]
    ends: Counter[int]

    @cached_property
    def nodes(self) -> tuple[int, ...]:
        """All activities, in order."""
        pairs = (node for edge in self.edges for node in edge)
        return tuple(sorted({*pairs, *self.starts, *self.ends}))

    @cached_property
    def after(self) -> dict[int, int]:
        """For each activity the mask of those that follow it directly."""
        found = dict.fromkeys(self.nodes, 0)
        for before, after in self.edges:
            found[before] |= 1 << after
        return found

    @cached_property
    def reach(self) -> dict[int, int]:
        """For each activity the mask of those that follow it, directly or not (Warshall)."""
        found = dict(self.after)
        for middle in self.nodes:
            for node in self.nodes:
                if found[node] >> middle & 1:
                    found[node] |= found[middle]
        return found

    def follows(self, before: int, after: int) -> bool:
        """Say whether `after` follows `before` directly."""
        return (before, after) in self.edges

    def without_rare(self, noise: float) -> "Graph":
        """Return the graph without edges, starts and ends that are rarer than `noise` (0 to 1) times the commonest of their kind.

        The commonest way into and out of each activity stays, so that a branch that is rare but real does not fall off.
        """
        out, into = _commonest(self.edges, 0, self.ends), _commonest(self.edges, 1, self.starts)
        kept = {
            edge: count
            for edge, count in self.edges.items()
            if count >= noise * out[edge[0]] or count == into[edge[1]]
        }
        return Graph(Counter(kept), _common(self.starts, noise), _common(self.ends, noise))


def _commonest(edges: Counter[tuple[int, int]], side: int, border: Counter[int]) -> dict[int, int]:
    """The commonest way out of each activity (side 0, an end counts) or into it (side 1, a start counts)."""
    most = dict(border)
    for edge, count in edges.items():
        most[edge[side]] = max(most.get(edge[side], 0), count)
    return most


def _common(counts: Counter[int], noise: float) -> Counter[int]:
    least = noise * max(counts.values(), default=0)
    return Counter({node: count for node, count in counts.items() if count >= least})


def graph_of(traces: Traces) -> Graph:
    """Return the directly-follows graph of traces with their counts; empty traces leave no mark."""
    edges: Counter[tuple[int, int]] = Counter()
    starts: Counter[int] = Counter()
    ends: Counter[int] = Counter()
    for trace, count in traces.items():
        if trace:
            starts[trace[0]] += count
            ends[trace[-1]] += count
        for pair in pairwise(trace):
            edges[pair] += count
    return Graph(edges, starts, ends)


def choice_cut(graph: Graph) -> Parts:
    """Return the parts that no edge joins: one of them happens."""
    return _components(graph.nodes, lambda a, b: graph.follows(a, b) or graph.follows(b, a))


def sequence_cut(graph: Graph) -> Parts:
    """Return the parts in order: from each later ones are reached, and never an earlier one."""
    reach = graph.reach
    parts = _components(graph.nodes, lambda a, b: bool(reach[a] >> b & 1) == bool(reach[b] >> a & 1))
    parts = _merged_while_unordered(parts, reach)
    return sorted(parts, key=lambda part: sum(_leads(part, other, reach) for other in parts), reverse=True)


def _merged_while_unordered(parts: Parts, reach: dict[int, int]) -> Parts:
    joined = _components(range(len(parts)), lambda a, b: a != b and _unordered(parts[a], parts[b], reach))
    if len(joined) == len(parts):
        return parts
    merged = [frozenset().union(*(parts[number] for number in group)) for group in joined]
    return _merged_while_unordered(merged, reach)


def _unordered(part: frozenset[int], other: frozenset[int], reach: dict[int, int]) -> bool:
    return _leads(part, other, reach) == _leads(other, part, reach)


def _leads(part: frozenset[int], other: frozenset[int], reach: dict[int, int]) -> bool:
    mask = sum(1 << node for node in other)
    return part != other and any(reach[node] & mask for node in part)


def together_cut(graph: Graph) -> Parts:
    """Return the parts between which every order happens; each has a start and an end of the whole."""
    parts = _components(graph.nodes, lambda a, b: not (graph.follows(a, b) and graph.follows(b, a)))
    whole = [part for part in parts if part & graph.starts.keys() and part & graph.ends.keys()]
    rest = [part for part in parts if part not in whole]
    if rest and whole:
        whole[0] = whole[0].union(*rest)
    return whole


def loop_cut(graph: Graph) -> Parts:
    """Return the body and, behind it, what leads from its end back to its start; the body alone when there is no loop."""
    edge = graph.starts.keys() | graph.ends.keys()
    inner = [node for node in graph.nodes if node not in edge]
    found = _components(inner, lambda a, b: graph.follows(a, b) or graph.follows(b, a))
    body, again = set(edge), []
    for part in found:
        (again.append(part) if _leads_back(graph, part, body & edge) else body.update(part))
    return [frozenset(body), frozenset().union(*again)] if again else [frozenset(body)]


def _leads_back(graph: Graph, part: frozenset[int], edge: Iterable[int]) -> bool:
    for node in part:
        into = [other for other in edge if graph.follows(other, node)]
        out = [other for other in edge if graph.follows(node, other)]
        if any(other not in graph.ends for other in into) or any(other not in graph.starts for other in out):
            return False
        if (into and len(into) < len(graph.ends)) or (out and len(out) < len(graph.starts)):
            return False
    return True


def _components(nodes: Iterable[int], joined: Callable[[int, int], bool]) -> Parts:
    """Group nodes that are joined by a chain of pairs for which `joined` holds, in the order of their first node."""
    waiting, parts = list(nodes), []
    while waiting:
        group, open_ = {waiting[0]}, [waiting.pop(0)]
        while open_:
            node = open_.pop()
            near = [other for other in waiting if joined(node, other)]
            waiting = [other for other in waiting if other not in near]
            group.update(near)
            open_ += near
        parts.append(frozenset(group))
    return parts
