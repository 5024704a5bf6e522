"""The loops over events of a replay, compiled by numba when first called. Imported inside functions only, never
with a module.

Four passes, each over plain arrays: `walk` follows the order, `judge` the times, `weigh` who did a step and
with what proof, `add_up` counts. Loops that call one another stand in one file: numba keeps what it compiled by
the time stamp of the file, and would not see a change elsewhere. They take arrays, not records: passing a
record costs more than the work done on it. Times are microseconds since 1970-01-01 UTC.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

NOT_KNOWN = np.iinfo(np.int64).min
FAR = np.iinfo(np.int64).max
SECOND = 1_000_000
MOST = np.iinfo(np.int32).max  # seconds are kept in 32 bits
SKIPPED, LATE, WRONG_ROLE, EVIDENCE_MISSING, UNKNOWN = 1, 16, 32, 64, 8
AROUND = 2  # a kind of jump, as in `program.py`
AT_START, NOT_OPEN = -1, -2
NAME, DAYS, SPAN, SURE = range(4)  # columns of `durations`
OPENS, CLOSES, BEFORE = range(3)  # columns of `spans`
MIDNIGHT, OPEN_DAYS = range(2)  # columns of `days`
SPANS, DAY, CLOSE, BEYOND = range(4)  # columns of `places`


def compiled(function: Callable[..., Any]) -> Any:
    """Compile lazily, and keep the result on disk; where no folder can be written, in memory only."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # neither the folder of the module nor the user's cache can be written
        return numba.njit(nogil=True)(function)


# -- working time: see `hours.py` for the tables ----------------------------------------------------------------------


@compiled
def _last_at_most(rows, column, low, high, sought):  # type: ignore[no-untyped-def]
    """Return the last of the sorted rows [low:high] whose value is at most `sought`; low - 1 where none is."""
    while low < high:
        middle = (low + high) >> 1
        if rows[middle, column] <= sought:
            low = middle + 1
        else:
            high = middle
    return low - 1


@compiled
def open_until(places, spans, calendar, at):  # type: ignore[no-untyped-def]
    """Return the open time of a calendar from the beginning of its window to `at`."""
    low = places[calendar, SPANS]
    place = _last_at_most(spans, OPENS, low, places[calendar + 1, SPANS], at)
    if place < low:
        return np.int64(0)
    return spans[place, BEFORE] + min(at, spans[place, CLOSES]) - spans[place, OPENS]


@compiled
def _add_open_time(places, spans, calendar, start, left):  # type: ignore[no-untyped-def]
    """Return when `left` of open time from `start` is over."""
    low, high = places[calendar, SPANS], places[calendar + 1, SPANS]
    goal = open_until(places, spans, calendar, start) + left
    place = _last_at_most(spans, BEFORE, low, high, goal - 1)
    if place < low:
        return places[calendar, BEYOND]
    due = spans[place, OPENS] + goal - spans[place, BEFORE]
    return due if due <= spans[place, CLOSES] else places[calendar, BEYOND]


@compiled
def _close_of_nth_day(places, days, closes, calendar, start, count):  # type: ignore[no-untyped-def]
    """Return the close of the nth open day after the local day of `start`."""
    day = _last_at_most(days, MIDNIGHT, places[calendar, DAY], places[calendar + 1, DAY], start)
    place = places[calendar, CLOSE] + days[day, OPEN_DAYS] + count - 1
    return closes[place] if place < places[calendar + 1, CLOSE] else places[calendar, BEYOND]


@compiled
def add(places, spans, days, closes, calendar, start, count, span):  # type: ignore[no-untyped-def]
    """Return when a duration from `start` is over; NOT_KNOWN or FAR where the calendar has no facts for it."""
    if start < days[places[calendar, DAY], MIDNIGHT]:
        return NOT_KNOWN
    if start >= days[places[calendar + 1, DAY] - 1, MIDNIGHT]:
        return places[calendar, BEYOND]
    if count > 0:
        return _close_of_nth_day(places, days, closes, calendar, start, count)
    return _add_open_time(places, spans, calendar, start, span)


# -- order ------------------------------------------------------------------------------------------------------------


@compiled
def walk(start, width, moves, jumps, offer_at, offers, offered, offsets, symbol, step, out):  # type: ignore[no-untyped-def]
    """Follow all journeys: state and flags after each event, how many events before it its step opened; fits and last
    state.

    `moves` are, by state and symbol, the state after it and its own flags. Returns the (event, step) pairs of
    steps passed over.
    """
    (after, own), (state_after, flags, opener, fits, final) = moves, out
    since = np.empty(offered.shape[1], np.int64)
    pairs, count = np.empty((1024, 2), np.int64), 0
    for j in range(len(offsets) - 1):
        state, seen, first = start, 0, offsets[j]
        for place in range(offer_at[start], offer_at[start + 1]):
            since[offers[place]] = first - 1
        for i in range(first, offsets[j + 1]):
            done, here, found = step[i], state, UNKNOWN
            opener[i] = NOT_OPEN
            if done >= 0 and offered[here, done]:
                opener[i] = i - since[done] if since[done] >= first else AT_START
            if symbol[i] >= 0:
                place = here * width + symbol[i]
                state, found = after[place], own[place]
                if found & SKIPPED:
                    before = count
                    pairs, count = _skip(start, width, jumps, here, symbol[i], i, pairs, count)
                    found = found if count > before else found & ~SKIPPED
            if done >= 0:
                for place in range(offer_at[state], offer_at[state + 1]):
                    other = offers[place]
                    if other == done or not offered[here, other]:
                        since[other] = i
            state_after[i], flags[i] = state, found
            seen |= found
        fits[j], final[j] = seen == 0, state
    return pairs[:count]


@compiled
def _skip(start, width, jumps, state, symbol, event, pairs, count):  # type: ignore[no-untyped-def]
    """Put the steps that a jump passes over behind `pairs`; see `Program.skipped`."""
    table, skip, kind, step_of, may_be_done = jumps
    around = kind[state * width + symbol] == AROUND
    here = start if around else state
    while table[here * width + symbol] < 0:
        over = skip[here * width + symbol]
        step = step_of[over]
        if not (around and may_be_done[state, step]):
            if count == len(pairs):
                pairs = np.concatenate((pairs, pairs))
            pairs[count, 0], pairs[count, 1] = event, step
            count += 1
        here = table[here * width + over]
    return pairs, count


# -- times ------------------------------------------------------------------------------------------------------------


@compiled
def _after(durations, of, places, spans, days, closes, duration, store, start):  # type: ignore[no-untyped-def]
    """Return when a duration that starts at `start` in a store is over; NOT_KNOWN, or FAR: after the window."""
    name = durations[duration, NAME]
    if name < 0:
        return start + durations[duration, SPAN]
    calendar = of[store + 1, name]
    if calendar < 0:
        return NOT_KNOWN
    count, span = durations[duration, DAYS], durations[duration, SPAN]
    return add(places, spans, days, closes, calendar, start, count, span)


@compiled
def _opening(durations, of, places, spans, days, closes, wait, store, since):  # type: ignore[no-untyped-def]
    """Return when a step opens that is offered at `since` and waits; NOT_KNOWN where its calendar is not given.

    Where the calendar is given but has no facts so far ahead the step does not wait: the running journey does
    the same.
    """
    opened = _after(durations, of, places, spans, days, closes, wait, store, since)
    if opened == NOT_KNOWN and of[store + 1, durations[wait, NAME]] >= 0:
        return since
    return opened


@compiled
def _lateness(durations, of, places, spans, days, closes, within, store, opened, at):  # type: ignore[no-untyped-def]
    """Return by how much working time a step that opened at `opened` misses its deadline at `at`, and whether it does.

    The time is -1 where that cannot be judged, 0 in time.
    """
    due = FAR if opened == FAR else _after(durations, of, places, spans, days, closes, within, store, opened)
    if due == NOT_KNOWN or at <= due:
        return np.int64(-1 if due == NOT_KNOWN else 0), False
    name = durations[within, NAME]
    if name < 0:
        return at - due, True
    calendar = of[store + 1, name]
    return open_until(places, spans, calendar, at) - open_until(places, spans, calendar, due), True


@compiled
def judge(start, durations, calendars, waits, within, events, started_at, store, out):  # type: ignore[no-untyped-def]
    """Work out how long each step was open and how late it was. `wait_s` comes with the openers that `walk` found."""
    of, places, spans, days, closes = calendars
    (offsets, step, at), (state_after, flags, wait_s, late_s) = events, out
    for j in range(len(offsets) - 1):
        first = offsets[j]
        began = started_at[j] if len(started_at) > 1 else started_at[0]
        for i in range(first, offsets[j + 1]):
            back, done = wait_s[i], step[i]
            wait_s[i], late_s[i] = -1, -1
            if back == NOT_OPEN or (back == AT_START and began == NOT_KNOWN):
                continue
            opened, state, where = began, np.int64(start), store[first] if len(store) > 1 else store[0]
            if back != AT_START:
                opened, state = at[i - back], np.int64(state_after[i - back])
                where = store[i - back] if len(store) > 1 else store[0]
            if waits[state, done] >= 0:
                wait = waits[state, done]
                opened = _opening(durations, of, places, spans, days, closes, wait, where, opened)
                if opened == NOT_KNOWN:
                    continue
            wait_s[i] = min(MOST, max(0, at[i] - opened) // SECOND) if opened != FAR else 0
            due = within[done]
            if due < 0 or (durations[due, NAME] >= 0 and of[where + 1, durations[due, NAME]] < 0):
                continue
            if at[i] - opened <= durations[due, SURE]:  # most are in time on any calendar
                late_s[i] = 0
                continue
            by, late = _lateness(durations, of, places, spans, days, closes, due, where, opened, at[i])
            late_s[i] = min(MOST, by // SECOND)
            flags[i] |= LATE if late else 0


@compiled
def fit_and_late(size, rules, times, events, started_at, store, journeys, out):  # type: ignore[no-untyped-def]
    """Say of some journeys whether they fit and whether a step was late: `walk` and `judge` in one, without the
    details.
    """
    (start, width), ((after, own), (offer_at, offers, offered)) = size, rules
    durations, calendars, waits, within = times
    (offsets, symbol, step, at), (fits, lates) = events, out
    of, places, spans, days, closes = calendars
    opened, entered = np.empty(offered.shape[1], np.int64), np.empty(offered.shape[1], np.int64)
    where = np.empty(offered.shape[1], np.int32)
    for j in journeys:
        first, state, seen, late = offsets[j], start, 0, False
        began = started_at[j] if len(started_at) > 1 else started_at[0]
        for place in range(offer_at[start], offer_at[start + 1]):
            other = offers[place]
            opened[other], entered[other], where[other] = (
                began,
                start,
                store[first] if len(store) > 1 else store[0],
            )
        for i in range(first, offsets[j + 1]):
            done, target, own_store = step[i], state, store[i] if len(store) > 1 else store[0]
            if done >= 0 and not late and within[done] >= 0 and offered[state, done]:
                late = opened[done] != NOT_KNOWN and at[i] - opened[done] > durations[within[done], SURE]
                late = late and _is_late(
                    durations, of, places, spans, days, closes, waits[entered[done], done], within[done], where[done],
                    opened[done], at[i],
                )  # fmt: skip
            if symbol[i] >= 0:
                target = np.int64(after[state * width + symbol[i]])
                seen |= own[state * width + symbol[i]]
            else:
                seen |= UNKNOWN
            if done >= 0:
                for place in range(offer_at[target], offer_at[target + 1]):
                    other = offers[place]
                    if other == done or not offered[state, other]:
                        opened[other], entered[other], where[other] = at[i], target, own_store
            state = target
        fits[j], lates[j] = seen == 0, late


@compiled
def _is_late(durations, of, places, spans, days, closes, wait, within, store, opened, at):  # type: ignore[no-untyped-def]
    if wait >= 0:
        opened = _opening(durations, of, places, spans, days, closes, wait, store, opened)
    name = durations[within, NAME]
    if opened == NOT_KNOWN or (name >= 0 and of[store + 1, name] < 0):
        return False
    _, late = _lateness(durations, of, places, spans, days, closes, within, store, opened, at)
    return late


@compiled
def still_open(start, durations, calendars, waits, within, due, events, started_at, store, final, until):  # type: ignore[no-untyped-def]
    """Return (journey, step, seconds late) of the steps that are open and late at `until`. `due`: states by steps,
    which to ask.
    """
    of, places, spans, days, closes = calendars
    offsets, step, at, state_after, offered = events
    rows, count = np.empty((1024, 3), np.int64), 0
    for j in range(len(offsets) - 1):
        first, last = offsets[j], offsets[j + 1] - 1
        for asked in range(due.shape[1]):
            if not due[final[j], asked]:
                continue
            i = _opened_by(start, offered, state_after, step, first, last, asked)
            began = started_at[j] if len(started_at) > 1 else started_at[0]
            opened, state = (at[i], np.int64(state_after[i])) if i >= first else (began, np.int64(start))
            where = store[max(i, first)] if len(store) > 1 else store[0]
            if opened != NOT_KNOWN and waits[state, asked] >= 0:
                wait = waits[state, asked]
                opened = _opening(durations, of, places, spans, days, closes, wait, where, opened)
            if opened == NOT_KNOWN:
                continue
            by, late = _lateness(
                durations, of, places, spans, days, closes, within[asked], where, opened, until
            )
            if late:
                if count == len(rows):
                    rows = np.concatenate((rows, rows))
                rows[count, 0], rows[count, 1], rows[count, 2] = j, asked, min(MOST, by // SECOND)
                count += 1
    return rows[:count]


@compiled
def _opened_by(start, offered, state_after, step, first, last, asked):  # type: ignore[no-untyped-def]
    """Return the event that opened a step which is open after event `last`; first - 1: it is open since the start."""
    for i in range(last, first - 1, -1):
        before = state_after[i - 1] if i > first else start
        if step[i] == asked or not offered[before, asked]:
            return i
    return first - 1


# -- who, with what proof, and how many -------------------------------------------------------------------------------


@compiled
def weigh(step, role, evidence, wrong, asks_proof, flags):  # type: ignore[no-untyped-def]
    """Mark the steps done by a wrong role or without the proof that they ask for."""
    for i in range(len(step)):
        if step[i] < 0:
            continue
        by = role[i] if len(role) > 1 else role[0]
        proof = evidence[i] if len(evidence) > 1 else evidence[0]
        if wrong[step[i], by + 1]:
            flags[i] |= WRONG_ROLE
        if proof == 0 and asks_proof[step[i]]:
            flags[i] |= EVIDENCE_MISSING


@compiled
def add_up(offsets, flags, counts, pairs, deviations):  # type: ignore[no-untyped-def]
    """Count the deviations of each journey; `counts` says how many a combination of flags means."""
    place = 0
    for j in range(len(offsets) - 1):
        found = 0
        for i in range(offsets[j], offsets[j + 1]):
            found += counts[flags[i]]
        while place < len(pairs) and pairs[place, 0] < offsets[j + 1]:
            place += 1
            found += 1
        deviations[j] = found
