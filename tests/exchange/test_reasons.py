"""Reasons: every code that a reader uses has a sentence, in both languages; the page of formats names them all."""

import re
import string
import subprocess
import sys
from pathlib import Path

import polib
import pytest

import forecourt.exchange
from forecourt.exchange import vin
from forecourt.exchange.leads import FieldReport
from forecourt.exchange.leads import Outcome
from forecourt.exchange.leads import Read
from forecourt.exchange.leads import Unreadable
from forecourt.exchange.leads import read_leads
from forecourt.exchange.leads.table import COLUMNS
from forecourt.exchange.reasons import REASONS
from tests.exchange.places import ROOT
from tests.exchange.places import SAMPLES

ROOM = Path(forecourt.exchange.__file__).parent
CHINESE = {
    entry.msgid: entry.msgstr
    for entry in polib.pofile(str(ROOM / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
}
CODE = re.compile(
    r'"((?:field|phone|email|wechat|name|time|vehicle|budget|comment|consent|id|adf|wecom|csv|json|mail|file|text|xml|lead)\.[a-z0-9_]+)"'
)


def fields(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_code_in_the_source_has_a_sentence_and_every_sentence_is_used():
    sources = [path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py") if path.name != "reasons.py"]
    used = {code for source in sources for code in CODE.findall(source)}
    assert used <= REASONS.keys()
    assert {code for code in REASONS if not code.endswith(".hint")} <= used


@pytest.mark.parametrize("code", [*REASONS, *vin.REASONS])
def test_every_sentence_is_translated_with_the_same_values(code):
    english = REASONS.get(code) or vin.REASONS[code]
    assert CHINESE[english] and fields(CHINESE[english]) == fields(english)


def test_a_sentence_in_chinese():
    line = FieldReport("电话", "138****7106", Outcome.REFUSED, "phone.not_valid", {"region": "CN"})
    assert line.sentence(CHINESE.__getitem__).startswith("没有任何国家")
    refusal = read_leads(b"%PDF-1.7")
    assert isinstance(refusal, Unreadable)
    assert refusal.sentence(CHINESE.__getitem__) == "这是 PDF，不是线索文件。" and "ADF" in refusal.advice(
        CHINESE.__getitem__
    )


def test_all_samples_end_as_read_or_refused_with_a_reason():
    ends = {path.name: read_leads(path.read_bytes()) for path in sorted(SAMPLES.iterdir())}
    refused = [name for name, end in ends.items() if isinstance(end, Unreadable)]
    assert refused == ["07-adf-not-well-formed.xml", "10-not-a-lead.eml"]
    read = [end for end in ends.values() if isinstance(end, Read)]
    assert {end.format for end in read} == {"adf", "wecom", "csv", "json"}
    keys = [point.key for end in read for lead in end.leads for point in lead.keys]
    assert keys.count("+8613600007101") >= 4, "one person asks by several ways, so that joining can be seen"


def test_the_page_of_formats_names_every_column_and_every_reason():
    page = (ROOT / "docs" / "reference" / "lead-formats.md").read_text(encoding="utf-8")
    for names in COLUMNS.values():
        assert all(name in page for name in names), names
    for code in REASONS:
        assert code.endswith(".hint") or f"`{code}`" in page, code


def test_the_room_needs_neither_django_nor_a_database():
    program = (
        "import sys, pkgutil, importlib, forecourt.exchange as room\n"
        "for found in pkgutil.walk_packages(room.__path__, 'forecourt.exchange.'): importlib.import_module(found.name)\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in {'django', 'psycopg', 'ninja'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
