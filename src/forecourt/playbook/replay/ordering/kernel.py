"""The loops that put events in order, compiled by numba when first called. Imported inside functions only, never
with a module.

A counting sort by journey, then an insertion sort by time within each: journeys are short, and what arrives in
order of time costs one comparison an event. Of each event two words travel: its moment, and its row together
with the code of what was done.
"""

import numpy as np

from forecourt.playbook.replay.kernel import compiled

CODE_BITS = 22
CODE_MASK = (1 << CODE_BITS) - 1
LONG = 64  # a journey with more events is sorted by merging


@compiled
def count(case, at, words):  # type: ignore[no-untyped-def]
    """Return how many events each journey has, and whether all are in order already."""
    counts = np.zeros(words, np.int64)
    ordered = True
    for i in range(len(case)):
        counts[case[i]] += 1
        if i and (case[i] < case[i - 1] or (case[i] == case[i - 1] and at[i] < at[i - 1])):
            ordered = False
    return counts, ordered


@compiled
def scatter(case, at, activity, outcome, what_of, said_of, cursor, placed):  # type: ignore[no-untyped-def]
    """Write moment, and row with code, of each event to the place of its journey. `cursor` is where each journey begins.

    The code is `what_of[activity]` plus `said_of[outcome]`; a column of one value counts for all.
    """
    for i in range(len(case)):
        place = cursor[case[i]]
        cursor[case[i]] = place + 1
        said = outcome[i] if len(outcome) > 1 else outcome[0]
        placed[place, 0] = at[i]
        placed[place, 1] = i << CODE_BITS | (what_of[activity[i]] + said_of[said])


@compiled
def settle(offsets, placed, symbol_of, step_of, at, row, symbol, step):  # type: ignore[no-untyped-def]
    """Sort each journey by time, equal times by row, and write the columns."""
    for j in range(len(offsets) - 1):
        first, last = offsets[j], offsets[j + 1]
        if last - first > LONG:
            order = np.argsort(placed[first:last, 0], kind="mergesort")
            placed[first:last] = placed[first:last][order]
        else:
            _insert(placed, first, last)
        for i in range(first, last):
            code = placed[i, 1] & CODE_MASK
            at[i], row[i] = placed[i, 0], placed[i, 1] >> CODE_BITS
            symbol[i], step[i] = symbol_of[code], step_of[code]


@compiled
def _insert(placed, first, last):  # type: ignore[no-untyped-def]
    for i in range(first + 1, last):
        moment, rest, place = placed[i, 0], placed[i, 1], i
        while place > first and placed[place - 1, 0] > moment:
            placed[place, 0], placed[place, 1] = placed[place - 1, 0], placed[place - 1, 1]
            place -= 1
        placed[place, 0], placed[place, 1] = moment, rest


@compiled
def name(activity, outcome, what_of, said_of, symbol_of, step_of, symbol, step):  # type: ignore[no-untyped-def]
    """Write symbol and step of events that are in order already."""
    for i in range(len(activity)):
        code = what_of[activity[i]] + said_of[outcome[i] if len(outcome) > 1 else outcome[0]]
        symbol[i], step[i] = symbol_of[code], step_of[code]
