"""`forecourt conform`, as a stranger uses it: the commands of the how-to, refusals, JSON, no installation touched."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.homes import FORECOURT
from tests.cli.homes import run

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "methodology" / "samples" / "logs"
RETAIL = ROOT / "methodology" / "playbooks" / "retail.yaml"
PAGE = (ROOT / "docs" / "how-to" / "check-any-log.md").read_text("utf-8")


def shell(folder: Path, line: str) -> str:
    """Run a line of the page as a shell would, with this checkout's command."""
    ours = line.replace("forecourt ", " ".join(FORECOURT) + " ", 1).replace(
        "| python ", f"| {sys.executable} "
    )
    done = subprocess.run(ours, shell=True, cwd=folder, capture_output=True, text=True, env=os.environ)  # noqa: S602 - the page's own lines
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_says_what_its_commands_print(tmp_path: Path) -> None:
    """In order, in one folder: three commands and what comes after; the edited file is that of the samples."""
    shutil.copy(SAMPLES / "showroom.xes", tmp_path)
    shutil.copy(RETAIL, tmp_path)
    commands = 0
    for kind, block in re.findall(r"^```(console|yaml)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE):
        if kind == "yaml":
            assert block == (SAMPLES / "showroom.map.yaml").read_text("utf-8")
            (tmp_path / "map.yaml").write_text(block, "utf-8")
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, printed = part.partition("\n")
            assert shell(tmp_path, line) == printed, line
            commands += 1
    assert commands == 6


def test_a_report_in_json(tmp_path: Path) -> None:
    mapping = SAMPLES / "showroom-zh.map.yaml"
    done = run(
        tmp_path,
        "conform",
        str(SAMPLES / "showroom-zh.csv"),
        "--playbook",
        str(RETAIL),
        "--map",
        str(mapping),
        "--json",
    )
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert found["report"]["journeys"] == 24 and 0 < found["fitness"]["log"] < 1
    assert found["log"]["no_time"] == 1 and [one["code"] for one in found["findings"]][:2] == [
        "LG036",
        "LG031",
    ]
    assert not (tmp_path / "data").exists()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.xes"
    path.write_bytes((SAMPLES / "showroom.xes").read_bytes()[:5_000])
    return path


def test_a_refusal_says_where_and_exits_with_2(broken: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "conform", str(broken), "--playbook", str(RETAIL))
    assert done.returncode == 2 and done.stdout == ""
    assert re.search(rf"{broken}:\d+:\d+: error LG010: the XML is not well formed", done.stderr)


def test_a_refusal_in_json(broken: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "conform", str(broken), "--playbook", str(RETAIL), "--json")
    assert done.returncode == 2 and [one["code"] for one in json.loads(done.stdout)["refused"]] == ["LG010"]


def test_a_mapping_with_a_slip(tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text("names:\n  Quotation: qoute\n", "utf-8")
    done = run(
        tmp_path, "conform", str(SAMPLES / "showroom.xes"), "--playbook", str(RETAIL), "--map", str(mapping)
    )
    assert done.returncode == 2 and f"{mapping}:2:" in done.stderr and "did you mean quote" in done.stderr


def test_a_playbook_with_an_error_is_shown_with_its_line(tmp_path: Path) -> None:
    playbook = tmp_path / "retail.yaml"
    playbook.write_text(
        RETAIL.read_text("utf-8").replace("- maybe: {repeat: quote", "- maybe: {repeat: qoute"), "utf-8"
    )
    done = run(tmp_path, "conform", str(SAMPLES / "showroom.xes"), "--playbook", str(playbook))
    assert done.returncode == 2 and f"{playbook}:" in done.stderr and "PB030" in done.stderr
    assert run(tmp_path, "conform", "x", "--playbook", str(tmp_path / "none.yaml")).returncode == 2
    assert (
        run(tmp_path, "conform", "x", "--playbook", str(ROOT / "methodology" / "playbooks")).returncode == 2
    )


def test_words_that_only_matter_for_running_do_not_hinder(tmp_path: Path) -> None:
    playbook = tmp_path / "retail.yaml"
    playbook.write_text(
        RETAIL.read_text("utf-8").replace("by: adviser", "by: seller").replace(", zh: 零售}", "}"), "utf-8"
    )
    done = run(
        tmp_path, "conform", str(SAMPLES / "showroom.xes"), "--playbook", str(playbook), "--suggest-map"
    )
    assert done.returncode == 0, done.stderr
