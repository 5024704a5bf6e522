"""XES as it is found: life cycles, traces without names, events without times, other encodings, broken ends."""

from pathlib import Path

import pytest

from tests.exchange.logs.makers import HEAD
from tests.exchange.logs.makers import event
from tests.exchange.logs.makers import places
from tests.exchange.logs.makers import put
from tests.exchange.logs.makers import read
from tests.exchange.logs.makers import refused
from tests.exchange.logs.makers import said
from tests.exchange.logs.makers import trace
from tests.exchange.logs.makers import xes
from tests.exchange.places import shared

HOUR = 3_600_000_000


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz", "log.txt"])
def test_events_become_columns(tmp_path: Path, name: str) -> None:
    path = xes(
        tmp_path, trace(event(), event("advise", "2026-03-02T03:00:00Z", org__resource=" Lin ")), name=name
    )
    found = read(path)
    assert (said(found.log.case), said(found.log.activity)) == (["1", "1"], ["receive", "advise"])
    assert said(found.log.actor) == ["", "Lin"]
    assert (found.log.at.tolist(), found.findings) == ([1772413200000000, 1772413200000000 + 2 * HOUR], ())
    assert found.format == "XES" and (found.counts.read, found.counts.kept) == (2, 2)
    assert found.read_as["case"] == "case:concept:name"


def test_a_log_of_others_with_its_own_attributes() -> None:
    found = read(shared("ocel/running-example.xes"))
    assert (len(found.log), len(set(said(found.log.case)))) == (42, 6)
    assert found.counts.kept == 42 and not found.findings


def test_only_what_is_complete_counts_unless_the_mapping_says_otherwise(tmp_path: Path) -> None:
    stages = ("start", "COMPLETE", "resume")
    path = xes(tmp_path, trace(*(event(lifecycle__transition=stage) for stage in stages), event("hand_over")))
    found = read(path)
    assert said(found.log.activity) == ["receive", "hand_over"] and found.counts.lifecycle == 2
    assert places(found.findings) == [("LG035", 5)]
    assert len(read(path, "lifecycle: all").log) == 4
    assert len(read(path, "lifecycle: [start, resume]").log) == 3
    assert refused(path, "lifecycle: suspend\nignore: hand_over") == [("LG023", 5)]


def test_what_cannot_be_judged_is_counted_with_its_first_lines(tmp_path: Path) -> None:
    events = [
        event(at=None),
        event(at="soon"),
        event(None),
        *[event(at="") for _ in range(4)],
        event("advise"),
    ]
    found = read(xes(tmp_path, event("alone"), trace(*events)))
    assert said(found.log.activity) == ["advise"]
    counts = found.counts
    assert (counts.read, counts.no_case, counts.no_time, counts.unreadable_time, counts.no_activity) == (
        9,
        1,
        5,
        1,
        1,
    )
    assert places(found.findings) == [("LG031", 3), ("LG032", 16), ("LG030", 9), ("LG033", 12)]
    assert "5 without a time: lines 9, 19, 23 and others" in found.findings[2].message


def test_a_log_without_times_is_refused_where_its_events_begin(tmp_path: Path) -> None:
    assert refused(xes(tmp_path, trace(event(at=None)))) == [("LG020", 5)]
    assert refused(xes(tmp_path, trace(event(at="never"), event(at="")))) == [("LG020", 5)]


def test_a_log_without_activities_or_events_is_refused(tmp_path: Path) -> None:
    assert refused(xes(tmp_path, trace(event(None)))) == [("LG022", 5)]
    assert refused(xes(tmp_path, trace())) == [("LG023", 1)]


def test_traces_without_a_name_and_with_the_same_are_told_apart(tmp_path: Path) -> None:
    path = xes(tmp_path, trace(event(), name=None), trace(event(), name="7"), trace(event(), name="7"))
    found = read(path)
    assert said(found.log.case) == ["trace 1", "7", "7 (trace 3)"]
    assert places(found.findings) == [("LG037", 3), ("LG038", 16)]


def test_attributes_of_the_trace_may_stand_after_its_events(tmp_path: Path) -> None:
    text = HEAD + f'<trace>\n{event()}{event("advise")}<string key="concept:name" value="9"/>\n'
    path = put(tmp_path, text + '<string key="shop" value="West"/></trace></log>', "log.xes")
    found = read(path, "columns: {store: 'case:shop'}")
    assert said(found.log.case) == ["9", "9"] and said(found.log.store) == ["West", "West"]


def test_the_case_may_be_an_attribute_of_events(tmp_path: Path) -> None:
    path = xes(tmp_path, trace(event(order="A"), event(order="B"), event()))
    found = read(path, "columns: {case: order}")
    assert said(found.log.case) == ["A", "B"] and found.counts.no_case == 1


def test_one_attribute_may_mean_two_things(tmp_path: Path) -> None:
    found = read(xes(tmp_path, trace(event("advise"))), "columns: {outcome: 'concept:name'}")
    assert said(found.log.outcome) == ["advise"]


def test_when_a_journey_began(tmp_path: Path) -> None:
    began = [trace(event(), name="1", began="2026-03-02T00:59:00Z"), trace(event(), name="2", began="then")]
    found = read(xes(tmp_path, *began), "columns: {started: 'case:began'}")
    assert found.log.started_at is not None
    assert found.log.started_at.tolist() == [1772413140000000, -(2**63)]
    assert places(found.findings) == [("LG060", 1)]


def test_nested_attributes_prefixes_and_comments_are_passed_over(tmp_path: Path) -> None:
    text = """<?xml version="1.0"?><x:log xmlns:x="http://www.xes-standard.org/"><!-- <trace/> -->
    <x:global scope="event"><x:string key="concept:name" value="no"/></x:global>
    <x:trace><x:string key="concept:name" value="1"/><x:event>
      <x:list key="l"><x:values><x:string key="concept:name" value="inner"/></x:values></x:list>
      <x:string key="concept:name" value="receive"><x:string key="concept:name" value="deeper"/></x:string>
      <x:date key="time:timestamp" value="2026-03-02T09:00:00Z"/></x:event></x:trace></x:log>"""
    found = read(put(tmp_path, text, "log.xes"))
    assert said(found.log.activity) == ["receive"]


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "iso-8859-1", "utf-8-sig", "windows-1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    word = "Übergabe" if encoding in ("iso-8859-1", "windows-1252") else "交车"
    text = (
        f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n<log>{trace(event(word))}</log>'
    )
    assert said(read(put(tmp_path, text, "log.xes", encoding)).log.activity) == [word]


@pytest.mark.parametrize("declared", ["klingon", "base64", "rot13", "zlib"])
def test_what_is_no_encoding_of_xml(tmp_path: Path, declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>\n<log>{trace(event())}</log>'
    path = put(tmp_path, text, "log.xes")
    assert [code for code, _ in refused(path)] == ["LG014"]


def test_text_that_is_not_in_its_encoding(tmp_path: Path) -> None:
    data = (HEAD + trace(event("X"))).encode().replace(b'"X"', b'"\xff\xfe"') + b"</log>"
    assert refused(put(tmp_path, data, "log.xes")) == [("LG010", 6)]
    gb = b'<?xml version="1.0" encoding="gb18030"?>\n<log>' + b"\xff\xff</log>"
    assert [code for code, _ in refused(put(tmp_path, gb, "log.xes"))] == ["LG014"]


def test_broken_xml_is_refused_with_line(tmp_path: Path) -> None:
    whole = HEAD + trace(event(), event("advise")) + "</log>\n"
    assert refused(put(tmp_path, whole[: whole.index("advise") + 3], "log.xes")) == [("LG010", 10)]
    assert refused(put(tmp_path, whole.replace("</event>", "</evnt>", 1), "log.xes")) == [("LG010", 8)]


def test_what_is_xml_but_no_log(tmp_path: Path) -> None:
    assert refused(put(tmp_path, '<?xml version="1.0"?>\n\n<html><log/></html>', "log.xes")) == [("LG012", 3)]
    assert refused(put(tmp_path, "<!-- nothing -->", "log.xes")) == [("LG012", 1)]
    assert refused(put(tmp_path, "<!-- <log> -->\n" + " " * 70_000 + "<html/>", "log.xes")) == [("LG012", 1)]


def test_a_column_that_the_log_does_not_have(tmp_path: Path) -> None:
    path = xes(tmp_path, trace(event(org__resource="Lin")))
    assert refused(path, "columns:\n  actor: 'org:ressource'\n") == [("LG044", 2)]


def test_an_attribute_may_come_first_after_those_looked_at(tmp_path: Path) -> None:
    path = xes(tmp_path, trace(*[event() for _ in range(1_001)], event(result="yes_please")))
    assert said(read(path, "columns: {outcome: result}").log.outcome)[-1] == "yes_please"
