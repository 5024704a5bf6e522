"""A live run departs from its playbook exactly as the program says: random traces, recorded one by one."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.base.ids import new_id
from forecourt.journeys import actions
from forecourt.journeys import programs
from forecourt.journeys.models import DueStep
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from tests.journeys.conftest import PLACE
from tests.journeys.test_sample_playbooks import record_of

SYSTEM = Actor.system("tests")
FLOW = ("skipped", "early", "repeated", "unknown")
FILE = Path(__file__).parents[2] / "methodology" / "playbooks" / "complaint.yaml"


@pytest.fixture
def complaint(db, at):
    programs.forget()
    done = actions.publish(by=SYSTEM, at=at, text=FILE.read_text("utf-8"))
    with reading(SYSTEM.scope):
        return programs.of("complaint", done["version"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.lists(st.integers(0, 1000), max_size=14))
def test_deviations_state_and_end_are_the_program_s(complaint, at, numbers):
    program = complaint.program
    run = actions.start(by=SYSTEM, at=at, playbook="complaint", subject=("case", new_id(at)), place=PLACE)[
        "journey"
    ]
    state = program.start
    for number in numbers:
        name, outcome = program.symbols.pairs[number % program.width]
        record = record_of(program.step(name), outcome)
        if program.closed(state):
            with pytest.raises(Refused):
                actions.record_step(by=SYSTEM, at=at, journey=run, step=name, record=record)
            continue
        expected = program.move(state, name, record.get("outcome"))
        done = actions.record_step(by=SYSTEM, at=at, journey=run, step=name, record=record)
        flow = [one for one in done["deviations"] if one["kind"] in FLOW]
        assert flow == [{"kind": one.kind, "step": one.step} for one in expected.deviations]
        assert done["state"] == expected.state
        assert done["outcome"] == (expected.ended or "")
        state = expected.state
    with reading(SYSTEM.scope):
        rows = list(DueStep.objects.filter(journey_id=run).values_list("step", "status", "optional"))
    due = {step for step, status, optional in rows if status == "open" and not optional}
    assert due == (set() if program.closed(state) else set(program.required(state)))
    assert len([1 for _step, status, _optional in rows if status == "open"]) == len(
        {} if program.closed(state) else complaint.offers(state)
    )
