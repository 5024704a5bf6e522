"""The mapping file: all mistakes at once with their lines; its JSON Schema accepts what the reader accepts."""

import copy
import json
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from forecourt.exchange.logs import mapreading
from forecourt.exchange.logs.mapping import MEANINGS
from forecourt.exchange.logs.mapping import Opening
from forecourt.exchange.logs.mapping import Target
from forecourt.exchange.logs.mapreading import load_mapping
from forecourt.exchange.logs.mapreading import read_mapping
from forecourt.exchange.logs.reading import LogRefused
from tests.exchange.logs.makers import SAMPLES
from tests.exchange.logs.makers import places

WHOLE = """\
columns: {case: Order, activity: Step, time: When, outcome: Result, store: Shop, actor: By, role: As, evidence: Proof, lifecycle: Stage,
          started: Since}
object_type: order
time_format: "%d/%m/%Y %H:%M"
time_zone: Europe/Berlin
lifecycle: [complete, Start]
names:
  Register request: respond
  "Decide: yes": respond=reached
outcomes: {"Ja": reached}
roles: {Verkäufer: adviser}
ignore: [SMS sent, SMS sent, Note]
hours:
  store hours: {days: [1, 2, 3], opens: "09:00", closes: "20:30"}
  working days: {opens: "08:00", closes: "17:00"}
encoding: GB18030
delimiter: tab
"""


def wrong(text: str) -> list[tuple[str, int]]:
    with pytest.raises(LogRefused) as found:
        read_mapping(text, "map.yaml")
    assert all(one.file == "map.yaml" for one in found.value.diagnostics)
    return places(found.value.diagnostics)


def test_the_whole_of_a_mapping() -> None:
    found = read_mapping(WHOLE, "map.yaml")
    assert set(found.columns) == set(MEANINGS) and found.columns["case"] == "Order"
    assert found.names == {"Register request": Target("respond"), "Decide: yes": Target("respond", "reached")}
    assert (found.time_zone.key, found.lifecycle, found.ignore) == (
        "Europe/Berlin",
        ("complete", "start"),
        ("SMS sent", "Note"),
    )
    assert found.hours["store hours"] == Opening((1, 2, 3), time(9), time(20, 30))
    assert found.hours["working days"].days == (1, 2, 3, 4, 5, 6, 7)
    assert (found.encoding, found.delimiter, found.outcomes, found.roles) == (
        "gb18030", "\t", {"Ja": "reached"}, {"Verkäufer": "adviser"},
    )  # fmt: skip


def test_what_is_not_said_has_a_default() -> None:
    found = read_mapping("names:\n", "map.yaml")
    assert (found.lifecycle, found.time_zone.key, found.columns) == (("complete",), "Asia/Shanghai", {})
    assert read_mapping("lifecycle: all", "map.yaml").lifecycle is None


def test_every_mistake_comes_at_once_with_its_line() -> None:
    text = """\
column: {case: a}
columns: {cas: a, activity: [b], time: t}
time_format: noon
time_zone: Asia/Shangai
lifecycle: []
names:
  A: Respond!
  B: respond
  C: [x]
ignore: [B]
hours:
  store hours: {opens: "9:00"}
  x: {days: [8], opens: "09:00", closes: "20:00", pause: "12:00"}
encoding: klingon
delimiter: "#"
"""
    assert wrong(text) == [
        *[
            ("LG041", 1),
            ("LG041", 2),
            ("LG043", 2),
            ("LG049", 3),
            ("LG050", 4),
            ("LG043", 5),
            ("LG043", 7),
            ("LG043", 9),
        ],
        *[
            ("LG048", 10),
            ("LG042", 12),
            ("LG051", 12),
            ("LG051", 13),
            ("LG041", 13),
            ("LG043", 14),
            ("LG043", 15),
        ],
    ]


def test_near_misses() -> None:
    with pytest.raises(LogRefused) as found:
        read_mapping("colums: {case: a}\ntime_zone: Asia/Shangai\n", "map.yaml")
    assert [one.near[0] for one in found.value.diagnostics] == ["columns", "Asia/Shanghai"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("LG040", 1)]),
        ("names: {a: respond\n", [("LG040", 2)]),
        ("names: &a {b: respond}\n", [("LG040", 1)]),
        ("names: {}\n---\nnames: {}\n", [("LG040", 2)]),
        ("names: {}\nnames: {}\n", [("LG052", 2)]),
        ("[a]\n", [("LG043", 1)]),
        ("just words\n", [("LG043", 1)]),
        ("names: respond\n", [("LG043", 1)]),
        ("x: " + "[" * 60 + "]" * 60, [("LG040", 1)]),
        ("# " + "x" * 200_001, [("LG040", 1)]),
        ("time_format: '%H:%M'\n", [("LG049", 1)]),
        ("time_format: '%Q %Y'\n", [("LG049", 1)]),
    ],
)
def test_what_is_no_mapping(text: str, expected: list[tuple[str, int]]) -> None:
    assert wrong(text) == expected


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, data, expected in (
        (tmp_path / "none.yaml", None, ("LG001", 1)),
        (tmp_path / "latin.yaml", "names: {}\n# é".encode("latin-1"), ("LG040", 2)),
    ):
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(LogRefused) as found:
            load_mapping(path)
        assert places(found.value.diagnostics) == [expected]


# The schema

SCHEMA = json.loads(Path(mapreading.__file__).with_name("mapping.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
JUNK: tuple[Any, ...] = ("Junk value?", [], ["Junk value?"], {}, {"junk": "value"}, [["a"]], 77, "")


def test_the_schema_knows_the_same_keys() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert tuple(SCHEMA["properties"]) == mapreading.KEYS
    assert tuple(SCHEMA["properties"]["columns"]["properties"]) == MEANINGS


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_the_samples_follow_the_schema(path: Path) -> None:
    assert list(VALIDATOR.iter_errors(yaml.safe_load(path.read_text("utf-8")))) == []
    assert load_mapping(path).names


def spots(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from spots(child, (*at, key))


def changed(document: Any, at: tuple[Any, ...], value: Any) -> Any:
    other = copy.deepcopy(document)
    target = other
    for key in at[:-1]:
        target = target[key]
    target[at[-1]] = value
    return other


DOCUMENT = yaml.safe_load(WHOLE)
CHANGES = [(at, junk) for at in spots(DOCUMENT) if at for junk in JUNK]
# Only the reader looks further than form: zones, formats, encodings, and what is said twice.
EMPTY = [(key,) for key in ("columns", "names", "outcomes", "roles", "hours")]
FURTHER = {"LG048", "LG049", "LG050"}


@pytest.mark.parametrize(("at", "junk"), CHANGES, ids=str)
def test_schema_and_reader_agree(at: tuple[Any, ...], junk: Any) -> None:
    if junk == "" and at in EMPTY:
        return  # `names:` with nothing after it is none, and so is an empty text
    document = changed(DOCUMENT, at, junk)
    valid = VALIDATOR.is_valid(document)
    try:
        read_mapping(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "map.yaml")
        read = True
    except LogRefused as refused:
        codes = {one.code for one in refused.diagnostics}
        read = False
        if codes <= FURTHER or at == ("encoding",):
            return
    assert valid == read
