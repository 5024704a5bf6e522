"""`forecourt playbook discover`, on a log as a stranger has it."""

from pathlib import Path

import pytest

from tests.cli.homes import run

LOG = """case,activity,time,role
1,Greet,2026-03-02T10:00:00+08:00,adviser
1,Test drive,2026-03-02T11:00:00+08:00,Driver
1,Order,2026-03-03T10:00:00+08:00,adviser
2,Greet,2026-03-02T10:00:00+08:00,adviser
2,Order,2026-03-04T10:00:00+08:00,adviser
3,Greet,2026-03-02T10:00:00+08:00,adviser
3,Leave,2026-03-02T10:30:00+08:00,adviser
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "walkins.csv"
    file.write_text(LOG, "utf-8")
    return file


def test_a_draft_passes_the_check_and_the_log_fits_it(log: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    said = run(
        tmp_path, "playbook", "discover", str(log), "--name", "walk-in", "--noise", "0", "-o", str(draft)
    )
    assert said.returncode == 0, said.stderr
    assert "4 steps" in said.stdout
    assert run(tmp_path, "playbook", "check", str(draft)).returncode == 0
    judged = run(tmp_path, "conform", str(log), "--playbook", str(draft), "--json")
    assert judged.returncode == 0, judged.stderr
    assert '"fitting": 3' in judged.stdout


def test_the_draft_goes_to_standard_output(log: Path, tmp_path: Path) -> None:
    said = run(tmp_path, "playbook", "discover", str(log))
    assert said.stdout.startswith("# Drafted from a log of 3 journeys")
    assert "the log says: by Driver" in said.stdout


def test_a_draft_that_is_there_is_kept_unless_asked(log: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text("mine", "utf-8")
    said = run(tmp_path, "playbook", "discover", str(log), "-o", str(draft))
    assert said.returncode == 1 and "--force" in said.stderr and draft.read_text("utf-8") == "mine"
    assert run(tmp_path, "playbook", "discover", str(log), "-o", str(draft), "--force").returncode == 0
    nowhere = run(tmp_path, "playbook", "discover", str(log), "-o", str(tmp_path / "none" / "draft.yaml"))
    assert nowhere.returncode == 1 and "cannot be written" in nowhere.stderr


def test_a_file_that_is_no_log_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear colleagues", "utf-8")
    said = run(tmp_path, "playbook", "discover", str(file))
    assert said.returncode == 2 and "letter.txt" in said.stderr


def test_a_name_that_no_playbook_can_have_is_refused(log: Path, tmp_path: Path) -> None:
    said = run(tmp_path, "playbook", "discover", str(log), "--name", "Walk in")
    assert said.returncode == 2 and "'Walk in'" in said.stderr
