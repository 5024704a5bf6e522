"""Drafts: readable, sound, within the limits, and every journey of the log fits when no noise is left out."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.playbook import check
from forecourt.playbook import compile_playbook
from forecourt.playbook.discovery.drafting import Draft
from forecourt.playbook.discovery.drafting import NothingToDraft
from forecourt.playbook.discovery.drafting import Wishes
from forecourt.playbook.discovery.drafting import codes_of
from forecourt.playbook.discovery.drafting import discover
from forecourt.playbook.vocabulary import Vocabulary
from tests.playbook.building import playbook
from tests.playbook.discovery.logs import log_of

EXACT = Wishes(noise=0.0)


def misfits(draft: Draft, traces: list[list[str]]) -> list[list[str]]:
    """The traces that do not fit the program of the draft."""
    program = compile_playbook(draft.playbook)
    found = []
    for trace in traces:
        state, fits = program.start, True
        for name in trace:
            move = program.move(state, draft.steps[name])
            state, fits = move.state, fits and move.fits
        if not fits or not program.can_end(state):
            found.append(trace)
    return found


@given(st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=7), min_size=1, max_size=6))
def test_every_journey_fits_a_draft_without_noise(traces: list[list[str]]) -> None:
    assert misfits(discover(log_of(traces), EXACT), traces) == []


def test_what_a_playbook_allows_is_found_again() -> None:
    """Journeys played at random on a program give a draft on which they all fit, and which allows no step they never took first."""
    known = compile_playbook(
        playbook(["a", {"any_order": ["b", {"maybe": "c"}]}, {"one": {"d": ["d"], "e": ["e", "f"]}}])
    )
    chance, traces = random.Random(1), []
    for _ in range(200):
        state, trace = known.start, []
        while not known.closed(state):
            step = chance.choice(known.enabled(state))
            state = known.move(state, step).state
            trace.append(step)
        traces.append(trace)
    draft = discover(log_of(traces), EXACT)
    assert misfits(draft, traces) == []
    assert compile_playbook(draft.playbook).enabled(0) == ("a",)
    assert "any_order:\n  - b\n  - {maybe: c}\n" in draft.text


def test_a_draft_passes_the_checks() -> None:
    draft = discover(
        log_of([["Greet", "Drive", "Buy"], ["Greet", "Buy"], ["Greet", "Drive", "Leave"]]), EXACT
    )
    words = Vocabulary(roles=frozenset({"adviser"}), facts={"opportunity": frozenset()})
    assert [str(item) for item in check(draft.playbook, words) if item.is_error] == []


def test_too_many_steps_in_any_order_become_optional_ones_in_their_usual_order() -> None:
    chance, names = random.Random(2), [f"task {number}" for number in range(16)]
    traces = [chance.sample(names, len(names)) for _ in range(300)]
    draft = discover(log_of(traces), EXACT)
    assert any("usual order" in note for note in draft.notes)
    assert compile_playbook(draft.playbook).states <= 5_000
    assert "# Too many states" in draft.text


def test_the_text_says_how_often_how_fast_and_by_whom() -> None:
    roles = {"Greet": "Adviser", "Drive": "Test driver"}
    wishes = Wishes(name="walk-in", roles={"adviser"}, role="store_manager")
    draft = discover(log_of([["Greet", "Drive"], ["Greet"]], roles), wishes)
    assert "playbook: walk-in" in draft.text
    assert "in 50 % of journeys; half within 60 min of the step before" in draft.text
    assert draft.playbook.step("greet").role == "adviser"
    assert draft.playbook.step("drive").role == "store_manager"
    assert "the log says: by Test driver" in draft.text


def test_names_become_codes_each_once() -> None:
    assert codes_of(["Test Drive!", "test drive", "试驾", "2nd call"]) == [
        "test_drive",
        "test_drive_2",
        "step_3",
        "step_2nd_call",
    ]


def test_codes_never_meet_another_name() -> None:
    assert codes_of(["a 3", "a", "A"]) == ["a_3", "a", "a_4"]
    assert misfits(discover(log_of([["a 3", "a", "A"]]), EXACT), [["a 3", "a", "A"]]) == []


def test_a_name_with_a_line_end_cannot_leave_its_comment() -> None:
    draft = discover(log_of([["a"], ["b\nflow: [x]"]], {"a": "boss\nsteps: {}"}), EXACT)
    assert set(draft.steps) == {"a", "b\nflow: [x]"}


def test_a_log_without_events_is_refused() -> None:
    with pytest.raises(NothingToDraft, match="no event"):
        discover(log_of([[]]))


def test_the_rarest_of_too_many_activities_are_named() -> None:
    traces = [[f"a{number}" for number in range(121)], [f"a{number}" for number in range(120)]]
    draft = discover(log_of(traces), EXACT)
    assert any("a120" in note for note in draft.notes)
