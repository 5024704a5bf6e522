"""`forecourt playbook check`, as an author and a continuous integration use it."""

import json
from pathlib import Path

import pytest

from tests.cli.homes import run

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "methodology" / "playbooks"


def test_the_sample_playbooks_pass(tmp_path: Path) -> None:
    said = run(tmp_path, "playbook", "check", str(SAMPLES))
    assert said.returncode == 0, said.stdout
    assert said.stdout.startswith("0 errors")


@pytest.fixture
def slip(tmp_path: Path) -> Path:
    """The retail playbook with one role misspelt."""
    text = (SAMPLES / "retail.yaml").read_text("utf-8")
    assert "by: adviser" in text
    file = tmp_path / "retail.yaml"
    file.write_text(text.replace("by: adviser", "by: advisor", 1), "utf-8")
    return file


def test_a_slip_is_shown_with_its_line_and_the_near_miss(slip: Path, tmp_path: Path) -> None:
    said = run(tmp_path, "playbook", "check", str(slip))
    line = slip.read_text("utf-8").split("by: advisor")[0].count("\n") + 1
    assert said.returncode == 1
    assert f"{slip}:{line}:" in said.stdout and "did you mean adviser?" in said.stdout


def test_json_for_editors(slip: Path, tmp_path: Path) -> None:
    said = run(tmp_path, "playbook", "check", "--json", str(slip))
    assert said.returncode == 1
    (found,) = json.loads(said.stdout)
    assert found["severity"] == "error" and "adviser" in found["near"]


def test_a_missing_path_is_a_diagnostic(tmp_path: Path) -> None:
    said = run(tmp_path, "playbook", "check", str(tmp_path / "nothing.yaml"))
    assert said.returncode == 1 and "cannot be read" in said.stdout
