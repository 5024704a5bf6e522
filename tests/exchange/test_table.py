"""CSV: encodings, delimiters, column names in two languages, a result for each row."""

from datetime import UTC
from datetime import datetime
from decimal import Decimal

import pytest

from forecourt.exchange.leads import Limits
from forecourt.exchange.leads import Read
from forecourt.exchange.leads import Unreadable
from forecourt.exchange.leads import read_leads
from tests.exchange.places import SAMPLES


def table(text, **more):
    found = read_leads(text.encode(), **more)
    assert isinstance(found, Read), found
    return found


def test_an_export_with_a_mark_line_breaks_in_cells_and_an_unknown_column():
    found = read_leads((SAMPLES / "15-platform-export.csv").read_bytes())
    assert isinstance(found, Read)
    assert [lead.line for lead in found.leads] == [2, 4, 5, 6]
    first, masked, two, rounded = found.leads
    assert first.comment == "想了解Max版,\n最好周末看车"
    assert first.wish.budget and (first.wish.budget.low, first.wish.budget.high) == (
        Decimal(250_000),
        Decimal(300_000),
    )
    assert masked.keys == () and masked.wish.budget and masked.wish.budget.low is None
    assert [point.key for point in two.contacts[:2]] == ["+8613100007117", "+8613200007117"]
    assert two.consents[0].given is False and two.requested_at == datetime(2026, 11, 6, 7, 20, tzinfo=UTC)
    assert rounded.contacts[0].reason == "phone.rounded" and rounded.consents[0].given is False
    assert [(one.code, one.line) for one in found.refused] == [("lead.nobody", 7)]
    assert [line.raw for line in found.report if line.code == "csv.column_unknown"] == ["出价排名"]


def test_a_sheet_in_gb18030_with_a_title_and_semicolons():
    found = read_leads((SAMPLES / "16-stand-list-gb18030.csv").read_bytes())
    assert isinstance(found, Read)
    assert [line.code for line in found.report] == ["csv.delimiter", "csv.encoding", "csv.lines_skipped"]
    assert [lead.line for lead in found.leads] == [3, 4, 5, 6]
    assert found.leads[0].wish.model == "享界S9" and found.leads[0].vendor.staff == "顾明"
    assert found.leads[3].contacts[0].reason == "phone.short_code"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_delimiters(delimiter):
    rows = [["姓名", "手机号", "车型", "城市"], ["沈若溪", "13600007101", "问界M7", "上海"]]
    (lead,) = table("\n".join(delimiter.join(row) for row in rows)).leads
    assert (lead.name.full, lead.keys[0].key, lead.wish.model, lead.address.city) == (
        "沈若溪", "+8613600007101", "问界M7", "上海",
    )  # fmt: skip


def test_english_names_in_any_case():
    (lead,) = table(
        "First_Name,LAST NAME,Phone Number,E-Mail,Model\nDaniel,Sample,+85251237104,d@mail.example,S9\n"
    ).leads
    assert lead.name.full == "Daniel Sample" and len(lead.keys) == 2


def test_rows_of_another_length_are_read_and_said():
    found = table("姓名,电话,城市\n沈若溪,13600007101\n何静,13600007102,上海,多出的,再多\n")
    short, long = found.leads
    assert short.address.city == ""
    assert [line.raw for line in long.report if line.code == "csv.extra_cells"] == ["多出的 | 再多"]


def test_two_columns_of_one_meaning():
    found = table("电话,手机,姓名\n,13600007101,沈若溪\n13600007102,13600007103,何静\n")
    assert found.leads[0].keys[0].key == "+8613600007101"
    assert [line.raw for line in found.leads[1].report if line.code == "field.repeated"] == ["13600007103"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"  \n ", "file.empty"),
        (b"PK\x03\x04rest", "file.spreadsheet"),
        (b"%PDF-1.7", "file.pdf"),
        (b"just one line of prose", "file.unknown"),
        ("品牌,车型,城市\nAITO,M7,上海\nAITO,M9,上海\n".encode(), "csv.no_columns"),
        ("姓名,电话\n".encode(), "csv.no_rows"),
        (
            "姓名,电话\n沈若溪,13600007101 ".encode() + "中文很多字".encode() * 20 + b"\xff\xfe\n",
            "text.damaged",
        ),
    ],
)
def test_what_is_no_table_is_refused(data, code):
    refusal = read_leads(data)
    assert (
        isinstance(refusal, Unreadable) and refusal.code == code and refusal.message and refusal.hint
    ) or code == "csv.no_rows"


def test_damaged_text_names_the_line_of_the_byte():
    refusal = read_leads("姓名,电话\n沈若溪,13600007101\n何静很静".encode() + b"\xff,13600007102\n")
    assert isinstance(refusal, Unreadable) and (refusal.code, refusal.line, refusal.column) == (
        "text.damaged",
        3,
        13,
    )


def test_limits():
    rows = "电话,姓名\n" + "13600007101,沈若溪\n" * 30
    assert isinstance(read_leads(rows.encode(), limits=Limits(max_leads=30)), Read)
    too_many = read_leads(rows.encode(), limits=Limits(max_leads=29))
    assert isinstance(too_many, Unreadable) and (too_many.code, too_many.line) == ("file.too_many_leads", 31)
    too_large = read_leads(rows.encode(), limits=Limits(max_bytes=100))
    assert isinstance(too_large, Unreadable) and too_large.code == "file.too_large"


def test_a_cell_without_end_is_refused_with_its_line():
    found = table('电话,备注\n13600007101,好\n13600007102,"' + "长" * 140_000 + "\n")
    assert len(found.leads) == 1
    assert [(one.code, one.line) for one in found.refused] == [("csv.broken", 3)]
