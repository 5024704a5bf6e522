"""The size budget: a function of more than 60 lines or a file of more than 600 does not pass unnamed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FUNCTION_LINES = 60
FILE_LINES = 600
FOLDERS = ("src", "tests", "benchmarks", "tools")

# What may be larger, and why. An entry that is no longer needed fails.
EXCEPTIONS: dict[str, str] = {}


def python_files() -> list[Path]:
    return sorted(
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and "node_modules" not in path.parts
    )


def too_large(path: Path) -> Iterator[str]:
    """Names of the file and of its functions that are over the budget."""
    name, text = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    if len(text.splitlines()) > FILE_LINES:
        yield name
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{name}::{node.name}"


@pytest.mark.parametrize("path", python_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_too_large(path: Path) -> None:
    over = [name for name in too_large(path) if name not in EXCEPTIONS]
    assert not over, (
        f"over {FUNCTION_LINES} lines a function or {FILE_LINES} a file; split by business noun: {over}"
    )


def test_every_exception_is_still_needed() -> None:
    needed = {name for path in python_files() for name in too_large(path)}
    assert set(EXCEPTIONS) <= needed


def test_the_budget_finds_a_long_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    file = tmp_path / "long.py"
    file.write_text("def long():\n" + "    x = 1\n" * 60 + "def short():\n    x = 1\n")
    assert list(too_large(file)) == ["long.py::long"]
