"""Standards computed: which journeys are cases of a standard, what each of them says, and what all of them say together.

A journey gives one value to a standard, or none: then it is no case. The rules stand in docs/explanation/standards.md, each function
here is one of them. `told_of` puts together what a replay found; `values_of` gives a value for each journey; `figure` sums up.

    told = told_of(program, events, replayed, ...)
    values = values_of(standard, told)
    figure(standard, values.value)          # Figure(cases=412, value=93.2, low=90.3, high=95.3)

Arrays have one value for each journey or each event, as named; times are microseconds since 1970-01-01 UTC.
"""

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from forecourt.base.intervals import mean_interval
from forecourt.base.intervals import quantile_ranks
from forecourt.base.intervals import wilson
from forecourt.playbook.measures import satisfied
from forecourt.playbook.program import Program
from forecourt.playbook.records import Standard

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
Numbers = NDArray[np.int64]

NEVER = int(np.iinfo(np.int64).min)
EARLY, REPEATED, UNKNOWN, LATE = 2, 4, 8, 16  # bits of a flag, as the replay sets them
OUT_OF_ORDER = EARLY | REPEATED | UNKNOWN
SECONDS = {"min": 60.0, "h": 3600.0, "d": 86400.0}
MICRO = 1_000_000
QUANTILES = {"median": 0.5, "p80": 0.8, "p90": 0.9, "p95": 0.95}


@dataclass(frozen=True)
class Pairs:
    """Steps of journeys that are no event: passed over, or overdue and not done; with the moment when that was certain."""

    journey: Numbers
    step: Numbers
    at: Times

    def of(self, step: int) -> tuple[Numbers, Times]:
        """The journeys and moments of one step."""
        mine = self.step == step
        return self.journey[mine], self.at[mine]


def no_pairs() -> Pairs:
    """No such step in any journey."""
    empty = np.zeros(0, np.int64)
    return Pairs(empty, empty, empty)


@dataclass(frozen=True)
class Recorded:
    """A field of a step as it was recorded: numbers of the events, and the value of each (None where it was left empty)."""

    event: Numbers
    value: NDArray[np.object_]


@dataclass(frozen=True)
class Told:
    """What is known of whole journeys, one after the other; journey j is events `offsets[j]` to `offsets[j + 1]`.

    Of events: `step` (of the program, -1 unknown), `at`, `flags` (bits of deviations), `wait_s` (from opening to done, NaN where it was
    not open), `evidence` (1 complete, 0 missing, -1 not known). Of journeys: `started_at`, `ended_at` (NEVER while it runs),
    `end` (into `ends`, -1 while it runs). `fields` holds what was recorded, by step and field.
    """

    program: Program
    offsets: Numbers
    step: Numbers
    at: Times
    flags: Numbers
    wait_s: Floats
    evidence: Numbers
    started_at: Times
    ended_at: Times
    end: Numbers
    ends: tuple[str, ...]
    skipped: Pairs = field(default_factory=no_pairs)
    overdue: Pairs = field(default_factory=no_pairs)
    fields: Mapping[tuple[str, str], Recorded] = field(default_factory=dict)

    @property
    def journeys(self) -> int:
        """How many journeys there are."""
        return len(self.offsets) - 1

    def number_of(self, step: str) -> int:
        """The number of a step; -1 when the program has none such."""
        return next((number for number, one in enumerate(self.program.steps) if one.name == step), -1)

    def journey_of(self, events: Numbers) -> Numbers:
        """The journey of each of some events."""
        return (np.searchsorted(self.offsets, events, side="right") - 1).astype(np.int64)


@dataclass(frozen=True)
class Values:
    """One value for each journey: 1 or 0 for what is true or not, else a number in the standard's unit; NaN: no case.

    `at` is when the value was certain (NEVER: no case), `event` the event that says so (-1: none).
    """

    value: Floats
    at: Times
    event: Numbers

    @property
    def cases(self) -> NDArray[np.bool_]:
        """Which journeys are cases."""
        return ~np.isnan(self.value)


def _none(journeys: int) -> Values:
    return Values(np.full(journeys, np.nan), np.full(journeys, NEVER), np.full(journeys, -1))


def values_of(standard: Standard, told: Told) -> Values:
    """Give the value of each journey. A standard about a step that the program does not have has no case."""
    if standard.step is None:
        return _OF_JOURNEY[standard.aspect](standard, told)
    step = told.number_of(standard.step)
    if step < 0:
        return _none(told.journeys)
    return _OF_STEP.get(standard.aspect, _recorded)(standard, told, step)


def _first(told: Told, step: int) -> tuple[Numbers, Numbers]:
    """The journeys in which a step was done, and the first time in each."""
    events = np.flatnonzero(told.step == step)
    journeys, places = np.unique(told.journey_of(events), return_index=True)
    return journeys, events[places]


def _last(told: Told, events: Numbers) -> tuple[Numbers, Numbers]:
    """The journeys of some events (given in order), and the last event of each."""
    journeys, places = np.unique(told.journey_of(events)[::-1], return_index=True)
    return journeys, events[::-1][places]


def _put(told: Told, journeys: Numbers, values: Floats, at: Times, events: Numbers) -> Values:
    found = _none(told.journeys)
    found.value[journeys], found.at[journeys], found.event[journeys] = values, at, events
    return found


def _at_end(told: Told, true: NDArray[np.bool_], events: Numbers) -> Values:
    """What is certain only when the journey has ended."""
    over = told.ended_at != NEVER
    return Values(
        np.where(over, true.astype(float), np.nan), told.ended_at.copy(), np.where(over, events, -1)
    )


def _done(standard: Standard, told: Told, step: int) -> Values:
    journeys, first = _first(told, step)
    true, events = np.zeros(told.journeys, bool), np.full(told.journeys, -1)
    true[journeys], events[journeys] = True, first
    return _at_end(told, true, events)


def _repeated(standard: Standard, told: Told, step: int) -> Values:
    """Of the ended journeys in which the step was done: in which it was done more than once."""
    events = np.flatnonzero(told.step == step)
    times = np.bincount(told.journey_of(events), minlength=told.journeys)
    journeys, first = _first(told, step)
    at = np.full(told.journeys, -1)
    at[journeys] = first
    found = _at_end(told, times > 1, at)
    found.value[times == 0], found.at[times == 0] = np.nan, NEVER
    return found


def _skipped(standard: Standard, told: Told, step: int) -> Values:
    """Of the journeys that came past the step: in which it was passed over, though it may have been caught up later."""
    journeys, first = _first(told, step)
    found = _put(told, journeys, np.zeros(len(journeys)), told.at[first], first)
    over, at = told.skipped.of(step)
    found.value[over], found.at[over], found.event[over] = 1.0, at, -1
    return found


def _flag(bits: int, wanted: bool) -> "OfStep":
    def look(standard: Standard, told: Told, step: int) -> Values:
        journeys, first = _first(told, step)
        true = (told.flags[first] & bits != 0) == wanted
        return _put(told, journeys, true.astype(float), told.at[first], first)

    return look


def _on_time(standard: Standard, told: Told, step: int) -> Values:
    found = _flag(LATE, wanted=False)(standard, told, step)
    over, at = told.overdue.of(step)
    still = np.isnan(found.value[over])
    found.value[over[still]], found.at[over[still]] = 0.0, at[still]
    return found


def _late(standard: Standard, told: Told, step: int) -> Values:
    kept = _on_time(standard, told, step)
    return Values(1 - kept.value, kept.at, kept.event)


def _evidence(standard: Standard, told: Told, step: int) -> Values:
    journeys, first = _first(told, step)
    said = told.evidence[first]
    known = said >= 0
    return _put(told, journeys[known], said[known].astype(float), told.at[first[known]], first[known])


def _wait(standard: Standard, told: Told, step: int) -> Values:
    """From opening to done, the first time."""
    journeys, first = _first(told, step)
    return _timed(standard, told, journeys, first, told.wait_s[first])


def _work(standard: Standard, told: Told, step: int) -> Values:
    """The wait, but not from before the last thing that was recorded in the journey."""
    journeys, first = _first(told, step)
    before = np.where(first > told.offsets[journeys], told.at[first - 1], told.started_at[journeys])
    since = (told.at[first] - before) / MICRO
    wait = told.wait_s[first]
    return _timed(standard, told, journeys, first, np.where(np.isnan(wait), since, np.minimum(wait, since)))


def _length(standard: Standard, told: Told, step: int) -> Values:
    """From the first opening to the last time the step was done."""
    _journeys, first = _first(told, step)
    same, last = _last(told, np.flatnonzero(told.step == step))
    seconds = told.wait_s[first] + (told.at[last] - told.at[first]) / MICRO
    return _timed(standard, told, same, last, seconds)


def _timed(standard: Standard, told: Told, journeys: Numbers, events: Numbers, seconds: Floats) -> Values:
    known = ~np.isnan(seconds)
    values = np.maximum(seconds[known], 0) / SECONDS[standard.unit]
    return _put(told, journeys[known], values, told.at[events[known]], events[known])


def _recorded(standard: Standard, told: Told, step: int) -> Values:
    """A recorded field: what was recorded last. A value that is no number is no case of a standard about a number."""
    column = told.fields.get((standard.step or "", standard.aspect))
    if column is None:
        return _none(told.journeys)
    known = np.array([value is not None and value != "" for value in column.value], bool)
    places = np.flatnonzero(known)
    journeys, last = _last(told, places_of := column.event[places])
    chosen = column.value[places[np.searchsorted(places_of, last)]]
    numbers = np.array([_number(value, standard.equals) for value in chosen], float)
    sure = ~np.isnan(numbers)
    return _put(told, journeys[sure], numbers[sure], told.at[last[sure]], last[sure])


def _number(value: object, equals: str | None) -> float:
    if equals is not None:
        said = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        return float(str(said) == equals)
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _ended(standard: Standard, told: Told) -> Values:
    wanted = told.ends.index(standard.equals) if standard.equals in told.ends else -2
    return _at_end(told, told.end == wanted, np.full(told.journeys, -1))


def _lasted(standard: Standard, told: Told) -> Values:
    over = told.ended_at != NEVER
    lasted = (told.ended_at - told.started_at) / MICRO / SECONDS[standard.unit]
    none = np.full(told.journeys, -1)
    return Values(np.where(over, np.maximum(lasted, 0), np.nan), told.ended_at.copy(), none)


def fitting(told: Told) -> NDArray[np.bool_]:
    """Which journeys departed in no way from the order of the playbook so far: no step early, repeated, unknown or skipped."""
    wrong = np.flatnonzero(told.flags & OUT_OF_ORDER)
    fits = np.ones(told.journeys, bool)
    fits[told.journey_of(wrong)] = False
    fits[told.skipped.journey] = False
    return fits


def _whole(standard: Standard, told: Told) -> Values:
    return _at_end(told, fitting(told), np.full(told.journeys, -1))


OfStep = Callable[[Standard, Told, int], Values]
_OF_STEP: dict[str, OfStep] = {
    "done": _done, "on_time": _on_time, "late": _late, "skipped": _skipped, "early": _flag(EARLY, wanted=True),
    "repeated": _repeated, "in_order": _flag(OUT_OF_ORDER, wanted=False), "evidence": _evidence,
    "wait": _wait, "work": _work, "duration": _length,
}  # fmt: skip
_OF_JOURNEY: dict[str, Callable[[Standard, Told], Values]] = {
    "ended": _ended, "duration": _lasted, "in_order": _whole,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """What the cases of a standard say together, in its unit; None while there is no case.

    `low` and `high` bound what the value could be if the same work went on (95 %); None where a figure has no such interval.
    """

    cases: int
    value: float | None = None
    low: float | None = None
    high: float | None = None

    def met(self, standard: Standard) -> bool | None:
        """Whether the value meets the standard; None while there is no case."""
        return None if self.value is None else satisfied(standard, self.value)

    def sure(self, standard: Standard) -> bool:
        """Whether all of the interval is on the same side of the standard as the value."""
        if self.value is None or self.low is None or self.high is None:
            return False
        said = satisfied(standard, self.value)
        return satisfied(standard, self.low) == said == satisfied(standard, self.high)


def figure(standard: Standard, values: Floats) -> Figure:
    """Sum up the values of some journeys; those that are no case (NaN) are left out."""
    cases = values[~np.isnan(values)]
    if not len(cases):
        return Figure(0, 0.0 if standard.measure in ("count", "sum") else None)
    return _MEASURES.get(standard.measure, _quantile)(standard.measure, cases)


def _share(measure: str, cases: Floats) -> Figure:
    true = int(cases.sum())
    low, high = wilson(true, len(cases))
    return Figure(len(cases), 100 * true / len(cases), 100 * low, 100 * high)


def _mean(measure: str, cases: Floats) -> Figure:
    value = float(cases.mean())
    if len(cases) < 2:
        return Figure(len(cases), value)
    low, high = mean_interval(value, float(cases.std(ddof=1)), len(cases))
    return Figure(len(cases), value, low, high)


def _quantile(measure: str, cases: Floats) -> Figure:
    """A quantile with the order statistics that bound it; without bounds where the cases are too few for that."""
    ordered = np.sort(cases)
    value = float(np.quantile(ordered, QUANTILES[measure]))
    ranks = quantile_ranks(len(ordered), QUANTILES[measure])
    if ranks is None:
        return Figure(len(ordered), value)
    return Figure(len(ordered), value, float(ordered[ranks[0]]), float(ordered[ranks[1]]))


def _plain(measure: str, cases: Floats) -> Figure:
    found = {"min": cases.min(), "max": cases.max()}.get(measure, cases.sum())
    return Figure(len(cases), float(found))


_MEASURES: dict[str, Callable[[str, Floats], Figure]] = {
    "share": _share, "mean": _mean, "count": _plain, "sum": _plain, "min": _plain, "max": _plain,
}  # fmt: skip
