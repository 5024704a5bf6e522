"""The loops that add up a replay, compiled by numba when first called. Imported inside functions only, never with
a module.
"""

import numpy as np

from forecourt.playbook.replay.kernel import compiled

SECOND = 1_000_000
MOST = np.iinfo(np.int32).max
KINDS = 7
HALF, LOW = 16, 0xFFFF


@compiled
def count_steps(step, flags, wait_s, late_s, done, judged, waited, kinds):  # type: ignore[no-untyped-def]
    """Count by step: done, deadline judged, wait known, and each kind of deviation. Returns the events without a known
    step.
    """
    unknown = 0
    for i in range(len(step)):
        own = step[i]
        if own < 0:
            unknown += 1
            continue
        done[own] += 1
        judged[own] += late_s[i] >= 0
        waited[own] += wait_s[i] >= 0
        if flags[i]:
            for kind in range(KINDS):
                kinds[own, kind] += flags[i] >> kind & 1
    return unknown


@compiled
def count_flow(offsets, step, end, starts, stops, unended, edges):  # type: ignore[no-untyped-def]
    """Count by step where journeys begin and stop, and by pair of steps how often one follows the other."""
    for j in range(len(offsets) - 1):
        before = -1
        for i in range(offsets[j], offsets[j + 1]):
            if step[i] < 0:
                continue
            if before < 0:
                starts[step[i]] += 1
            else:
                edges[before, step[i]] += 1
            before = step[i]
        if before >= 0:
            stops[before] += 1
            unended[before] += end[j] < 0


@compiled
def group_waits(step, wait_s, at, grouped):  # type: ignore[no-untyped-def]
    """Write the known waits into the groups of their steps; `at` is where each group begins, and is moved to its end."""
    for i in range(len(step)):
        if step[i] >= 0 and wait_s[i] >= 0:
            grouped[at[step[i]]] = wait_s[i]
            at[step[i]] += 1


@compiled
def group_gaps(offsets, step, moment, at, grouped):  # type: ignore[no-untyped-def]
    """Write the seconds from each step to the next into the groups of their pairs."""
    for j in range(len(offsets) - 1):
        before = -1
        for i in range(offsets[j], offsets[j + 1]):
            if step[i] < 0:
                continue
            if before >= 0:
                pair = step[before], step[i]
                grouped[at[pair]] = min(MOST, (moment[i] - moment[before]) // SECOND)
                at[pair] += 1
            before = i


@compiled
def ranked(values, ranks, found):  # type: ignore[no-untyped-def]
    """Write the values at the given ranks (ascending, from 0) of many non-negative numbers, by counting their halves."""
    high = np.zeros(1 << HALF, np.int64)
    for value in values:
        high[value >> HALF] += 1
    upper, before = 0, 0
    for place in range(len(ranks)):
        while before + high[upper] <= ranks[place]:
            before += high[upper]
            upper += 1
        found[place] = _in_half(values, upper, ranks[place] - before)


@compiled
def _in_half(values, upper, rank):  # type: ignore[no-untyped-def]
    low = np.zeros(1 << HALF, np.int64)
    for value in values:
        if value >> HALF == upper:
            low[value & LOW] += 1
    lower = 0
    while low[lower] <= rank:
        rank -= low[lower]
        lower += 1
    return upper << HALF | lower
