"""Programs, one meaning at a time: what is next, where a step out of order leads, when a journey is over."""

from typing import Any

import pytest

from forecourt.base.durations import Duration
from forecourt.playbook import Deviation
from forecourt.playbook import Program
from forecourt.playbook import compile_playbook
from forecourt.playbook import why_not
from tests.playbook.building import playbook


def program(flow: Any, **more: Any) -> Program:
    return compile_playbook(playbook(flow, **more))


def run(program: Program, *trace: str) -> tuple[int, list[tuple[str, str]]]:
    """Do `step` or `step:outcome` one after the other; return the state and all deviations."""
    state, found = program.start, []
    for entry in trace:
        step, _, outcome = entry.partition(":")
        move = program.move(state, step, outcome or None)
        state = move.state
        found += [(deviation.kind, deviation.step) for deviation in move.deviations]
    return state, found


def after(program: Program, *trace: str) -> tuple[str, ...]:
    state, found = run(program, *trace)
    assert found == []
    return program.enabled(state)


def test_a_sequence_goes_step_by_step_and_is_done() -> None:
    two = program(["a", "b"])
    assert two.enabled(two.start) == ("a",)
    assert after(two, "a") == ("b",)
    move = two.move(run(two, "a")[0], "b")
    assert (move.fits, move.closed, move.ended) == (True, True, "done")


def test_maybe_may_be_left_out_but_once_begun_must_be_finished() -> None:
    flow = program([{"maybe": ["a", "b"]}, "c"])
    assert flow.enabled(flow.start) == ("c", "a")
    assert flow.required(flow.start) == ("c",)
    assert after(flow, "a") == ("b",)
    assert flow.required(run(flow, "a")[0]) == ("b",)


def test_a_flow_that_closes_with_maybe_is_open_and_may_end() -> None:
    flow = program(["a", {"maybe": "b"}])
    state, _ = run(flow, "a")
    assert (flow.can_end(state), flow.closed(state), flow.outcome(state)) == (True, False, "done")
    assert not flow.can_end(flow.start)


def test_any_order_takes_all_interleaved() -> None:
    flow = program([{"any_order": [["a", "b"], "c"]}, "d"])
    assert after(flow, "a") == ("b", "c")
    assert after(flow, "a", "c", "b") == ("d",)


def test_an_outcome_decides_at_once_and_otherwise_takes_the_rest() -> None:
    flow = program(["x", {"one": {"yes": ["a"], "otherwise": ["b"]}}, "c"])
    assert after(flow, "x:yes") == ("a",)
    assert after(flow, "x:no") == after(flow, "x:later") == ("b",)
    assert after(flow, "x:no", "b") == ("c",)


def test_without_an_outcome_the_first_step_decides() -> None:
    flow = program(["a", {"one": {"left": ["b", "c"], "right": ["d"]}}, "e"])
    assert after(flow, "a") == ("b", "d")
    assert after(flow, "a", "b") == ("c",)
    assert after(flow, "a", "d") == ("e",)


def test_repeat_is_at_least_once_and_at_most_so_often() -> None:
    flow = program([{"repeat": ["a", "b"], "at_most": 2}, "c"])
    assert flow.required(flow.start) == ("a",)
    assert after(flow, "a", "b") == ("c", "a")
    assert after(flow, "a", "b", "a", "b") == ("c",)


RETRY = [
    "x",
    {
        "one": {
            "yes": ["a"],
            "no": [{"retry": {"step": "x", "every": "1 d", "at_most": 2}}, "b"],
            "later": ["c"],
        }
    },
    "d",
]


def test_a_retry_leaves_for_the_branch_of_another_outcome() -> None:
    flow = program(RETRY)
    assert after(flow, "x:no") == ("x",)
    assert after(flow, "x:no", "x:yes") == ("a",)
    assert after(flow, "x:no", "x:no", "x:later") == ("c",)
    assert after(flow, "x:no", "x:no", "x:later", "c") == ("d",)


def test_a_retry_gives_up_after_the_last_attempt_and_waits_between() -> None:
    flow = program(RETRY)
    assert after(flow, "x:no", "x:no", "x:no") == ("b",)
    assert flow.opens_after(flow.start, "x") is None
    assert flow.opens_after(run(flow, "x:no")[0], "x") == Duration(1, "d")


def test_a_retry_with_until_stands_anywhere_and_its_last_outcome_decides() -> None:
    retry = {"retry": {"step": "x", "every": "2 h", "at_most": 2, "until": ["yes"]}}
    flow = program(["e", retry, {"one": {"yes": ["a"], "otherwise": ["b"]}}])
    assert flow.opens_after(run(flow, "e")[0], "x") is None
    assert flow.opens_after(run(flow, "e", "x:no")[0], "x") == Duration(2, "h")
    assert after(flow, "e", "x:yes") == ("a",)
    assert after(flow, "e", "x:no", "x:later") == ("b",)


def test_ends_close_the_journey_with_their_outcome() -> None:
    flow = program(["x", {"one": {"yes": ["a"], "otherwise": [{"ends": "lost"}]}}, "b"])
    move = flow.move(flow.start, "x", "no")
    assert (move.closed, move.ended) == (True, "lost")
    assert flow.enabled(move.state) == ()


def test_an_anytime_with_ends_gives_the_flow_up() -> None:
    flow = program(["a", "b"], anytime={"cancel": {"then": ["f", "g"], "ends": "cancelled"}})
    assert after(flow, "a", "f") == ("g",)
    assert flow.outcome(run(flow, "a", "f", "g")[0]) == "cancelled"


def test_an_anytime_without_ends_comes_back() -> None:
    flow = program(["a", "b"], anytime={"f": {"then": ["g"]}, "h": {}, "e": {"ends": "over"}})
    assert after(flow, "a", "f") == ("g", "e", "h")
    assert after(flow, "a", "f", "h", "g") == after(flow, "a")
    assert flow.outcome(run(flow, "a", "f", "e")[0]) == "over"


def test_a_step_ahead_is_early_and_those_passed_over_are_skipped() -> None:
    flow = program(["a", {"maybe": "e"}, "b", "c", "d"])
    state, found = run(flow, "a", "d")
    assert found == [("early", "d"), ("skipped", "b"), ("skipped", "c")]
    assert flow.closed(state)


def test_the_shortest_way_is_skipped_and_of_two_the_first_in_the_text() -> None:
    flow = program(["a", {"one": {"long": ["b", "c"], "short": ["e"], "other": ["d"]}}, "f"])
    assert run(flow, "a", "f")[1] == [("early", "f"), ("skipped", "d")]


def test_a_step_that_may_have_been_done_is_repeated_and_stays() -> None:
    flow = program(["a", "b", "c"])
    state, found = run(flow, "a", "b", "a")
    assert found == [("repeated", "a")]
    assert flow.enabled(state) == ("c",)


def test_a_skipped_step_that_is_caught_up_leaves_the_state() -> None:
    flow = program(["a", "b", "c", "d"])
    state, found = run(flow, "a", "c", "b")
    assert found == [("early", "c"), ("skipped", "b"), ("repeated", "b")]
    assert flow.enabled(state) == ("d",)


def test_a_step_of_the_branch_not_taken_leads_there() -> None:
    flow = program(["a", {"one": {"buys": ["b", "c"], "goes": ["d", "e"]}}, "f"])
    state, found = run(flow, "a", "d", "c")
    assert found == [("early", "c"), ("skipped", "b")]
    assert flow.enabled(state) == ("f",)


def test_another_outcome_of_a_step_already_done_changes_the_branch() -> None:
    flow = program(["x", {"one": {"yes": ["a", "b"], "otherwise": ["c", "d"]}}])
    state, found = run(flow, "x:no", "c", "x:yes")
    assert found == [("repeated", "x")]
    assert flow.enabled(state) == ("a",)


def test_unknown_steps_and_outcomes_change_nothing() -> None:
    flow = program(["x", {"one": {"yes": ["a"], "otherwise": ["c"]}}])
    for step, outcome in (("unheard_of", None), ("x", None), ("x", "perhaps")):
        move = flow.move(flow.start, step, outcome)
        assert (move.state, move.deviations) == (flow.start, (Deviation("unknown", step),))


def test_nothing_changes_a_closed_journey() -> None:
    flow = program(["a", {"one": {"l": ["b", {"ends": "left"}], "r": ["c", {"ends": "right"}]}}])
    state, found = run(flow, "a", "b", "c", "a")
    assert flow.outcome(state) == "left"
    assert found == [("early", "c"), ("repeated", "a")]


def test_why_not_names_what_comes_first() -> None:
    flow = program(["a", "b", "c"])
    reason = why_not(flow, flow.start, "c")
    assert (reason.kind, reason.steps) == ("waits", ("a", "b"))
    assert reason.say("zh-hans", {"a": "迎接", "b": "咨询"}) == "请先完成：迎接、咨询"
    assert reason.say("en") == "First: a, b"
    state, _ = run(flow, "a", "b")
    assert why_not(flow, state, "a").kind == "passed"
    assert why_not(flow, run(flow, "a", "b", "c")[0], "a").kind == "closed"
    assert why_not(flow, state, "unheard_of").kind == "unknown_step"
    with pytest.raises(ValueError, match="enabled"):
        why_not(flow, state, "c")


def test_the_end_says_which_playbook_follows() -> None:
    flow = program(["a", {"ends": "ordered"}], next={"ordered": "order-to-handover"})
    assert flow.next_playbook("ordered") == "order-to-handover"
    assert flow.next_playbook("done") is None
