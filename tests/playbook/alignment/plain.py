"""Alignment as simply as it can be written, to hold the kernel against: Dijkstra over all nodes, then the rule of ties."""

from collections import defaultdict
from collections.abc import Callable
from heapq import heappop
from heapq import heappush

from forecourt.playbook.program import Program

SYNC, LOG, MODEL = range(3)
Node = tuple[int, int]
Moves = list[tuple[int, int]]
Best = dict[Node, tuple[float, int]]
Into = dict[Node, list[tuple[int, int, Node]]]
Weight = Callable[[int], float]


def one(_: int) -> float:
    return 1


def cheapest(
    program: Program, trace: list[int], log: Weight = one, model: Weight = one
) -> tuple[float, Moves]:
    """Return the cost and the moves (kind, symbol) of the cheapest explanation; symbol -1 is unknown."""
    best, into = distances(program, trace, log, model)
    ends = [(len(trace), state) for state in range(program.states) if program.outcomes[state] >= 0]
    goal = min((node for node in ends if node in best), key=lambda node: (best[node], node))
    moves: Moves = []
    node = goal
    while node != (0, program.start):
        kind, symbol, node = next(
            found
            for found in sorted(into[node], key=lambda found: (ORDER[found[0]], found[1], found[2][1]))
            if close(best[found[2]], price(found, log, model), best[node])
        )
        moves.append((kind, symbol))
    return best[goal][0], moves[::-1]


ORDER = {LOG: 0, MODEL: 1, SYNC: 2}


def distances(program: Program, trace: list[int], log: Weight, model: Weight) -> tuple[Best, Into]:
    """Return the cost and the number of departures of the best way to every node, and all moves that lead into it."""
    into: Into = defaultdict(list)
    best: Best = {}
    queue: list[tuple[tuple[float, int], Node]] = [((0, 0), (0, program.start))]
    while queue:
        cost, node = heappop(queue)
        if node in best:
            continue
        best[node] = cost
        for kind, symbol, target in out_of(program, trace, node):
            into[target].append((kind, symbol, node))
            more = price((kind, symbol, target), log, model)
            heappush(queue, ((round(cost[0] + more[0], 9), cost[1] + more[1]), target))
    return best, into


def price(move: tuple[int, int, Node], log: Weight, model: Weight) -> tuple[float, int]:
    kind, symbol, _ = move
    return (0, 0) if kind == SYNC else ((log if kind == LOG else model)(symbol), 1)


def close(before: tuple[float, int], more: tuple[float, int], after: tuple[float, int]) -> bool:
    return round(before[0] + more[0], 9) == after[0] and before[1] + more[1] == after[1]


def out_of(program: Program, trace: list[int], node: Node) -> list[tuple[int, int, Node]]:
    position, state = node
    row = program.table[state * program.width : (state + 1) * program.width]
    found = [(MODEL, symbol, (position, target)) for symbol, target in enumerate(row) if target >= 0]
    if position < len(trace):
        symbol = trace[position]
        found.append((LOG, symbol, (position + 1, state)))
        if symbol >= 0 and row[symbol] >= 0:
            found.append((SYNC, symbol, (position + 1, row[symbol])))
    return found
