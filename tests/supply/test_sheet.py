"""Reading a list of vehicles: columns, delimiters, encodings, and every line accounted for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.exchange.vin import make_vin
from forecourt.supply import sheet

VIN = make_vin("LVV", "DB21B", 1)


def test_a_plain_list() -> None:
    (row,) = sheet.read(
        f"vin,trim,options,city,store,built_on,state\n{VIN},aito-m7-max,paint-pearl tow-bar,sh,,2026-03-01,\n"
    )
    assert (row.line, row.vin, row.trim, row.options, row.city) == (
        2,
        VIN,
        "aito-m7-max",
        ("paint-pearl", "tow-bar"),
        "sh",
    )
    assert (row.built_on, row.state, row.problem) == (date(2026, 3, 1), "in_stock", None)


def test_a_chinese_list_from_a_spreadsheet() -> None:
    content = f"车架号;配置代码;城市;状态;生产日期\n {VIN.lower()} ;aito-m7-max;sh;在途;2026/3/1\n".encode(
        "gb18030"
    )
    (row,) = sheet.read(sheet.decoded(content))
    assert (row.vin, row.state, row.built_on) == (VIN, "in_transit", date(2026, 3, 1))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (f"{VIN[:-1]},t,sh,", "vin.length"),
        ("11111111111111111,t,sh,", "vin.implausible"),
        (f"{VIN[:8]}{'1' if VIN[8] != '1' else '2'}{VIN[9:]},t,sh,", "vin.check_digit"),
        (f"{VIN},t,sh,31.02.2026", "supply.bad_date"),
        (",t,sh,", "vin.empty"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why(cells: str, code: str) -> None:
    good, bad = sheet.read(f"vin,trim,city,built_on\n{make_vin('LVV', 'DB21B', 2)},t,sh,\n{cells}\n")
    assert good.problem is None
    assert bad.problem is not None
    assert (bad.line, bad.problem.code) == (3, code)


def test_missing_columns_are_named() -> None:
    with pytest.raises(sheet.SheetUnreadable) as caught:
        sheet.read("number,city\n1,sh\n")
    assert caught.value.code == "supply.sheet_columns"
    assert caught.value.facts["missing"] == "vin, trim"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    text = "vin,trim,city\n" + sheet.decoded(content)
    try:
        rows = sheet.read(text)
    except sheet.SheetUnreadable:
        return
    assert all(
        row.vin is None or row.problem is None or row.problem.code.startswith("supply.") for row in rows
    )
