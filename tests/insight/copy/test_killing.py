"""Killed at any moment, by SIGKILL, in a process of its own: the copy is what it was or what it should be, and the next run repairs it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from forecourt.insight.copy import layout
from forecourt.insight.copy.copying import copy
from tests.cli.homes import FORECOURT
from tests.insight.copy.conftest import everything
from tests.insight.copy.conftest import journalled

ROOT = Path(__file__).resolve().parents[3]


def _die(what: str, start: Path, room: Path) -> int:
    """Kill the work on duplicates of `start` at every point; how many points there were."""
    room.mkdir()
    command = [sys.executable, "-m", "tests.insight.copy.dying", what, str(start), str(room)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "forecourt.platform.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    return int(json.loads(done.stdout)["points"])


def test_a_copy_killed_at_any_point_loses_and_doubles_nothing(grow, tmp_path):
    old = grow(4, count=2)
    copy(tmp_path / "start", 2)
    grow(0, count=1, streams=old)
    grow(6, count=2)
    assert _die("copy", tmp_path / "start", tmp_path / "room") > 40


def test_a_compaction_killed_at_any_point_loses_and_doubles_nothing(grow, tmp_path):
    old = grow(4, count=2)
    copy(tmp_path / "start", 2)
    grow(0, count=1, streams=old)
    copy(tmp_path / "start")
    assert _die("compact", tmp_path / "start", tmp_path / "room") > 10


def _killed_at_work(command: list[str], environment: dict[str, str], folder: Path) -> bool:
    """Kill the command as soon as its working folder is there; whether that was before its round was in the copy and cleaned up."""
    shutil.rmtree(folder, ignore_errors=True)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while process.poll() is None and not (folder / layout.WORK).exists() and time.monotonic() < until:
        time.sleep(0.001)
    process.kill()
    return process.wait() == -signal.SIGKILL and (folder / layout.WORK).exists()


def test_the_command_killed_from_outside_is_run_again(grow, tmp_path, forecourt_db):
    """`kill -9` of the real command while it works, seen by its working folder; then it is let finish."""
    grow(30, count=3)
    folder = tmp_path / "copy"
    command = [*FORECOURT, "journal", "copy", str(folder), "--buckets", "8"]
    environment = os.environ | forecourt_db.environment()
    assert any(_killed_at_work(command, environment, folder) for _ in range(5)), "no kill hit the copy"
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"{folder} holds" in done.stdout
    assert (
        sorted((row["stream"], row["seq"], row["id"]) for row in everything(folder).to_pylist())
        == journalled()
    )


def test_leftovers_of_a_killed_run_are_removed(grow, tmp_path):
    grow(2)
    folder = tmp_path / "copy"
    copy(folder, 1)
    left = [
        folder / "bucket=0000" / ".part-000002.parquet.tmp",
        folder / "bucket=0000" / "part-000002.parquet",
        folder / "state-000002.parquet",
        folder / ".manifest.json.tmp",
        folder / layout.WORK / "run-0000.arrow",
    ]
    (folder / layout.WORK).mkdir()
    for path in left:
        path.write_bytes(b"half")
    assert copy(folder).swept == 4
    assert not [path for path in left if path.exists()]
