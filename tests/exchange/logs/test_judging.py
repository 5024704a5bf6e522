"""A log judged: the figures of small logs counted by hand, opening hours, and what cannot be judged."""

from pathlib import Path

import pytest

from forecourt.exchange.logs.judging import Judged
from forecourt.exchange.logs.judging import judge
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.mapreading import read_mapping
from forecourt.exchange.logs.telling import tell
from tests.exchange.logs.makers import places
from tests.exchange.logs.makers import put
from tests.exchange.logs.makers import read
from tests.exchange.logs.makers import small
from tests.exchange.places import shared

ROWS = """\
case,activity,time,outcome,role,case:started
1,receive,2026-03-02T10:00:00+08:00,,adviser,2026-03-02T09:30:00+08:00
1,advise,2026-03-02T11:00:00+08:00,yes_please,adviser,
1,hand_over,2026-03-02T12:00:00+08:00,,adviser,
2,advise,2026-03-02T11:00:00+08:00,no_thanks,adviser,2026-03-02T08:00:00+08:00
3,receive,2026-03-03T09:00:00+08:00,,store_manager,2026-03-02T19:30:00+08:00
4,receive,2026-03-03T10:00:00+08:00,,adviser,2026-03-02T17:00:00+08:00
4,polish,2026-03-03T10:00:00+08:00,,adviser,
"""
HOURS = 'hours: {store hours: {opens: "09:00", closes: "18:00"}}'


def judged(tmp_path: Path, text: str = ROWS, mapping: str = HOURS) -> Judged:
    path = put(tmp_path, text)
    return judge(path, read(path, mapping), small(), read_mapping(mapping, "map.yaml"))


def test_a_small_log_counted_by_hand(tmp_path: Path) -> None:
    found = judged(tmp_path)
    steps = {step.step: step for step in found.report.steps}
    assert (found.report.journeys, found.report.events, found.report.fitting, found.report.unknown) == (
        4,
        7,
        2,
        1,
    )
    assert steps["receive"].deviations["skipped"] == 1 and steps["receive"].deviations["wrong_role"] == 1
    assert steps["receive"].judged == 3 and steps["receive"].late == 0  # 4: an hour yesterday and one today
    assert (
        found.aligned is not None and found.aligned.cost.sum() == 1 + 1 + 2
    )  # receive; advise; polish and advise
    assert places(found.findings) == [("LG055", 1)] and found.joined.unjoined == {"polish": 1}


def test_without_hours_deadlines_in_store_hours_are_not_judged(tmp_path: Path) -> None:
    found = judged(tmp_path, mapping="ignore: polish")
    assert {step.step: step.judged for step in found.report.steps}["receive"] == 0
    assert places(found.findings) == [("LG054", 1)] and "of receive" in found.findings[0].message


def test_hours_bind_every_store(tmp_path: Path) -> None:
    rows = ROWS.replace("case,", "store,case,", 1).replace("\n1,", "\nWest,1,").replace("\n4,", "\nEast,4,")
    rows = rows.replace("\n2,", "\n,2,").replace("\n3,", "\nEast,3,")
    assert {step.step: step.judged for step in judged(tmp_path, rows).report.steps}["receive"] == 3


def test_late_on_the_hours_given(tmp_path: Path) -> None:
    found = judged(tmp_path, mapping='hours: {store hours: {opens: "09:00", closes: "22:00"}}')
    assert {step.step: step.late for step in found.report.steps}["receive"] == 2


def test_times_too_far_apart_for_a_calendar(tmp_path: Path) -> None:
    found = judged(tmp_path, ROWS + "5,receive,1900-01-01T00:00:00Z,,,\n")
    assert (
        places(found.findings) == [("LG055", 1), ("LG054", 1)] and "days apart" in found.findings[1].message
    )


def test_a_journey_too_long_to_be_aligned_leaves_the_rest_of_the_report(tmp_path: Path) -> None:
    rows = "case,activity,time\n" + "1,receive,2026-03-02T09:00:00Z\n" * 10_001
    found = judged(tmp_path, rows)
    assert found.aligned is None and places(found.findings) == [("LG057", 1)]
    assert found.as_json()["fitness"] is None and found.report.events == 10_001
    assert "Fitness" not in tell(found, small())


def test_every_departure_is_told_in_a_sentence(tmp_path: Path) -> None:
    text = tell(judged(tmp_path), small())
    for sentence in (
        "4 journeys, 7 events, from 2026-03-02 to 2026-03-03.",
        "2 of 4 journeys (50.0%) fit",
        "Receive the customer (receive) is skipped: passed over 1 time, and done 3 times.",
        "Receive the customer (receive) is done by another role: 1 of 3 (33.3%) of the times it was done.",
        "1 of 7 events (14.3%) are no step of the playbook",
        "2 of 4 journeys (50.0%) stop after Receive the customer (receive), where none may end.",
        "Done well: 1 of 4 journeys (25.0%).",
        "'polish': 1 event.",
    ):
        assert sentence in text


@pytest.mark.parametrize("name", ["jsonocel", "xmlocel", "sqlite"])
def test_object_centric_logs(name: str) -> None:
    path = shared(f"ocel/ocel20_example.{name}")
    found = judge(path, read(path, "object_type: Purchase Order"), small(), Mapping())
    assert found.report.events == 5 and found.read.format == "OCEL 2.0"
