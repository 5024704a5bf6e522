"""Screening says what a whole replay says, whatever it can prove; and it proves what is in order."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.playbook import compile_playbook
from forecourt.playbook import load
from forecourt.playbook.program import Program
from forecourt.playbook.replay import screening
from forecourt.playbook.replay.columns import NOT_KNOWN
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.columns import Log
from forecourt.playbook.replay.columns import events_of
from forecourt.playbook.replay.hours import Hours
from forecourt.playbook.replay.hours import hours_of
from forecourt.playbook.replay.replaying import KINDS
from forecourt.playbook.replay.replaying import replay
from forecourt.playbook.replay.screening import screen
from tests.playbook.building import anytimes
from tests.playbook.building import flows
from tests.playbook.building import playbook
from tests.playbook.building import text
from tests.playbook.replay.test_columns import coded
from tests.playbook.replay.test_replaying import BEGIN
from tests.playbook.replay.test_replaying import CALENDARS
from tests.playbook.replay.test_replaying import journeys
from tests.playbook.replay.test_replaying import log_of
from tests.playbook.replay.test_replaying import steps
from tests.playbook.test_agreement import compiled

MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
MINUTE = 60_000_000


def assert_same(program: Program, events: Events, hours: Hours | None = None) -> screening.Screened:
    found, exact = screen(program, events, hours=hours), replay(program, events, hours=hours)
    late = np.array(
        [
            (exact.flags[a:b] & KINDS["late"]).any()
            for a, b in zip(events.offsets, events.offsets[1:], strict=False)
        ]
    )
    assert np.array_equal(found.fits, exact.fits)
    assert np.array_equal(found.late, late.astype(bool))
    return found


@pytest.mark.parametrize("block", [3, 7, 8192])
@pytest.mark.parametrize("cells", [0, 1 << 22])
def test_screening_and_replay_agree(monkeypatch: pytest.MonkeyPatch, block: int, cells: int) -> None:
    monkeypatch.setattr(screening, "BLOCK", block)
    monkeypatch.setattr(screening, "_MOST_CELLS", cells)

    @MANY
    @given(
        flow=flows(), anytime=anytimes(), steps=steps(), some=st.lists(journeys(), min_size=1, max_size=4),
        started=st.sampled_from((None, BEGIN, BEGIN - timedelta(hours=5), BEGIN + timedelta(days=1))), hours=st.booleans(),
    )  # fmt: skip
    def agree(flow: Any, anytime: Any, steps: Any, some: Any, started: Any, hours: bool) -> None:
        loaded = load(text(flow, anytime=anytime, steps=steps), "test.yaml")
        assert loaded.playbook is not None
        all_done = [journey for several in some for journey in several]
        log = log_of(all_done, list(range(sum(map(len, all_done)))), started)
        given_hours = (
            hours_of(CALENDARS, BEGIN - timedelta(days=3), BEGIN + timedelta(days=80)) if hours else None
        )
        program = compiled(loaded.playbook)
        assert_same(program, events_of(log, program), given_hours)

    agree()


STEPS = {name: {"title": {"en": name, "zh": name}, "by": "adviser", "within": "2 h"} for name in "abc"}
PROGRAM = compile_playbook(playbook(["a", "b", "c"], steps=STEPS))


def events_at(*journeys: tuple[str, list[int]], started: list[int] | None = None) -> Events:
    """Journeys as `("abc", moments)`."""
    rows = [
        (f"j{number}", step, at)
        for number, (done, times) in enumerate(journeys)
        for step, at in zip(done, times, strict=True)
    ]
    case, activity, at = zip(*rows, strict=True)
    began = (
        None
        if started is None
        else np.repeat(np.array(started, np.int64), [len(done) for done, _ in journeys])
    )
    return events_of(Log(coded(*case), coded(*activity), np.array(at, np.int64), started_at=began), PROGRAM)


def test_what_is_in_order_and_in_time_needs_no_replay() -> None:
    good, slow = ("abc", [0, MINUTE, 2 * MINUTE]), ("abc", [0, 200 * MINUTE, 201 * MINUTE])
    found = assert_same(PROGRAM, events_at(*[good] * 9, slow, ("ac", [0, MINUTE])))
    assert (found.proved, found.fits.sum(), found.late.sum()) == (10, 10, 1)


def test_times_that_cannot_be_right_are_left_to_the_replay() -> None:
    year = 365 * 24 * 60 * MINUTE
    odd = [("abc", [0, 18 * year, 18 * year]), ("abc", [NOT_KNOWN + 1, 0, 2**62]), ("abc", [5, 6, 7])]
    found = assert_same(PROGRAM, events_at(*odd, started=[0, NOT_KNOWN, 100 * MINUTE]))
    assert found.proved == 0


def test_hours_that_do_not_cover_the_log_are_refused_by_both() -> None:
    steps = STEPS | {"b": STEPS["b"] | {"within": "1 h of store hours"}}
    program = compile_playbook(playbook(["a", "b", "c"], steps=steps))
    events = events_at(("abc", [0, MINUTE, 2 * MINUTE]))
    hours = hours_of(CALENDARS, BEGIN, BEGIN + timedelta(days=1))
    for asked in (screen, replay):
        with pytest.raises(ValueError, match="times from 1970-01-01T00:00:00 to 1970-01-01T00:02:00 UTC"):
            asked(program, events, hours=hours)
    with pytest.raises(ValueError, match="laid out from"):
        replay(
            program,
            events,
            hours=hours_of(CALENDARS, datetime(1970, 1, 1, tzinfo=UTC), BEGIN),
            until=BEGIN + timedelta(days=2),
        )
    assert_same(PROGRAM, events, hours)
