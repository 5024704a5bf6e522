"""Costs and fitness are those of pm4py and r4pm, on public logs and on random models; and where pm4py's token replay is wrong.

All questions are asked in one run, for loading pm4py takes longer than answering.
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import given
from hypothesis import reject
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.playbook import Program
from forecourt.playbook import TooLarge
from forecourt.playbook import compile_playbook
from forecourt.playbook.alignment import Aligned
from forecourt.playbook.alignment import align
from forecourt.playbook.alignment import variants_of
from forecourt.playbook.petri import label
from forecourt.playbook.petri import net_of
from forecourt.playbook.petri import pnml
from forecourt.playbook.replay.columns import events_of
from tests.oracles.asking import ask
from tests.oracles.asking import need_oracles
from tests.playbook.alignment.logs import log_of
from tests.playbook.alignment.public_logs import Traces
from tests.playbook.alignment.public_logs import cases
from tests.playbook.alignment.public_logs import further
from tests.playbook.alignment.public_logs import step_name
from tests.playbook.building import anytimes
from tests.playbook.building import flows
from tests.playbook.building import playbook
from tests.playbook.building import traces

SCRIPT = Path(__file__).resolve().parents[2] / "oracles" / "alignments.py"
ORACLES = ["pm4py", "r4pm"]
EXACT = {"rel": 0, "abs": 1e-9}
MODELS, MOST_STATES = 40, 60

Case = tuple[Program, Traces]
UNKNOWN: Case = compile_playbook(playbook(["a", "b", "c"])), [["a", "phone the king", "b", "c"]]


def random_cases() -> dict[str, Case]:
    """Some playbooks, each with a few traces; always the same ones."""
    found: dict[str, Case] = {}

    @settings(
        max_examples=MODELS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(flows(), anytimes(), st.lists(traces().filter(bool), min_size=2, max_size=5))
    def collect(flow: Any, anytime: Any, log: Any) -> None:
        try:
            program = compile_playbook(playbook(flow, anytime=anytime))
        except TooLarge:
            reject()
        if program.states <= MOST_STATES:
            found[f"random {len(found)}"] = (
                program,
                [[_label(program, *pair) for pair in trace] for trace in log],
            )

    collect()
    return found


def _label(program: Program, step: str, outcome: str | None) -> str:
    symbol = program.symbols.find(step, outcome)
    return f"?{step}" if symbol is None else label(program, symbol)


def ours(program: Program, log: Traces) -> Aligned:
    names = {activity: _named(program, activity) for trace in log for activity in trace}
    return align(program, variants_of(events_of(log_of(log), program, names)))


def _named(program: Program, activity: str) -> str:
    known = {label(program, symbol) for symbol in range(program.width)}
    return step_name(activity) if step_name(activity) in known else activity


def question(program: Program, log: Traces, *asked: str) -> dict[str, Any]:
    labels = [[_named(program, activity) for activity in trace] for trace in log]
    return {"pnml": pnml(net_of(program)), "traces": labels, "ask": asked}


@pytest.fixture(scope="module")
def compared() -> dict[str, tuple[Aligned, dict[str, Any]]]:
    """Our answers and theirs, by the name of the case."""
    need_oracles()
    every = {**cases(), **random_cases()}
    questions = [question(*case, *ORACLES) for case in every.values()]
    asked = [*questions, question(*UNKNOWN, "token_replay", *ORACLES)]
    answers = ask(SCRIPT, asked, seconds=7_200 if further() else 300)  # pm4py may take minutes for one log
    every["unknown"] = UNKNOWN
    return {name: (ours(*case), answer) for (name, case), answer in zip(every.items(), answers, strict=True)}


@pytest.mark.parametrize("oracle", ORACLES)
def test_costs_and_fitness_are_those_of(oracle: str, compared: dict[str, Any]) -> None:
    assert len(compared) > 30
    for name, (aligned, answers) in compared.items():
        theirs = answers[oracle]
        of_journey = aligned.variants.of_journey
        assert aligned.cost[of_journey].tolist() == theirs["cost"], name
        assert aligned.fitness[of_journey].tolist() == pytest.approx(theirs["fitness"], **EXACT), name
        assert aligned.log_fitness == pytest.approx(theirs["log_fitness"], **EXACT), name
        assert aligned.average_fitness == pytest.approx(theirs["average_fitness"], **EXACT), name


def test_the_public_logs_are_not_trivial(compared: dict[str, Any]) -> None:
    """They hold fitting and deviating journeys, unknown activities, and models of different shape."""
    named = {name: aligned for name, (aligned, _) in compared.items() if not name.startswith("random")}
    assert named["running example"].fits.all()
    assert {"running example", "purchase orders", "invoices", "requisitions"} <= set(named)
    assert sum(not aligned.fits.all() for aligned in named.values()) >= 5
    assert any((aligned.variants.symbol < 0).any() for aligned in named.values())


def test_token_replay_ignores_what_the_model_does_not_know(compared: dict[str, Any]) -> None:
    """By design: pm4py's token replay passes over activities without a transition, and calls the journey fitting."""
    aligned, answer = compared["unknown"]
    assert answer["token_replay"] == {"fits": [True], "fitness": [1.0]}
    assert not aligned.fits[0]
    assert [(move.kind, move.step) for move in aligned.moves_of(0)] == [
        (0, "a"),
        (1, None),
        (0, "b"),
        (0, "c"),
    ]
    assert aligned.cost.tolist() == [1] == answer["pm4py"]["cost"] == answer["r4pm"]["cost"]
