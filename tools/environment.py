"""Makes the virtual environment: `python3 tools/environment.py run|dev|cluster|oracles`. Needs Python 3.11 and nothing else.

Nothing is done when requirements, build files and front end are those of the last time. `run` is content with an
environment made for `dev`, and `dev` with one made for `cluster`: each holds all of the one before and more. `oracles` are other
people's tools that tests hold our answers against; they live in a folder of their own, without Forecourt.
"""

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("run", "dev", "cluster")
ORACLES = "oracles"
VENV = ROOT / (".venv-oracles" if sys.argv[1:] == [ORACLES] else ".venv")
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "forecourt-environment.json"
OLDEST = (3, 11)
UV = "uv>=0.9"


def main(kind: str) -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            f"Forecourt needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12"
        )
    made = stamp()
    has = made.get("kind")
    if kind in KINDS and has in KINDS:
        kind = max(kind, has, key=KINDS.index)  # never take away what a developer has
    if has == kind and made.get("hash") == fingerprint(kind):
        return
    print(f"Making the environment ({kind}) in {VENV.name}: a minute the first time.", file=sys.stderr)
    STAMP.unlink(missing_ok=True)
    make_venv()
    install(kind)
    STAMP.write_text(json.dumps({"kind": kind, "hash": fingerprint(kind)}))


def stamp() -> dict:
    """What the last complete run made."""
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def fingerprint(kind: str) -> str:
    """A hash of what the environment is made from."""
    files = [ROOT / "requirements" / f"{kind}.txt", ROOT / "pyproject.toml", ROOT / "hatch_build.py"]
    if (
        kind == "run"
    ):  # without Node at hand the assets are built by the installation, so it follows the front end
        files += sorted(
            path
            for path in (ROOT / "frontend").rglob("*")
            if path.is_file() and "node_modules" not in path.parts
        )
    digest = hashlib.sha256(f"{sys.version_info[:2]}{ROOT}".encode())
    for file in files:
        if file.exists():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    if (BIN / "python").exists() and works(BIN / "python"):
        return
    try:
        venv.create(VENV, clear=True, with_pip=True, symlinks=os.name != "nt")
    except subprocess.CalledProcessError:
        sys.exit(
            "python3 -m venv does not work here: on Debian and Ubuntu install the package python3-venv "
            "(apt-get install python3-venv), then try again."
        )


def works(python: Path) -> bool:
    """Does this environment still run, with a Python new enough, and can it install?"""
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    return subprocess.run([python, "-c", check], capture_output=True).returncode == 0


def install(kind: str) -> None:
    """With uv from the index, which is quick; with pip where uv cannot be had or cannot reach the index."""
    requirements = ROOT / "requirements" / f"{kind}.txt"
    pip = [BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    if subprocess.run([*pip, UV]).returncode == 0:
        uv = [BIN / "uv", "pip", "install", "-q", "--python", BIN / "python"]
        if not any(run(uv, arguments) for arguments in steps(requirements)):
            return
        print("uv could not install everything; trying pip.", file=sys.stderr)
    if any(run(pip, arguments) for arguments in steps(requirements)):
        sys.exit(
            "The packages could not be installed (see above). Check the network and pip's index, then try again."
        )


def steps(requirements: Path) -> list[list[str]]:
    ours = [] if requirements.stem == ORACLES else [["--no-deps", "-e", str(ROOT)]]
    return [["-r", str(requirements)], *ours]


def run(command: list, arguments: list[str]) -> int:
    return subprocess.run([*command, *arguments], cwd=ROOT).returncode


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {*KINDS, ORACLES}:
        sys.exit("usage: python3 tools/environment.py run|dev|cluster|oracles")
    main(sys.argv[1])
