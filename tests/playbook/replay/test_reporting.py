"""The report says what a count by hand says, also when it is put together from parts."""

import itertools
import json
from datetime import datetime
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.playbook import compile_playbook
from forecourt.playbook.replay import counting
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.columns import Log
from forecourt.playbook.replay.columns import events_of
from forecourt.playbook.replay.counting import Groups
from forecourt.playbook.replay.counting import Tally
from forecourt.playbook.replay.counting import tally
from forecourt.playbook.replay.hours import moment
from forecourt.playbook.replay.replaying import KINDS
from forecourt.playbook.replay.replaying import Replayed
from forecourt.playbook.replay.replaying import replay
from forecourt.playbook.replay.reporting import report
from forecourt.playbook.replay.reporting import report_of
from tests.playbook.building import playbook
from tests.playbook.replay.test_columns import coded

STEPS = {
    name: {"title": {"en": name, "zh": name}, "by": "adviser", "within": "2 h", "evidence": ["photo"]}
    for name in "abcd"
}
PROGRAM = compile_playbook(playbook(["a", "b", {"maybe": "d"}, "c"], steps=STEPS))
NAMES = [step.name for step in PROGRAM.steps]
DAY = 86_400_000_000

JOURNEYS = st.lists(
    st.lists(st.tuples(st.sampled_from(("a", "a", "b", "b", "c", "d", "?")), st.integers(0, 200), st.integers(-1, 1)), min_size=1, max_size=6),
    min_size=1, max_size=12,
)  # fmt: skip


def events_from(journeys: Any) -> Events:
    rows = [(f"j{number}", *row) for number, journey in enumerate(journeys) for row in journey]
    minutes = [
        sum(row[1] for row in journey[: place + 1]) for journey in journeys for place in range(len(journey))
    ]
    log = Log(
        coded(*(row[0] for row in rows)), coded(*(row[1] for row in rows)), np.array(minutes, np.int64) * 60_000_000,
        evidence=np.array([row[3] for row in rows], np.int8), started_at=np.zeros(len(rows), np.int64),
    )  # fmt: skip
    return events_of(log, PROGRAM)


def until(days: int) -> datetime:
    return moment(0) + timedelta(days=days)


def by_hand(journeys: Any, events: Events, found: Replayed) -> dict[str, Any]:
    """The figures of the report counted one event at a time."""
    rows = range(len(events))
    steps = [NAMES[events.step[row]] if events.step[row] >= 0 else "?" for row in rows]
    flow, starts, stops, unended = [], [], [], []
    for journey in range(events.journeys):
        known = [
            row for row in range(events.offsets[journey], events.offsets[journey + 1]) if steps[row] != "?"
        ]
        flow += [
            (steps[a], steps[b], (events.at[b] - events.at[a]) // 1_000_000)
            for a, b in itertools.pairwise(known)
        ]
        starts += [steps[known[0]]] if known else []
        stops += [steps[known[-1]]] if known else []
        unended += [steps[known[-1]]] if known and found.end[journey] < 0 else []
    skipped = [NAMES[step] for _, step in found.skipped]
    return {
        "done": {name: steps.count(name) for name in NAMES},
        "kinds": {
            name: {
                kind: skipped.count(name)
                if kind == "skipped"
                else sum(steps[row] == name and bool(found.flags[row] & bit) for row in rows)
                for kind, bit in KINDS.items()
            }
            for name in NAMES
        },
        "waits": {
            name: sorted(
                int(found.wait_s[row]) for row in rows if steps[row] == name and found.wait_s[row] >= 0
            )
            for name in NAMES
        },
        "edges": {(a, b): sorted(gap for x, y, gap in flow if (x, y) == (a, b)) for a, b, _ in flow},
        "starts": {name: starts.count(name) for name in starts},
        "stops": {name: (stops.count(name), unended.count(name)) for name in stops},
    }


@settings(max_examples=100, deadline=None)
@given(journeys=JOURNEYS)
def test_the_report_says_what_a_count_by_hand_says(journeys: Any) -> None:
    events = events_from(journeys)
    found = replay(PROGRAM, events, until=until(9))
    told, wanted = report(PROGRAM, events, found), by_hand(journeys, events, found)
    assert {step.step: step.done for step in told.steps} == wanted["done"]
    assert {step.step: step.deviations for step in told.steps} == wanted["kinds"]
    for step in told.steps:
        waits = wanted["waits"][step.step]
        assert step.median_wait_s == (waits[(len(waits) + 1) // 2 - 1] if waits else None)
        assert step.p90_wait_s == (waits[-(-9 * len(waits) // 10) - 1] if waits else None)
    gaps = {(edge.source, edge.target): edge for edge in told.edges}
    assert {pair: edge.count for pair, edge in gaps.items()} == {
        pair: len(one) for pair, one in wanted["edges"].items()
    }
    assert all(gaps[pair].median_s == one[(len(one) + 1) // 2 - 1] for pair, one in wanted["edges"].items())
    assert told.starts == wanted["starts"]
    assert {stop.step: (stop.count, stop.unended) for stop in told.stops} == wanted["stops"]
    assert (told.journeys, told.events, told.fitting) == (len(journeys), len(events), found.fits.sum())
    assert sum(told.deviations.values()) == found.deviations.sum()
    assert sum(told.ends.values()) == (found.end >= 0).sum()
    assert sum(step.open_late for step in told.steps) == len(found.open_late)
    assert json.loads(json.dumps(told.as_json()))["journeys"] == len(journeys)


@settings(max_examples=60, deadline=None)
@given(journeys=JOURNEYS, cut=st.integers(0, 12))
def test_parts_of_a_log_give_the_report_of_the_whole(journeys: Any, cut: int) -> None:
    parts = [part for part in (journeys[:cut], journeys[cut:]) if part]
    events = [events_from(part) for part in parts]
    replays = [replay(PROGRAM, one, until=until(9)) for one in events]
    tallies = [tally(PROGRAM, one, found) for one, found in zip(events, replays, strict=True)]
    whole = events_from(journeys)
    found = replay(PROGRAM, whole, until=until(9))
    assert report_of(PROGRAM, Tally.merged(tallies)) == report(PROGRAM, whole, found)
    joined = Replayed.concat(replays)
    assert np.array_equal(joined.skipped, found.skipped)
    assert np.array_equal(joined.open_late.journey, found.open_late.journey)
    assert report(PROGRAM, whole, joined) == report(PROGRAM, whole, found)


def test_nothing_to_merge_is_refused() -> None:
    with pytest.raises(ValueError, match="no tally to merge"):
        Tally.merged([])


@pytest.mark.parametrize("high", [3, 70_000, 2**31 - 1])
def test_quantiles_of_many_values_are_those_of_few(high: int) -> None:
    values = np.random.default_rng(high).integers(0, high, counting.MANY + 1, dtype=np.int32, endpoint=True)
    groups = Groups(np.array([0, len(values)]), values)
    assert groups.quantiles(0, 0.0, 0.5, 0.9, 1.0) == [
        int(np.sort(values)[place]) for place in (0, len(values) // 2, -(-9 * len(values) // 10) - 1, -1)
    ]


def test_a_log_without_events_has_an_empty_report() -> None:
    empty = coded()
    events = events_of(Log(empty, empty, np.empty(0, np.int64)), PROGRAM)
    told = report(PROGRAM, events, replay(PROGRAM, events, until=until(1)))
    assert (told.journeys, told.events, told.edges, told.stops) == (0, 0, (), ())
