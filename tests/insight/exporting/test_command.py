"""`forecourt journal export` as a person runs it: another process, on the same database."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from forecourt.exchange.logs import ocel
from tests.cli.homes import FORECOURT


@pytest.fixture(autouse=True)
def town(played: None) -> None:
    """The database that the command finds."""


def run(*words: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*FORECOURT, "journal", "export", *map(str, words)], capture_output=True, text=True, env=os.environ
    )


def test_a_file_progress_and_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    said = run(path, "--format", "ocel-sqlite", "--playbook", "retail", "--steps")
    assert said.returncode == 0, said.stderr
    events = ocel.read(path).ocel.events
    assert f"{path}: {len(events)} events of " in said.stdout
    assert f"{len(events)} entries read." in said.stderr and f"{len(events)} entries written." in said.stderr
    again = run(path, "--format", "ocel-json")
    assert again.returncode == 1 and "say --force" in again.stderr
    forced = run(path, "--format", "ocel-json", "--force", "--json")
    assert forced.returncode == 0 and json.loads(forced.stdout)["events"] > len(events)
    assert ocel.form_of(path) == "json"


def test_days_count_where_the_network_works(tmp_path: Path) -> None:
    path = tmp_path / "log.xml"
    said = run(path, "--format", "ocel-xml", "--since", "2026-03-02", "--until", "2026-03-02")
    assert said.returncode == 0, said.stderr
    days = {ocel.read(path).ocel.events[0].at // 1_000_000 + 8 * 3600}
    assert all(day // 86_400 == 20_514 for day in days), "the second of March in Shanghai"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("log", "--format", "csv"), "'csv' is not one of"),
        (("log",), "Missing option '--format'"),
        (("log", "--format", "xes", "--since", "yesterday"), "does not match the format"),
        (("log", "--format", "xes", "--since", "2026-03-05", "--until", "2026-03-01"), "--since 2026-03-05 is after"),
        (("none/log", "--format", "xes"), "There is no folder"),
        (("log", "--format", "xes", "--playbook", "retial"), "No entry of the journal"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(words: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    said = run(tmp_path / words[0], *words[1:])
    assert said.returncode in (1, 2) and sentence in said.stderr
    assert list(tmp_path.iterdir()) == []
