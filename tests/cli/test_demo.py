"""`forecourt demo`, small: played once, kept, reproducible, never mixed with other data."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from forecourt.platform.embedded.server import Server
from tests.cli.homes import new_home
from tests.cli.homes import run

SMALL = ("demo", "--days", "2", "--stores", "9", "--no-serve", "--json")
VARYING = {"seconds"}


@pytest.fixture(scope="module")
def played() -> Iterator[tuple[Path, dict[str, Any]]]:
    with new_home() as home:
        done = run(home, *SMALL)
        assert done.returncode == 0, done.stderr
        yield home, json.loads(done.stdout)


def test_it_prints_one_object_and_shows_progress(played: tuple[Path, dict[str, Any]]) -> None:
    _, result = played
    assert result["seconds"] > 0
    assert len(result) > 3


def test_a_second_run_keeps_the_data(played: tuple[Path, dict[str, Any]]) -> None:
    home, result = played
    again = run(home, *SMALL)
    assert json.loads(again.stdout) == result
    assert "nothing is played again" in again.stderr


def test_another_demo_is_refused_with_the_way_out(played: tuple[Path, dict[str, Any]]) -> None:
    home, _ = played
    other = run(home, "demo", "--days", "3", "--stores", "9", "--no-serve")
    assert other.returncode == 1
    assert "days 2, stores 9, seed 1" in other.stderr and "forecourt reset" in other.stderr


def test_its_journal_verifies(played: tuple[Path, dict[str, Any]]) -> None:
    home, _ = played
    verdict = json.loads(run(home, "journal", "verify", "--json").stdout)
    assert verdict["faults"] == [] and verdict["entries"] > 0


def test_one_altered_byte_is_found_by_the_command(played: tuple[Path, dict[str, Any]]) -> None:
    """On a copy of the installation: its own journal stays whole."""
    home, _ = played
    with new_home() as copy:
        shutil.rmtree(copy)
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns("run", "owner.lock", "server.json"))
        server = Server(copy, durable=False)
        server.account.own_tree(server.places.data)
        with server, psycopg.connect(server.dsn("postgres", "forecourt")) as root:
            root.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
            row = root.execute(
                "UPDATE journal_entry SET kind = overlay(kind PLACING 'X' FROM 1) "
                "WHERE id = (SELECT id FROM journal_entry ORDER BY id LIMIT 1) RETURNING id"
            ).fetchone()
        said = run(copy, "journal", "verify")
        assert said.returncode == 1
        assert row is not None and str(row[0]) in said.stdout


def test_the_same_seed_gives_the_same_result(played: tuple[Path, dict[str, Any]]) -> None:
    _, result = played
    with new_home() as other:
        again = json.loads(run(other, *SMALL).stdout)
    assert {k: v for k, v in again.items() if k not in VARYING} == {
        k: v for k, v in result.items() if k not in VARYING
    }


def test_a_demo_that_was_cut_off_is_not_taken_for_whole(played: tuple[Path, dict[str, Any]]) -> None:
    home, _ = played
    file = home / "demo.json"
    whole = file.read_text()
    file.write_text(
        json.dumps({name: value for name, value in json.loads(whole).items() if name != "result"})
    )
    try:
        said = run(home, *SMALL)
        assert said.returncode == 1 and "cut off before its end" in said.stderr
    finally:
        file.write_text(whole)


def test_it_is_never_mixed_with_other_data(played: tuple[Path, dict[str, Any]]) -> None:
    home, _ = played
    file = home / "demo.json"
    whole = file.read_text()
    file.unlink()
    try:
        said = run(home, *SMALL)
        assert said.returncode == 1 and "no demo made" in said.stderr
    finally:
        file.write_text(whole)
