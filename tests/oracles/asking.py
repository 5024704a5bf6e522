"""Asks other people's tools, which live in an environment of their own (`make oracles`), by running a script there."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-oracles" / "bin" / "python"
OFF = "FORECOURT_NO_ORACLES"
SECONDS = 300


def need_oracles() -> None:
    """Fail where the environment is missing; skip where the developer left it out on purpose."""
    if os.environ.get(OFF) == "1":
        pytest.skip(f"{OFF}=1: NOT compared with pm4py, r4pm and SpiffWorkflow")
    if not PYTHON.exists():
        pytest.fail(
            f"{PYTHON.relative_to(ROOT)} is missing: run make oracles, or set {OFF}=1 to leave these tests out"
        )


def ask(script: Path, question: Any, *, seconds: int = SECONDS) -> Any:
    """Run a script in `.venv-oracles` with a question as JSON on its standard input; return its answer."""
    need_oracles()
    done = subprocess.run(
        [PYTHON, script],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=seconds,
        cwd=ROOT,
    )
    assert done.returncode == 0, f"{script.name} failed:\n{done.stderr[-4000:]}"
    return json.loads(done.stdout)
