"""The flow on the drawing: a line is as wide as what went along it, a branch as what was decided for it."""

import re

from forecourt.insight.boards import _overlay
from forecourt.journeys import pictures
from tests.insight.test_words import sample

SAID = {
    "journeys": 100,
    "ended": 60,
    "ends": {"ordered": 10, "lost": 50},
    "steps": {
        "respond": {"done": 120, "journeys": 90, "median": 7, "left": 12, "outcomes": {"reached": 80, "no_answer": 30, "wrong_number": 0}},
        "learn_needs": {"done": 70, "journeys": 70, "median": 30, "skipped": 5},
        "place_order": {"done": 10, "journeys": 10},
    },
}  # fmt: skip


def widths() -> list[float]:
    known = sample("retail")
    picture = str(pictures.drawn(known, {}, _overlay(known, SAID)))
    return [float(one) for one in re.findall(r'class="l v"[^>]*stroke-width:([\d.]+)', picture)]


def wide(share: float) -> float:
    return round(pictures.THIN + (pictures.THICK - pictures.THIN) * share, 1)


def test_lines_are_as_wide_as_what_went_along_them() -> None:
    found = widths()
    assert found[0] == wide(0.9), "to the first step"
    assert found.count(wide(0.8)) >= 2, "the branch of those reached, and on to its first frame"
    assert wide(0.3) in found, "the branch of those who did not answer"
    assert wide(0.1) in found, "to the order"
    assert max(found) <= pictures.THICK


def test_words_stand_under_steps_and_ends() -> None:
    known = sample("retail")
    picture = str(pictures.drawn(known, {}, _overlay(known, SAID)))
    assert "120× · median 7 min" in picture and "12 leave" in picture and "5 skip" in picture
    assert "10 · 17\u202f%" in picture and "50 · 83\u202f%" in picture
    assert picture.count('<g class="faint">') > 5, "steps that nobody did are pale"


def test_without_figures_the_drawing_is_as_before() -> None:
    known = sample("retail")
    assert 'class="l v"' not in str(pictures.drawn(known, {}))
