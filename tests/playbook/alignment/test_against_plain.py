"""The kernel finds what plain Dijkstra finds, move by move, on any playbook, any trace and any weights."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import reject
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.playbook import TooLarge
from forecourt.playbook import compile_playbook
from forecourt.playbook.alignment import Aligned
from forecourt.playbook.alignment import Costs
from forecourt.playbook.alignment import align
from forecourt.playbook.alignment import variants_of
from forecourt.playbook.program import Program
from tests.playbook.alignment.logs import events
from tests.playbook.alignment.plain import cheapest
from tests.playbook.building import anytimes
from tests.playbook.building import flows
from tests.playbook.building import playbook
from tests.playbook.building import traces

SLOW = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
WEIGHTS = st.sampled_from((0, 0.25, 1, 1.5, 3, 10.125))
MOST_STATES = 80


def compiled(flow: Any, anytime: Any) -> Program:
    try:
        program = compile_playbook(playbook(flow, anytime=anytime))
    except TooLarge:
        reject()
    if program.states > MOST_STATES:
        reject()
    return program


def explained(aligned: Aligned, variant: int) -> list[tuple[int, int]]:
    begin, end = aligned.offsets[variant : variant + 2]
    return list(zip(aligned.kind[begin:end].tolist(), aligned.symbol[begin:end].tolist(), strict=True))


@SLOW
@given(flow=flows(), anytime=anytimes(), log=st.lists(traces().filter(bool), min_size=1, max_size=6))
def test_unit_costs(flow: Any, anytime: Any, log: Any) -> None:
    program = compiled(flow, anytime)
    variants = variants_of(events(program, *log))
    aligned = align(program, variants)
    for variant in range(len(variants)):
        trace = variants.symbol[variants.offsets[variant] : variants.offsets[variant + 1]].tolist()
        cost, moves = cheapest(program, trace)
        assert aligned.cost[variant] == cost
        assert explained(aligned, variant) == moves
        assert aligned.fits[variant] == (cost == 0)


@SLOW
@given(flow=flows(), anytime=anytimes(), trace=traces().filter(bool), weights=st.tuples(*[WEIGHTS] * 4))
def test_any_weights(flow: Any, anytime: Any, trace: Any, weights: tuple[float, ...]) -> None:
    program = compiled(flow, anytime)
    log, model, log_of_a, model_of_x = weights
    decides = ("x", "yes") in program.symbols.numbers
    log_of = {"a": log_of_a, **({"x=yes": 2} if decides else {})}
    costs = Costs(log, model, log_of, {"x": model_of_x, **({"x=no": 0.5} if decides else {})})
    variants = variants_of(events(program, trace))
    aligned = align(program, variants, costs)

    def log_weight(symbol: int) -> float:
        pair = program.symbols.pairs[symbol] if symbol >= 0 else ("", None)
        return 2 if pair == ("x", "yes") else log_of_a if pair[0] == "a" else log

    def model_weight(symbol: int) -> float:
        pair = program.symbols.pairs[symbol]
        return 0.5 if pair == ("x", "no") else model_of_x if pair[0] == "x" else model

    cost, moves = cheapest(program, variants.symbol.tolist(), log_weight, model_weight)
    assert aligned.cost[0] == pytest.approx(cost, abs=1e-9)
    assert explained(aligned, 0) == moves
    worst = sum(map(log_weight, variants.symbol.tolist())) + cheapest(program, [], one_free, model_weight)[0]
    assert aligned.worst[0] == pytest.approx(worst, abs=1e-9)


def one_free(_: int) -> float:
    return 0


@SLOW
@given(flow=flows(), anytime=anytimes(), log=st.lists(traces().filter(bool), min_size=2, max_size=8))
def test_a_trace_is_explained_alike_whatever_was_explained_before(flow: Any, anytime: Any, log: Any) -> None:
    program = compiled(flow, anytime)
    together = align(program, variants_of(events(program, *log)))
    for number, trace in enumerate(log):
        alone = align(program, variants_of(events(program, trace)))
        variant = int(together.variants.of_journey[number])
        assert explained(together, variant) == explained(alone, 0)
        assert together.cost[variant] == alone.cost[0]


@SLOW
@given(flow=flows(), anytime=anytimes(), trace=traces().filter(bool))
def test_the_moves_are_a_run_of_the_program_and_the_trace(flow: Any, anytime: Any, trace: Any) -> None:
    program = compiled(flow, anytime)
    variants = variants_of(events(program, trace))
    aligned = align(program, variants)
    state = program.start
    for kind, symbol in explained(aligned, 0):
        if kind != 1:
            state = program.table[state * program.width + symbol]
            assert state >= 0
    assert program.can_end(state)
    assert [symbol for kind, symbol in explained(aligned, 0) if kind != 2] == variants.symbol.tolist()
    assert aligned.cost[0] == np.count_nonzero(aligned.kind)
