"""Unsorted events become journeys in order of time, with steps and symbols of a program."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.playbook import compile_playbook
from forecourt.playbook.compiling import MAX_STATES
from forecourt.playbook.compiling import MAX_STEPS
from forecourt.playbook.replay import naming
from forecourt.playbook.replay.columns import NOT_KNOWN
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log
from forecourt.playbook.replay.columns import events_of
from forecourt.playbook.replay.ordering.kernel import CODE_BITS
from tests.playbook.building import playbook

PROGRAM = compile_playbook(playbook(["a", "x", {"one": {"yes": ["b"], "otherwise": ["c"]}}]))
STEPS = [step.name for step in PROGRAM.steps]


def coded(*words: str) -> Coded:
    known = tuple(dict.fromkeys(word for word in words if word))
    return Coded(np.array([known.index(word) if word else -1 for word in words], np.int32), known)


def log(rows: list[Any], **more: Any) -> Log:
    """Rows are journey, activity, time and perhaps outcome."""
    columns = list(zip(*rows, strict=True))
    return Log(
        coded(*columns[0]), coded(*columns[1]), np.array(columns[2], np.int64), coded(*columns[3]) if columns[3:] else None, **more
    )  # fmt: skip


ROWS = st.lists(
    st.tuples(
        st.sampled_from(("j1", "j2", "j3", "j4")), st.sampled_from(("a", "b", "x", "strange")), st.integers(-5, 5),
        st.sampled_from(("", "yes", "no", "perhaps")),
    ),
    min_size=1, max_size=150,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, ordered=st.booleans())
def test_events_stand_by_journey_and_time_and_keep_the_order_of_the_log(rows: Any, ordered: bool) -> None:
    names = list(dict.fromkeys(row[0] for row in rows))
    if ordered:
        rows = sorted(rows, key=lambda row: (names.index(row[0]), row[2]))
    events = events_of(log(rows), PROGRAM)
    assert events.journeys == len(names)
    assert sorted(events.row.tolist()) == list(range(len(rows)))
    for journey in range(events.journeys):
        mine = slice(events.offsets[journey], events.offsets[journey + 1])
        name = events.cases[events.case[journey]]
        wanted = sorted((row[2], place) for place, row in enumerate(rows) if row[0] == name)
        assert list(zip(events.at[mine].tolist(), events.row[mine].tolist(), strict=True)) == wanted
    for place, row in enumerate(events.row):
        step, outcome = rows[row][1], rows[row][3] or None
        assert events.step[place] == (STEPS.index(step) if step in STEPS else -1)
        found = PROGRAM.symbols.find(step, outcome)
        assert events.symbol[place] == (-1 if found is None else found)


def test_a_long_journey_is_sorted_too() -> None:
    times = np.random.default_rng(1).integers(0, 400, 5000)
    rows = [("one", "a", int(at)) for at in times] + [("two", "a", 0)]
    events = events_of(log(rows), PROGRAM)
    order = np.argsort(times, kind="stable")
    assert np.array_equal(events.row[:5000], order)
    assert np.array_equal(events.at[:5000], times[order])


def test_names_map_what_the_source_says_to_steps_and_outcomes() -> None:
    names = {"Begin": "a", "Agreed": "x=yes", "Refused": "x=no", "Odd": "x=perhaps", "b": "nothing"}
    rows = [("j", word, at, said) for at, (word, said) in enumerate(
        [("Begin", ""), ("Agreed", "no"), ("Refused", ""), ("Odd", ""), ("x", "yes"), ("b", ""), ("a", "yes")]
    )]  # fmt: skip
    events = events_of(log(rows), PROGRAM, names)
    pairs = [PROGRAM.symbols.pairs[number] if number >= 0 else None for number in events.symbol]
    assert pairs == [("a", None), ("x", "yes"), ("x", "no"), None, ("x", "yes"), None, ("a", None)]
    assert [STEPS[number] if number >= 0 else None for number in events.step] == [
        "a",
        "x",
        "x",
        "x",
        "x",
        None,
        "a",
    ]


def test_other_columns_follow_and_those_not_there_cost_nothing() -> None:
    rows = [("j2", "a", 5), ("j1", "a", 9), ("j2", "b", 1)]
    more = {"store": coded("s1", "", "s2"), "evidence": np.array([1, 0, -1], np.int8)}
    events = events_of(log(rows, started_at=np.array([7, 8, 9]), **more), PROGRAM)
    assert [events.cases[number] for number in events.case] == ["j2", "j1"]
    assert events.store.tolist() == [1, 0, -1]
    assert events.evidence.tolist() == [-1, 1, 0]
    assert events.started_at.tolist() == [9, 8]
    plain = events_of(log(rows), PROGRAM)
    assert plain.role.tolist() == [-1, -1, -1]
    assert plain.role.strides == plain.evidence.strides == plain.actor.strides == (0,)
    assert plain.started_at.tolist() == [NOT_KNOWN, NOT_KNOWN]


def test_journeys_without_an_event_are_left_out_and_a_log_without_events_is_empty() -> None:
    case = Coded(np.array([2], np.int32), ("gone", "also gone", "here"))
    events = events_of(Log(case, coded("a"), np.array([1])), PROGRAM)
    assert (events.journeys, events.cases[events.case[0]]) == (1, "here")
    none = Coded(np.empty(0, np.int32), ())
    assert events_of(Log(none, none, np.empty(0, np.int64)), PROGRAM).offsets.tolist() == [0]


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="the column store has 1 values, but the log has 2 events"):
        events_of(log([("j", "a", 1), ("j", "b", 2)], store=coded("s")), PROGRAM)
    with pytest.raises(ValueError, match="event 1 names no journey"):
        events_of(log([("j", "a", 1), ("", "b", 2)]), PROGRAM)


def test_a_program_with_more_symbols_than_the_columns_hold_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(naming, "MOST_SYMBOLS", 5)
    with pytest.raises(ValueError, match="the playbook test has 13 pairs of step and outcome; at most 5"):
        events_of(log([("j", "a", 1)]), PROGRAM)


def test_numbers_hold_for_the_largest_program() -> None:
    """States, symbols and steps fit into 16 bits; a place in the tables of all states and symbols into the 64 of the
    kernel.
    """
    assert np.iinfo(np.int16).max >= max(MAX_STATES, MAX_STEPS, naming.MOST_SYMBOLS)
    assert naming.MOST_SYMBOLS < 1 << CODE_BITS


def test_codes_that_do_not_fit_beside_the_row_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "MOST_CODES", 5)
    with pytest.raises(ValueError, match=r"8 different things.*at most 5; map fewer activities"):
        events_of(log([("j", "a", 1, "yes")]), PROGRAM)
