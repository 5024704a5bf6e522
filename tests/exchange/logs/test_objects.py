"""Object-centric logs as journeys: which objects, which attributes; what OCEL 1.0 is told."""

import json
from pathlib import Path

from forecourt.exchange.logs.reading import look_at
from tests.exchange.logs.makers import put
from tests.exchange.logs.makers import read
from tests.exchange.logs.makers import refused
from tests.exchange.logs.makers import said

AT = "2026-03-02T01:00:00Z"


def ocel(tmp_path: Path, *events: tuple[str, str, dict[str, str]]) -> Path:
    """Events as id of the object, type, attributes; ids that begin with c are cars, others orders."""
    document = {
        "objectTypes": [{"name": "order", "attributes": []}, {"name": "car", "attributes": []}],
        "eventTypes": [{"name": kind, "attributes": []} for kind in sorted({kind for _, kind, _ in events})],
        "objects": [
            {"id": one, "type": "car" if one.startswith("c") else "order", "attributes": [], "relationships": []}
            for one in sorted({one for one, _, _ in events})
        ],
        "events": [
            {
                "id": f"e{number}", "type": kind, "time": AT,
                "attributes": [{"name": name, "value": value} for name, value in more.items()],
                "relationships": [{"objectId": one, "qualifier": ""}],
            }
            for number, (one, kind, more) in enumerate(events)
        ],
    }  # fmt: skip
    return put(tmp_path, json.dumps(document), "log.json")


def test_the_object_type_must_be_said_where_there_are_several(tmp_path: Path) -> None:
    path = ocel(tmp_path, ("o1", "receive", {}), ("c1", "wash", {}), ("o1", "advise", {}))
    assert refused(path) == [("LG019", 1)]
    assert refused(path, "names: {}\nobject_type: ordre\n") == [("LG019", 2)]
    found = read(path, "object_type: order")
    assert (said(found.log.case), said(found.log.activity)) == (["o1", "o1"], ["receive", "advise"])
    assert look_at(path).object_types == {"order": 2, "car": 1}


def test_the_only_type_with_events_is_taken(tmp_path: Path) -> None:
    found = read(ocel(tmp_path, ("o1", "receive", {"store": "West", "who": "Lin"})))
    assert found.read_as["case"] == "objects of type order" and said(found.log.store) == ["West"]


def test_attributes_named_in_the_mapping(tmp_path: Path) -> None:
    path = ocel(tmp_path, ("o1", "receive", {"who": "Lin"}), ("o1", "SMS", {}))
    found = read(path, "columns: {actor: who}\nignore: SMS")
    assert said(found.log.actor) == ["Lin"] and found.counts.ignored == 1
    assert refused(path, "columns: {actor: whom}") == [("LG044", 1)]


def test_a_log_of_the_old_version_says_so(tmp_path: Path) -> None:
    old = '{"ocel:global-log": {"ocel:version": "1.0"}, "ocel:events": {}, "ocel:objects": {}}'
    assert [code for code, _ in refused(put(tmp_path, old, "log.jsonocel"))] == ["LO003"]
    xml = '<?xml version="1.0"?>\n<log>\n<global scope="log"><string key="version" value="1.0"/></global><events/><objects/></log>'
    assert [code for code, _ in refused(put(tmp_path, xml, "log.xmlocel"))] == ["LO003"]


def test_evidence_stages_and_beginnings_come_from_attributes(tmp_path: Path) -> None:
    more = {"proof": "yes", "stage": "complete", "begun": "2026-03-01T00:00:00Z"}
    path = ocel(tmp_path, ("o1", "receive", more), ("o1", "advise", {"stage": "start"}))
    found = read(path, "columns: {evidence: proof, lifecycle: stage, started: begun}")
    assert said(found.log.activity) == ["receive"] and found.counts.lifecycle == 1
    assert found.log.evidence is not None and found.log.evidence.tolist() == [1]
    assert found.log.started_at is not None and found.log.started_at.tolist() == [1772323200000000]


def test_keys_without_use_are_named(tmp_path: Path) -> None:
    path = ocel(tmp_path, ("o1", "receive", {}))
    mapping = "columns:\n  time: at\ntime_format: '%d.%m.%Y'\nencoding: latin-1\n"
    found = read(path, mapping).findings
    assert sorted((one.code, one.line) for one in found) == [("LG062", line) for line in (2, 3, 4)]


def test_events_without_a_time_are_counted(tmp_path: Path) -> None:
    path = ocel(tmp_path, ("o1", "receive", {}), ("o1", "advise", {}), ("c1", "wash", {}))
    document = json.loads(path.read_text())
    for event in document["events"][1:]:
        event["time"] = "soon"
    path.write_text(json.dumps(document))
    counts = read(path, "object_type: order").counts
    assert (counts.read, counts.kept, counts.misfits) == (2, 1, 1)
