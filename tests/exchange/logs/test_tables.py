"""CSV and Parquet as they are found."""

from datetime import UTC
from datetime import date
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from forecourt.exchange.logs.limits import Limits
from tests.exchange.logs.makers import SAMPLES
from tests.exchange.logs.makers import measured
from tests.exchange.logs.makers import parquet
from tests.exchange.logs.makers import places
from tests.exchange.logs.makers import put
from tests.exchange.logs.makers import read
from tests.exchange.logs.makers import refused
from tests.exchange.logs.makers import said

NINE = 1772413200000000  # 2026-03-02 09:00 in Shanghai
ROW = "1,receive,2026-03-02T09:00:00+08:00\n"
CSV = "case id,activity,timestamp\n" + ROW


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz", "log.dat"])
def test_rows_become_columns(tmp_path: Path, name: str) -> None:
    found = read(put(tmp_path, CSV + '2,"Hand over, with ""care""",2026-03-02T01:00:00Z\n', name))
    assert said(found.log.case) == ["1", "2"] and said(found.log.activity)[1] == 'Hand over, with "care"'
    assert (found.log.at.tolist(), found.findings, found.format) == ([NINE, NINE], (), "CSV")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = CSV.replace(",", delimiter) * 1
    assert len(read(put(tmp_path, text)).log) == 1
    assert len(read(put(tmp_path, f"sep={delimiter}\r\n{text}")).log) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_chinese_names(tmp_path: Path, encoding: str) -> None:
    text = "案例编号,活动,时间,门店,人员\n1,接待客户,2026年3月2日 9时00分,西门店,林悦\n"
    found = read(put(tmp_path, text, encoding=encoding))
    assert said(found.log.activity) == ["接待客户"] and said(found.log.store) == ["西门店"]
    assert found.log.at.tolist() == [NINE] and places(found.findings) == [
        *([("LG061", 1)] if encoding == "gb18030" else []),
        ("LG034", 1),
    ]
    said_so = read(put(tmp_path, text, encoding=encoding), f"encoding: {encoding}")
    assert places(said_so.findings) == [("LG034", 1)]


def test_letters_of_europe_that_pass_for_chinese_are_not_taken_in_silence(tmp_path: Path) -> None:
    found = read(put(tmp_path, CSV.replace("receive", "B\xfcrgergespr\xe4ch"), encoding="latin-1"))
    assert places(found.findings) == [("LG061", 1)]


@pytest.mark.parametrize("odd", ["\u2028", "\x85", "\x0b", "\x0c", "\r", "\n"])
def test_odd_line_ends_inside_a_header_lose_no_row(tmp_path: Path, odd: str) -> None:
    text = f'case id,activity,timestamp,"no{odd}te"\n' + ROW.replace("\n", ",x\n") * 2
    found = read(put(tmp_path, text))
    assert (found.counts.read, found.counts.kept, found.findings) == (2, 2, ())
    assert len(read(put(tmp_path, text.replace("\n", "\r\n"))).log) == 2


def test_lines_that_end_with_carriage_returns_alone(tmp_path: Path) -> None:
    assert refused(put(tmp_path, CSV.replace("\n", "\r"))) == [("LG013", 1)]


def test_other_encodings_must_be_named(tmp_path: Path) -> None:
    path = put(tmp_path, CSV.replace("receive", "Übergabe\xff "), encoding="latin-1")
    assert refused(path) == [("LG014", 2)]
    assert said(read(path, "encoding: latin-1").log.activity) == ["Übergabe\xff"]
    assert refused(put(tmp_path, CSV.encode() + b"2,\xff,x\n"), "encoding: utf-8") == [("LG014", 1)]
    late = put(tmp_path, CSV.encode() + ROW.encode() * 20_000 + b"2,\xff,x\n")
    assert [code for code, _ in refused(late, "encoding: utf-8")] == ["LG014"]


def test_lines_that_do_not_fit_are_counted_and_places_stay_right(tmp_path: Path) -> None:
    text = (
        CSV
        + "2,short\n"
        + "3,receive,\n"
        + "4,too,many,cells\n"
        + ",receive,2026-03-02T09:00:00Z\n5,receive,soon\n"
    )
    found = read(put(tmp_path, text))
    assert found.counts.misfits == 2 and found.counts.read == 6 and found.counts.kept == 1
    assert places(found.findings) == [("LG036", 3), ("LG031", 6), ("LG030", 4), ("LG033", 7)]


def test_a_file_without_a_fitting_line(tmp_path: Path) -> None:
    assert refused(put(tmp_path, "case id,activity,timestamp\n1\n2,3\n")) == [("LG023", 1)]
    assert refused(put(tmp_path, "case id,activity,timestamp\n")) == [("LG023", 1)]
    assert refused(put(tmp_path, "\n\n\n,,\n")) == [("LG013", 1)]


def test_a_quotation_mark_that_is_never_closed_swallows_nothing_in_silence(tmp_path: Path) -> None:
    text = CSV + '2,"receive,2026-03-02T09:00:00Z\n' + ROW * 50
    assert refused(put(tmp_path, text)) == [("LG013", 3)]
    inch = CSV + '2,a 5" screen,2026-03-02T09:00:00Z\n'
    assert said(read(put(tmp_path, inch)).log.activity)[1] == 'a 5" screen'
    lines = CSV + '2,"two\nlines",2026-03-02T09:00:00Z\n'
    assert said(read(put(tmp_path, lines)).log.activity)[1] == "two\nlines"


def test_columns_without_a_name_or_with_the_same(tmp_path: Path) -> None:
    text = "case id,,activity,activity,timestamp\n1,x,old,receive,2026-03-02T09:00:00+08:00\n"
    assert said(read(put(tmp_path, text), "columns: {activity: activity (2)}").log.activity) == ["receive"]
    assert said(read(put(tmp_path, text), "columns: {actor: column 2}").log.actor) == ["x"]


def test_needed_columns_that_are_missing_come_all_at_once(tmp_path: Path) -> None:
    path = put(tmp_path, "sep=;\nwho;what\nLin;receive\n")
    assert refused(path) == [("LG020", 2), ("LG021", 2), ("LG022", 2)]
    mapping = "columns:\n  case: who\n  activity: wat\n  time: who\n"
    assert refused(path, mapping) == [("LG044", 3)]


def test_a_log_without_times_is_refused(tmp_path: Path) -> None:
    assert refused(put(tmp_path, CSV.replace("2026-03-02T09:00:00+08:00", "soon"))) == [("LG020", 2)]


def test_the_sample_of_a_store_in_china() -> None:
    found = read(SAMPLES / "showroom-zh.csv")
    assert [one.code for one in found.findings] == ["LG036", "LG031", "LG030", "LG033", "LG034"]
    assert found.counts.read == found.counts.kept + 4


def test_activities_left_out_on_purpose_are_counted(tmp_path: Path) -> None:
    found = read(put(tmp_path, CSV + ROW.replace("receive", "SMS") * 3), "ignore: [SMS, SNS]")
    assert len(found.log) == 1 and found.counts.of_ignored == {"SMS": 3, "SNS": 0}
    assert places(found.findings) == [("LG047", 1)] and found.findings[0].near == ("SMS",)


# Parquet


def strings(*values: str | None) -> pa.Array:
    return pa.array(values, pa.string())


def test_parquet_of_any_type(tmp_path: Path) -> None:
    at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    path = parquet(
        tmp_path, "log.csv",
        case_id=pa.array([7, None, 7], pa.int64()),
        activity=strings("receive", "advise", " receive ").dictionary_encode(),
        timestamp=pa.array([at, at, None], pa.timestamp("ns", "Asia/Shanghai")),
        store=pa.array([1.0, None, 2.0]),
        evidence=pa.array([True, False, None]),
    )  # fmt: skip
    found = read(path, "columns: {case: case_id}")
    assert (said(found.log.case), said(found.log.activity), said(found.log.store)) == (
        ["7"],
        ["receive"],
        ["1"],
    )
    assert found.log.evidence is not None and found.log.evidence.tolist() == [1]
    assert found.log.at.tolist() == [NINE] and places(found.findings) == [("LG031", 2), ("LG030", 3)]
    assert found.format == "Parquet"


def test_numbers_that_pandas_made_floats_are_whole_again(tmp_path: Path) -> None:
    at = pa.array([NINE, NINE])
    path = parquet(tmp_path, case=pa.array([12.0, np.nan]), activity=strings("a", "b"), at=at)
    assert said(read(path).log.case) == ["12"]


@pytest.mark.parametrize(
    ("times", "findings"),
    [
        (pa.array([datetime(2026, 3, 2, 9)], pa.timestamp("s")), ["LG034"]),  # noqa: DTZ001 - as others write them
        (pa.array([NINE]), []),
        (pa.array([NINE // 1000]), []),
        (pa.array([NINE // 1_000_000], pa.int32()), []),
        (pa.array([float(NINE // 1_000_000)]), []),
        (pa.array([NINE * 1000]), []),
        (strings("2026-03-02 09:00"), ["LG034"]),
        (strings("2026/3/2 9:00:00"), ["LG034"]),
        (strings("02.03.2026 09:00"), ["LG034"]),
        (strings("2026-03-02T01:00:00.0000000Z"), []),
        (strings("2026-03-02T09:00:00+0800").dictionary_encode(), []),
    ],
    ids=str,
)  # fmt: skip
def test_times_of_any_type(tmp_path: Path, times: pa.Array, findings: list[str]) -> None:
    found = read(parquet(tmp_path, case=strings("1"), activity=strings("a"), time=times))
    assert found.log.at.tolist() == [NINE] and [one.code for one in found.findings] == findings


def test_days_are_read_as_midnight_and_said(tmp_path: Path) -> None:
    for times in (pa.array([date(2026, 3, 2)]), strings("2026-03-02"), strings("2026/03/02")):
        found = read(
            parquet(tmp_path, case=strings("1"), activity=strings("a"), time=times), "time_zone: UTC"
        )
        assert found.log.at.tolist() == [NINE - 3_600_000_000] and {"LG039", "LG034"} == {
            one.code for one in found.findings
        }


def test_times_beyond_the_calendar_cannot_be_read(tmp_path: Path) -> None:
    times = pa.array([2**53, 0], pa.timestamp("ms"))
    found = read(parquet(tmp_path, case=strings("1", "1"), activity=strings("a", "a"), time=times))
    assert found.counts.unreadable_time == 1


def test_types_without_words_or_times(tmp_path: Path) -> None:
    nested = pa.array([[1]])
    good = {"case": strings("1"), "activity": strings("a"), "time": pa.array([NINE])}
    assert refused(parquet(tmp_path, **{**good, "activity": nested})) == [("LG016", 1)]
    assert refused(parquet(tmp_path, **{**good, "time": nested})) == [("LG016", 1)]
    assert refused(parquet(tmp_path, **{**good, "time": pa.array([True])})) == [("LG016", 1)]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    good = {"activity": strings("a"), "time": pa.array([NINE])}
    path = parquet(tmp_path, case=pa.array([b"\xff\xfe"], pa.binary()), **good)
    assert next(code for code, _ in refused(path)) in ("LG015", "LG016")


def test_broken_parquet(tmp_path: Path) -> None:
    path = parquet(tmp_path, case=strings("1"), activity=strings("a"), time=pa.array([NINE]))
    data = path.read_bytes()
    for broken in (data[:-10], data[: len(data) // 2], data[:4] + b"\0" * (len(data) - 12) + data[-8:]):
        assert refused(put(tmp_path, broken, "broken.parquet")) == [("LG015", 1)]
    assert refused(put(tmp_path, data, "log.parquet.gz")) == [("LG002", 1)]


def test_an_empty_table(tmp_path: Path) -> None:
    path = parquet(tmp_path, case=strings(), activity=strings(), time=pa.array([], pa.timestamp("us")))
    assert refused(path) == [("LG023", 1)]


def test_parquet_with_too_much(tmp_path: Path) -> None:
    path = parquet(
        tmp_path, case=strings("1", "2"), activity=strings("a" * 30, "b"), time=pa.array([NINE, NINE])
    )
    assert refused(path, limits=Limits(events=1)) == [("LG005", 1)]
    assert refused(path, limits=Limits(column_bytes=10)) == [("LG004", 1)]
    assert refused(path, limits=Limits(columns=2)) == [("LG009", 1)]
    assert refused(path, limits=Limits(words=1)) == [("LG009", 1)]
    assert refused(path, limits=Limits(word=5)) == [("LG006", 1)]


def test_row_groups_share_their_words(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    many = 1_000
    table = pa.table(
        {
            "case": [f"c{number % 7}" for number in range(many)],
            "activity": ["b", "a"] * (many // 2),
            "time": pa.array(np.arange(many) + NINE),
        }
    )
    path = tmp_path / "log.parquet"
    pq.write_table(table, path, row_group_size=100)
    found = read(path)
    assert len(found.log.case.words) == 7 and said(found.log.case) == table["case"].to_pylist()
    assert said(found.log.activity) == table["activity"].to_pylist()


# Long rows of digits


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("20260302090000", NINE),
        ("20260302090000123", NINE + 123_000),
        ("20260302090000123456", NINE + 123_456),
        ("20260302090000.5", NINE + 500_000),
        ("20260302010000Z", NINE),
        ("1772413200", NINE),
        ("2026030209", 2_026_030_209_000_000),  # ten digits are seconds since 1970
    ],
)
def test_digits_that_are_a_time(tmp_path: Path, text: str, at: int) -> None:
    path = put(tmp_path, f"case,activity,time\n1,a,{text}\n1,a,2026-03-02T09:00:00Z\n")
    assert read(path).log.at.tolist()[0] == at


@pytest.mark.parametrize(
    "text",
    ["1" * 100, "20261302090000", "202603020900", "20260302090", "2026-03-0290900", "2026030209000012"],
)
def test_digits_that_are_none(tmp_path: Path, text: str) -> None:
    rows = f"case,activity,time\n1,a,{text}\n1,a,2026-03-02T09:00:00Z\n"
    counts = read(put(tmp_path, rows)).counts
    assert (counts.unreadable_time, counts.kept) == ((1, 1) if len(text) != 16 else (0, 2))


# Values that unpack to far more than they take


def packed(tmp_path: Path, name: str, values: list[str], **options: object) -> Path:
    import pyarrow.parquet as pq

    given = {
        "case": ["1"] * len(values),
        "activity": ["a"] * len(values),
        "time": ["2026-03-02T01:00:00Z"] * len(values),
    }
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({**given, name: values}), path, compression="zstd", **options)
    return path


@pytest.mark.parametrize("name", ["time", "note"])
@pytest.mark.parametrize("shared", [False, True])
def test_long_values_are_not_written_out(tmp_path: Path, name: str, shared: bool) -> None:
    options = {"use_dictionary": False, "column_encoding": {name: "DELTA_BYTE_ARRAY"}} if shared else {}
    path = packed(tmp_path, name, ["x" * 50_000] * 4_000, **options)
    assert path.stat().st_size < 50_000
    said, grown = measured(path)
    assert said == ("read" if name == "note" else "LG006")
    assert grown < 150_000, f"grew by {grown // 1024} MB"


def test_repeated_times_are_counted_one_by_one(tmp_path: Path) -> None:
    path = packed(tmp_path, "time", ["2026-03-02", "2026-03-02", "2026-03-02T01:00:00Z", "2026-03-02 09:00"])
    found = read(path)
    assert found.log.at.tolist() == [NINE - 9 * 3_600_000_000] * 2 + [NINE] * 2
    assert [one.message.split(",")[0] for one in found.findings] == [
        "times without a zone: 3",
        "days without a time of day: 2",
    ]


def test_types_are_judged_before_values_are_read(tmp_path: Path) -> None:
    path = parquet(
        tmp_path,
        case=strings("1"),
        activity=strings("a" * 3_000),
        time=pa.array([[1]]),
        role=pa.array([{"a": 1}]),
    )
    assert refused(path) == [("LG016", 1)]
