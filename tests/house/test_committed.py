"""What must never be committed: paths of somebody's machine, hosts of a package registry, secrets, other people's code."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written in parts, so that this file does not find itself.
MACHINE = re.compile(
    r"(?<![\w.*-])/(?:" + "wor" + r"k/|roo" + r"t/|home/\w+/|Users/\w+/|opt/(?:wheels|pypi))"
)
REGISTRY = re.compile(
    "|".join(
        (
            "pypi" + r"\.org",
            "files\\.pythonhosted" + r"\.org",
            "registry\\.npmjs" + r"\.org",
            "registry\\.yarnpkg" + r"\.com",
        )
    )
)
SECRET = re.compile("-----BEGIN [A-Z ]*PRIVATE " + "KEY-----")
BUILT = re.compile(r"(^|/)(node_modules|site|dist|__pycache__|\.venv)/|\.(mo|pyc|min\.js|min\.css)$")
BIGGEST = 3_000_000  # bytes


def committed() -> list[str]:
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if found.returncode:
        pytest.skip("not a git checkout: there is nothing committed to look at")
    return [name for name in found.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for name in committed():
        try:
            lines = (ROOT / name).read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{name}:{number}: {line.strip()[:120]}"
            for number, line in enumerate(lines, 1)
            if pattern.search(line)
        ]
    return found


@pytest.mark.parametrize(
    "pattern", [MACHINE, REGISTRY, SECRET], ids=["machine path", "package registry", "secret"]
)
def test_no_file_names(pattern: re.Pattern[str]) -> None:
    assert lines_with(pattern) == []


def test_nothing_built_is_committed() -> None:
    assert [name for name in committed() if BUILT.search(name)] == []


def test_no_file_is_huge() -> None:
    assert [name for name in committed() if (ROOT / name).stat().st_size > BIGGEST] == []


def test_the_patterns_find_what_they_are_for() -> None:
    assert MACHINE.search("open('/" + "work/main/x')")
    assert REGISTRY.search("https://registry.npmjs" + ".org/x")
    assert not MACHINE.search("https://example.org/homepage") and not MACHINE.search("/sign-in/root/")
