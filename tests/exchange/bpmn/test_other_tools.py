"""Tools of others read what we write: SpiffWorkflow runs it to an end, bpmn-moddle reads it without a warning, bpmnlint finds nothing.

SpiffWorkflow (LGPL) lives in `.venv-oracles`; bpmn-moddle and bpmnlint (MIT) are installed by npm into pytest's cache when the tests run.
None of them is a part of the product. The Omg's reference models of MIWG are read where they lie beside the checkout.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from forecourt.exchange.bpmn import export
from forecourt.exchange.bpmn import import_bpmn
from forecourt.exchange.bpmn.documents import document
from forecourt.exchange.bpmn.model import FLOW_NODES
from forecourt.playbook import compile_playbook
from forecourt.web import assets
from tests.exchange.bpmn.drawn import MODEL
from tests.exchange.bpmn.drawn import read as draft_of
from tests.exchange.bpmn.test_round_trip import TEXTS
from tests.exchange.bpmn.test_round_trip import read
from tests.exchange.places import shared

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ORACLES = ROOT / ".venv-oracles" / "bin" / "python"
PACKAGES = {"bpmn-moddle": "10.3.1", "bpmnlint": "11.15.0"}
OUTCOMES = {
    "respond": "reached", "quote_repair": "agreed", "take_up": "safety", "visit": "clean", "screen": "take_up", "greet": "stays",
    "day_1_call": "fine", "day_7_call": "question",
}  # fmt: skip
# What a person records in each sample, where it is not the above: outcomes by step, and which way is begun.
POLICIES: dict[str, dict[str, Any]] = {
    "playbook-change": {"outcomes": OUTCOMES | {"decide": "publish"}},
    "store-opening": {"outcomes": OUTCOMES | {"decide": "admit_new_site"}},
    "whole": {"choice": "buys"},
}
BY_DEFAULT = {"outcomes": OUTCOMES, "wanted": "yes", "choice": "order"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every sample as a file."""
    folder = tmp_path_factory.mktemp("bpmn")
    for name, text in TEXTS.items():
        (folder / f"{name}.bpmn").write_bytes(export(read(text), "zh"))
    return {name: folder / f"{name}.bpmn" for name in TEXTS}


# SpiffWorkflow


def spiff(file: Path, policy: dict[str, Any]) -> dict[str, Any]:
    if not ORACLES.exists():
        pytest.skip("SpiffWorkflow is not there: run `make oracles`")
    command = [str(ORACLES), str(HERE / "spiff_runs.py"), str(file)]
    done = subprocess.run(command, input=json.dumps(policy), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)[str(file)]
    return found


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("wanted", ["yes", "no"])
def test_spiff_reads_every_sample_and_runs_it_to_an_end_that_our_program_knows(
    name: str, wanted: str, files: dict[str, Path]
) -> None:
    ran = spiff(files[name], BY_DEFAULT | POLICIES.get(name, {}) | {"wanted": wanted})
    assert ran["completed"], ran
    program = compile_playbook(read(TEXTS[name]))
    state = program.start
    for said in ran["done"]:
        step, _, outcome = said.partition("=")
        move = program.move(state, step, outcome or None)
        assert move.fits, (said, move.deviations, ran["done"])
        state = move.state
    assert program.outcome(state) is not None, ran["done"]


# bpmn-moddle and bpmnlint


@pytest.fixture(scope="module")
def packages(pytestconfig: pytest.Config) -> Path:
    """A folder with the packages, kept between runs."""
    folder = Path(pytestconfig.cache.mkdir("bpmn-node"))  # type: ignore[union-attr]
    wanted = json.dumps({"private": True, "dependencies": PACKAGES}, indent=1)
    manifest = folder / "package.json"
    if (
        (folder / "node_modules" / "bpmnlint").exists()
        and manifest.exists()
        and manifest.read_text() == wanted
    ):
        return folder
    manifest.write_text(wanted)
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    done = node([*assets._npm(), "install", *flags], folder)
    if done.returncode:
        manifest.unlink()
        pytest.skip(f"npm could not install {', '.join(PACKAGES)}: {done.stderr.strip()[-300:]}")
    return folder


def node(command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def moddle(packages: Path, files: dict[str, Path]) -> dict[str, Any]:
    """What bpmn-moddle and bpmnlint say of every sample."""
    command = [assets._node(), str(HERE / "moddle.mjs"), str(packages), *map(str, files.values())]
    done = node(command, packages)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", TEXTS)
def test_moddle_reads_every_sample_without_a_warning(
    name: str, files: dict[str, Path], moddle: dict[str, Any]
) -> None:
    said = moddle[str(files[name])]
    assert said["warnings"] == []
    assert said["drawn"] == files[name].read_text("utf-8").count('_di"')


@pytest.mark.parametrize("name", TEXTS)
def test_bpmnlint_finds_nothing_in_any_sample(
    name: str, files: dict[str, Path], moddle: dict[str, Any]
) -> None:
    assert moddle[str(files[name])]["lint"] == []


# The reference models of the BPMN Model Interchange Working Group


def miwg(name: str, process: str = "") -> Any:
    return import_bpmn(shared(f"bpmn/miwg_reference_{name}.bpmn").read_bytes(), process, name)


@pytest.mark.parametrize("name", ["A.1.0", "A.3.0", "B.1.0", "C.1.0"])
def test_no_element_of_a_reference_model_is_silent(name: str) -> None:
    from lxml import etree

    draft = miwg(name)
    draft_of(draft.text)
    spoken = {note.id for note in draft.report.notes}
    root = etree.parse(str(shared(f"bpmn/miwg_reference_{name}.bpmn"))).getroot()
    own = next(one for one in root.iter(f"{{{MODEL}}}process") if one.get("id") == draft.process)
    tags = (
        *FLOW_NODES,
        "sequenceFlow",
        "lane",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "textAnnotation",
        "association",
    )
    inside = {one.get("id") for tag in tags for one in own.iter(f"{{{MODEL}}}{tag}")}
    beside = {
        one.get("id")
        for tag in ("process", "participant", "messageFlow")
        for one in root.iter(f"{{{MODEL}}}{tag}")
    }
    assert inside | beside <= spoken


def test_a_1_0() -> None:
    found = document(draft_of(miwg("A.1.0").text))
    assert found["flow"] == ["task_1", "task_2", "task_3", {"ends": "end_event"}]


def test_a_3_0_has_boundary_events() -> None:
    found = document(draft_of(miwg("A.3.0").text))
    (choice,) = [block for block in found["flow"] if "one" in block]
    assert list(choice["one"].values()) == [
        ["collapsed_sub_process", "task_2"],
        ["task_4", {"ends": "end_event_2"}],
    ]
    assert list(found["anytime"].values()) == [{"then": ["task_3"]}]


def test_b_1_0_has_pools_lanes_and_calls() -> None:
    draft = miwg("B.1.0")
    book = draft_of(draft.text)
    assert {step.role for step in book.steps} == {"lane_1", "lane_2"}
    (parallel,) = document(book)["flow"]
    assert [one[0] if isinstance(one, list) else "one" for one in parallel["any_order"]] == [
        "user_task_5",
        "one",
    ]
    assert len(draft.others) == 3


def test_c_1_0_loops_and_ends_early() -> None:
    found = document(draft_of(miwg("C.1.0", "bpmn-miwg-test-case-c.1.0").text))
    assert [step["by"] for step in found["steps"].values()] == [
        "team_assistant",
        "approver",
        "team_assistant",
        "accountant",
        "accountant",
    ]
    assert found["flow"][:2] == ["assign_approver", "approve_invoice"]
    assert found["flow"][3:] == ["prepare_bank_transfer", "archive_invoice", {"ends": "invoice_processed"}]
    loop = found["flow"][2]["maybe"]["repeat"]
    assert loop == [
        "rechnung_klaren",
        {"one": {"yes": [], "no": [{"ends": "invoice_not_processed"}]}},
        "approve_invoice",
    ]
