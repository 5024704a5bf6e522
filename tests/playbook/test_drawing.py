"""Drawings: nothing overlaps, every step is there, lines lead downwards."""

from typing import Any

from hypothesis import given
from hypothesis import settings

from forecourt.playbook.drawing import draw
from forecourt.playbook.records import Do
from forecourt.playbook.records import Retry
from forecourt.playbook.records import bodies
from forecourt.playbook.records import walk
from tests.playbook.building import anytimes
from tests.playbook.building import flows
from tests.playbook.building import playbook


@settings(max_examples=100, deadline=None)
@given(flow=flows(), anytime=anytimes())
def test_every_step_has_a_cell_of_its_own_inside_the_drawing(flow: Any, anytime: Any) -> None:
    book = playbook(flow, anytime=anytime)
    drawing = draw(book)
    steps = [block.step for body in bodies(book) for block in walk(body) if isinstance(block, Do | Retry)]
    assert sorted(shape.name for shape in drawing.shapes if shape.kind == "step") == sorted(steps)
    places = [(shape.x, shape.y) for shape in drawing.shapes]
    for number, (x, y) in enumerate(places):
        assert 0 < x < drawing.width
        assert 0 < y < drawing.height
        assert all(abs(x - other) > 0.9 or abs(y - over) > 0.6 for other, over in places[number + 1 :])


@settings(max_examples=100, deadline=None)
@given(flow=flows())
def test_lines_lead_down_and_frames_lie_inside_the_drawing(flow: Any) -> None:
    drawing = draw(playbook(flow))
    for line in drawing.lines:
        heights = [y for _, y in line.points]
        assert heights == sorted(heights)
    for frame in drawing.frames:
        assert frame.x >= 0
        assert frame.x + frame.width <= drawing.width
        assert frame.y + frame.height <= drawing.height


def test_branches_carry_their_labels_and_ends_their_outcomes() -> None:
    flow = ["x", {"one": {"yes": ["a"], "no": [{"ends": "lost"}], "later": []}}, "b"]
    drawing = draw(playbook(flow))
    assert [line.label for line in drawing.lines if line.label] == ["yes", "no", "later"]
    assert [shape.name for shape in drawing.shapes if shape.kind == "end"] == ["lost", "done"]
    assert [shape.name for shape in drawing.shapes if shape.kind == "choice"] == ["x"]
