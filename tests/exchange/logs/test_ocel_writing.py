"""Any log comes back from any of the three forms as it was written; what a form cannot hold is refused, not lost."""

import json
import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from lxml import etree

from forecourt.exchange.logs import ocel
from forecourt.exchange.logs.ocel import Ocel
from forecourt.exchange.logs.ocel.records import Attribute
from forecourt.exchange.logs.ocel.records import Event
from forecourt.exchange.logs.ocel.records import Flow
from forecourt.exchange.logs.ocel.records import Object
from forecourt.exchange.logs.ocel.records import Relation
from forecourt.exchange.logs.ocel.records import Timed
from forecourt.exchange.logs.ocel.records import Type
from tests.exchange.logs.garages import FORMS
from tests.exchange.logs.garages import GARAGE
from tests.exchange.places import shared


def written(log: Flow, form: str, folder: Path) -> Path:
    path = folder / f"log.{form}"
    if form == "sqlite":
        ocel.write_sqlite(log, path)
    else:
        with path.open("wb") as stream:
            (ocel.write_json if form == "json" else ocel.write_xml)(log, stream)
    return path


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_is_read(form: str, tmp_path: Path) -> None:
    reading = ocel.read(written(GARAGE, form, tmp_path))
    assert reading.ocel == GARAGE
    assert reading.findings == ()


def test_json_is_valid_against_the_standards_schema(tmp_path: Path) -> None:
    from jsonschema import Draft7Validator

    schema = json.loads(shared("ocel/schema_ocel2.json").read_text("utf-8"))
    made = json.loads(written(GARAGE, "json", tmp_path).read_text("utf-8"))
    Draft7Validator.check_schema(schema)
    assert (
        list(Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER).iter_errors(made)) == []
    )
    assert {type(one["value"]) for event in made["events"] for one in event["attributes"]} == {str}
    assert all("qualifier" in one for event in made["events"] for one in event["relationships"])
    assert all("time" in one for item in made["objects"] for one in item["attributes"])


def test_xml_points_by_relationship(tmp_path: Path) -> None:
    """As the specification writes it. The published schema wants `<object>` there and rejects the specification's example."""
    tree = etree.parse(written(GARAGE, "xml", tmp_path))
    assert len(tree.findall("events/event/objects/relationship")) == 4
    assert len(tree.findall("objects/object/objects/relationship")) == 1
    assert [one.tag for one in tree.getroot()] == ["object-types", "event-types", "objects", "events"]


def test_a_database_has_the_standards_tables(tmp_path: Path) -> None:
    with closing(sqlite3.connect(written(GARAGE, "sqlite", tmp_path))) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert tables == {
            "event", "object", "event_object", "object_object", "event_map_type", "object_map_type",
            "event_open", "event_Bayassign", "object_repairorder", "object_bay",
        }  # fmt: skip
        rows = connection.execute("SELECT ocel_time, ocel_changed_field, state, hours FROM object_repairorder WHERE ocel_id = 'ro-1'")  # fmt: skip
        assert rows.fetchall() == [
            ("1970-01-01T00:00:00Z", None, "offen", None),
            ("2026-03-02T03:00:00.250000Z", "state", "完成", None),
            ("2026-03-02T03:00:00Z", "hours", None, 1.5),
        ]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12)  # fmt: skip
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=("Cc", "Cs"), include_characters="\n\t\r"), max_size=20)  # fmt: skip
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds without a zone, as the strategy wants them
MICROS = st.integers(-62_000_000_000_000_000, 250_000_000_000_000_000)
VALUES = {
    "string": WORDS,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "time": MOMENTS,
}


@st.composite
def types(draw: st.DrawFn) -> tuple[Type, ...]:
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    return tuple(Type(name, tuple(draw(attributes()))) for name in names)


@st.composite
def attributes(draw: st.DrawFn) -> list[Attribute]:
    names = draw(st.lists(NAMES.filter(lambda name: not name.lower().startswith("ocel_")), max_size=3, unique_by=str.lower))  # fmt: skip
    return [Attribute(name, draw(st.sampled_from(sorted(VALUES)))) for name in names]


@st.composite
def logs(draw: st.DrawFn) -> Ocel:
    object_types, event_types = draw(types()), draw(types())
    ids = draw(st.lists(NAMES, max_size=4, unique=True))
    relations = st.just(())
    if ids:
        pointers = st.builds(Relation, st.sampled_from(ids), WORDS)
        relations = st.lists(pointers, max_size=3, unique=True).map(tuple)
    objects = []
    for id_ in ids:
        type_ = draw(st.sampled_from(object_types))
        timed = [
            Timed(one.name, draw(VALUES[one.type]), draw(MICROS))
            for one in type_.attributes
            if draw(st.booleans())
        ]
        objects.append(Object(id_, type_.name, tuple(timed), draw(relations)))
    events = []
    for id_ in draw(st.lists(NAMES, max_size=4, unique=True)):
        type_ = draw(st.sampled_from(event_types))
        values = [(one.name, draw(VALUES[one.type])) for one in type_.attributes if draw(st.booleans())]
        events.append(Event(id_, type_.name, draw(MICROS), tuple(values), draw(relations)))
    return Ocel(event_types, object_types, objects, events)


def plain(log: Ocel) -> tuple[object, ...]:
    """A log without the order that a database does not keep."""
    return (
        log.event_types, log.object_types,
        [(one.id, one.type, sorted(one.attributes, key=repr), sorted(one.relations, key=repr)) for one in log.objects],
        [(one.id, one.type, one.at, one.attributes, sorted(one.relations, key=repr)) for one in log.events],
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@given(log=logs())
@settings(max_examples=60, deadline=None)
def test_any_log_comes_back(form: str, log: Ocel) -> None:
    if form == "sqlite" and any(
        len(one.attributes) != len({item.name.lower() for item in one.attributes})
        for one in log.event_types + log.object_types
    ):
        return  # tested below: a database cannot tell such names apart
    with TemporaryDirectory() as folder:
        reading = ocel.read(written(log, form, Path(folder)))
    assert plain(reading.ocel) == plain(log)
    assert reading.findings == ()


@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_xml_cannot_hold_is_replaced(form: str, tmp_path: Path) -> None:
    log = Ocel((Type("a", (Attribute("n"),)),), (), [], [Event("e", "a", 0, (("n", "x\x00y\ud800z"),))])
    (event,) = ocel.read(written(log, form, tmp_path)).ocel.events
    assert event.attributes == (("n", "x\ufffdy\ufffdz"),)


class TestRefused:
    """A database has one table for a type, columns without case and no room for what is not declared."""

    def log(self, *attributes: str, used: str = "", type_: str = "a") -> Ocel:
        values = ((used, "1"),) if used else ()
        return Ocel((Type("a", tuple(map(Attribute, attributes))),), (), [], [Event("e", type_, 0, values)])

    @pytest.mark.parametrize("names", [("Code", "code"), ("ocel_id",), ("OCEL_Time",)])
    def test_columns_that_are_alike(self, names: tuple[str, ...], tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="cannot tell apart"):
            ocel.write_sqlite(self.log(*names), tmp_path / "log")

    def test_an_undeclared_type(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="event type 'b' is not declared"):
            ocel.write_sqlite(self.log(type_="b"), tmp_path / "log")

    def test_an_undeclared_attribute(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="attribute 'n', which its type does not declare"):
            ocel.write_sqlite(self.log(used="n"), tmp_path / "log")

    def test_a_file_that_is_there(self, tmp_path: Path) -> None:
        (tmp_path / "log").write_text("mine")
        with pytest.raises(FileExistsError):
            ocel.write_sqlite(GARAGE, tmp_path / "log")
        assert (tmp_path / "log").read_text() == "mine"

    def test_types_whose_tables_would_be_alike_are_told_apart(self, tmp_path: Path) -> None:
        names = ("step done", "stepdone", "Step-Done", "¿?", "完成")
        log = Ocel(tuple(Type(name) for name in names), (), [], [Event(name, name, 0) for name in names])
        path = tmp_path / "log"
        ocel.write_sqlite(log, path)
        assert ocel.read(path).ocel == log


class Passing:
    """Events that are made while they are written."""

    event_types = (Type("a"),)
    object_types = (Type("o"),)
    objects = (Object("o", "o"),)

    @property
    def events(self) -> Iterator[Event]:
        return (Event(f"e{number}", "a", number, (), (Relation("o", "q"),)) for number in range(30_000))


@pytest.mark.parametrize("form", FORMS)
def test_writers_keep_nothing(form: str, tmp_path: Path) -> None:
    """All events at once would be above 10 MB."""
    tracemalloc.start()
    path = written(Passing(), form, tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000
    assert len(ocel.read(path).ocel.events) == 30_000
