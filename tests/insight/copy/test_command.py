"""`forecourt journal copy`, as an operator types it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result

from forecourt.cli.commands.journal import command
from forecourt.insight.copy.disk import locked
from forecourt.insight.copy.reading import open_copy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def run(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(command, ["copy", str(folder), *options])


def test_it_says_what_came(grow: Any, folder: Path) -> None:
    grow(5)
    said = run(folder, "--buckets", "1")
    assert said.exit_code == 0, said.output
    assert said.stdout == f"20 new entries in 1 of 1 buckets (1 files); {folder} holds 20.\n"
    assert run(folder).stdout == f"Nothing new: {folder} holds all 20 entries.\n"


def test_json_for_scripts(grow: Any, folder: Path) -> None:
    streams = grow(5)
    run(folder, "--buckets", "2")
    grow(0, streams=streams)
    said = json.loads(run(folder, "--compact", "--check", "--json").stdout)
    assert (said["entries"], said["total"], said["buckets"], said["damaged"]) == (20, 40, 2, [])
    assert said["compacted"]["files_after"] == len(open_copy(folder).manifest.files) <= 2


def test_a_damaged_file_is_named_and_the_exit_code_says_so(grow: Any, folder: Path) -> None:
    grow(5)
    run(folder)
    path = open_copy(folder).paths()[0]
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    said = run(folder, "--check")
    assert said.exit_code == 1
    assert f"damaged: {path.relative_to(folder).as_posix()}" in said.stdout


def test_it_checks_before_it_compacts(grow: Any, folder: Path) -> None:
    streams = grow(5)
    run(folder, "--buckets", "1")
    grow(0, streams=streams)
    run(folder)
    path = open_copy(folder).paths()[1]
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    said = run(folder, "--compact", "--check", "--json")
    assert said.exit_code == 1
    assert json.loads(said.stdout)["damaged"] == [path.relative_to(folder).as_posix()]
    assert "compacted" not in json.loads(said.stdout) and len(open_copy(folder).paths()) == 2
    alone = run(folder, "--compact")
    assert (alone.exit_code, alone.stdout) == (1, "") and "Nothing was compacted" in alone.stderr


def test_refusals_are_sentences(grow: Any, folder: Path) -> None:
    grow(1)
    run(folder, "--buckets", "2")
    said = run(folder, "--buckets", "3")
    assert (said.exit_code, said.stdout) == (1, "") and "cannot change to 3" in said.stderr
    with locked(folder):
        assert "Wait until it is done" in run(folder).stderr
    assert run(folder, "--buckets", "0").exit_code == 2
