"""One write path (law 1): no page, route or query writes a row; modules that write are those that actions are made of.

An approximation by names: what calls a writing method of a manager, a query set or a row. It finds the shortcut somebody takes in
a hurry, not the one somebody hides.
"""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "forecourt"
SETS = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
ROWS = {"save", "delete"}
SQL = ("INSERT ", "UPDATE ", "DELETE ")
READERS = ("api.py", "queries.py", "pages.py", "screens.py", "boards.py")
READING_FOLDERS = ("reading/", "pages/")
# Files that write although they read by name, and why.
REASONS: dict[str, str] = {}


def readers() -> list[Path]:
    """Files whose work is to show."""
    return [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if path.name.endswith(READERS) or any(part in path.as_posix() for part in READING_FOLDERS)
        if "migrations" not in path.parts
    ]


def writes(path: Path) -> list[str]:
    return [
        f"{path.relative_to(SOURCE).as_posix()}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if _writes(node)
    ]


def _writes(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.lstrip().startswith(SQL)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    name, on = node.func.attr, node.func.value
    if name in SETS | ROWS:
        return True
    # dict.update and hash.update are not ours to forbid: only an update that follows a question to the database.
    return (
        name == "update"
        and isinstance(on, ast.Call)
        and getattr(on.func, "attr", "") in ("filter", "all", "exclude")
    )


@pytest.mark.parametrize("path", readers(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_what_shows_does_not_write(path: Path) -> None:
    found = [one for one in writes(path) if one.split(":")[0] not in REASONS]
    assert not found, f"move it into an action: {found}"


def test_the_roof_writes_through_actions_only() -> None:
    """Commands, the demo, the web and the API own no rows."""
    found = [
        one
        for room in ("cli", "demo", "web", "api")
        for path in sorted((SOURCE / room).rglob("*.py"))
        for one in writes(path)
        if one.split(":")[0] not in OF_ACTIONS
    ]
    assert found == []


# Modules of the roof in which an action is declared.
OF_ACTIONS = {"api/tokens.py"}


def test_the_rule_finds_a_shortcut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "SOURCE", tmp_path)
    file = tmp_path / "pages.py"
    file.write_text(
        "Order.objects.filter(id=1).update(state='x')\nOrder.objects.create()\nrow.save()\nd.update(a=1)\n"
    )
    assert writes(file) == ["pages.py:1", "pages.py:2", "pages.py:3"]
