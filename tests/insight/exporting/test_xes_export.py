"""The played town as XES: a trace for each journey, to our own reader and to other people's tools."""

from pathlib import Path
from typing import Any

from forecourt.insight.exporting.lines import Choice
from tests.insight.exporting.conftest import PLAYED
from tests.oracles.asking import ask

QUERY = (
    "SELECT journey::text, CASE WHEN kind = 'journeys.step_done' THEN step ELSE kind END, happened_at FROM journal_entry"
    " WHERE journey IS NOT NULL AND kind <> 'insight.exported' ORDER BY journey, happened_at, stream, seq"
)


def test_pm4py_finds_the_same_cases_and_events(exported: Any, asked: Any, tmp_path: Path) -> None:
    path, done = exported("xes", PLAYED)
    said = ask(Path(__file__).with_name("asked.py"), {"xes": str(path), "folder": str(tmp_path)})["xes"]
    expected: dict[str, list[list[str]]] = {}
    for journey, activity, at in asked(QUERY):
        expected.setdefault(journey, []).append([activity, at.isoformat()])
    assert said["cases"] == expected
    assert said["r4pm"]
    assert said["extensions"] == ["Concept", "Lifecycle", "Organizational", "Time"]
    assert said["globals"] == ["event", "trace"]
    assert (done.journeys, done.events) == (len(expected), sum(map(len, expected.values())))


def test_our_own_reader_finds_them_too(exported: Any, asked: Any) -> None:
    from forecourt.exchange.logs.reading import read_log

    path, _ = exported("xes", Choice(playbook="retail", steps=True))
    log = read_log(path).log
    rows = asked(
        "SELECT journey::text, step, data->>'outcome', actor, role, store FROM journal_entry"
        " WHERE kind = 'journeys.step_done' AND playbook = 'retail' ORDER BY journey, happened_at, stream, seq"
    )
    columns = [log.case, log.activity, log.outcome, log.actor, log.role, log.store]
    found = [
        tuple(None if column.numbers[n] < 0 else column.words[column.numbers[n]] for column in columns)
        for n in range(len(log))
    ]
    assert found == rows
