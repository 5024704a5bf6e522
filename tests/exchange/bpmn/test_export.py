"""The diagram of a playbook: valid, complete, readable by people, the same every time."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from lxml import etree

from forecourt.exchange.bpmn import export
from forecourt.exchange.bpmn.words import DC
from forecourt.exchange.bpmn.words import DI
from forecourt.exchange.bpmn.words import EDGES
from forecourt.exchange.bpmn.words import MODEL
from tests.exchange.bpmn.test_round_trip import TEXTS
from tests.exchange.bpmn.test_round_trip import read
from tests.playbook.building import anytimes
from tests.playbook.building import flows
from tests.playbook.building import playbook

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = next(
    iter(
        (ROOT / ".venv-oracles").glob(
            "lib/python3*/site-packages/SpiffWorkflow/bpmn/parser/schema/BPMN20.xsd"
        )
    ),
    None,
)
NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
Box = tuple[float, float, float, float]


def tree(name: str, language: str = "zh") -> Any:
    return etree.fromstring(export(read(TEXTS[name]), language))


def of(root: Any, *tags: str) -> list[Any]:
    return [one for tag in tags for one in root.iter(f"{{{MODEL}}}{tag}")]


def one(root: Any, id_: str) -> Any:
    (found,) = [element for element in root.iter() if element.get("id") == id_]
    return found


def boxes(root: Any) -> dict[str, Box]:
    found = {}
    for shape in root.iter(f"{{{DI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        found[shape.get("bpmnElement")] = tuple(
            float(bounds.get(key)) for key in ("x", "y", "width", "height")
        )
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("name", TEXTS)
def test_every_sample_is_valid_by_the_standards_schema(name: str) -> None:
    if SCHEMA is None:
        pytest.skip("BPMN20.xsd comes with SpiffWorkflow, and .venv-oracles is not there: run `make oracles`")
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    schema.validate(tree(name))
    assert [str(error) for error in schema.error_log] == []


@pytest.mark.parametrize("name", TEXTS)
def test_ids_are_names_and_each_stands_once(name: str) -> None:
    ids = [element.get("id") for element in tree(name).iter() if element.get("id")]
    assert [id_ for id_, count in Counter(ids).items() if count > 1] == []
    assert [id_ for id_ in ids if not NCNAME.fullmatch(id_)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_everything_is_drawn_once(name: str) -> None:
    root = tree(name)
    drawn = [
        shape.get("bpmnElement") for tag in ("BPMNShape", "BPMNEdge") for shape in root.iter(f"{{{DI}}}{tag}")
    ]
    nodes = of(
        root, "startEvent", "endEvent", "userTask", "serviceTask", "exclusiveGateway", "parallelGateway"
    )
    others = of(
        root, "subProcess", "boundaryEvent", "intermediateCatchEvent", "lane", "participant", "sequenceFlow"
    )
    assert sorted(drawn) == sorted(element.get("id") for element in nodes + others)


@pytest.mark.parametrize("name", TEXTS)
def test_flows_begin_and_end_at_their_shapes_and_run_at_right_angles(name: str) -> None:
    root = tree(name)
    places = boxes(root)
    flows = {flow.get("id"): flow for flow in of(root, "sequenceFlow")}
    for edge in root.iter(f"{{{DI}}}BPMNEdge"):
        line = [(float(point.get("x")), float(point.get("y"))) for point in edge.iter(f"{{{EDGES}}}waypoint")]
        flow = flows[edge.get("bpmnElement")]
        assert on_edge(line[0], places[flow.get("sourceRef")]), flow.get("id")
        assert on_edge(line[-1], places[flow.get("targetRef")]), flow.get("id")
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(line))


def on_edge(point: tuple[float, float], box: Box) -> bool:
    x, y, width, height = box
    level = x <= point[0] <= x + width and point[1] in (y, y + height)
    return level or (y <= point[1] <= y + height and point[0] in (x, x + width))


@pytest.mark.parametrize("name", TEXTS)
def test_shapes_stand_apart_and_inside_their_lane(name: str) -> None:
    root = tree(name)
    places = boxes(root)
    nodes = [
        element.get("id")
        for element in of(
            root, "userTask", "serviceTask", "exclusiveGateway", "parallelGateway", "startEvent", "endEvent"
        )
    ]
    for index, first in enumerate(nodes):
        for second in nodes[index + 1 :]:
            assert apart(places[first], places[second]), (first, second)
    pool = places[of(root, "participant")[0].get("id")]
    for lane in of(root, "lane"):
        assert inside(places[lane.get("id")], pool)
        for reference in lane.iter(f"{{{MODEL}}}flowNodeRef"):
            assert inside(places[reference.text], places[lane.get("id")]), reference.text


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(flow=flows(), anytime=anytimes())
def test_shapes_of_any_playbook_stand_apart(flow: Any, anytime: Any) -> None:
    root = etree.fromstring(export(playbook(flow, anytime=anytime)))
    tags = (
        "userTask",
        "exclusiveGateway",
        "parallelGateway",
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
    )
    found = [boxes(root)[element.get("id")] for element in of(root, *tags)]
    assert all(apart(one, other) for index, one in enumerate(found) for other in found[index + 1 :])
    assert_lines_pass_tasks(root)


def apart(one: Box, other: Box) -> bool:
    return (
        one[0] + one[2] <= other[0]
        or other[0] + other[2] <= one[0]
        or one[1] + one[3] <= other[1]
        or other[1] + other[3] <= one[1]
    )


def inside(one: Box, other: Box) -> bool:
    return (
        other[0] <= one[0]
        and other[1] <= one[1]
        and one[0] + one[2] <= other[0] + other[2]
        and one[1] + one[3] <= other[1] + other[3]
    )


def test_names_are_in_the_language_asked_for_and_both_in_the_documentation() -> None:
    chinese, english = one(tree("retail", "zh"), "Task_quote"), one(tree("retail", "en"), "Task_quote")
    assert (chinese.get("name"), english.get("name")) == ("按价目表报价", "Quote from the price list")
    said = english.findtext(f"{{{MODEL}}}documentation")
    assert "按价目表报价" in said and "Quote from the price list" in said


def test_roles_are_lanes_and_the_caller_says_what_they_are_called() -> None:
    root = etree.fromstring(export(read(TEXTS["repair"]), "en", {"technician": "Technician"}))
    names = {
        lane.get("name"): [ref.text for ref in lane.iter(f"{{{MODEL}}}flowNodeRef")]
        for lane in of(root, "lane")
    }
    assert set(names) == {"service_adviser", "Technician"}
    assert "Task_diagnose" in names["Technician"] and "Task_receive" in names["service_adviser"]


def test_a_deadline_is_a_timer_that_does_not_interrupt() -> None:
    timer = one(tree("retail"), "Deadline_respond")
    assert (timer.get("attachedToRef"), timer.get("cancelActivity")) == ("Task_respond", "false")
    assert timer.findtext(f".//{{{MODEL}}}timeDuration") == "PT15M"
    assert "store hours" in etree.tostring(timer).decode()


def test_blocks_become_gateways() -> None:
    root = etree.fromstring(
        export(
            playbook(
                [
                    {"any_order": ["a", {"maybe": "b"}]},
                    {"repeat": "c", "at_most": 2},
                    "x",
                    {"one": {"yes": ["d"], "otherwise": []}},
                ]
            )
        )
    )
    kinds = Counter(etree.QName(element).localname for element in root.iter() if isinstance(element.tag, str))
    assert kinds["parallelGateway"] == 2 and kinds["exclusiveGateway"] == 2 + 2 + 2
    choice = one(root, "Choice_x")
    assert one(root, choice.get("default")).get("name") == "otherwise"
    conditions = [element.text for element in of(root, "conditionExpression")]
    assert 'x.outcome == "yes"' in conditions


def test_what_may_happen_anytime_interrupts_only_when_it_ends_the_journey() -> None:
    root = etree.fromstring(
        export(playbook(["a"], anytime={"f": {"then": ["b"], "ends": "gone"}, "g": {"then": ["c"]}}))
    )
    starts = {start.get("id"): start.get("isInterrupting") for start in of(root, "startEvent")}
    assert starts["Start_f"] == "true" and starts["Start_g"] == "false"
    assert [sub.get("triggeredByEvent") for sub in of(root, "subProcess")] == ["true", "true"]


def test_the_second_place_of_a_step_has_an_id_of_its_own() -> None:
    steps = {name: {"title": {"en": name, "zh": name}, "by": "adviser"} for name in ("a", "a_2")}
    root = etree.fromstring(export(playbook(["a", "a_2", "a"], steps=steps)))
    assert [task.get("id") for task in of(root, "userTask")] == ["Task_a", "Task_a_2", "Task_a.2"]


def test_the_same_playbook_gives_the_same_bytes() -> None:
    assert export(read(TEXTS["retail"]), "zh") == export(read(TEXTS["retail"]), "zh")


def test_characters_that_xml_cannot_hold_do_not_break_the_file() -> None:
    steps = {
        "a": {
            "title": {"en": "Bell\x07 & <b>", "zh": "铃\ufffe"},
            "by": "adviser",
            "must": 'customer.name == "\x07"',
        }
    }
    import yaml

    from forecourt.playbook import load
    from tests.playbook.building import text

    loaded = load(yaml.safe_dump(yaml.safe_load(text(["a"], steps=steps)), allow_unicode=False), "x")
    assert loaded.playbook is not None
    root = etree.fromstring(export(loaded.playbook, "en"))
    assert one(root, "Task_a").get("name") == "Bell  & <b>"


@pytest.mark.parametrize("name", TEXTS)
def test_no_line_runs_through_a_task(name: str) -> None:
    assert_lines_pass_tasks(tree(name))


def assert_lines_pass_tasks(root: Any) -> None:
    places = boxes(root)
    tasks = [element.get("id") for element in of(root, "userTask", "serviceTask")]
    for edge in root.iter(f"{{{DI}}}BPMNEdge"):
        line = [(float(point.get("x")), float(point.get("y"))) for point in edge.iter(f"{{{EDGES}}}waypoint")]
        for start, end in pairwise(line):
            assert [task for task in tasks if crosses(start, end, places[task])] == [], edge.get("id")


def crosses(start: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Whether a level or upright line runs through the inside of a box."""
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    return left < box[0] + box[2] and right > box[0] and top < box[1] + box[3] and bottom > box[1]
