"""Reads every refusal of the house from its source: code, kind, sentence, where. For the reference page and its guard."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "forecourt"
SAMPLES = "sample."  # the style guide shows what a refusal looks like
KINDS = {"Blocked": "refused", "NeedsApproval": "needs approval", "Advice": "advice"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One place that says no. `text` is the English sentence, '' when it is put together elsewhere."""

    code: str
    kind: str
    text: str
    file: str
    line: int


def refusals() -> list[Refusal]:
    """Every refusal with a code written out, by code and place."""
    found = [one for path in sorted(SOURCE.rglob("*.py")) for one in _of_file(path)]
    found = [one for one in found if not one.code.startswith(SAMPLES)]
    return sorted(found, key=lambda one: (one.code, one.file, one.line))


def _of_file(path: Path) -> Iterator[Refusal]:
    tree, name = ast.parse(path.read_text("utf-8")), path.relative_to(SOURCE).as_posix()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            texts = _assigned(function)
            for call in _calls(function):
                code = call.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield Refusal(
                        code.value, KINDS[_name(call)], _text(call, texts, call.lineno), name, call.lineno
                    )


def _calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    """Refusals made in the function itself, not in one inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            continue
        if isinstance(node, ast.Call) and _name(node) in KINDS and node.args:
            yield node
        waiting.extend(ast.iter_child_nodes(node))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _assigned(function: ast.FunctionDef) -> list[tuple[int, str, str]]:
    """Line, name and text of each variable of the function that is given a text."""
    return sorted(
        (node.lineno, target.id, text)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and (text := _literal(node.value))
    )


def _text(call: ast.Call, assigned: list[tuple[int, str, str]], line: int) -> str:
    given = (
        call.args[1]
        if len(call.args) > 1
        else next((k.value for k in call.keywords if k.arg == "text"), None)
    )
    if given is None:
        return ""
    if text := _literal(given):
        return text
    names = {node.id for node in ast.walk(given) if isinstance(node, ast.Name)}
    return next((text for at, name, text in reversed(assigned) if name in names and at <= line), "")


def _literal(node: ast.AST) -> str:
    """The first text inside a call of gettext, or a plain text."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and _name(inner) in ("_", "gettext", "ngettext") and inner.args:
            for first in ast.walk(inner.args[0]):
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    return first.value
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
