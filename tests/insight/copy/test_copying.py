"""The copy holds each entry of the journal exactly once, whatever commits when, and never touches what it has written."""

import os
import random
import shutil
import threading
import time
from pathlib import Path
from uuid import UUID
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
from django.db import connections
from django.db import transaction

from forecourt.insight.copy import copying
from forecourt.insight.copy import fetching
from forecourt.insight.copy import layout
from forecourt.insight.copy import manifest as manifests
from forecourt.insight.copy.compacting import compact
from forecourt.insight.copy.copying import copy
from forecourt.insight.copy.disk import CopyError
from forecourt.insight.copy.disk import digest
from forecourt.insight.copy.disk import locked
from forecourt.insight.copy.reading import open_copy
from tests.insight.copy.conftest import HERE
from tests.insight.copy.conftest import everything
from tests.insight.copy.conftest import journalled
from tests.insight.copy.conftest import write


def names_in(folder: Path) -> list[tuple[str, int, str]]:
    """Chain, number and id of every row of the copy, in order."""
    return sorted((row["stream"], row["seq"], row["id"]) for row in everything(folder).to_pylist())


def files_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Digest and time of last change of every part."""
    return {
        path.relative_to(folder).as_posix(): (digest(path), path.stat().st_mtime_ns)
        for path in folder.glob("bucket=*/*")
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def test_a_copy_holds_every_entry_once(grow, folder):
    grow(9)
    done = copy(folder, 4)
    assert (done.entries, done.total, done.buckets) == (36, 36, 4)
    assert names_in(folder) == journalled()


def test_a_second_run_adds_what_is_new_and_leaves_old_files_as_they_are(grow, folder):
    old = grow(9)
    copy(folder, 4)
    before = files_of(folder)
    grow(0, count=2, streams=old[:2])
    done = copy(folder)
    after = files_of(folder)
    assert names_in(folder) == journalled()
    assert {name: after[name] for name in before} == before
    assert set(done.touched) == {layout.bucket_of(stream, 4) for stream in old[:2]}
    assert {layout.bucket_of_part(name) for name in set(after) - set(before)} == set(done.touched)


def test_when_nothing_is_new_nothing_is_written(grow, folder):
    grow(3)
    copy(folder, 4)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.name != layout.LOCK}
    done = copy(folder)
    assert (done.entries, done.files, done.rounds) == (0, 0, 0)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_journal_without_entries_makes_an_empty_copy(forecourt_db, folder):
    assert copy(folder).total == 0
    assert copy(folder).total == 0


def test_deleted_and_made_again_it_holds_the_same(grow, folder, tmp_path):
    grow(6)
    copy(folder, 3)
    grow(4, count=2)
    copy(folder)
    copy(tmp_path / "once", 3)
    copy(tmp_path / "twice", 3)
    assert everything(tmp_path / "once").equals(everything(folder))
    once, twice = files_of(tmp_path / "once"), files_of(tmp_path / "twice")
    assert {name: sha for name, (sha, _) in once.items()} == {name: sha for name, (sha, _) in twice.items()}


def test_rows_lie_in_the_bucket_of_their_journey_and_in_order(grow, folder):
    grow(20, count=3)
    copy(folder, 5)
    for path in folder.glob("bucket=*/*.parquet"):
        rows = pq.read_table(path).to_pylist()
        order = [(row["journey"], row["happened_at"], row["seq"]) for row in rows]
        assert order == sorted(order)
        bucket = layout.bucket_of_part(path.relative_to(folder).as_posix())
        assert {layout.bucket_of(UUID(row["journey"]), 5) for row in rows} == {bucket}


def test_an_entry_without_a_journey_lies_with_its_chain_after_all_journeys(grow, folder):
    grow(3)
    grow(2, journey=None)
    copy(folder, 1)
    journeys = [row["journey"] for row in everything(folder).to_pylist()]
    assert journeys[:12] == sorted(filter(None, journeys)) and journeys[12:] == [None] * 8


def test_an_entry_of_a_journey_in_another_chain_lies_with_the_journey(grow, system, at, folder):
    (journey,) = grow(1)
    for _ in range(6):
        write(by=system, at=at, stream=uuid4(), journey=journey)
    copy(folder, 16)
    opened = open_copy(folder)
    assert opened.arrow(layout.bucket_of(journey, 16)).num_rows == 10


def test_many_rounds_are_as_good_as_one(grow, folder, tmp_path, monkeypatch):
    grow(12)
    copy(tmp_path / "one", 3)
    monkeypatch.setattr(copying, "ROUND", 10)
    assert copy(folder, 3).rounds == 6
    assert everything(folder).equals(everything(tmp_path / "one"))
    assert names_in(folder) == journalled()


def test_a_chain_longer_than_a_round_is_copied(grow, folder, monkeypatch):
    grow(2, count=7)
    monkeypatch.setattr(copying, "ROUND", 3)
    assert copy(folder, 3).entries == 14
    assert names_in(folder) == journalled()


def test_dense_and_thin_ranges_are_read_alike(grow, folder, monkeypatch):
    """A few chains of many have grown: they are asked for by name; named in queries of two."""
    old = grow(30, count=2)
    copy(folder, 3)
    grow(0, count=1, streams=old[::7])
    grow(2, count=1)
    monkeypatch.setattr(copying, "CHAINS", 2)
    assert copy(folder).entries == 7
    assert names_in(folder) == journalled()


@pytest.fixture
def held(forecourt_db, system, at):
    """`with held(stream):` a transaction that has written entries, recorded long ago, and has not committed."""
    from contextlib import contextmanager

    @contextmanager
    def open_one(stream, count=2, undo=False):
        written, release = threading.Event(), threading.Event()

        def hold():
            try:
                with transaction.atomic():
                    write(by=system, at=at, stream=stream, count=count)
                    written.set()
                    release.wait(60)
                    transaction.set_rollback(undo)
            finally:
                written.set()
                connections.close_all()

        thread = threading.Thread(target=hold)
        thread.start()
        assert written.wait(60)
        yield
        release.set()
        thread.join()

    return open_one


def test_what_commits_late_is_copied_later(grow, held, folder):
    """Its ids and times lie before those that are copied already: a high-water mark of either would lose it."""
    late = uuid4()
    with held(late):
        grow(3, count=2)
        assert copy(folder, 4).entries == 6
        grow(1, count=1)
        assert copy(folder).entries == 1
        assert str(late) not in {row["stream"] for row in everything(folder).to_pylist()}
    assert copy(folder).entries == 2
    assert names_in(folder) == journalled()
    assert copy(folder).entries == 0


def test_what_is_rolled_back_is_never_copied(grow, held, folder):
    (stream,) = grow(1, count=1)
    with held(stream, undo=True):
        assert copy(folder, 4).entries == 1
    assert copy(folder).entries == 0
    grow(0, count=1, streams=[stream])
    assert copy(folder).entries == 1
    assert names_in(folder) == journalled()


def test_copies_taken_while_many_write_lose_and_double_nothing(forecourt_db, system, at, folder):
    """Six writers on four chains, with transactions open for a random while; copies all the time; each holds whole chains."""
    streams = [uuid4() for _ in range(4)]

    def keep_writing(number: int) -> None:
        chance = random.Random(number)
        try:
            for _ in range(15):
                with transaction.atomic():
                    write(by=system, at=at, stream=chance.choice(streams), count=chance.randrange(1, 4))
                    time.sleep(chance.random() / 50)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=keep_writing, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    copies = 0
    while any(writer.is_alive() for writer in writers) or not copies:
        copy(folder, 3)
        copies += 1
        _assert_whole_chains(folder)
    copy(folder)
    assert copies > 1
    assert names_in(folder) == journalled()


def _assert_whole_chains(folder: Path) -> None:
    chains: dict[str, list[int]] = {}
    if manifests.read(folder) is None:  # no writer had committed yet
        return
    for stream, seq, _ in names_in(folder):
        chains.setdefault(stream, []).append(seq)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in chains.values())


def test_the_second_of_two_at_once_is_refused_politely(grow, folder, capsys):
    grow(1)
    copy(folder, 4)
    with locked(folder), pytest.raises(CopyError, match=f"process {os.getpid()} is writing the copy .* Wait"):
        copy(folder)
    assert copy(folder).entries == 0


def test_a_folder_with_other_things_is_refused(forecourt_db, folder):
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(CopyError, match=r"no copy of the journal \(holiday.jpg\)"):
        copy(folder)
    assert [path.name for path in folder.iterdir()] == ["holiday.jpg"]


def test_a_file_in_place_of_the_folder_is_refused(forecourt_db, folder):
    folder.write_text("x")
    with pytest.raises(CopyError, match="is a file"):
        copy(folder)


def test_the_number_of_buckets_is_fixed(grow, folder):
    grow(1)
    copy(folder, 4)
    with pytest.raises(CopyError, match="has 4 buckets and cannot change to 8"):
        copy(folder, 8)
    assert copy(folder, 4).buckets == 4
    with pytest.raises(CopyError, match="choose from 1 to 4096"):
        copy(folder / "other", 5000)


def test_things_of_others_in_a_copy_are_left_alone(grow, folder):
    grow(2)
    copy(folder, 1)
    (folder / "README").write_text("of somebody")
    (folder / "bucket=0000" / "notes.txt").write_text("of somebody")
    grow(2)
    assert copy(folder).swept == 0
    assert (folder / "README").exists() and (folder / "bucket=0000" / "notes.txt").exists()


def test_nobody_else_may_read_a_copy(grow, folder):
    """Whatever the umask: no row-level security guards a file."""
    before = os.umask(0)
    try:
        old = grow(4)
        copy(folder, 2)
        grow(0, count=1, streams=old)
        copy(folder)
        modes = {
            path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777 for path in folder.rglob("*")
        }
        compact(folder)
        modes |= {
            path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777 for path in folder.rglob("*")
        }
    finally:
        os.umask(before)
    assert {name for name, mode in modes.items() if mode == 0o700} == {"bucket=0000", "bucket=0001"}
    assert {mode for name, mode in modes.items() if not layout.is_bucket(name)} == {0o600}
    assert {layout.MANIFEST, layout.LOCK} < set(modes) and len(modes) > 8
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_was_widened_on_purpose_stays_wide(grow, folder):
    grow(4)
    copy(folder, 1)
    (part,) = folder.glob("bucket=*/*")
    for path in (folder, part.parent, part):
        path.chmod(path.stat().st_mode | 0o050)
    grow(2)
    copy(folder)
    assert [path.stat().st_mode & 0o777 for path in (folder, part.parent, part)] == [0o750, 0o750, 0o650]


def test_an_entry_longer_than_a_block_is_copied(grow, forecourt_db, system, at, folder):
    """Between others, so that blocks begin and end beside it."""
    grow(3)
    write(by=system, at=at, stream=uuid4(), objects={"words": "x" * (2 * fetching.BLOCK + 11)})
    grow(3)
    assert copy(folder, 2).entries == 25
    assert names_in(folder) == journalled()
    assert max(len(row["about"]) for row in everything(folder).to_pylist()) > 2 * fetching.BLOCK


def test_rows_are_whole_wherever_a_block_ends(grow, folder, monkeypatch):
    grow(9)
    monkeypatch.setattr(fetching, "BLOCK", 700)
    assert copy(folder, 2).entries == 36
    assert names_in(folder) == journalled()


def test_a_lost_part_is_named(grow, folder):
    grow(4)
    copy(folder, 2)
    lost = next(folder.glob("bucket=*/*.parquet"))
    lost.unlink()
    with pytest.raises(CopyError, match=f"{lost} is missing"):
        copy(folder)


def test_a_damaged_state_is_named(grow, folder):
    grow(4)
    copy(folder, 2)
    state = next(folder.glob("state-*.parquet"))
    state.write_bytes(state.read_bytes()[:-1] + b"?")
    with pytest.raises(CopyError, match="is missing or damaged"):
        copy(folder)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "not one of a copy"),
        ('{"format": "forecourt journal copy", "schema": 9}', "layout is version 9"),
        ('{"format": "forecourt journal copy", "schema": 1}', "a value is missing"),
        (
            '{"format": "forecourt journal copy", "schema": 1, "buckets": "4", "files": [], "entries": 0}',
            "whole numbers",
        ),
        (
            '{"format": "forecourt journal copy", "schema": 1, "buckets": 4, "entries": 1, "files": [{"path": "../../etc/passwd", '
            '"bucket": 0, "rows": 1, "bytes": 1, "sha256": ""}]}',
            "not the name of a part",
        ),
        (
            '{"format": "forecourt journal copy", "schema": 1, "buckets": 4, "entries": 0, "files": [], "state": "/etc/passwd"}',
            "not the name of a state",
        ),
        (
            '{"format": "forecourt journal copy", "schema": 1, "buckets": 4, "entries": 7, "files": []}',
            "it counts 7",
        ),
        (
            '{"format": "forecourt journal copy", "schema": 1, "buckets": 4, "generation": 1, "entries": 1, "files": [{"path": '
            '"bucket=0000/part-000002.parquet", "bucket": 0, "rows": 1, "bytes": 1, "sha256": ""}]}',
            "a later generation than 1",
        ),
    ],
)
def test_a_manifest_that_cannot_be_used_says_why(tmp_path, text, what):
    (tmp_path / layout.MANIFEST).write_text(text)
    with pytest.raises(CopyError, match=what):
        open_copy(tmp_path)


def test_a_journal_that_was_restored_to_an_earlier_moment_is_refused(grow, superuser, forecourt_db, folder):
    (stream, *_) = grow(3)
    copy(folder, 2)
    with superuser(forecourt_db) as root:
        root.execute("SET session_replication_role = replica")
        root.execute("DELETE FROM journal_entry WHERE stream = %s AND seq = 4", [stream])
        root.execute(
            "UPDATE journal_head SET seq = 3, hash = (SELECT hash FROM journal_entry e WHERE e.stream = %s AND e.seq = 3) WHERE stream = %s",
            [stream, stream],
        )
    with pytest.raises(CopyError, match="1 are shorter"):
        copy(folder)
    grow(0, count=2, streams=[stream])  # it goes on, and is longer than the copy now
    with pytest.raises(CopyError, match="1 chains go on from another entry"):
        copy(folder)


def test_the_journal_of_another_installation_is_refused(grow, superuser, forecourt_db, folder):
    grow(3)
    copy(folder, 2)
    with superuser(forecourt_db) as root:
        root.execute("SET session_replication_role = replica")
        root.execute("DELETE FROM journal_entry")
        root.execute("DELETE FROM journal_head")
    with pytest.raises(CopyError, match="3 chains that it holds are unknown here"):
        copy(folder)


def test_a_hole_in_the_journal_is_no_copy(grow, superuser, forecourt_db, folder):
    grow(3)
    with superuser(forecourt_db) as root:
        root.execute("SET session_replication_role = replica")
        root.execute("DELETE FROM journal_entry WHERE seq = 2")
    with pytest.raises(CopyError, match="gives 9 entries where its chains promise 12"):
        copy(folder, 2)
    assert manifests.read(folder) is None


def test_the_journal_is_read_as_the_reader(grow, superuser, forecourt_db, folder):
    """The web role is bound by row-level security, the owner may change tables; the reader can only read."""
    grow(1)
    with superuser(forecourt_db) as root:
        root.execute("REVOKE SELECT ON journal_entry FROM forecourt_web")
        copy(folder, 2)
        root.execute("REVOKE SELECT ON journal_entry FROM forecourt_reader")
        grow(1)
        with pytest.raises(Exception, match="permission denied for table journal_entry"):
            copy(folder)


def test_columns_are_what_the_entry_says(forecourt_db, system, at, folder):
    stream, person = uuid4(), uuid4()
    write(by=system, at=at, stream=stream, person=person, count=2, objects={"order": "o-1"})
    copy(folder, 2)
    row = everything(folder).to_pylist()[1]
    assert row["journey"] == row["stream"] == str(stream)
    assert (row["person"], row["kind"], row["step"]) == (str(person), "journeys.step_done", "respond")
    assert (row["happened_at"], row["recorded_at"]) == (at, at)
    assert [row[name] for name in ("network", "brand", "region", "operator", "store")] == [
        HERE.network, HERE.brand, HERE.region, HERE.operator, HERE.store,
    ]  # fmt: skip
    assert (row["outcome"], row["late"], row["fits"], row["evidence"]) == ("reached", True, True, 1)
    assert (row["deviations"], row["about"], row["withdraws"]) == ("[]", '{"order": "o-1"}', None)


@pytest.mark.parametrize(
    "text", ['say "hi", comma', "two\nlines", "\\N", "\\.", "汉字 é", "tab\there", " space "]
)
def test_texts_come_through_as_they_are(forecourt_db, system, at, folder, text):
    write(by=system, at=at, stream=uuid4(), step=text[:60], version=text[:30])
    copy(folder, 1)
    (row,) = everything(folder).to_pylist()
    assert (row["step"], row["version"]) == (text, text)


def test_a_copy_is_moved_with_its_folder(grow, folder, tmp_path):
    old = grow(3)
    copy(folder, 2)
    shutil.move(folder, tmp_path / "elsewhere")
    grow(0, count=1, streams=old)
    assert copy(tmp_path / "elsewhere").entries == 3
    assert names_in(tmp_path / "elsewhere") == journalled()
