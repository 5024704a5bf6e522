"""A proposed mapping: what it finds, that it says where it guesses, and that it can be given back as it is."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.exchange.logs.mapreading import read_mapping
from forecourt.exchange.logs.proposing import propose_columns
from forecourt.exchange.logs.proposing import propose_format
from forecourt.exchange.logs.reading import read_log
from forecourt.exchange.logs.suggesting import suggest
from tests.exchange.logs.makers import SAMPLES
from tests.exchange.logs.makers import event
from tests.exchange.logs.makers import put
from tests.exchange.logs.makers import small
from tests.exchange.logs.makers import trace
from tests.exchange.logs.makers import xes
from tests.exchange.places import shared


def test_columns_by_well_known_names() -> None:
    found = propose_columns({"案例": (), "活动": (), "时间": (), "门店": (), "人员": (), "x": ()})
    assert {meaning: column.name for meaning, column in found.items()} == {
        "case": "案例", "activity": "活动", "time": "时间", "store": "门店", "actor": "人员",
    }  # fmt: skip
    assert not any(column.why for column in found.values())


def test_columns_by_names_often_used_are_marked_as_guesses() -> None:
    found = propose_columns({"Order ID": ("1",), "Status": ("a",), "Created": ("2026-03-02",), "Dealer": ()})
    assert [found[meaning].name for meaning in ("case", "activity", "time", "store")] == [
        "Order ID", "Status", "Created", "Dealer",
    ]  # fmt: skip
    assert all(column.why.endswith("?") for column in found.values())


def test_columns_by_their_values() -> None:
    rows = [
        (f"K{number // 4}", ["come", "talk", "go"][number % 3], f"{number + 1}/3/2026 9:00")
        for number in range(20)
    ]
    first, second, third = zip(*rows, strict=True)
    found = propose_columns({"x": first, "y": second, "z": third})
    assert {meaning: column.name for meaning, column in found.items()} == {
        "case": "x",
        "activity": "y",
        "time": "z",
    }
    assert all(column.why.endswith("?") for column in found.values())


@pytest.mark.parametrize(
    ("values", "form", "unsure"),
    [
        (["2026-03-02 09:00"], "", False),
        (["13/03/2026 09:00", "01/03/2026 10:00"], "%d/%m/%Y %H:%M", False),
        (["03/13/2026 09:00"], "%m/%d/%Y %H:%M", False),
        (["03/04/2026 09:00"], "%d/%m/%Y %H:%M", True),
        (["soon"], "", False),
        ([], "", False),
    ],
)
def test_formats_of_times(values: list[str], form: str, unsure: bool) -> None:
    found = propose_format(values)
    assert (found[0], bool(found[1])) == (form, unsure)


@pytest.mark.parametrize("name", ["showroom.xes", "showroom-zh.csv"])
def test_the_proposal_for_a_sample_is_itself_a_mapping(name: str) -> None:
    text = suggest(SAMPLES / name, small())
    mapping = read_mapping(text, "map.yaml")
    assert read_log(SAMPLES / name, mapping).counts.kept > 100
    assert "?" in text


def test_object_types_are_proposed_with_their_events() -> None:
    text = suggest(shared("ocel/ocel20_example.jsonocel"), small())
    assert read_mapping(text, "map.yaml").object_type == "Invoice" and "Purchase Order 5" in text


def test_what_a_mapping_says_already_is_kept(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b,c\n1,receive,03/04/2026 9:00\n2,receive,03/04/2026 9:00\n")
    given_mapping = read_mapping(
        "columns: {case: a, activity: b, time: c}\ntime_format: '%m/%d/%Y %H:%M'", "map.yaml"
    )
    found = read_mapping(suggest(path, small(), given_mapping), "map.yaml")
    assert (found.columns, found.time_format) == (
        {"case": "a", "activity": "b", "time": "c"},
        "%m/%d/%Y %H:%M",
    )
    assert str(found.names["receive"]) == "receive"


def test_where_nothing_is_complete_all_stages_are_proposed(tmp_path: Path) -> None:
    path = xes(tmp_path, trace(event(lifecycle__transition="start")))
    assert read_mapping(suggest(path, small()), "map.yaml").lifecycle is None


def test_a_column_that_cannot_be_found_is_asked_for(tmp_path: Path) -> None:
    text = suggest(put(tmp_path, "who,what\nLin,x\n"), small())
    assert "# No column was found for case, activity, time" in text
    assert read_mapping(text, "map.yaml").columns == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5, unique=True))
def test_any_name_of_an_activity_survives_the_way_through_the_file(names: list[str]) -> None:
    """Joined names stand in the file as they stand in the log, whatever signs they have."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    activities = [f"receive {name}" for name in names]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        times = pa.array([0] * len(names), pa.timestamp("us", "UTC"))
        pq.write_table(pa.table({"case": ["1"] * len(names), "activity": activities, "time": times}), path)
        found = read_mapping(suggest(path, small()), "map.yaml")
    assert set(found.names) <= {name.strip() for name in activities}
