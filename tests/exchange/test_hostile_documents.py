"""Documents made to harm: entities, depth, size, quadratic texts; and every reader on mutated samples."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.exchange.leads import Limits
from forecourt.exchange.leads import Read
from forecourt.exchange.leads import Unreadable
from forecourt.exchange.leads import read_leads
from forecourt.exchange.reasons import REASONS
from tests.exchange.places import DOCUMENTS
from tests.exchange.places import SAMPLES

ALL = sorted(SAMPLES.iterdir()) + sorted(DOCUMENTS.glob("*.xml"))


@pytest.mark.parametrize("name", ["entities-billion-laughs.xml", "entities-external.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_documents_that_declare_entities_are_refused_unread(name, encoding):
    data = (DOCUMENTS / name).read_text(encoding="utf-8").encode(encoding)
    refusal = read_leads(data)
    assert isinstance(refusal, Unreadable) and (refusal.code, refusal.line) in {
        ("xml.entities", 2),
        ("xml.entities", 3),
    }


def test_a_document_type_is_not_followed():
    found = read_leads((DOCUMENTS / "doctype-external.xml").read_bytes())
    assert isinstance(found, Read) and found.leads[0].name.full == "沈若溪"
    assert "adf.doctype_ignored" in [line.code for line in found.report]


def test_an_entity_without_declaration_is_only_text():
    text = (DOCUMENTS / "entities-external.xml").read_text(encoding="utf-8")
    found = read_leads(text[text.index("<adf>") :].encode())
    assert isinstance(found, Read) and found.leads[0].name.full == "&secret;"


def test_depth_of_xml_and_json():
    deep = b"<adf>" + b"<a>" * 200 + b"</a>" * 200 + b"</adf>"
    assert read_leads(deep).code == "xml.too_deep"
    assert read_leads(b"<adf>" + b"<a>" * 100_000).code == "xml.not_well_formed"
    assert read_leads(b'{"a":' * 100_000).code == "json.too_deep"
    assert read_leads(b"[" * 100_000).code == "json.too_deep"


QUADRATIC = [
    b"<adf " * 300_000,
    b"<adf><![CDATA[" * 100_000,
    b"<adf>" + b"<!--" * 300_000 + b"</adf>",
    b"<adf>" + b"&a" * 300_000 + b"</adf>",
    b"<adf x=" * 150_000 + b"</adf>",
    b'{"' + b'\\"' * 500_000,
    b'{"phone": "' + b"1" * 900_000 + b'"}',
    b'{"comment": "' + b"<br" * 300_000 + b'", "phone": "1"}',
    b'{"comment": "' + b"a:" * 300_000 + b'", "phone": "1"}',
    b'{"phone": "1", "budget": "' + b"1," * 300_000 + b'"}',
    b'{"phone": "1", "email": "' + b"a." * 300_000 + b'@"}',
    b"phone,name\n" + b'"' * 900_000,
    b"phone,name\n" + b"," * 900_000,
    b"phone," * 150_000 + b"\n1\n",
    b"From: a\nTo: b\n" + b"A: b\n" * 150_000,
    b"From: a\nSubject: " + b"=?utf-8?q?" * 90_000 + b"\n\nx",
    b"<?xml " * 150_000 + b"<adf></adf>",
    b"<!DOCTYPE " * 90_000 + b"<adf></adf>",
    b"&lt;adf>" * 100_000,
]


@pytest.mark.parametrize("data", QUADRATIC, ids=[data[:14].decode() for data in QUADRATIC])
def test_a_megabyte_of_malice_ends_as_a_refusal_or_a_reading(data):
    """There is no clock here: a reader that is quadratic in these makes the suite stand still, and that is noticed."""
    assert isinstance(read_leads(data), Read | Unreadable)


def test_a_full_table_of_the_largest_size_is_read():
    data = "电话,姓名,车型,备注\n".encode() + "13600007101,沈若溪,问界M7,好\n".encode() * 2_000
    found = read_leads(data)
    assert isinstance(found, Read) and len(found.leads) == 2_000


def checked(data: bytes) -> None:
    """What must hold for whatever bytes: no exception, bounded output, sentences for all codes, no masked key."""
    found = read_leads(data, limits=Limits(max_leads=100))
    refusals = [found] if isinstance(found, Unreadable) else list(found.refused)
    assert all(refusal.message and refusal.code in REASONS for refusal in refusals)
    if isinstance(found, Read):
        assert len(found.leads) <= 100
        for lead in found.leads:
            assert all(line.sentence() and len(line.raw) <= 300 for line in lead.report)
            assert all(point.value and point.reason == "" for point in lead.keys)


BYTES = (b"", b"<", b"&", b'"', b"\x00", b"\xff", b"]]>", b"{", b"[", b",", b"*", b"\n")
WORDS = (
    "",
    " ",
    "*",
    "x",
    "9",
    "+",
    "无",
    "先生",
    "，",
    ";",
    "&",
    "\u200b",
    "2026",
    "-",
    "1e9",
    "null",
    "\t",
)


VALUE = re.compile(r"(?<=>)[^<>]+(?=<)|(?<=\")[^\"\n]+(?=\")|(?<=[,;\n])[^,;\n]+(?=[,;\r\n])|(?<=: )\d+(?=,)")


def mutated(data: bytes, seed: int) -> bytes:
    """Change a document: as bytes and in its marks, which mostly breaks it, or in its values, which mostly does not."""
    chance = random.Random(seed)
    if chance.random() < 0.15:
        return _mutated_bytes(data, chance)
    encoding = "gb18030" if data[:2] == "杭".encode("gb18030") else "utf-8"
    text = data.decode(encoding, "replace")
    for _ in range(chance.randint(1, 4)):
        spans = [found.span() for found in VALUE.finditer(text)] if chance.random() < 0.9 else []
        start, end = chance.choice(spans or [(0, len(text))])
        start = chance.randint(start, end)
        text = text[:start] + chance.choice(WORDS) + text[min(end, start + chance.choice((0, 1, 2, 6, 60))) :]
    return text.encode(encoding, "replace")


def _mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((0, 1, 2, 8, 40, 200)))
        data = data[:start] + chance.choice((*BYTES, data[start:end] * 2)) + data[end:]
    return data


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ALL), st.integers(0, 2**32))
def test_mutated_documents_never_raise(path: Path, seed: int):
    checked(mutated(path.read_bytes(), seed))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_noise_never_raises(data: bytes):
    checked(data)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = [
    *(
        "ClueId",
        "CustomerPhone",
        "Phone",
        "UnionId",
        "CreateTime",
        "LeadStatus",
        "DealerId",
        "TagList",
        "FirstArrival",
        "IsOverdue",
    ),
    *(
        "id",
        "ids",
        "person",
        "name",
        "contacts",
        "phone",
        "email",
        "vehicle",
        "budget",
        "timeframe",
        "consents",
        "store",
        "address",
    ),
]


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=12), st.booleans())
def test_values_of_any_kind_in_known_fields_never_raise(entry: dict, wrapped: bool):
    import json

    checked(json.dumps({"Response": {"PageData": [entry, entry]}} if wrapped else entry).encode())
