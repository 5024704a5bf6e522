"""XES out: what is written is read by our own reader, and is what the standard asks for."""

import tracemalloc
from datetime import UTC
from datetime import datetime
from io import BytesIO
from pathlib import Path

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from lxml import etree

from forecourt.exchange.logs.ocel.times import micros
from forecourt.exchange.logs.reading import read_log
from forecourt.exchange.logs.xes_writer import XesEvent
from forecourt.exchange.logs.xes_writer import XesTrace
from forecourt.exchange.logs.xes_writer import write_xes

NINE = datetime(2026, 3, 2, 1, 0, 0, 250_000, tzinfo=UTC)
TRACE = XesTrace(
    "j-1",
    (
        XesEvent("respond", micros(NINE), "st-1", "adviser", "sh-001", "complete", (("outcome", "reached"), ("late", True), ("n", 3))),
        XesEvent('say "<&>"\n', micros(NINE) + 1, attributes=(("x", 0.5), ("due", NINE))),
    ),
    (("playbook", "retail"),),
)  # fmt: skip


def tree(*traces: XesTrace) -> etree._Element:
    stream = BytesIO()
    write_xes(traces, stream, name="Forecourt")
    return etree.fromstring(stream.getvalue())


def keyed(element: etree._Element) -> dict[str, tuple[str, str]]:
    return {
        one.get("key"): (etree.QName(one).localname, one.get("value")) for one in element if one.get("key")
    }


def test_a_trace_and_its_events() -> None:
    (trace,) = tree(TRACE).findall("{*}trace")
    first, second = trace.findall("{*}event")
    assert keyed(trace) == {"concept:name": ("string", "j-1"), "playbook": ("string", "retail")}
    assert keyed(first) == {
        "concept:name": ("string", "respond"), "lifecycle:transition": ("string", "complete"),
        "org:resource": ("string", "st-1"), "org:role": ("string", "adviser"), "org:group": ("string", "sh-001"),
        "time:timestamp": ("date", "2026-03-02T01:00:00.250000+00:00"), "outcome": ("string", "reached"),
        "late": ("boolean", "true"), "n": ("int", "3"),
    }  # fmt: skip
    assert keyed(second)["concept:name"] == ("string", 'say "<&>"\n')
    assert keyed(second)["x"] == ("float", "0.5")
    assert keyed(second)["due"] == ("date", "2026-03-02T01:00:00.250000+00:00")


def test_what_is_global_is_in_every_event() -> None:
    log = tree(TRACE, XesTrace("j-2", (XesEvent("a", 0),)))
    scopes = {one.get("scope"): set(keyed(one)) for one in log.findall("{*}global")}
    assert scopes == {
        "trace": {"concept:name"},
        "event": {"concept:name", "time:timestamp", "lifecycle:transition"},
    }
    for event in log.iter("{*}event"):
        assert scopes["event"] <= set(keyed(event))
    extensions = {one.get("prefix") for one in log.findall("{*}extension")}
    used = {key.partition(":")[0] for one in log.iter() for key in keyed(one) if ":" in key}
    assert used == extensions
    order = [etree.QName(one).localname for one in log]
    assert order == sorted(order, key=["extension", "global", "classifier", "string", "trace"].index)


def test_no_traces_is_a_log_too() -> None:
    assert tree().findall("{*}trace") == []


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=10)  # fmt: skip
EVENTS = st.builds(
    XesEvent, TEXT, st.integers(-62_000_000_000_000_000, 250_000_000_000_000_000), TEXT, TEXT, st.just("")
)
TRACES = st.lists(st.builds(XesTrace, TEXT, st.lists(EVENTS, min_size=1, max_size=4).map(tuple)), min_size=1, max_size=4, unique_by=lambda one: one.name)  # fmt: skip


@given(traces=TRACES)
@settings(max_examples=60, deadline=None)
def test_any_traces_come_back(traces: list[XesTrace], tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("xes") / "log.xes"
    with path.open("wb") as stream:
        write_xes(traces, stream)
    log = read_log(path).log
    assert log.actor is not None and log.role is not None
    columns = (log.case, log.activity, log.actor, log.role)
    found = [(*(one.words[one.numbers[n]] for one in columns), int(log.at[n])) for n in range(len(log))]
    assert found == [
        (trace.name, one.activity, one.resource, one.role, one.at) for trace in traces for one in trace.events
    ]


def test_traces_are_made_while_they_are_written(tmp_path: Path) -> None:
    traces = (XesTrace(f"j-{number}", TRACE.events) for number in range(10_000))
    tracemalloc.start()
    with (tmp_path / "log.xes").open("wb") as stream:
        write_xes(traces, stream)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "log.xes").stat().st_size > 7_000_000
    assert peak < 1_000_000
