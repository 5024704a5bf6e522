"""The interpreter and the compiled program agree on every trace of every playbook."""

import pickle
from typing import Any

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import reject
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.playbook import Playbook
from forecourt.playbook import TooLarge
from forecourt.playbook import compile_playbook
from forecourt.playbook.interpreter import Interpreter
from forecourt.playbook.program import Program
from tests.playbook.building import anytimes
from tests.playbook.building import flows
from tests.playbook.building import playbook
from tests.playbook.building import traces

SLOW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def compiled(book: Playbook) -> Program:
    """Compile, and pass over the few generated playbooks that exceed the limit of states."""
    try:
        return compile_playbook(book)
    except TooLarge:
        reject()


def assert_agree(interpreter: Interpreter, program: Program, position: Any, state: int) -> None:
    assert set(program.enabled(state)) == interpreter.enabled(position)
    assert set(program.required(state)) == interpreter.required(position)
    assert program.outcome(state) == interpreter.outcome(position)
    assert program.closed(state) == (position[0] == "closed")


@SLOW
@given(flow=flows(), anytime=anytimes(), trace=traces())
def test_interpreter_and_program_agree_on_any_trace(flow: Any, anytime: Any, trace: Any) -> None:
    book = playbook(flow, anytime=anytime)
    interpreter, program = Interpreter(book), compiled(book)
    position, state = interpreter.start, program.start
    assert_agree(interpreter, program, position, state)
    for step, outcome in trace:
        position, deviations = interpreter.move(position, step, outcome)
        move = program.move(state, step, outcome)
        state = move.state
        assert move.deviations == deviations
        assert move.fits == (not deviations)
        assert_agree(interpreter, program, position, state)
        assert move.ended == (interpreter.outcome(position) if position[0] == "closed" else None)


@SLOW
@given(flow=flows(), anytime=anytimes(), data=st.data())
def test_agree_along_fitting_traces_to_the_end(flow: Any, anytime: Any, data: st.DataObject) -> None:
    """Random traces soon leave the playbook; here every step is one that is next."""
    book = playbook(flow, anytime=anytime)
    interpreter, program = Interpreter(book), compiled(book)
    position, state = interpreter.start, program.start
    for _ in range(30):
        if program.closed(state):
            break
        row = range(state * program.width, (state + 1) * program.width)
        symbols = [number for number, place in enumerate(row) if program.table[place] >= 0]
        step, outcome = program.symbols.pairs[data.draw(st.sampled_from(symbols))]
        position, deviations = interpreter.move(position, step, outcome)
        move = program.move(state, step, outcome)
        state = move.state
        assert move.fits
        assert deviations == ()
        assert_agree(interpreter, program, position, state)


@settings(max_examples=30, deadline=None)
@given(flow=flows(), trace=traces())
def test_a_program_survives_pickling(flow: Any, trace: Any) -> None:
    program = compiled(playbook(flow))
    copy = pickle.loads(pickle.dumps(program))  # noqa: S301 - our own bytes
    state = program.start
    for step, outcome in trace:
        move = program.move(state, step, outcome)
        assert copy.move(state, step, outcome) == move
        state = move.state
