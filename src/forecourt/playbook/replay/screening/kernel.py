"""The loop that screens journeys, compiled by numba when first called. Imported inside functions only, never with
a module.

Walking a table waits for memory, not for arithmetic: the next look-up needs the last one's answer. So four
journeys are walked side by side. Each look-up gives one word that holds all there is to know of a move:

    bits 0..21   where the row of the next state begins
    bit 22       every step with a deadline that is open from now on opened at this move: count from here
    bits 23..63  how long since the last such moment the step may take, in units of 1,024 microseconds; negative: cannot be said

With the time since then moved up 13 bits, one subtraction compares it with the limit, and its sign says that
the journey cannot be proved to be in time. Signs are gathered by `or`; there is no branch within a journey. The
rows stand there twice: the first step that was not next leads into the second half, and the half in which a
journey stops says whether it fits.
"""

import numpy as np

from forecourt.playbook.replay.kernel import compiled

NOT_KNOWN = np.iinfo(np.int64).min
LIMIT_BIT, TIME_SHIFT = 23, 13
ROW_MASK, ANCHOR = (1 << 22) - 1, 1 << 22
LONGEST = 1 << 49  # microseconds that a word can count


@compiled
def screen(cells, start, offsets, symbol, at, started_at, fits, proved):  # type: ignore[no-untyped-def]
    """Say of each journey whether it fits and is proved to be in time. `start` is where the row of the first state
    begins.
    """
    journeys, half, nxt = len(offsets) - 1, len(cells) // 2, 0
    if journeys >= 4:
        (j0, j1, j2, j3), nxt, r0, r1, r2, r3 = (0, 1, 2, 3), 4, start, start, start, start
        i0, e0, s0, b0 = _begin(offsets, at, started_at, j0)
        i1, e1, s1, b1 = _begin(offsets, at, started_at, j1)
        i2, e2, s2, b2 = _begin(offsets, at, started_at, j2)
        i3, e3, s3, b3 = _begin(offsets, at, started_at, j3)
        while True:
            together = min(min(e0 - i0, e1 - i1), min(e2 - i2, e3 - i3))
            for k in range(together):
                r0, s0, b0 = _move(cells, symbol, at, i0 + k, r0, s0, b0)
                r1, s1, b1 = _move(cells, symbol, at, i1 + k, r1, s1, b1)
                r2, s2, b2 = _move(cells, symbol, at, i2 + k, r2, s2, b2)
                r3, s3, b3 = _move(cells, symbol, at, i3 + k, r3, s3, b3)
            i0, i1, i2, i3 = i0 + together, i1 + together, i2 + together, i3 + together
            if nxt + 4 > journeys:
                break
            if i0 == e0:
                fits[j0], proved[j0], j0, nxt, r0 = r0 < half, b0 >= 0, nxt, nxt + 1, start
                i0, e0, s0, b0 = _begin(offsets, at, started_at, j0)
            if i1 == e1:
                fits[j1], proved[j1], j1, nxt, r1 = r1 < half, b1 >= 0, nxt, nxt + 1, start
                i1, e1, s1, b1 = _begin(offsets, at, started_at, j1)
            if i2 == e2:
                fits[j2], proved[j2], j2, nxt, r2 = r2 < half, b2 >= 0, nxt, nxt + 1, start
                i2, e2, s2, b2 = _begin(offsets, at, started_at, j2)
            if i3 == e3:
                fits[j3], proved[j3], j3, nxt, r3 = r3 < half, b3 >= 0, nxt, nxt + 1, start
                i3, e3, s3, b3 = _begin(offsets, at, started_at, j3)
        fits[j0], proved[j0] = _finish(cells, symbol, at, i0, e0, r0, s0, b0)
        fits[j1], proved[j1] = _finish(cells, symbol, at, i1, e1, r1, s1, b1)
        fits[j2], proved[j2] = _finish(cells, symbol, at, i2, e2, r2, s2, b2)
        fits[j3], proved[j3] = _finish(cells, symbol, at, i3, e3, r3, s3, b3)
    for j in range(nxt, journeys):
        i, end, since, bad = _begin(offsets, at, started_at, j)
        fits[j], proved[j] = _finish(cells, symbol, at, i, end, start, since, bad)


@compiled
def _begin(offsets, at, started_at, j):  # type: ignore[no-untyped-def]
    """Return first event, end, the moment to count from, and -1 where times are such that nothing can be proved."""
    first, end = offsets[j], offsets[j + 1]
    if first == end:
        return first, end, np.int64(0), np.int64(0)
    began = started_at[j] if len(started_at) > 1 else started_at[0]
    since = at[first] if began == NOT_KNOWN else began
    possible = since <= at[first] and 0 <= at[end - 1] - since < LONGEST
    return first, end, since, np.int64(0 if possible else -1)


@compiled
def _move(cells, symbol, at, i, row, since, bad):  # type: ignore[no-untyped-def]
    place = np.uint64(i)  # an index that is not negative costs no check
    cell = cells[np.uint64(row + symbol[place])]
    now = at[place]
    bad |= cell - ((now - since) << TIME_SHIFT)
    return cell & ROW_MASK, now if cell & ANCHOR else since, bad


@compiled
def _finish(cells, symbol, at, i, end, row, since, bad):  # type: ignore[no-untyped-def]
    while i < end:
        row, since, bad = _move(cells, symbol, at, i, row, since, bad)
        i += 1
    return row < len(cells) // 2, bad >= 0


@compiled
def widen(offsets, at, started_at, seen):  # type: ignore[no-untyped-def]
    """Widen `seen` to the first and the last moment of all journeys."""
    low, high = seen[0], seen[1]
    for j in range(len(offsets) - 1):
        if offsets[j] < offsets[j + 1]:
            began = started_at[j] if len(started_at) > 1 else started_at[0]
            low = min(low, at[offsets[j]] if began == NOT_KNOWN else min(began, at[offsets[j]]))
            high = max(high, at[offsets[j + 1] - 1])
    seen[0], seen[1] = low, high
