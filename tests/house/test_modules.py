"""Conventions that a reader relies on, kept by a test."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "forecourt"
PURE = ("base", "playbook", "exchange")
FORBIDDEN = {"django", "psycopg", "ninja", "click", "granian", "procrastinate"}


def modules() -> list[Path]:
    return [
        p
        for p in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in p.parts and p.read_text("utf-8").strip()
    ]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), (
        "open the module with a docstring that says what it is for"
    )


@pytest.mark.parametrize("room", PURE)
def test_the_ground_floor_loads_without_django(room: str) -> None:
    """In a clean interpreter, all modules of the room at once: what the import contract cannot see is lazy imports."""
    script = (
        "import pkgutil, importlib, sys, forecourt\n"
        f"root = importlib.import_module('forecourt.{room}')\n"
        "for found in pkgutil.walk_packages(root.__path__, root.__name__ + '.'):\n"
        "    importlib.import_module(found.name)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert FORBIDDEN & set(loaded) == set()


def test_only_the_clock_reads_a_clock() -> None:
    """Law 1: an action gets the time as an argument. The launcher and the commands wait, they do not date anything."""
    allowed = {"platform/clock.py"}
    found = []
    for path in modules():
        name = path.relative_to(SOURCE).as_posix()
        if name in allowed or name.startswith(("cli/", "platform/embedded/")):
            continue
        found += [
            f"{name}:{node.lineno}"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if _reads_a_clock(node)
        ]
    assert found == []


def _reads_a_clock(node: ast.AST) -> bool:
    if not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    ):
        return False
    return (node.func.value.id, node.func.attr) in {
        ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("timezone", "now"), ("time", "time"),
    }  # fmt: skip
