"""The loops over events, compiled by numba when they are first called. Imported by functions only, never with a module.

All loops that call one another stand in this one file: numba keeps what it has compiled by the time stamp of the file, and would
not see that a function in another one has changed. Times are microseconds since 1970-01-01 UTC.
"""

from collections.abc import Callable
from typing import Any
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

NOT_KNOWN = np.iinfo(np.int64).min
FAR = np.iinfo(np.int64).max
SECOND = 1_000_000
SKIPPED, EARLY, REPEATED, UNKNOWN, LATE, WRONG_ROLE, EVIDENCE_MISSING = 1, 2, 4, 8, 16, 32, 64
FITS, FORWARD, AROUND = 0, 1, 2


def compiled(function: Callable[..., Any]) -> Any:
    """Compile lazily, and keep the result on disk; where no folder can be written, in memory only."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # "no locator available": neither beside the module nor in the user's cache
        return numba.njit(nogil=True)(function)


class Calendars(NamedTuple):
    """Working calendars as arrays; see `hours.py`. `of` is store + 1 (row 0: no store) by name of a calendar."""

    of: NDArray[np.int32]
    span_at: NDArray[np.int64]
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]
    before: NDArray[np.int64]
    day_at: NDArray[np.int64]
    midnights: NDArray[np.int64]
    open_days: NDArray[np.int64]
    close_at: NDArray[np.int64]
    day_closes: NDArray[np.int64]
    beyond: NDArray[np.int64]


class Durations(NamedTuple):
    """Lengths of time: `name` of the calendar (-1: round the clock), `days` to count (0: count `span` open time)."""

    name: NDArray[np.int32]
    days: NDArray[np.int64]
    span: NDArray[np.int64]


class Tables(NamedTuple):
    """A program; see `tables.py`."""

    start: int
    width: int
    steps: int
    table: NDArray[np.int32]
    kind: NDArray[np.int8]
    target: NDArray[np.int32]
    skip: NDArray[np.int32]
    step_of: NDArray[np.int16]
    may_be_done: NDArray[np.uint8]
    outcomes: NDArray[np.int32]
    offered: NDArray[np.uint8]
    offer_at: NDArray[np.int64]
    offers: NDArray[np.int16]
    waits: NDArray[np.int32]
    required: NDArray[np.uint8]
    within: NDArray[np.int32]
    wrong: NDArray[np.uint8]
    asks_proof: NDArray[np.uint8]


class Columns(NamedTuple):
    """Events; a column that is the same for all has one value only."""

    offsets: NDArray[np.int64]
    symbol: NDArray[np.int16]
    step: NDArray[np.int16]
    at: NDArray[np.int64]
    store: NDArray[np.int32]
    role: NDArray[np.int32]
    evidence: NDArray[np.int8]
    started_at: NDArray[np.int64]


class Out(NamedTuple):
    """What is found, for each event and for each journey."""

    state: NDArray[np.int16]
    flags: NDArray[np.uint8]
    wait_s: NDArray[np.int32]
    late_s: NDArray[np.int32]
    fits: NDArray[np.bool_]
    final: NDArray[np.int16]
    end: NDArray[np.int32]
    deviations: NDArray[np.int32]


class Open(NamedTuple):
    """The steps open in the journey at hand: since when, in which store, after which wait."""

    since: NDArray[np.int64]
    store: NDArray[np.int32]
    wait: NDArray[np.int32]


# -- working time ---------------------------------------------------------------------------------------------------


@compiled
def _last_at_most(values, low, high, sought):  # type: ignore[no-untyped-def]
    """Return the last place in values[low:high], sorted, whose value is at most `sought`; low - 1 where none is."""
    while low < high:
        middle = (low + high) >> 1
        if values[middle] <= sought:
            low = middle + 1
        else:
            high = middle
    return low - 1


@compiled
def open_until(h, calendar, at):  # type: ignore[no-untyped-def]
    """Return the open time of a calendar from the beginning of its window to `at`."""
    low = h.span_at[calendar]
    place = _last_at_most(h.opens, low, h.span_at[calendar + 1], at)
    if place < low:
        return np.int64(0)
    return h.before[place] + min(at, h.closes[place]) - h.opens[place]


@compiled
def add_open_time(h, calendar, start, left):  # type: ignore[no-untyped-def]
    """Return when `left` microseconds of open time from `start` are over."""
    low, high = h.span_at[calendar], h.span_at[calendar + 1]
    goal = open_until(h, calendar, start) + left
    place = _last_at_most(h.before, low, high, goal - 1)
    if place < low:
        return h.beyond[calendar]
    due = h.opens[place] + goal - h.before[place]
    return due if due <= h.closes[place] else h.beyond[calendar]


@compiled
def close_of_nth_day(h, calendar, start, days):  # type: ignore[no-untyped-def]
    """Return the close of the nth open day after the local day of `start`."""
    day = _last_at_most(h.midnights, h.day_at[calendar], h.day_at[calendar + 1], start)
    place = h.close_at[calendar] + h.open_days[day] + days - 1
    return h.day_closes[place] if place < h.close_at[calendar + 1] else h.beyond[calendar]


@compiled
def add(h, calendar, start, days, span):  # type: ignore[no-untyped-def]
    """Return when a duration from `start` is over; NOT_KNOWN or FAR where the calendar has no facts for it."""
    if start < h.midnights[h.day_at[calendar]]:
        return NOT_KNOWN
    if start >= h.midnights[h.day_at[calendar + 1] - 1]:
        return h.beyond[calendar]
    if days > 0:
        return close_of_nth_day(h, calendar, start, days)
    return add_open_time(h, calendar, start, span)


@compiled
def after(h, d, duration, store, start):  # type: ignore[no-untyped-def]
    """Return when a duration that starts at `start` in a store is over; NOT_KNOWN, or FAR: after the window."""
    if start in (NOT_KNOWN, FAR):
        return start
    name = d.name[duration]
    if name < 0:
        return start + d.span[duration]
    calendar = h.of[store + 1, name]
    if calendar < 0:
        return NOT_KNOWN
    return add(h, calendar, start, d.days[duration], d.span[duration])


@compiled
def elapsed(h, d, duration, store, start, end):  # type: ignore[no-untyped-def]
    """Return the open time between two moments on the calendar of a duration."""
    name = d.name[duration]
    calendar = h.of[store + 1, name] if name >= 0 else -1
    if calendar < 0:
        return end - start
    return open_until(h, calendar, end) - open_until(h, calendar, start)


# -- one journey ----------------------------------------------------------------------------------------------------


@compiled
def _offer(t, o, before, state, done, at, store):  # type: ignore[no-untyped-def]
    """Open what is offered in `state` and was not already open; what was just `done` opens anew. `before` -1: the start."""
    for place in range(t.offer_at[state], t.offer_at[state + 1]):
        step = t.offers[place]
        if before < 0 or step == done or not t.offered[before, step]:
            o.since[step], o.store[step], o.wait[step] = at, store, t.waits[place]


@compiled
def _opening(h, d, o, step):  # type: ignore[no-untyped-def]
    """Return when an open step opened: after its wait, where it has one that can be counted."""
    since, wait = o.since[step], o.wait[step]
    if wait < 0 or since == NOT_KNOWN:
        return since
    opened = after(h, d, wait, o.store[step], since)
    if opened == NOT_KNOWN and h.of[o.store[step] + 1, d.name[wait]] >= 0:
        return since  # the calendar is given, but has no facts so far ahead: the running journey does not wait either
    return opened


@compiled
def _timing(t, d, h, o, step, at):  # type: ignore[no-untyped-def]
    """Return seconds since an open step opened, seconds of working time after its deadline (-1: not known), and if late."""
    opened = _opening(h, d, o, step)
    if opened == NOT_KNOWN:
        return -1, -1, False
    wait = max(0, at - opened) // SECOND if opened != FAR else 0
    duration = t.within[step]
    if duration < 0:
        return wait, -1, False
    due = after(h, d, duration, o.store[step], opened)
    if due == NOT_KNOWN:
        return wait, -1, False
    if at <= due:
        return wait, 0, False
    return wait, elapsed(h, d, duration, o.store[step], due, at) // SECOND, True


@compiled
def _with_room(rows, count):  # type: ignore[no-untyped-def]
    """Return the rows, in a larger array where it is full."""
    if count < len(rows):
        return rows
    larger = np.empty((2 * count, rows.shape[1]), np.int64)
    larger[:count] = rows
    return larger


@compiled
def _skip(t, state, symbol, event, pairs, count):  # type: ignore[no-untyped-def]
    """Put the steps that a jump passes over behind `pairs`."""
    around = t.kind[state * t.width + symbol] == AROUND
    here = t.start if around else state
    while t.table[here * t.width + symbol] < 0:
        over = t.skip[here * t.width + symbol]
        step = t.step_of[over]
        if not (around and t.may_be_done[state, step]):
            pairs = _with_room(pairs, count)
            pairs[count, 0], pairs[count, 1] = event, step
            count += 1
        here = t.table[here * t.width + over]
    return pairs, count


@compiled
def _manner(t, d, h, e, o, state, i):  # type: ignore[no-untyped-def]
    """Return the flags of how a step was done (by whom, with what proof, when), its wait and how late it was."""
    step = e.step[i]
    if step < 0:
        return 0, -1, -1
    role = e.role[i] if len(e.role) > 1 else e.role[0]
    evidence = e.evidence[i] if len(e.evidence) > 1 else e.evidence[0]
    found = WRONG_ROLE if t.wrong[step, role + 1] else 0
    if evidence == 0 and t.asks_proof[step]:
        found |= EVIDENCE_MISSING
    if not t.offered[state, step]:
        return found, -1, -1
    wait, late_s, late = _timing(t, d, h, o, step, e.at[i])
    return found | (LATE if late else 0), wait, late_s


@compiled
def _order(t, state, symbol):  # type: ignore[no-untyped-def]
    """Return the state after a symbol, the flag of its own deviation in order, and whether it jumps."""
    if symbol < 0:
        return state, UNKNOWN, False
    place = state * t.width + symbol
    kind = t.kind[place]
    if kind == FITS:
        return t.table[place], 0, False
    own = REPEATED if t.may_be_done[state, t.step_of[symbol]] else EARLY
    if kind > AROUND:
        return state, own, False
    return t.target[place], own, True


@compiled
def replay_events(t, d, h, e, out, until):  # type: ignore[no-untyped-def]
    """Replay all journeys with every detail.

    Returns the (event, step) pairs of steps passed over, and the (journey, step, seconds late) of required steps that are open
    and late at `until`.
    """
    o = Open(np.empty(t.steps, np.int64), np.empty(t.steps, np.int32), np.empty(t.steps, np.int32))
    pairs, count = np.empty((1024, 2), np.int64), 0
    late, lates = np.empty((1024, 3), np.int64), 0
    for j in range(len(e.offsets) - 1):
        first, last = e.offsets[j], e.offsets[j + 1]
        state, before = t.start, count
        since = e.started_at[j] if len(e.started_at) > 1 else e.started_at[0]
        _offer(t, o, -1, state, -1, since, _store(e, first))
        fits, deviations = True, 0
        for i in range(first, last):
            symbol, step = e.symbol[i], e.step[i]
            flags, wait, late_s = _manner(t, d, h, e, o, state, i)
            target, own, jumps = _order(t, state, symbol)
            if jumps:
                so_far = count
                pairs, count = _skip(t, state, symbol, i, pairs, count)
                own |= SKIPPED if count > so_far else 0
            if step >= 0:
                _offer(t, o, state, target, step, e.at[i], _store(e, i))
            state = target
            fits = fits and own == 0
            flags |= own
            deviations += _bits(flags & ~SKIPPED)
            out.state[i], out.flags[i], out.wait_s[i], out.late_s[i] = state, flags, wait, late_s
        out.fits[j], out.final[j], out.end[j] = fits, state, t.outcomes[state]
        out.deviations[j] = deviations + count - before
        if until != NOT_KNOWN:
            late, lates = _still_open(t, d, h, o, j, state, until, late, lates)
    return pairs[:count], late[:lates]


@compiled
def _still_open(t, d, h, o, journey, state, until, late, count):  # type: ignore[no-untyped-def]
    """Put the required steps that are open and late at `until` behind `late`."""
    for place in range(t.offer_at[state], t.offer_at[state + 1]):
        step = t.offers[place]
        if not t.required[state, step]:
            continue
        _, late_s, is_late = _timing(t, d, h, o, step, until)
        if is_late:
            late = _with_room(late, count)
            late[count, 0], late[count, 1], late[count, 2] = journey, step, late_s
            count += 1
    return late, count


@compiled
def _store(e, i):  # type: ignore[no-untyped-def]
    return e.store[i] if len(e.store) > 1 else e.store[0]


@compiled
def _bits(flags):  # type: ignore[no-untyped-def]
    count = 0
    while flags:
        flags &= flags - 1
        count += 1
    return count
