"""OCEL 2.0 in its three forms: one log says the same in each; what is put right, what is refused, and where."""

import sqlite3
from pathlib import Path

import pytest

from forecourt.exchange.logs import ocel
from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.ocel.findings import CODES
from tests.exchange.logs.garages import DOCUMENTS
from tests.exchange.logs.garages import FORMS
from tests.exchange.logs.garages import GARAGE
from tests.exchange.logs.garages import changed
from tests.exchange.logs.garages import database
from tests.exchange.logs.garages import garage
from tests.exchange.places import shared


def refused(path: Path) -> list[tuple[str, int, int]]:
    """Codes with line and column of a refusal."""
    with pytest.raises(ocel.OcelRefused) as refusal:
        ocel.read(path)
    assert isinstance(refusal.value, LogRefused)
    assert all(one.code in CODES and one.file == path.name for one in refusal.value.diagnostics)
    return [(one.code, one.line, one.column) for one in refusal.value.diagnostics if one.is_error]


def warned(path: Path) -> dict[str, str]:
    return {one.code: one.message for one in ocel.read(path).findings}


@pytest.mark.parametrize("form", FORMS)
def test_a_log_says_the_same_in_each_form(form: str, tmp_path: Path) -> None:
    path = garage(form, tmp_path)
    reading = ocel.read(path)
    assert ocel.form_of(path) == form
    assert reading.ocel == GARAGE
    assert [one.code for one in reading.findings] == (["LO020"] if form == "sqlite" else [])


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_bytes((DOCUMENTS / "garage.xml").read_bytes())
    assert ocel.read(path).ocel == GARAGE


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_other_encodings(form: str, encoding: str, tmp_path: Path) -> None:
    text = (DOCUMENTS / f"garage.{form}").read_text("utf-8")
    path = tmp_path / "log"
    path.write_bytes(text.replace('encoding="UTF-8"', 'encoding="UTF-16"' if "16" in encoding else "").encode(encoding))  # fmt: skip
    assert ocel.read(path).ocel == GARAGE


@pytest.mark.parametrize("form", ["jsonocel", "xmlocel", "sqlite"])
def test_the_specifications_own_example(form: str) -> None:
    found = ocel.read(shared(f"ocel/ocel20_example.{form}")).ocel
    relations = (
        sum(len(one.relations) for one in found.events),
        sum(len(one.relations) for one in found.objects),
    )
    assert (len(found.events), len(found.objects), *relations) == (13, 9, 20, 7)
    assert {one.name for one in found.object_types} == {"Invoice", "Payment", "Purchase Order", "Purchase Requisition"}  # fmt: skip
    (r3,) = [one for one in found.objects if one.id == "R3"]
    assert [one.value for one in r3.attributes] == ["No", "Yes", "No"]


class TestFlattened:
    """Each event once for each related object of the type."""

    @pytest.mark.parametrize("form", FORMS)
    def test_cases_activities_times_and_columns(self, form: str, tmp_path: Path) -> None:
        log = ocel.read_ocel(garage(form, tmp_path), "repair order")
        rows = [
            (log.case.words[case], log.activity.words[activity], int(at) - GARAGE.events[0].at)
            for case, activity, at in zip(log.case.numbers, log.activity.numbers, log.at, strict=True)
        ]
        assert rows == [("ro-1", "open", 0), ("ro-2", "open", 0), ("ro-1", "Bay (assign)", 300_000_000)]
        assert log.actor is not None
        assert [*log.actor.numbers] == [0, 0, -1] and log.actor.words == ("st-1",)
        assert log.outcome is None and log.store is None and log.role is None

    def test_an_object_with_two_qualifiers_is_one_case(self, tmp_path: Path) -> None:
        path = changed("json", tmp_path, '{"objectId": "ro-2", "qualifier": "opened"}', '{"objectId": "ro-1", "qualifier": "again"}')  # fmt: skip
        assert len(ocel.read_ocel(path, "repair order")) == 2

    def test_other_attributes_may_fill_the_columns(self) -> None:
        log = ocel.flatten(GARAGE, "bay", {"outcome": "until", "store": "slots"})
        assert log.outcome is not None and log.outcome.words == ("2026-03-02T03:00:00Z",)
        assert log.store is not None and log.store.words == ("4",)
        assert log.actor is None

    def test_object_types_with_their_events(self, tmp_path: Path) -> None:
        for form in FORMS:
            assert ocel.object_types(garage(form, tmp_path / form if form != "sqlite" else tmp_path)) == {
                "repair order": 2,
                "bay": 1,
            }

    def test_an_unknown_object_type_is_refused_with_the_near_miss(self) -> None:
        with pytest.raises(ocel.OcelRefused) as refusal:
            ocel.read_ocel(DOCUMENTS / "garage.json", "repair orders")
        (found,) = refusal.value.diagnostics
        assert (found.code, found.near) == ("LO015", ("repair order",))

    def test_a_type_without_events_is_refused(self, tmp_path: Path) -> None:
        path = changed(
            "json", tmp_path, '{"name": "bay", "attributes": []}', '{"name": "bay"}, {"name": "lift"}'
        )
        with pytest.raises(ocel.OcelRefused) as refusal:
            ocel.read_ocel(path, "lift")
        assert refusal.value.diagnostics[0].code == "LO016"


REFUSED = [
    ("json", '"events": [', '"events": {', ("LO008", 21, 13)),
    ("json", '    {"id": "e3"', '    ["id", "e3"', ("LO004", 28, 24)),
    ("json", '{"id": "e2", "type"', '{"id": "e1", "type"', ("LO011", 25, 5)),
    ("json", '{"id": "ro-2"', '{"id": "ro-1"', ("LO012", 18, 5)),
    ("json", '"objectId": "b-7", "qualifier": "in"', '"objectId": "b-8", "qualifier": "in"', ("LO013", 25, 5)),
    ("json", '"objectId": "b-7", "qualifier": "done in"', '"objectId": "b-8", "qualifier": "done in"', ("LO014", 11, 5)),
    ("json", '{"id": "e3", ', "{", ("LO008", 28, 5)),
    ("json", '"value": "true"', '"value": {"a": 1}', ("LO008", 22, 5)),
    ("json", '"events"', '"occurrences"', ("LO007", 1, 1)),
    ("json", "完成", '完成" "', ("LO004", 14, 40)),
    ("xml", "<events>", "<events", ("LO004", 31, 5)),
    ("xml", 'event id="e2"', 'event id="e1"', ("LO011", 38, 1)),
    ("xml", 'object id="ro-2"', 'object id="ro-1"', ("LO012", 26, 1)),
    ("xml", 'object-id="b-7" qualifier="in"', 'object-id="b-8" qualifier="in"', ("LO013", 38, 1)),
    ("xml", 'object-id="b-7" qualifier="done in"', 'object-id="b-8" qualifier="done in"', ("LO014", 18, 1)),
    ("xml", 'event id="e3" ', "event ", ("LO008", 42, 1)),
    ("xml", "<log>", "<html>", ("LO002", 2, 1)),
    ("xml", "<object-types>", "<trace/><object-types>", ("LO002", 3, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("form", "before", "after", "said"), REFUSED, ids=[f"{one[0]}-{one[3][0]}-{number}" for number, one in enumerate(REFUSED)])  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(
    form: str, before: str, after: str, said: tuple[str, int, int], tmp_path: Path
) -> None:
    assert refused(changed(form, tmp_path, before, after))[0] == said


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("INSERT INTO event_object VALUES ('e1', 'x', 'opened');", "LO013"),
        ("INSERT INTO object_object VALUES ('ro-1', 'x', '');", "LO014"),
        ("INSERT INTO event_object VALUES ('e9', 'b-7', '');", "LO007"),
        ("INSERT INTO event_Open VALUES ('e9', '2026-03-02 01:06:00', NULL, NULL);", "LO007"),
        ("INSERT INTO object_Bay VALUES ('b-9', '1970-01-01 00:00:00');", "LO007"),
        ("INSERT INTO event_BayAssign VALUES ('e1', '2026-03-02 01:06:00', NULL, NULL);", "LO011"),
        ("DROP TABLE event_object;", "LO007"),
        ("DROP TABLE event_Open;", "LO007"),
        ("ALTER TABLE event_Open DROP COLUMN ocel_time;", "LO007"),
        ("DROP TABLE event; CREATE TABLE event (ocel_id, ocel_type);"
         "INSERT INTO event VALUES ('e1', 'open'), ('e1', 'open'), ('e2', 'Bay (assign)'), ('e3', 'open');", "LO011"),
        ("UPDATE event SET ocel_type = NULL WHERE ocel_id = 'e1';", "LO008"),
    ],
)  # fmt: skip
def test_a_database_that_contradicts_itself_is_refused(change: str, code: str, tmp_path: Path) -> None:
    assert code in [one[0] for one in refused(database(tmp_path, change=change))]


class TestOtherFormats:
    """What is not OCEL 2.0 is named for what it is."""

    def test_ocel_1_in_json(self) -> None:
        assert refused(DOCUMENTS / "ocel-1.json") == [("LO003", 1, 2)]

    def test_ocel_1_in_xml(self) -> None:
        assert refused(DOCUMENTS / "ocel-1.xml") == [("LO003", 4, 1)]

    def test_ocel_1_in_xml_without_globals(self, tmp_path: Path) -> None:
        lines = (DOCUMENTS / "ocel-1.xml").read_text("utf-8").splitlines()
        path = tmp_path / "log.xml"
        path.write_text("\n".join(line for line in lines if "global" not in line), "utf-8")
        assert refused(path) == [("LO003", 5, 1)]

    def test_ocel_1_as_pandas_tables(self, tmp_path: Path) -> None:
        path = tmp_path / "log.sqlite"
        connection = sqlite3.connect(path)
        connection.executescript('CREATE TABLE EVENTS ("ocel:eid" TEXT); CREATE TABLE RELATIONS ("ocel:eid" TEXT); CREATE TABLE OBJECTS ("ocel:oid" TEXT)')  # fmt: skip
        connection.close()
        assert refused(path) == [("LO003", 1, 1)]

    @pytest.mark.parametrize(
        "start", [b"\x1f\x8b\x08", b"PK\x03\x04", b"PAR1", b"[]", b"", b"  \n", b"case,activity\n", b"\xff\xfe[\x00", b"\x00"]
    )  # fmt: skip
    def test_other_files(self, start: bytes, tmp_path: Path) -> None:
        path = tmp_path / "log"
        path.write_bytes(start)
        assert refused(path) == [("LO002", 1, 1)]

    def test_a_xes_file(self, tmp_path: Path) -> None:
        path = tmp_path / "log.xes"
        path.write_text("<log>\n<trace/></log>")
        assert refused(path) == [("LO002", 2, 1)]

    def test_no_file_and_a_folder(self, tmp_path: Path) -> None:
        assert refused(tmp_path / "none")[0][0] == "LO001"
        assert refused(tmp_path)[0][0] == "LO001"


class TestWithoutTimes:
    """An event without a time is left out; a log without any is refused."""

    def test_one_event(self, tmp_path: Path) -> None:
        path = changed("json", tmp_path, '"time": "2026-03-02T01:05:00Z"', '"time": "tomorrow"')
        reading = ocel.read(path)
        assert [one.id for one in reading.ocel.events] == ["e1", "e3"]
        (found,) = reading.findings
        assert (found.code, found.line, found.is_error) == ("LO010", 25, False)

    @pytest.mark.parametrize("form", ["json", "xml"])
    def test_no_event_at_all(self, form: str, tmp_path: Path) -> None:
        text = (DOCUMENTS / f"garage.{form}").read_text("utf-8")
        path = tmp_path / "log"
        head, events = text.split('"events"' if form == "json" else "<events>")
        middle = '"events"' if form == "json" else "<events>"
        path.write_text(head + middle + events.replace(' time="', ' when="').replace('"time":', '"when":'), "utf-8")  # fmt: skip
        assert refused(path)[0][0] == "LO009"

    def test_no_event_of_a_database(self, tmp_path: Path) -> None:
        change = "UPDATE event_Open SET ocel_time = NULL; UPDATE event_BayAssign SET ocel_time = '';"
        assert refused(database(tmp_path, change=change))[0][0] == "LO009"


WARNED = [
    ("json", '"2026-03-02T01:06:00Z"', '"2026-03-02 01:06:00"', "LO020"),
    ("json", '{"name": "bay", "attributes": []}', '{"name": "pit"}', "LO021"),
    ("json", '{"name": "urgent", "type": "boolean"}', '{"name": "calm", "type": "boolean"}', "LO022"),
    ("json", '"value": "true"', '"value": "perhaps"', "LO023"),
    ("json", '"value": "4"', '"value": "99999999999999999999"', "LO023"),
    ("json", ', "qualifier": "for"', "", "LO024"),
    ("json", '{"name": "urgent", "value": "true"}', '{"name": "actor", "value": "st-2"}', "LO025"),
    ("json", '"type": "float"', '"type": "hours"', "LO026"),
    ("json", ', "time": "1970-01-01T00:00:00Z"', "", "LO027"),
    ("json", "offen", "off\\ud800en", "LO028"),
    ("json", '"objectTypes"', '"comment": {"a": [1]}, "objectTypes"', "LO030"),
    ("xml", ' qualifier="for"', "", "LO024"),
    ("xml", ' time="0"', "", "LO027"),
    ("xml", "<events>", "<note>ours</note><events>", "LO030"),
]


@pytest.mark.parametrize(("form", "before", "after", "code"), WARNED, ids=[f"{one[0]}-{one[3]}-{number}" for number, one in enumerate(WARNED)])  # fmt: skip
def test_what_can_be_put_right_is_read_and_said(
    form: str, before: str, after: str, code: str, tmp_path: Path
) -> None:
    assert list(warned(changed(form, tmp_path, before, after))) == [code]


def test_a_database_may_leave_things_out(tmp_path: Path) -> None:
    change = "DELETE FROM object_Bay; UPDATE event_object SET ocel_qualifier = NULL; UPDATE event_BayAssign SET slots = 'four';"
    found = warned(database(tmp_path, change=change))
    assert list(found) == ["LO020", "LO024", "LO023"]
    assert "(4 times.)" in found["LO024"]


def test_numbers_as_ids_and_values_are_read(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_text(
        '{"eventTypes": [], "objectTypes": [{"name": "o", "attributes": [{"name": "n", "type": "integer"}]}],'
        ' "objects": [{"id": 7, "type": "o", "attributes": [{"name": "n", "value": 5, "time": "0"}, {"name": "n", "value": null}]}],'
        ' "events": [{"id": 1, "type": "a", "time": "2026-03-02T01:06:00Z", "relationships": [{"objectId": 7, "qualifier": ""}]}]}'
    )
    found = ocel.read(path).ocel
    assert (found.objects[0].id, found.objects[0].attributes[0].value) == ("7", 5)
    assert found.events[0].relations[0].object_id == "7"


def test_findings_are_capped(tmp_path: Path) -> None:
    events = ",".join('{"id": "e", "type": "a", "time": "2026-03-02T01:06:00Z"}' for _ in range(500))
    path = tmp_path / "log.json"
    path.write_text(f'{{"objects": [], "events": [{events}]}}')
    with pytest.raises(ocel.OcelRefused) as refusal:
        ocel.read(path)
    said = [one for one in refusal.value.diagnostics if one.is_error]
    assert len(said) == 101 and any(one.code == "LO099" and "399 more" in one.message for one in said)


def test_every_code_is_explained_and_used() -> None:
    """The reference lists each code, and each is said somewhere in the room."""
    room = Path(ocel.__file__).parent
    source = "".join(path.read_text("utf-8") for path in room.glob("*.py") if path.name != "findings.py")
    source += (room / "findings.py").read_text("utf-8").split("Place =")[1]
    page = (Path(__file__).parents[3] / "docs" / "reference" / "event-logs.md").read_text("utf-8")
    for code in CODES:
        assert f'"{code}"' in source, f"{code} is never said"
        assert f"| {code} |" in page, f"docs/reference/event-logs.md does not explain {code}"
