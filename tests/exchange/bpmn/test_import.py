"""What becomes of a diagram of another tool: blocks where the graph has them, and a word about everything else."""

from typing import Any

import pytest

from forecourt.exchange.bpmn import Imported
from forecourt.exchange.bpmn import Refusal
from forecourt.exchange.bpmn import import_bpmn
from forecourt.exchange.bpmn.documents import document
from tests.exchange.bpmn.drawn import drawn
from tests.exchange.bpmn.drawn import file
from tests.exchange.bpmn.drawn import process
from tests.exchange.bpmn.drawn import read
from tests.exchange.bpmn.drawn import scope

TIMER = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"


def flow_of(draft: Imported) -> Any:
    return document(read(draft.text))["flow"]


def fates(draft: Imported, id_: str) -> list[tuple[str, str]]:
    return [(note.fate, note.said) for note in draft.report.notes if note.id == id_]


def fate(draft: Imported, id_: str) -> str:
    """The worst that happened to an element."""
    found = {one for one, _ in fates(draft, id_)}
    return next(one for one in ("lost", "changed", "carried") if one in found)


def sketch(nodes: str, flows: str, inside: dict[str, str] | None = None) -> Imported:
    ends = "s:start\n" + nodes + "\ne:end"
    return import_bpmn(drawn(ends, flows, inside))


def test_a_chain_becomes_a_sequence() -> None:
    draft = sketch("a:user Greet\nb:task Show the car", "s > a\na > b\nb > e")
    assert flow_of(draft) == ["greet", "show_the_car"]
    book = read(draft.text)
    assert (book.name, book.version, book.about) == ("trade-in", "draft", "case")
    assert book.step("greet").title.words == {"en": "Greet", "zh": "Greet"}
    assert ("carried", "became a step") in fates(draft, "a")
    assert ("changed", "titles are not translated: the same words stand for every language") in fates(
        draft, "trade-in"
    )


def test_a_gateway_behind_a_task_is_decided_by_its_outcome() -> None:
    draft = sketch(
        "a:task Ask\ng:xor Interested?\nb:task Offer\nc:task Thank\nj:xor\nd:task Note",
        "s > a\na > g\ng > b: yes\ng > c: no = ${not ok}\nb > j\nc > j\nj > d\nd > e",
    )
    assert flow_of(draft) == ["ask", {"one": {"yes": ["offer"], "no": ["thank"]}}, "note"]
    assert read(draft.text).step("ask").outcomes == ("yes", "no")
    assert read(draft.text).flow.blocks[1].decided_by == "ask"  # type: ignore[union-attr]
    assert fate(draft, "f4_g_c") == "changed" and "not ok" in fates(draft, "f4_g_c")[0][1]
    assert fate(draft, "j") == "carried"


def test_the_way_without_a_name_is_the_rest() -> None:
    draft = sketch(
        "a:task Ask\ng:xor\nb:task Offer\nc:task Thank\nj:xor",
        "s > a\na > g\ng > b: yes\ng > c\nb > j\nc > j\nj > e",
    )
    assert flow_of(draft) == ["ask", {"one": {"yes": ["offer"], "otherwise": ["thank"]}}]
    assert read(draft.text).step("ask").outcomes == ("yes", "other")


def test_a_way_with_nothing_on_it_is_a_maybe() -> None:
    draft = sketch("a:task A\ng:xor\nb:task B\nj:xor", "s > a\na > g\ng > b\ng > j\nb > j\nj > e")
    assert flow_of(draft) == ["a", {"maybe": "b"}]
    assert fate(draft, "g") == "changed"


def test_the_first_step_decides_where_nothing_stands_before_the_gateway() -> None:
    draft = sketch("g:xor\nb:task B\nc:task C\nj:xor", "s > g\ng > b: buys\ng > c: goes\nb > j\nc > j\nj > e")
    assert flow_of(draft) == [{"one": {"buys": ["b"], "goes": ["c"]}}]


def test_branches_that_cannot_be_told_apart_get_a_step_that_decides() -> None:
    draft = sketch(
        "a:task A\nb:task B\ng:xor Which?\nj:xor",
        "s > g\ng > a: one\ng > b: two\ng > j: three\na > j\nb > j\nj > e",
    )
    assert flow_of(draft) == ["which", {"one": {"one": ["a"], "two": ["b"], "three": []}}]
    assert read(draft.text).step("which").outcomes == ("one", "two", "three")
    assert fate(draft, "g") == "changed"


def test_a_maybe_in_a_maybe_is_one() -> None:
    draft = sketch(
        "a:task A\nb:task B\ng:xor\nh:xor\nk:xor\nj:xor",
        "s > g\ng > h: one\ng > j: two\nh > a\nh > b\na > k\nb > k\nk > j\nj > e\ng > e: three",
    )
    assert flow_of(draft) == [{"maybe": {"one": {"a": ["a"], "b": ["b"]}}}]


def test_parallel_ways_are_any_order() -> None:
    draft = sketch(
        "p:and\na:task A\nb:task B\nc:task C\nj:and\nd:task D",
        "s > p\np > a\np > b\na > c\nc > j\nb > j\nj > d\nd > e",
    )
    assert flow_of(draft) == [{"any_order": [["a", "c"], "b"]}, "d"]
    assert fate(draft, "p") == "carried"


def test_inclusive_ways_are_any_order_of_maybe_with_a_note() -> None:
    draft = sketch(
        "p:or\na:task A\nb:task B\nj:or", "s > p\np > a: x = ${x}\np > b: y = ${y}\na > j\nb > j\nj > e"
    )
    assert flow_of(draft) == [{"any_order": [{"maybe": "a"}, {"maybe": "b"}]}]
    assert ("changed", "became any_order, each of it maybe") in fates(draft, "p")


def test_a_way_back_is_a_repeat_with_a_guess_of_the_bound() -> None:
    draft = sketch(
        "m:xor\na:task A\ng:xor Good?\nb:task B", "s > m\nm > a\na > g\ng > m: no\ng > b: yes\nb > e"
    )
    assert flow_of(draft) == [{"repeat": "a", "at_most": 3}, "b"]
    assert "at_most 3 is a guess" in fates(draft, "g")[0][1]


def test_a_way_back_with_a_task_on_it() -> None:
    draft = sketch("m:xor\na:task A\ng:xor\nb:task B", "s > m\nm > a\na > g\ng > b: bad\nb > m\ng > e: good")
    assert flow_of(draft) == ["a", {"maybe": {"repeat": ["b", "a"], "at_most": 3}}]


def test_a_way_back_through_a_timer_is_a_retry() -> None:
    draft = sketch(
        "m:xor\na:task Call\ng:xor\nw:catch Tomorrow\nb:task Talk",
        "s > m\nm > a\na > g\ng > w: no answer\nw > m\ng > b: reached\nb > e",
        {"w": TIMER.format("P1D")},
    )
    assert flow_of(draft) == [
        {"retry": {"step": "call", "every": "1 d", "at_most": 3, "until": ["reached"]}},
        "talk",
    ]
    assert read(draft.text).step("call").outcomes == ("reached", "no_answer")


def test_several_ways_into_and_out_of_a_task_are_joins_and_splits() -> None:
    draft = sketch("a:task A\nb:task B\nc:task C\nd:task D", "s > a\na > b\na > c\nb > d\nc > d\nd > e")
    assert "any_order" in str(flow_of(draft)) and "b" in str(flow_of(draft))


def test_an_early_end_stands_in_its_branch_and_the_rest_behind() -> None:
    draft = sketch(
        "a:task A\ng:xor\nx:end Refused\nb:task B\nh:xor\ny:end Gone\nc:task C",
        "s > a\na > g\ng > x: no\ng > b: yes\nb > h\nh > y: no\nh > c: yes\nc > e",
    )
    assert flow_of(draft) == [
        "a",
        {"one": {"no": [{"ends": "refused"}], "yes": []}},
        "b",
        {"one": {"no": [{"ends": "gone"}], "yes": ["c", {"ends": "done"}]}},
    ]


def test_a_loop_that_is_left_in_the_middle_by_an_end() -> None:
    draft = sketch(
        "m:xor\na:task A\ng:xor\nx:end Stopped\nb:task B\nh:xor",
        "s > m\nm > a\na > g\ng > x: stop\ng > b: go on\nb > h\nh > m: again\nh > e: enough",
    )
    again = {"one": {"again": [], "enough": [{"ends": "done"}]}}
    assert flow_of(draft) == [
        "a",
        {"maybe": {"repeat": ["b", again, "a"], "at_most": 3}},
        {"ends": "stopped"},
    ]


def test_a_graph_without_blocks_loses_a_flow_and_says_which() -> None:
    draft = sketch(
        "p:and\na:task A\nb:task B\nq:and\nr:and\nc:task C\nd:task D\nj:and",
        "s > p\np > a\np > b\na > q\nq > c\nq > r\nb > r\nr > d\nc > j\nd > j\nj > e",
    )
    steps = {"a", "b", "c", "d"}
    assert set(read(draft.text).step_table) == steps
    lost = [note for note in draft.report.notes if note.fate == "lost"]
    assert [note.tag for note in lost] == ["sequenceFlow"] and lost[0].line > 1


def test_ways_that_share_their_end_get_it_each() -> None:
    draft = sketch(
        "a:task A\ng:xor\nb:task B\nh:xor\nx:task Apologise\ny:task Refund",
        "s > a\na > g\ng > b: yes\ng > x: no\ng > y: dear\nb > h\nh > x: no\nh > y: dear\nx > e\ny > e",
    )
    assert set(read(draft.text).step_table) == {"a", "b", "apologise", "refund"}
    assert [note for note in draft.report.notes if note.fate == "lost"] == []
    assert "stands 2 times" in str(fates(draft, "x") + fates(draft, "y"))


def test_lanes_are_roles_and_the_innermost_counts() -> None:
    lanes = """<laneSet id="ls"><lane id="l1" name="Store"><childLaneSet id="c"><lane id="l2" name="Adviser"><flowNodeRef>a</flowNodeRef></lane>
    <lane id="l3" name="店长"><flowNodeRef>b</flowNodeRef></lane></childLaneSet></lane></laneSet>"""
    body = scope("s:start\na:task A\nb:task B\nx:service X\ne:end", "s > a\na > b\nb > x\nx > e")
    draft = import_bpmn(file(process(lanes + body)))
    book = read(draft.text)
    assert [step.role for step in book.steps] == ["adviser", "l3", "system"]
    assert fate(draft, "l1") == "changed" and fate(draft, "l2") == "carried"


def test_who_does_a_task_may_be_told_by_its_performer() -> None:
    owner = "<potentialOwner><resourceRef>r1</resourceRef></potentialOwner>"
    data = drawn(
        "s:start\na:user A\nb:user B\ne:end",
        "s > a\na > b\nb > e",
        {"a": owner},
        '<resource id="r1" name="Store manager"/>',
    )
    draft = import_bpmn(data)
    assert [step.role for step in read(draft.text).steps] == ["store_manager", "nobody"]
    assert fate(draft, "r1") == "carried"
    assert "no lane or performer" in str(fates(draft, "b"))


def test_a_timer_at_the_edge_is_a_deadline_and_what_follows_it_a_notification() -> None:
    lanes = '<laneSet id="ls"><lane id="l" name="adviser"><flowNodeRef>a</flowNodeRef></lane><lane id="m" name="store_manager"><flowNodeRef>t</flowNodeRef></lane></laneSet>'
    body = scope(
        's:start\na:task Answer\nw:boundary late | attachedToRef="a" cancelActivity="false"\nt:task Remind\nx:end\ne:end',
        "s > a\na > e\nw > t\nt > x",
        {"w": TIMER.format("PT90M")},
    )
    draft = import_bpmn(file(process(lanes + body)))
    step = read(draft.text).step("answer")
    assert str(step.within) == "90 min" and [one.role for one in step.on_late] == ["store_manager"]
    assert fate(draft, "w") == "carried" and fate(draft, "t") == "changed" and fate(draft, "x") == "carried"


@pytest.mark.parametrize(
    ("text", "within"),
    [("PT15M", "15 min"), ("P1W", "7 d"), ("P1DT12H", "36 h"), ("PT45S", "1 min"), ("P1M", "30 d"), ("${due}", None), ("P1DT", "1 d"), ("P", None)],
)  # fmt: skip
def test_durations(text: str, within: str | None) -> None:
    draft = sketch(
        'a:task A\nw:boundary | attachedToRef="a" cancelActivity="false"',
        "s > a\na > e",
        {"w": TIMER.format(text)},
    )
    found = read(draft.text).step("a").within
    assert (str(found) if found else None) == within
    assert (fate(draft, "w") == "lost") == (within is None)


def test_an_event_that_interrupts_is_a_choice_before_its_task() -> None:
    draft = sketch(
        'a:task Repair\nw:boundary Part missing | attachedToRef="a"\nb:task Order the part\nc:task Hand back',
        "s > a\na > c\nw > b\nb > c\nc > e",
        {"w": "<messageEventDefinition/>"},
    )
    assert flow_of(draft) == [
        {"one": {"repair": ["repair"], "part_missing": ["order_the_part"]}},
        "hand_back",
    ]
    assert fate(draft, "w") == "changed"


def test_an_event_that_interrupts_nothing_may_happen_anytime() -> None:
    draft = sketch(
        'a:task Repair\nw:boundary Customer asks | attachedToRef="a" cancelActivity="false"\nb:task Tell\nx:end',
        "s > a\na > e\nw > b\nb > x",
        {"w": "<messageEventDefinition/>"},
    )
    assert document(read(draft.text))["anytime"] == {"customer_asks": {"then": ["tell"]}}
    assert fate(draft, "w") == "changed" and ("carried", "became a step") in fates(draft, "b")


def test_an_event_sub_process_that_interrupts_ends_the_journey() -> None:
    inner = scope(
        "s2:start Customer cancels\nb:task Refund\nx:end Cancelled",
        "s2 > b\nb > x",
        {"s2": "<signalEventDefinition/>"},
    )
    draft = sketch('a:task A\nq:sub | triggeredByEvent="true"', "s > a\na > e", {"q": inner})
    assert document(read(draft.text))["anytime"] == {
        "customer_cancels": {"then": ["refund"], "ends": "cancelled"}
    }


def test_sub_processes_stand_in_place_and_their_ends_do_not_end_the_journey() -> None:
    inner = scope(
        "s2:start\nb:task B\ng:xor\nx:end Early\nc:task C\ny:end",
        "s2 > b\nb > g\ng > x: stop\ng > c: go\nc > y",
    )
    draft = sketch("a:task A\nq:sub Talk\nd:task D", "s > a\na > q\nq > d\nd > e", {"q": inner})
    assert flow_of(draft) == ["a", "b", {"one": {"stop": [], "go": ["c"]}}, "d"]
    assert ("changed", "its blocks stand in its place") in fates(draft, "q")


def test_loops_written_on_a_task() -> None:
    draft = sketch(
        "a:task A\nb:task B", "s > a\na > b\nb > e",
        {"a": '<standardLoopCharacteristics loopMaximum="5"/>', "b": "<multiInstanceLoopCharacteristics/>"},
    )  # fmt: skip
    assert flow_of(draft) == [{"repeat": "a", "at_most": 5}, "b"]
    assert "once for each of several" in str(fates(draft, "b"))


def test_links_join_their_ends() -> None:
    draft = sketch(
        "a:task A\nt:throw L\nc:catch L\nb:task B", "s > a\na > t\nc > b\nb > e",
        {"t": '<linkEventDefinition name="L"/>', "c": '<linkEventDefinition name="L"/>'},
    )  # fmt: skip
    assert flow_of(draft) == ["a", "b"]


def test_what_has_no_counterpart_is_named_with_its_line() -> None:
    body = scope(
        "s:start\na:task A\nw:catch Pause\ne:end", "s > a\na > w\nw > e", {"w": TIMER.format("PT5M")}
    )
    more = (
        '<dataObject id="d1" name="Offer"/><textAnnotation id="t1"><text>Mind the gap</text></textAnnotation>'
    )
    beside = '<collaboration id="co"><participant id="p1" name="Store" processRef="trade-in"/><participant id="p2" name="Bank"/><messageFlow id="m1" sourceRef="p1" targetRef="p2"/></collaboration>'
    draft = import_bpmn(file(process(body + more), beside=beside))
    for id_ in ("d1", "t1", "p2", "m1", "w"):
        (note,) = [one for one in draft.report.notes if one.id == id_]
        assert note.fate == "lost" and note.line > 1 and note.said, id_
    assert "Mind the gap" in [note.name for note in draft.report.notes]
    assert fate(draft, "p1") == "carried"
    assert read(draft.text).step("a").role == "store"


def test_what_no_way_leads_to_is_named() -> None:
    draft = sketch("a:task A\nb:task B", "s > a\na > e\nb > e")
    assert flow_of(draft) == ["a"] and fate(draft, "b") == "lost"


def test_of_several_processes_the_largest_is_read_and_the_others_are_named() -> None:
    small = process(scope("s1:start\na:task A\ne1:end", "s1 > a\na > e1"), "Small", "p1")
    large = process(scope("s2:start\nb:task B\nc:task C\ne2:end", "s2 > b\nb > c\nc > e2"), "Large", "p2")
    draft = import_bpmn(file(small, large))
    assert (draft.process, draft.others) == ("p2", ("p1",))
    assert "--process p1" in str(fates(draft, "p1"))
    assert flow_of(import_bpmn(file(small, large), "p1")) == ["a"]
    with pytest.raises(Refusal) as refused:
        import_bpmn(file(small, large), "p3")
    assert refused.value.code == "BP006" and "p1, p2" in refused.value.hint


def test_two_tasks_of_one_name_are_two_steps() -> None:
    draft = sketch("a:task Check\nb:task Check\nc:task 检查", "s > a\na > b\nb > c\nc > e")
    assert list(read(draft.text).step_table) == ["check", "check_2", "c"]
    assert read(draft.text).step("c").title.words["zh"] == "检查"


def test_the_same_file_gives_the_same_draft() -> None:
    data = drawn(
        "s:start\np:and\na:task A\nb:task B\nj:and\ne:end", "s > p\np > a\np > b\na > j\nb > j\nj > e"
    )
    assert import_bpmn(data).text == import_bpmn(data).text
