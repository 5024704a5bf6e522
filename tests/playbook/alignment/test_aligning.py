"""What an alignment says: moves, costs, fitness, limits; and what it refuses."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from forecourt.playbook import compile_playbook
from forecourt.playbook.alignment import Costs
from forecourt.playbook.alignment import Move
from forecourt.playbook.alignment import TraceTooLong
from forecourt.playbook.alignment import align
from forecourt.playbook.alignment import aligning
from forecourt.playbook.alignment import variants_of
from forecourt.playbook.program import Program
from tests.playbook.alignment.logs import Trace
from tests.playbook.alignment.logs import events
from tests.playbook.building import playbook

SYNC, LOG, MODEL = range(3)


def program(*flow: object) -> Program:
    return compile_playbook(playbook(list(flow)))


def moves(made: Program, trace: Trace, costs: Costs | None = None) -> list[tuple[int, str | None]]:
    aligned = align(made, variants_of(events(made, trace)), costs or Costs())
    return [(move.kind, move.step) for move in aligned.moves_of(0)]


def test_a_trace_as_written_costs_nothing() -> None:
    aligned = align(made := program("a", "b", "c"), variants_of(events(made, "abc")))
    assert (aligned.cost[0], aligned.fitness[0], aligned.fits[0]) == (0, 1, True)
    assert list(aligned.moves_of(0)) == [Move(SYNC, step, None) for step in "abc"]


def test_a_missing_step_is_put_in_and_one_too_many_left_out() -> None:
    made = program("a", "b", "c")
    assert moves(made, "ac") == [(SYNC, "a"), (MODEL, "b"), (SYNC, "c")]
    assert moves(made, "abbc") == [(SYNC, "a"), (SYNC, "b"), (LOG, "b"), (SYNC, "c")]


def test_what_the_program_does_not_know_is_a_log_move_without_a_step() -> None:
    assert moves(program("a", "b"), ["a", "phone the king", "b"]) == [(SYNC, "a"), (LOG, None), (SYNC, "b")]


def test_outcomes_choose_the_branch() -> None:
    made = program("x", {"one": {"yes": ["a"], "otherwise": ["b", "c"]}})
    aligned = align(made, variants_of(events(made, [("x", "no"), "b"])))
    assert list(aligned.moves_of(0)) == [Move(SYNC, "x", "no"), Move(SYNC, "b", None), Move(MODEL, "c", None)]


def test_of_equal_explanations_the_one_that_departs_latest() -> None:
    """Swapped steps: c is left out where it came, or b; the departures stand as late as they can."""
    made = program("a", "b", "c", "d")
    assert moves(made, "acbd") == [(SYNC, "a"), (MODEL, "b"), (SYNC, "c"), (LOG, "b"), (SYNC, "d")]


def test_weights_choose_the_explanation() -> None:
    made = program("a", {"one": {"short": ["b"], "long": ["c", "d"]}}, "e")
    assert moves(made, "ace") == [(SYNC, "a"), (SYNC, "c"), (MODEL, "d"), (SYNC, "e")]
    dear = Costs(model_of={"d": 5})
    assert moves(made, "ace", dear) == [(SYNC, "a"), (MODEL, "b"), (LOG, "c"), (SYNC, "e")]


def test_fitness_by_hand() -> None:
    """Worst: all events of the trace, and the cheapest run (a b c: 3) put in. Journeys: abc twice, abbc, zzz."""
    made = program("a", "b", "c")
    aligned = align(made, variants_of(events(made, "abc", "abbc", "abc", ["k", "l", "m"])))
    assert aligned.cost.tolist() == [0, 1, 6]
    assert aligned.worst.tolist() == [6, 7, 6]
    assert aligned.shortest == 3
    assert aligned.fitness.tolist() == pytest.approx([1, 1 - 1 / 7, 0])
    assert aligned.log_fitness == pytest.approx(1 - 7 / 25)
    assert aligned.average_fitness == pytest.approx((1 + 1 + 6 / 7 + 0) / 4)
    assert aligned.fitting == 2


def test_weights_count_in_fitness() -> None:
    made = program("a", "b")
    aligned = align(made, variants_of(events(made, "a")), Costs(log=2, model=0.5, model_of={"a": 0.125}))
    assert (aligned.cost[0], aligned.worst[0]) == (0.5, 2 + 0.625)


def test_no_weight_at_all_is_a_fitness_of_one_and_still_the_fewest_departures() -> None:
    made = program("a", "b")
    free = Costs(log=0, model=0)
    aligned = align(made, variants_of(events(made, "ab", "b")), free)
    assert aligned.fitness.tolist() == [1, 1]
    assert moves(made, "b", free) == [(MODEL, "a"), (SYNC, "b")]


def test_a_log_without_journeys() -> None:
    aligned = align(made := program("a"), variants_of(events(made)))
    assert (len(aligned.cost), aligned.log_fitness, aligned.average_fitness) == (0, 1, 1)


def test_a_journey_without_events() -> None:
    """The records allow it, though no file yields one."""
    made = program("a", "b")
    some = events(made, "ab")
    aligned = align(made, variants_of(replace(some, offsets=np.array([0, 0, 2]), case=np.array([0, 0]))))
    assert aligned.cost.tolist() == [2, 0]
    assert aligned.fitness.tolist() == [0, 1]
    assert [move.kind for move in aligned.moves_of(0)] == [MODEL, MODEL]


def test_the_room_for_moves_grows() -> None:
    """A short log whose explanations are far longer than its traces."""
    made = program(*"abcdefg" * 40)
    log = [[first, second] for first in "abcdefg" for second in "abcdefg"]
    aligned = align(made, variants_of(events(made, *log)))
    assert aligned.offsets[-1] > 2 * (len(aligned.variants.symbol) * 9 // 8 + 1024)
    assert aligned.cost.tolist() == [278] * 49
    assert {len(list(aligned.moves_of(number))) for number in range(49)} == {280}


def test_a_trace_past_the_cap_is_refused_with_its_name() -> None:
    made = program("a", "b")
    with pytest.raises(
        TraceTooLong, match=r"Journey 'j1' has 10,001 events .* at most 10,000 .* Leave it out"
    ):
        align(made, variants_of(events(made, "ab", ["a"] * 10_001)))


def test_the_cap_follows_the_size_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aligning, "MAX_NODES", 30)
    made = program("a", "b")
    assert moves(made, ["a"] * 9)[0] == (SYNC, "a")
    with pytest.raises(TraceTooLong, match=f"with {made.states} states at most 9 can"):
        align(made, variants_of(events(made, ["a"] * 10)))


def test_a_long_trace_that_fits_is_only_replayed() -> None:
    made = compile_playbook(playbook(["a", "b"], anytime={"h": {}}))
    aligned = align(made, variants_of(events(made, ["a", *["h"] * 20_000, "b"])))
    assert aligned.fits.all()


def test_a_program_without_an_end_is_refused() -> None:
    made = program("a")
    endless = replace(made, outcomes=type(made.outcomes)("i", [-1] * made.states))
    with pytest.raises(ValueError, match="no way to an end"):
        align(endless, variants_of(events(made, "a")))


@pytest.mark.parametrize("weight", [-1, 1001, float("nan"), float("inf"), 0.0005, True, "1"])
def test_a_weight_that_cannot_be_kept_exactly_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="it must be a number from 0 to 1,000 with at most 3 decimals"):
        Costs(log=weight)
    with pytest.raises(ValueError, match=r"model_of\['a'\]"):
        Costs(model_of={"a": weight})


def test_a_weight_of_a_step_that_there_is_not_is_refused() -> None:
    made = program("x", {"one": {"yes": ["a"], "otherwise": ["b"]}})
    with pytest.raises(ValueError, match=r"'x=yess'.*Did you mean x=yes"):
        align(made, variants_of(events(made, "a")), Costs(log_of={"x=yess": 2}))


def test_the_records_are_known_without_numba() -> None:
    script = "import sys, forecourt.playbook.alignment; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
