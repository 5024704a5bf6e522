"""Files made to harm, and every reader on mutated samples: a log or a refusal, never another error, within bounds."""

import random
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.exchange.logs import ocel
from tests.exchange.logs.garages import DOCUMENTS
from tests.exchange.logs.garages import FORMS
from tests.exchange.logs.garages import GARAGE
from tests.exchange.logs.garages import database
from tests.exchange.logs.garages import garage
from tests.exchange.logs.test_ocel_reading import refused


def put(folder: Path, data: bytes, name: str = "log") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


class TestXml:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_document_types_and_entities_are_refused_unread(self, encoding: str, tmp_path: Path) -> None:
        text = (DOCUMENTS / "garage-entities.xml").read_text("utf-8")
        assert refused(put(tmp_path, text.encode(encoding)))[0][:2] == ("LO006", 3)

    def test_a_document_type_alone_is_refused(self, tmp_path: Path) -> None:
        assert refused(put(tmp_path, b'<!DOCTYPE log SYSTEM "http://127.0.0.1:9/x.dtd">\n<log/>')) == [("LO006", 2, 1)]  # fmt: skip

    def test_entities_that_multiply(self, tmp_path: Path) -> None:
        entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
        text = f'<!DOCTYPE log [<!ENTITY e0 "bomb">{entities}]><log a="&e11;"><events>&e11;</events></log>'
        assert refused(put(tmp_path, text.encode()))[0][0] in {"LO004", "LO006"}

    def test_depth(self, tmp_path: Path) -> None:
        deep = b"<log><events>" + b"<a>" * 5000
        assert refused(put(tmp_path, deep))[0][0] == "LO004"

    def test_one_event_that_holds_too_much(self, tmp_path: Path) -> None:
        text = b'<log><objects/><events><event id="e" type="a">' + b"<a/>" * 2000
        with pytest.raises(ocel.OcelRefused) as refusal:
            ocel.read(put(tmp_path, text), ocel.Limits(part=1000))
        assert refusal.value.diagnostics[0].code == "LO005"

    def test_sections_of_others_are_forgotten_as_they_pass(self, tmp_path: Path) -> None:
        path = put(tmp_path, b"<log><x>" + b"<y>some text</y>" * 300_000 + b"</x><objects/><events/></log>")
        tracemalloc.start()
        ocel.read(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 4_000_000


class TestJson:
    @pytest.mark.parametrize("data", [b'{"a":' * 100_000, b'{"events":[' + b"[" * 100_000, b'{"events": [' + b'{"a":' * 100_000])  # fmt: skip
    def test_depth(self, data: bytes, tmp_path: Path) -> None:
        assert refused(put(tmp_path, data))[0][0] == "LO004"

    def test_long_numbers_cost_nothing(self, tmp_path: Path) -> None:
        event = f'{{"id": {"9" * 1_000_000}, "type": "a", "time": {"8" * 1_000_000}}}'
        text = f'{{"objects": [], "events": [{event}]}}'
        assert refused(put(tmp_path, text.encode()))[0][0] == "LO009"

    @pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", "true", "null", '"\\u0000"', "12345678901234567890123"])  # fmt: skip
    def test_odd_values(self, value: str, tmp_path: Path) -> None:
        text = (DOCUMENTS / "garage.json").read_text("utf-8").replace('"value": "4"', f'"value": {value}')
        assert len(ocel.read(put(tmp_path, text.encode())).ocel.events) == 3


class TestSqlite:
    @pytest.mark.parametrize(
        "change",
        [
            "ALTER TABLE event_object RENAME TO kept; CREATE VIEW event_object AS SELECT * FROM kept;",
            "DROP TABLE event_object; CREATE VIEW event_object AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
            " SELECT n AS ocel_event_id, n AS ocel_object_id, n AS ocel_qualifier FROM r;",
            "DROP TABLE event_object; CREATE VIRTUAL TABLE event_object USING fts5(ocel_event_id, ocel_object_id, ocel_qualifier);",
        ],
    )  # fmt: skip
    def test_only_plain_tables_are_read(self, change: str, tmp_path: Path) -> None:
        assert refused(database(tmp_path, change=change)) == [("LO007", 1, 1)]

    def test_changes_that_stand_beside_the_database(self, tmp_path: Path) -> None:
        path = garage("sqlite", tmp_path)
        beside = path.with_name(path.name + "-wal")
        beside.write_bytes(b"")
        assert ocel.read(path).ocel.events
        beside.write_bytes(b"x")
        assert refused(path)[0][0] == "LO004"

    def test_functions_of_the_schema_are_not_called(self, tmp_path: Path) -> None:
        change = "ALTER TABLE event_Open ADD COLUMN bomb TEXT AS (hex(zeroblob(400000000)));"
        path = database(tmp_path, change=change)
        tracemalloc.start()
        found = ocel.read(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found.ocel == GARAGE, "a computed column is no data"
        assert peak < 4_000_000

    def test_triggers_do_not_run_and_nothing_is_written(self, tmp_path: Path) -> None:
        change = "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM object; END;"
        path = database(tmp_path, change=change)
        before, beside = path.read_bytes(), sorted(tmp_path.iterdir())
        assert ocel.read(path).ocel == GARAGE
        assert (path.read_bytes(), sorted(tmp_path.iterdir())) == (before, beside)

    def test_a_database_on_a_read_only_place_with_odd_letters_in_its_name(self, tmp_path: Path) -> None:
        path = database(tmp_path, name="a ?b#c%41&mode=rwc.db")
        path.chmod(0o400)
        tmp_path.chmod(0o500)
        try:
            assert ocel.read(path).ocel == GARAGE
        finally:
            tmp_path.chmod(0o700)

    def test_a_value_that_is_too_long(self, tmp_path: Path) -> None:
        path = database(tmp_path, change="UPDATE event_Open SET actor = hex(zeroblob(1000000));")
        assert refused(path)[0][0] == "LO004"

    def test_pages_that_point_to_one_another(self, tmp_path: Path) -> None:
        """A table whose pages list the same child over and over has no end; the file has no room for that many rows."""
        path = tmp_path / "log"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(
                "PRAGMA page_size = 512;" + (DOCUMENTS / "garage.sql").read_text("utf-8")
            )
            connection.executemany(
                "INSERT INTO event_object VALUES ('e1', 'ro-1', ?)", ((f"q{n}",) for n in range(20_000))
            )
            connection.commit()
            (root,) = connection.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = 'event_object'"
            ).fetchone()
        _fold(path, root, 512)
        with pytest.raises(ocel.OcelRefused, match="more than the file has room for"):
            ocel.read(path)


def _fold(path: Path, root: int, size: int) -> None:
    """Let every pointer of an inner page of a table lead to the next inner page, and those of the last to one leaf."""
    data = bytearray(path.read_bytes())
    inner = [root, *_children(data, root, size)[:12]]
    leaf = _children(data, inner[-1], size)[0]
    for page, child in zip(inner, [*inner[1:], leaf], strict=True):
        start = (page - 1) * size
        for cell in [*_cells(data, page, size), start + 8]:
            data[cell : cell + 4] = child.to_bytes(4)
    path.write_bytes(data)


def _cells(data: bytes, page: int, size: int) -> list[int]:
    start = (page - 1) * size
    assert data[start] == 5, "an inner page of a table"
    count = int.from_bytes(data[start + 3 : start + 5])
    return [start + int.from_bytes(data[start + 12 + 2 * n : start + 14 + 2 * n]) for n in range(count)]


def _children(data: bytes, page: int, size: int) -> list[int]:
    return [int.from_bytes(data[cell : cell + 4]) for cell in _cells(data, page, size)]


LIMITS = [
    ("bytes", 500), ("bytes_json", 500), ("events", 2), ("objects", 2), ("relations", 3), ("types", 1), ("attributes", 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "most"), LIMITS)
@pytest.mark.parametrize("form", FORMS)
def test_every_limit_is_kept(name: str, most: int, form: str, tmp_path: Path) -> None:
    if name == ("bytes" if form == "json" else "bytes_json"):
        return  # the limit of the other forms
    with pytest.raises(ocel.OcelRefused) as refusal:
        ocel.read(garage(form, tmp_path), ocel.Limits(**{name: most}))
    assert "LO005" in [one.code for one in refusal.value.diagnostics]


def test_a_limit_is_a_number_of_something() -> None:
    with pytest.raises(ValueError, match="events of a reader is at least 1"):
        ocel.Limits(events=0)


@pytest.mark.parametrize("form", FORMS)
def test_every_beginning_of_a_file_is_refused_or_read(form: str, tmp_path: Path) -> None:
    data = garage(form, tmp_path).read_bytes()
    step = 1 if form != "sqlite" else 97
    for end in range(0, len(data) - 2, step):
        path = put(tmp_path, data[:end], "cut")
        if form == "sqlite":
            survives(path)
        else:
            assert refused(path)


def survives(path: Path) -> bool:
    """Whether it is a log. Any error but a refusal is the test's."""
    try:
        ocel.read(path)
    except ocel.OcelRefused as refusal:
        assert refusal.diagnostics and str(refusal)
        return False
    return True


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mutated_files(form: str, data: st.DataObject, tmp_path: Path) -> None:
    whole = (
        bytearray(garage(form, tmp_path).read_bytes()) if form != "sqlite" else bytearray(_database(tmp_path))
    )
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(whole) - 1))
        kind = data.draw(st.sampled_from(["flip", "cut", "copy", "insert"]))
        length = data.draw(st.integers(1, 64))
        if kind == "flip":
            whole[place] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del whole[place : place + length]
        elif kind == "copy":
            whole[place:place] = whole[place : place + length]
        else:
            whole[place:place] = data.draw(st.sampled_from(WORDS))
        whole = whole or bytearray(b"{")
    survives(put(tmp_path, bytes(whole), "mutated"))


WORDS = [
    b"\x00", b"\xff\xfe", b"</event>", b"<!--", b"]]>", b"&a;", b"<![CDATA[", b'{"', b"[]", b"null", b"1e400", b'"\\ud800"', b"<?x?>",
    b'xmlns:a="b"', b"a:b", b'id="e1"', b'"time":0,', b"1970", b"\xf0\x9f",
]  # fmt: skip


def _database(folder: Path) -> bytes:
    path = folder / "whole.sqlite"
    return path.read_bytes() if path.exists() else database(folder, name=path.name).read_bytes()


@pytest.mark.parametrize("seed", range(3))
def test_a_database_with_random_bytes(seed: int, tmp_path: Path) -> None:
    """Hypothesis finds the small ones; these hit pages all over the file."""
    whole = _database(tmp_path)
    chance = random.Random(seed)
    for _ in range(150):
        bytes_ = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            bytes_[chance.randrange(100, len(bytes_))] = chance.randrange(256)
        survives(put(tmp_path, bytes(bytes_), "mutated"))
