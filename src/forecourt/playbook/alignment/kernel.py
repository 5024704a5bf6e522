"""The two loops of this room that must be fast, compiled by numba: distinct traces, and the cheapest explanation of each.

Imported by functions only, never with a module, so that a page may know the records without loading numba. All loops stand
in this one file, for numba keeps what it has compiled by the time stamp of the file.

**Search.** A node is (events of the trace explained, state of the program). From it lead a synchronous move (free), a log move
(the event is left unexplained) and model moves (a step is put in). A* with a lower bound that never overestimates and never
drops by more than the move costs, so that a settled node is final: the events still to come that lie on no way to an end must
be log moves, and the steps on every way to an end that do not come any more must be model moves. Both are counted per *class*
of states with the same such steps, for all positions at once, when a trace first enters the class.

**Queue.** A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan 1990): bucket b holds the nodes whose bound differs from the present
one in bit b - 1 at most. The buckets are doubly linked lists through arrays with a place for each node, so a node that
is reached more cheaply moves in constant time, and nothing is allocated. Arrays are not cleared between traces: a
node counts only when it bears the trace's own stamp.

**Equal costs.** All nodes that lie on any cheapest explanation are settled, then one is read from the end backwards, taking a log move
before a model move before a synchronous move. The result therefore does not depend on the order of the search.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

SYNC, LOG, MODEL = range(3)
NEVER, MAY, MUST = range(3)
NONE = -1
BUCKETS = 64
FAR = np.int64(1 << 62)
COST, BOUND, STAMP, BEFORE, AFTER = range(5)
FIELDS = 5

Ints = NDArray[Any]


def compiled(function: Callable[..., Any]) -> Any:
    """Compile when first called, and keep the result on disk; where no folder can be written, in memory only."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # "no locator available": neither beside the module nor in the user's cache
        return njit(nogil=True)(function)


@compiled
def hash_traces(offsets: Ints, symbol: Ints, hashes: Ints) -> None:
    """Hash the symbols of every journey."""
    for journey in range(len(hashes)):
        value = np.uint64(14695981039346656037)
        for place in range(np.uint64(offsets[journey]), np.uint64(offsets[journey + 1])):
            value = (value ^ np.uint64(np.uint16(symbol[place]))) * np.uint64(0x9E3779B97F4A7C15)
            value ^= value >> np.uint64(29)
        hashes[journey] = value ^ (value >> np.uint64(32))


@compiled
def number(hashes: Ints, slots: Ints, keys: Ints, of_journey: Ints, example: Ints) -> Any:
    """Number the distinct hashes in order of appearance; return how many there are.

    `slots` (all -1) and `keys` are a hash table with a power of two of places, more than there are journeys.
    """
    found, mask, one = 0, np.uint64(len(slots) - 1), np.uint64(1)
    for journey in range(len(hashes)):
        value = hashes[journey]
        place = value & mask
        while slots[place] != NONE and keys[place] != value:
            place = (place + one) & mask
        if slots[place] == NONE:
            slots[place], keys[place], example[found] = found, value, journey
            found += 1
        of_journey[journey] = slots[place]
    return found


@compiled
def copy_traces(offsets: Ints, symbol: Ints, example: Ints, to: Ints, into: Ints) -> None:
    """Copy the trace of each example journey to its place `to[i]` in `into`."""
    for variant in range(len(example)):
        begin = offsets[example[variant]]
        for place in range(to[variant], to[variant + 1]):
            into[place] = symbol[begin + place - to[variant]]


@compiled
def all_same(offsets: Ints, symbol: Ints, of_journey: Ints, to: Ints, traces: Ints) -> Any:
    """Say whether every journey is, event by event, the trace it was given by its hash."""
    for journey in range(len(of_journey)):
        begin, first = np.uint64(offsets[journey]), np.uint64(to[of_journey[journey]])
        length = np.uint64(offsets[journey + 1]) - begin
        if np.uint64(to[of_journey[journey] + 1]) - first != length:
            return False
        differs = np.int16(0)
        for place in range(length):
            differs |= symbol[begin + place] ^ traces[first + place]
        if differs:
            return False
    return True


@compiled
def fits(table: Ints, width: Any, accepts: Ints, start: Any, symbol: Ints, begin: Any, end: Any) -> Any:
    """Say whether a trace runs through the program to an end without a deviation."""
    state = start
    for place in range(begin, end):
        if symbol[place] < 0:
            return False
        state = table[state * width + symbol[place]]
        if state < 0:
            return False
    return bool(accepts[state])


@compiled
def which_fit(graph: Any, offsets: Ints, symbol: Ints, fitting: Ints) -> None:
    """Set `fitting[v]` to whether trace v runs through without a deviation."""
    for variant in range(len(fitting)):
        begin, end = offsets[variant], offsets[variant + 1]
        fitting[variant] = fits(graph.table, graph.width, graph.accepts, graph.start, symbol, begin, end)


@compiled
def explain(graph: Any, space: Any, traces: Any, out: Any, begin_at: Any, stamp: Any) -> tuple[Any, Any]:
    """Explain traces from `begin_at` on; return the first that is left because `out` is full, and the last stamp used.

    All are done when the first left is their number. Make `out` larger and call again with both numbers otherwise.
    """
    for variant in range(begin_at, len(traces.fitting)):
        begin, end = traces.offsets[variant], traces.offsets[variant + 1]
        trace, at = traces.symbol[begin:end], out.offsets[variant]
        if traces.fitting[variant]:
            goal, cost, length = np.int64(-1), np.int64(0), end - begin
        else:
            stamp += 1
            goal, cost = _search(graph, space, trace, stamp)
            length = _walk_back(graph, space.nodes, trace, goal, out.kind[:0], out.symbol[:0])
        if at + length > len(out.kind):
            return variant, stamp
        kind, symbol = out.kind[at : at + length], out.symbol[at : at + length]
        if goal < 0:
            kind[:] = SYNC
            symbol[:] = trace
        else:
            _walk_back(graph, space.nodes, trace, goal, kind, symbol)
        out.cost[variant] = cost
        out.offsets[variant + 1] = at + length
    return len(traces.fitting), stamp


@compiled
def _search(graph: Any, space: Any, trace: Ints, stamp: Any) -> tuple[Any, Any]:
    """Return the last node of the cheapest explanations, and their cost; `nodes` holds the costs on the way."""
    states, width, length = graph.states, graph.width, len(trace)
    table, accepts, log_cost, model_cost = graph.table, graph.accepts, graph.log_cost, graph.model_cost
    out, out_symbol, out_state, kind, ahead = (
        graph.out,
        graph.out_symbol,
        graph.out_state,
        graph.kind,
        graph.ahead,
    )
    nodes, heads, bounds, filled = space.nodes, space.heads, space.bounds, space.filled
    _mark_last(trace, space.last_seen, space.is_last, stamp)
    heads[:] = NONE
    limit, goal, node = FAR, np.int64(-1), np.int64(graph.start)
    nodes[node, STAMP], nodes[node, COST], nodes[node, BOUND] = stamp, 0, 0
    _put(nodes, heads, node, 0)
    present = np.int64(0)  # the start comes first whatever its bound, so its bound need not be known
    while node != NONE and present <= limit:
        _take(nodes, heads, node, 0)
        position = node // states
        state = node - position * states
        cost = nodes[node, COST]
        if position == length and accepts[state]:
            goal, limit = (node if goal < 0 else min(goal, node)), cost
        first = out[state]
        for edge in range(first - 2 if position < length else first, out[state + 1]):
            symbol = np.int64(trace[position]) if edge < first else np.int64(out_symbol[edge])
            if edge >= first:
                to, after, reached = position, np.int64(out_state[edge]), cost + model_cost[symbol]
            elif edge == first - 1:
                to, after, reached = position + 1, state, cost + log_cost[symbol]
            elif symbol >= 0 and table[state * width + symbol] >= 0:
                to, after, reached = position + 1, np.int64(table[state * width + symbol]), cost
            else:
                continue
            node = to * states + after
            known = nodes[node, STAMP] == stamp
            if known and nodes[node, COST] <= reached:
                continue
            row = kind[after]
            if filled[row] != stamp:
                filled[row] = stamp
                _fill(bounds[row], trace, space.is_last, ahead[row], log_cost, model_cost)
            bound = reached + bounds[row, to]
            if bound > limit:
                continue
            if known:
                _take(nodes, heads, node, _bucket(nodes[node, BOUND], present))
            nodes[node, STAMP], nodes[node, COST], nodes[node, BOUND] = stamp, reached, bound
            _put(nodes, heads, node, _bucket(bound, present))
        present = _advance(nodes, heads, present)
        node = heads[0]
    return goal, limit


@compiled
def _mark_last(trace: Ints, last_seen: Ints, is_last: Ints, stamp: Any) -> None:
    """Set for each event whether its symbol does not come again."""
    for position in range(len(trace) - 1, -1, -1):
        symbol = trace[position]
        is_last[position] = symbol >= 0 and last_seen[symbol] != stamp
        if symbol >= 0:
            last_seen[symbol] = stamp


@compiled
def _fill(bounds: Ints, trace: Ints, is_last: Ints, ahead: Ints, log_cost: Ints, model_cost: Ints) -> None:
    """Work out what the rest costs at least from each position on, in states with these symbols ahead."""
    least = np.int64(0)
    for symbol in range(len(ahead)):
        if ahead[symbol] == MUST:
            least += model_cost[symbol]
    bounds[len(trace)] = least
    for position in range(len(trace) - 1, -1, -1):
        symbol = trace[position]
        lies = ahead[symbol] if symbol >= 0 else NEVER
        if lies == NEVER:
            least += log_cost[symbol]
        elif lies == MUST and is_last[position]:
            least -= model_cost[symbol]
        bounds[position] = least


@compiled
def _bucket(bound: Any, present: Any) -> Any:
    differing = bound ^ present
    bucket = 0
    while differing:
        differing >>= 1
        bucket += 1
    return bucket


@compiled
def _put(nodes: Ints, heads: Ints, node: Any, bucket: Any) -> None:
    head = heads[bucket]
    nodes[node, AFTER], nodes[node, BEFORE] = head, NONE
    if head != NONE:
        nodes[head, BEFORE] = node
    heads[bucket] = node


@compiled
def _take(nodes: Ints, heads: Ints, node: Any, bucket: Any) -> None:
    after, before = nodes[node, AFTER], nodes[node, BEFORE]
    if before == NONE:
        heads[bucket] = after
    else:
        nodes[before, AFTER] = after
    if after != NONE:
        nodes[after, BEFORE] = before


@compiled
def _advance(nodes: Ints, heads: Ints, present: Any) -> Any:
    """Make bucket 0 hold the nodes of the least bound; return that bound (the old one when the queue is empty)."""
    bucket = 0
    while bucket < BUCKETS and heads[bucket] == NONE:
        bucket += 1
    if bucket in (0, BUCKETS):
        return present
    node = heads[bucket]
    least = nodes[node, BOUND]
    while node != NONE:
        least = min(least, nodes[node, BOUND])
        node = nodes[node, AFTER]
    node = heads[bucket]
    heads[bucket] = NONE
    while node != NONE:
        after = nodes[node, AFTER]
        _put(nodes, heads, node, _bucket(nodes[node, BOUND], least))
        node = after
    return least


@compiled
def _walk_back(graph: Any, nodes: Ints, trace: Ints, goal: Any, kinds: Ints, symbols: Ints) -> Any:
    """Read the explanation from its end; return how many moves it has. They are written where there is room."""
    states, start, stamp = graph.states, graph.start, nodes[goal, STAMP]
    into, in_symbol, in_state = graph.into, graph.in_symbol, graph.in_state
    log_cost, model_cost = graph.log_cost, graph.model_cost
    node, moves = np.int64(goal), 0
    while node != start:
        position, cost = node // states, nodes[node, COST]
        state = node - position * states
        first, last = into[state], into[state + 1]
        symbol = np.int64(trace[position - 1]) if position else np.int64(NONE)
        kind, origin = LOG, node - states
        if not position or not _costs(nodes, origin, stamp, cost - log_cost[symbol]):
            row, edge, kind = position * states, first, MODEL
            while edge < last and not _costs(
                nodes, row + in_state[edge], stamp, cost - model_cost[in_symbol[edge]]
            ):
                edge += 1
            if edge == last:
                row, edge, kind = row - states, first, SYNC
                while in_symbol[edge] != symbol or not _costs(nodes, row + in_state[edge], stamp, cost):
                    edge += 1
            symbol, origin = np.int64(in_symbol[edge]), row + np.int64(in_state[edge])
        moves += 1
        if moves <= len(kinds):
            kinds[-moves], symbols[-moves] = kind, symbol
        node = origin
    return moves


@compiled
def _costs(nodes: Ints, node: Any, stamp: Any, cost: Any) -> Any:
    return bool(nodes[node, STAMP] == stamp and nodes[node, COST] == cost)
