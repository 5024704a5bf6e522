"""One copy, many readers: Arrow, DuckDB, Polars and the replay kernel see the same rows; several parts are read as one."""

import random
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.insight.copy import layout
from forecourt.insight.copy import manifest as manifests
from forecourt.insight.copy import merging
from forecourt.insight.copy.compacting import compact
from forecourt.insight.copy.copying import copy
from forecourt.insight.copy.disk import CopyError
from forecourt.insight.copy.reading import open_copy
from forecourt.insight.copy.writing import write_part
from forecourt.insight.engines.works import program_of
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import events_of
from forecourt.playbook.replay.replaying import replay
from tests.insight.engines.copies import START
from tests.insight.engines.copies import TEA
from tests.insight.engines.copies import journey_rows
from tests.insight.engines.copies import make_copy
from tests.insight.engines.copies import table_of

ORDER = "coalesce(journey, '~' || stream), happened_at, seq"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_copy(tmp_path_factory.mktemp("copy"), journeys=120, buckets=4)


def test_arrow_duckdb_and_polars_read_the_same_rows(folder):
    opened = open_copy(folder)
    for bucket in opened.buckets:
        rows = opened.arrow(bucket).to_pylist()
        assert opened.polars(bucket).to_dicts() == rows
        relation = opened.duckdb(bucket)
        with duckdb.connect() as database:
            database.execute("SET TimeZone = 'UTC'")
            database.register("copied", relation.to_arrow_table())
            sorted_there = database.sql(f"SELECT * FROM copied ORDER BY {ORDER}").to_arrow_table()
        assert sorted_there.cast(layout.SCHEMA).to_pylist() == rows


def test_the_kernel_reads_the_same_rows(folder):
    opened = open_copy(folder)
    seen = []
    for bucket in opened.buckets:
        log = opened.log(bucket, "tea", "1")
        columns = (log.case, log.activity, log.outcome, log.store, log.role, log.actor)
        words = [[None if n < 0 else column.words[n] for n in column.numbers] for column in columns]
        seen += list(zip(*words, log.at.tolist(), log.evidence.tolist(), strict=True))
    asked = (
        "SELECT journey, step, outcome, store, role, actor, epoch_us(happened_at), evidence FROM copied"
        " WHERE kind = 'journeys.step_done' AND playbook = 'tea'"
    )
    with duckdb.connect() as database:
        database.register("copied", opened.duckdb().to_arrow_table())
        from_duckdb = database.sql(asked).fetchall()
    frame = opened.scan().filter(pl.col("kind") == "journeys.step_done", pl.col("playbook") == "tea")
    from_polars = frame.select(
        "journey", "step", "outcome", "store", "role", "actor", pl.col("happened_at").dt.epoch("us"), "evidence"
    ).collect()  # fmt: skip
    key = repr
    assert len(seen) > 300
    assert sorted(seen, key=key) == sorted(from_duckdb, key=key) == sorted(from_polars.rows(), key=key)


def test_the_way_shown_in_the_docs_reads_what_the_manifest_lists(folder):
    sql = (Path(__file__).parents[3] / "docs/explanation/journal-copy.md").read_text("utf-8")
    sql = sql.partition("```sql\n")[2].partition("```")[0]
    assert "read_parquet" in sql
    with duckdb.connect() as database:
        found = database.execute(sql.replace("COPY_FOLDER", str(folder))).fetchall()
    assert sum(rows for _, rows in found) == open_copy(folder).manifest.entries


def test_the_bucket_of_a_journey_can_be_worked_out_in_sql(folder):
    asked = (
        "SELECT DISTINCT coalesce(journey, stream), ('0x' || right(coalesce(journey, stream), 8))::BIGINT % 4"
    )
    for bucket in range(4):
        with duckdb.connect() as database:
            database.register("copied", open_copy(folder).duckdb(bucket).to_arrow_table())
            assert {number for _, number in database.sql(f"{asked} FROM copied").fetchall()} == {bucket}


def test_columns_can_be_chosen_and_wrong_ones_are_named(folder):
    assert open_copy(folder).arrow(1, ["step", "journey"]).column_names == ["step", "journey"]
    with pytest.raises(CopyError, match="no column 'stepp'"):
        open_copy(folder).arrow(1, ["stepp"])


def test_an_empty_copy_and_an_empty_bucket_read_as_nothing(tmp_path):
    opened = open_copy(make_copy(tmp_path, journeys=1, buckets=4, parts=1))
    sizes = [opened.arrow(bucket).num_rows for bucket in opened.buckets]
    assert sorted(sizes)[:3] == [0, 0, 0] and max(sizes) > 0
    empty = sizes.index(0)
    assert len(opened.log(empty, "tea")) == len(opened.duckdb(empty)) == len(opened.polars(empty)) == 0
    events = events_of(opened.log(empty, "tea"), program_of(TEA))
    assert replay(program_of(TEA), events).journeys == 0


def test_no_copy_is_an_error_with_the_command(tmp_path):
    with pytest.raises(CopyError, match="Make one with `forecourt journal copy`"):
        open_copy(tmp_path)


def test_a_file_that_is_not_what_was_written_is_found(tmp_path):
    opened = open_copy(make_copy(tmp_path, journeys=20, buckets=2, parts=1))
    assert opened.damaged() == []
    path = opened.paths()[0]
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert opened.damaged() == [path.relative_to(tmp_path).as_posix()]


def test_a_copy_that_was_compacted_while_it_was_read_says_so(tmp_path):
    opened = open_copy(make_copy(tmp_path, journeys=20, buckets=1))
    compact(tmp_path)
    with pytest.raises(CopyError, match="was compacted or deleted while it was read"):
        opened.arrow(0)
    assert open_copy(tmp_path).arrow(0).num_rows == opened.manifest.entries


def test_compaction_makes_one_file_of_many_and_changes_no_row(tmp_path):
    folder = make_copy(tmp_path, journeys=150, buckets=3, parts=5)
    before = [open_copy(folder).arrow(bucket) for bucket in range(3)]
    done = compact(folder)
    assert (done.buckets, done.files_before, done.files_after) == (3, 15, 3)
    assert [len(list(folder.glob(f"bucket=000{bucket}/*"))) for bucket in range(3)] == [1, 1, 1]
    assert all(open_copy(folder).arrow(bucket).equals(before[bucket]) for bucket in range(3))
    assert compact(folder).buckets == 0


def test_of_a_damaged_part_nothing_is_made(tmp_path):
    """A byte inside the file, where no length and no footer shows it: the new file's digest would vouch for it."""
    folder = make_copy(tmp_path, journeys=150, buckets=3, parts=5)
    path = open_copy(folder).paths(2)[3]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    before = {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    with pytest.raises(
        CopyError, match=f"{path} is missing or is not what was written .1 such files.. Nothing"
    ):
        compact(folder)
    after = {one: one.read_bytes() for one in folder.rglob("*") if one.is_file() and one.name != layout.LOCK}
    assert after == before


def test_no_part_is_written_twice(tmp_path):
    folder = make_copy(tmp_path, journeys=20, buckets=1, parts=2)
    with pytest.raises(CopyError, match="part-000002.parquet is there already"):
        write_part(folder, 0, 2, [table_of(journey_rows(1))])


def test_a_compacted_copy_grows_on(grow, tmp_path):
    old = grow(5)
    copy(tmp_path / "copy", 2)
    grow(0, count=1, streams=old)
    copy(tmp_path / "copy")
    compact(tmp_path / "copy")
    grow(0, count=1, streams=old)
    assert copy(tmp_path / "copy").entries == 5
    assert open_copy(tmp_path / "copy").manifest.entries == 30


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), files=st.integers(1, 5), rows=st.integers(1, 40), size=st.integers(1, 30))
def test_parts_read_as_one_are_in_order_and_cut_between_journeys(tmp_path_factory, seed, files, rows, size):
    chance = random.Random(seed)
    entries = [row for number in range(size) for row in journey_rows(number, seed)]
    chance.shuffle(entries)
    room = tmp_path_factory.mktemp("parts")
    paths = []
    for number in range(files):
        if some := entries[number::files]:
            paths.append(room / f"{number}.parquet")
            pq.write_table(table_of(some), paths[-1], row_group_size=7)
    tables = list(merging.merged(paths, rows=rows))
    assert pa.concat_tables(tables).equals(table_of(entries))
    keys = [set(layout.keys_of(table).to_pylist()) for table in tables]
    assert all(not one & other for place, one in enumerate(keys) for other in keys[:place])


def test_what_is_held_does_not_grow_with_the_files(tmp_path):
    rows = [row for number in range(3000) for row in journey_rows(number)]
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"{number}.parquet")
        pq.write_table(table_of(rows[number::3]), paths[-1], row_group_size=300)
    sizes = [table.num_rows for table in merging.merged(paths, rows=900)]
    assert sum(sizes) == len(rows) and max(sizes) <= 2000


def changed(rows, **columns):
    return [row | columns for row in rows]


def test_a_step_taken_back_is_not_in_the_log(tmp_path):
    rows = next(rows for number in range(99) if len(rows := journey_rows(number)) > 3)
    mistake = rows[2]
    taken = rows[2] | {
        "kind": "journeys.step_withdrawn",
        "withdraws": mistake["id"],
        "seq": 99,
        "id": "x",
        "happened_at": mistake["happened_at"] + timedelta(seconds=1),
    }
    log = _log_of(tmp_path, [*rows, taken], None)
    done = [row for row in rows if row["kind"] == "journeys.step_done"]
    assert len(log) == len(done) - 1
    assert mistake["happened_at"] not in _times(log)


def test_a_journey_that_was_moved_belongs_to_the_version_it_was_moved_to(tmp_path):
    stays, moves = [rows for number in range(99) if len(rows := journey_rows(number)) > 3][:2]
    moved = [*moves[:2], *changed(moves[2:], version="2")]
    one, two, both = (_log_of(tmp_path / str(v), [*stays, *moved], v) for v in ("1", "2", None))
    assert _journeys(one) == {stays[0]["journey"]}
    assert _journeys(two) == {moves[0]["journey"]} and len(two) == len(moves) - 1
    assert len(both) == len(one) + len(two)


def test_the_log_knows_when_a_journey_began(tmp_path):
    rows = next(rows for number in range(99) if len(rows := journey_rows(number)) > 3)
    log = _log_of(tmp_path, rows, "1")
    began = int(rows[0]["happened_at"].timestamp() * 1_000_000)
    assert log.started_at.tolist() == [began] * len(log)


def test_the_log_of_another_playbook_is_empty(folder):
    assert all(len(open_copy(folder).log(bucket, "coffee")) == 0 for bucket in range(4))
    assert open_copy(folder).versions() == [("tea", "1")]


def _log_of(folder: Path, rows, version):
    assert UUID(rows[0]["journey"])
    part = write_part(folder, 0, 1, [table_of(rows)])
    manifests.write(folder, manifests.Manifest(1).with_files([part]))
    return open_copy(folder).log(0, "tea", version)


def _journeys(log) -> set[str]:
    case: Coded = log.case
    return {case.words[number] for number in np.unique(case.numbers)}


def _times(log):
    return [START + timedelta(microseconds=int(at) - int(START.timestamp() * 1_000_000)) for at in log.at]
