"""Figures in words, stores against chance, deviations beside what became of the journey: on numbers made up for the purpose."""

import numpy as np
import pytest
from django.conf import settings

from forecourt.base.diagnostics import Spot
from forecourt.insight import departing
from forecourt.insight import flow
from forecourt.insight import words
from forecourt.insight.boards import funnel
from forecourt.insight.departing import Departure
from forecourt.journeys import programs
from forecourt.journeys.programs import Known
from forecourt.playbook.measures import parse_standard
from forecourt.playbook.records import Standard

FOLDER = settings.FORECOURT_METHODOLOGY / "playbooks"


def sample(name: str) -> Known:
    return programs.known((FOLDER / f"{name}.yaml").read_text("utf-8"), f"{name}.yaml")


def standard(text: str) -> Standard:
    return parse_standard("one", text, None, Spot())


def store(name: str, cases: int, share: float) -> dict:
    return {
        "code": name,
        "name": name,
        "cases": cases,
        "value": share,
        "shown": "",
        "interval": "",
        "zone": "",
        "url": f"/{name}",
    }


def test_a_small_store_is_not_called_bad_by_chance() -> None:
    stores = [
        store("tiny", 3, 33.3),
        store("big", 900, 80.0),
        store("also", 800, 79.0),
        store("bad", 400, 60.0),
        store("good", 400, 95.0),
    ]
    found = funnel(standard("share(respond.on_time) >= 95 %"), stores)
    assert found is not None
    assert {one["name"]: one["zone"] for one in stores} == {
        "tiny": "",
        "big": "",
        "also": "",
        "bad": "worse",
        "good": "better",
    }
    assert found["said"] == [
        "Worse than chance alone would make them: bad.", "Better than chance alone would make them: good.",
        "The other 3 stores cannot be told apart: their differences are what chance makes of so few cases.",
    ]  # fmt: skip
    first, last = found["curves"][0], found["curves"][-1]
    assert first[4] - first[3] > last[4] - last[3], "the limits narrow as cases grow"
    assert last[0] >= 900 and last[3] < last[1] < found["centre"] < last[2] < last[4]


def test_where_less_is_better_a_low_share_is_good() -> None:
    stores = [store("a", 500, 2.0), store("b", 500, 12.0), store("c", 5000, 7.0)]
    funnel(standard("share(do_repair.repeated) <= 8 %"), stores)
    assert [one["zone"] for one in stores] == ["better", "worse", ""]


@pytest.mark.parametrize("text", ["median(respond.wait) <= 10 min", "count(respond.late) <= 3"])
def test_only_shares_have_a_funnel(text: str) -> None:
    assert funnel(standard(text), [store("a", 5, 1.0), store("b", 5, 2.0)]) is None
    assert funnel(standard("share(respond.on_time) >= 95 %"), [store("a", 5, 1.0)]) is None


def test_no_store_stands_apart() -> None:
    assert words.apart([], [], 0) == []
    assert words.apart([], [], 1) == ["The 1 store cannot be told apart from the average."]
    assert "None of the 12 stores" in words.apart([], [], 12)[0]
    assert words.apart([f"s{number}" for number in range(10)], [], 1)[0].endswith("s7 and 2 more.")


def compared(with_it: tuple[int, int], without: tuple[int, int]) -> dict:
    """A deviation counted: (reached, ended) with and without it, and 5 journeys that never came to the step."""
    sides = np.array([1] * with_it[1] + [0] * without[1] + [-1] * 5, np.int8)
    goal = (
        [1] * with_it[0]
        + [0] * (with_it[1] - with_it[0])
        + [1] * without[0]
        + [0] * (without[1] - without[0])
        + [1] * 5
    )
    found = departing.counted(
        Departure("skipped", "learn_needs", sides), np.arange(len(sides)), np.array(goal, np.int8)
    )
    assert found is not None
    return found


def test_a_deviation_goes_with_less() -> None:
    found = compared((31, 310), (138, 690))
    assert (found["journeys"], found["of"], found["with"], found["without"]) == (
        310,
        1000,
        (31, 310),
        (138, 690),
    )
    assert found["difference"] == pytest.approx(-10) and found["low"] < -10 < found["high"] < 0
    known = sample("retail")
    assert words.happens(known, found) == "31\u202f% skip “Learn the customer's needs”"
    assert words.counted(found) == "310 of the 1,000 journeys that came past it"
    assert (
        words.goes_with(found, "Ordered")
        == "“Ordered” is reached less often after it: by 10 points (95 % interval 5 to 14)"
    )


def test_where_nothing_can_be_told_nothing_is_told() -> None:
    assert words.goes_with(compared((9, 40), (10, 40)), "Ordered").startswith(
        "no difference in reaching “Ordered” can be told"
    )
    assert words.goes_with(compared((9, 9), (0, 90)), "Ordered") == "", "nine journeys are too few"
    more = words.goes_with(compared((60, 100), (20, 100)), "Ordered")
    assert more.startswith("“Ordered” is reached more often after it: by 40 points")


def test_journeys_under_way_are_not_compared() -> None:
    sides, goal = np.array([1] * 30 + [0] * 30, np.int8), np.array(([1] * 12 + [-1] * 18) * 2, np.int8)
    found = departing.counted(Departure("late", "respond", sides), np.arange(60), goal)
    assert found is not None and found["with"] == (12, 12) and found["without"] == (12, 12)


def test_what_is_overdue_is_counted_and_not_compared() -> None:
    sides = np.array([1] * 30 + [0] * 30, np.int8)
    found = departing.counted(Departure("overdue", "respond", sides), np.arange(60), np.zeros(60, np.int8))
    assert found == {"kind": "overdue", "step": "respond", "journeys": 30, "of": 60}
    assert (
        departing.counted(
            Departure("late", "respond", np.zeros(9, np.int8)), np.arange(9), np.zeros(9, np.int8)
        )
        is None
    )


@pytest.mark.parametrize(
    ("name", "goals"),
    [
        ("retail", {"ordered"}),
        ("audit", {"clean"}),
        ("order-to-handover", {"handed_over"}),
        ("repair", {"closed", "declined"}),
    ],
)
def test_what_a_playbook_is_for(name: str, goals: set[str]) -> None:
    assert flow.successes(sample(name).playbook) == goals


def test_steps_that_only_close_a_journey() -> None:
    assert flow.closing(sample("retail").playbook) == {
        "place_order",
        "lose",
        "close_invalid",
        "close_withdrawn",
    }


@pytest.mark.parametrize(
    ("said", "wanted"),
    [({"met": None}, "No case yet"), ({"met": True, "sure": True}, "Met"), ({"met": False, "sure": True}, "Not met"),
     ({"met": True, "sure": False}, "Met, not sure"), ({"met": False, "sure": False}, "Not met, not sure")],
)  # fmt: skip
def test_a_verdict_is_a_word(said: dict, wanted: str) -> None:
    assert words.verdict(said)[1] == wanted


@pytest.mark.parametrize(
    ("minutes", "wanted"), [(0.4, "0 min"), (89, "89 min"), (276, "4.6 h"), (3000, "2.1 d")]
)
def test_spans_are_exact_enough(minutes: float, wanted: str) -> None:
    assert words.span(minutes) == wanted
