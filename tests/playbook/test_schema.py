"""The JSON Schema accepts exactly what the parser does, as far as form goes."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from forecourt.playbook import check
from forecourt.playbook import load
from forecourt.playbook.schema import COMMITTED
from forecourt.playbook.schema import as_text
from forecourt.playbook.schema import schema
from tests.playbook.samples import VOCABULARY
from tests.playbook.samples import WHOLE

FORM = re.compile(r"PB01\d|PB021|PB043")
VALIDATOR = Draft202012Validator(schema())
JUNK: tuple[Any, ...] = (
    "Junk value?",
    0,
    77,
    [],
    ["Junk value?"],
    {},
    {"junk": "value"},
    [["a"], {"one": {}}],
    "",
)
Path = tuple[str | int, ...]


def plain(text: str) -> Any:
    """Read YAML as editors do (1.2): whole numbers are numbers, `yes` and `2026-11-23` are text."""
    loader = type("Plain", (getattr(yaml, "CBaseLoader", yaml.BaseLoader),), {})
    return _typed(yaml.load(text, Loader=loader))  # noqa: S506 - a loader that makes text only


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_typed(inner) for inner in value]
    return int(value) if re.fullmatch(r"\d+", value) else value


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from paths(child, (*at, key))


def changed(document: Any, path: Path, value: Any) -> Any:
    other = copy.deepcopy(document)
    target = other
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return other


def mutations(document: Any) -> Iterator[tuple[str, Any]]:
    for path in paths(document):
        if not path:
            continue
        for junk in JUNK:
            yield f"{path} = {junk!r}", changed(document, path, junk)
        if isinstance(path[-1], str):
            parent = document
            for key in path[:-1]:
                parent = parent[key]
            rest = {key: value for key, value in parent.items() if key != path[-1]}
            renamed = {**rest, "Unknown Key": parent[path[-1]]}
            for change, pairs in (("removed", rest), ("renamed", renamed)):
                yield f"{path} {change}", changed(document, path[:-1], pairs) if path[:-1] else pairs


def parses(document: Any) -> tuple[bool, list[str]]:
    loaded = load(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "mutant.yaml")
    found = [str(item) for item in loaded.diagnostics if FORM.fullmatch(item.code)]
    return not found, found


def test_the_committed_schema_is_the_generated_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == as_text()


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_a_playbook_that_uses_everything_is_valid() -> None:
    assert [error.message for error in VALIDATOR.iter_errors(plain(WHOLE))] == []
    assert load(WHOLE, "whole.yaml").diagnostics == ()


def test_schema_and_parser_agree_on_every_single_change() -> None:
    """Each value of the sample replaced by junk, each key removed and renamed: 1,800 documents."""
    document = plain(WHOLE)
    disagreements = []
    for change, mutant in mutations(document):
        accepted, found = parses(mutant)
        if VALIDATOR.is_valid(mutant) != accepted:
            errors = [error.message for error in VALIDATOR.iter_errors(mutant)]
            disagreements.append((change, "parser:", found[:1], "schema:", errors[:1]))
    assert disagreements == []


@pytest.mark.parametrize("text", ["[]", "just words", "1"])
def test_what_is_no_mapping_is_refused_by_both(text: str) -> None:
    assert not VALIDATOR.is_valid(plain(text))
    assert not load(text, "x.yaml").ok


def test_no_change_makes_load_or_check_raise() -> None:
    """Whatever an author writes is reported; a broken playbook is checked as far as it goes."""
    for number, (_, mutant) in enumerate(mutations(plain(WHOLE))):
        if number % 3 == 0:
            loaded = load(yaml.safe_dump(mutant, allow_unicode=True, sort_keys=False), "mutant.yaml")
            check(loaded.playbook, VOCABULARY)
