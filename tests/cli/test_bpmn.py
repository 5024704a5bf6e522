"""`forecourt playbook bpmn`: out and back, drafts of other tools' files, refusals."""

import json
from pathlib import Path

import pytest

from tests.cli.homes import run
from tests.exchange.bpmn.drawn import drawn

ROOT = Path(__file__).resolve().parents[2]
RETAIL = ROOT / "methodology" / "playbooks" / "retail.yaml"
FOREIGN = drawn(
    "s:start\na:task Greet\ng:xor Buys?\nb:task Sell\nw:catch Pause\ne:end", "s > a\na > g\ng > b: yes\ng > w: no\nb > e\nw > e",
    {"w": "<timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>"},
)  # fmt: skip


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    file = tmp_path / "sale.bpmn"
    file.write_bytes(FOREIGN)
    return file


def test_out_and_back_passes_the_checks(tmp_path: Path) -> None:
    out, back = tmp_path / "retail.bpmn", tmp_path / "retail.yaml"
    written = run(tmp_path, "playbook", "bpmn", "export", str(RETAIL), "-o", str(out), "--language", "zh")
    assert (written.returncode, written.stdout) == (0, "")
    assert "首次人工响应" in out.read_text("utf-8") and "顾问" in out.read_text("utf-8")
    said = run(tmp_path, "playbook", "bpmn", "import", str(out), "-o", str(back))
    assert said.returncode == 0
    assert "0 changed, 0 lost" in said.stderr and "0 errors, 0 warnings" in said.stderr
    assert run(tmp_path, "playbook", "check", str(back)).returncode == 0


def test_a_foreign_file_becomes_a_draft_and_a_report(foreign: Path, tmp_path: Path) -> None:
    said = run(tmp_path, "playbook", "bpmn", "import", str(foreign))
    assert said.returncode == 0
    assert "by: nobody" in said.stdout and "playbook: trade-in" in said.stdout
    line = FOREIGN.decode().split('id="w"')[0].count("\n") + 1
    assert f"{foreign}:{line}: lost intermediateCatchEvent 'Pause' (w):" in said.stderr
    assert "PB031" in said.stderr and "carried startEvent" not in said.stderr
    everything = run(tmp_path, "playbook", "bpmn", "import", str(foreign), "--all")
    assert "carried startEvent" in everything.stderr


def test_as_json(foreign: Path, tmp_path: Path) -> None:
    said = run(tmp_path, "playbook", "bpmn", "import", str(foreign), "--json")
    assert (said.returncode, said.stderr) == (0, "")
    found = json.loads(said.stdout)
    assert found["process"] == "trade-in" and found["lost"] >= 1
    assert {one["fate"] for one in found["elements"]} == {"carried", "changed", "lost"}
    assert "PB031" in {one["code"] for one in found["diagnostics"]}
    assert found["draft"].startswith("# Draft made of sale.bpmn")
    to_file = run(
        tmp_path, "playbook", "bpmn", "import", str(foreign), "--json", "-o", str(tmp_path / "d.yaml")
    )
    assert "draft" not in json.loads(to_file.stdout) and (tmp_path / "d.yaml").exists()


@pytest.mark.parametrize(
    ("content", "more", "code"),
    [(b"<a/>", (), "BP004"), (b"\x00", (), "BP001"), (FOREIGN, ("--process", "other"), "BP006"), (b"<!DOCTYPE a><a/>", (), "BP003")],
)  # fmt: skip
def test_what_is_refused(content: bytes, more: tuple[str, ...], code: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.bpmn"
    file.write_bytes(content)
    said = run(tmp_path, "playbook", "bpmn", "import", str(file), *more)
    assert (said.returncode, said.stdout) == (2, "")
    assert f"error {code}:" in said.stderr and str(file) in said.stderr
    as_json = run(tmp_path, "playbook", "bpmn", "import", str(file), "--json", *more)
    assert as_json.returncode == 2 and json.loads(as_json.stdout)[0]["code"] == code


def test_a_playbook_with_mistakes_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("playbook: x\n", "utf-8")
    said = run(tmp_path, "playbook", "bpmn", "export", str(file))
    assert (said.returncode, said.stdout) == (1, "")
    assert "PB011" in said.stderr
