"""The examples of docs/explanation/fitness.md are what the code says."""

from pathlib import Path

import pytest

from forecourt.playbook import compile_playbook
from forecourt.playbook.alignment import align
from forecourt.playbook.alignment import variants_of
from forecourt.playbook.program import Program
from tests.playbook.alignment.logs import events
from tests.playbook.building import playbook

PAGE = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "fitness.md"
NAMES = ("respond", "needs", "drive", "quote", "order", "note")
WRITTEN = ["respond", "needs", "drive", "quote", "order"]
EXAMPLES = {
    "A": WRITTEN,
    "B": ["respond", "quote", "order"],
    "C": ["respond", "needs", "drive", "quote", "golf", "order"],
    "D": ["respond", "drive", "needs", "quote", "order"],
    "E": ["respond", *["note"] * 10, "quote", "order"],
    "F": ["respond", "order", "needs", "drive", "quote", "order"],
}


def program() -> Program:
    steps = {name: {"title": {"en": name, "zh": name}, "by": "adviser"} for name in NAMES}
    return compile_playbook(playbook(WRITTEN, steps=steps, anytime={"note": {}}))


def row(name: str) -> list[str]:
    line = next(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("name", EXAMPLES)
def test_cost_and_fitness(name: str) -> None:
    made = program()
    aligned = align(made, variants_of(events(made, EXAMPLES[name])))
    *_, cost, fitness = row(name)
    assert float(cost) == aligned.cost[0]
    assert float(fitness) == round(aligned.fitness[0], 2)


@pytest.mark.parametrize("name", EXAMPLES)
def test_deviations(name: str) -> None:
    """As the running journey would have recorded them."""
    made, state, found = program(), 0, set()
    for step in EXAMPLES[name]:
        move = made.move(state, step)
        state = move.state
        found |= {f"{deviation.step} {deviation.kind}" for deviation in move.deviations}
    told = row("B" if name == "E" else name)[2]
    assert found == (set() if told == "none" else set(told.split(", ")))
