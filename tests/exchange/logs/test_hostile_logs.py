"""Logs made to harm, and every reader on mutated samples: it ends in a log or a refusal, in bounded memory."""

import gzip
import io
import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.exchange.logs.codes import CODES
from forecourt.exchange.logs.judging import judge
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.mapreading import read_mapping
from forecourt.exchange.logs.reading import LogRefused
from forecourt.exchange.logs.reading import ReadLog
from forecourt.exchange.logs.reading import read_log
from forecourt.exchange.logs.suggesting import suggest
from tests.exchange.logs.makers import HEAD
from tests.exchange.logs.makers import SAMPLES
from tests.exchange.logs.makers import event
from tests.exchange.logs.makers import measured
from tests.exchange.logs.makers import put
from tests.exchange.logs.makers import refused
from tests.exchange.logs.makers import small
from tests.exchange.logs.makers import trace
from tests.exchange.logs.makers import xes

MANY = int(os.environ.get("FORECOURT_FUZZ", "150"))
PROGRAM = small()
TIGHT = Limits(events=20_000, word=500, words=20_000, token=200_000, depth=20, columns=200)


# Made to harm

ENTITIES = (
    '<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<log><trace/></log>'
)
EXTERNAL = '<?xml version="1.0"?>\n<!DOCTYPE log SYSTEM "file:///etc/passwd">\n<log><trace/></log>'


@pytest.mark.parametrize("text", [ENTITIES, EXTERNAL], ids=["entities", "external"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_where_it_stands(tmp_path: Path, text: str, encoding: str) -> None:
    assert refused(put(tmp_path, text, "log.xes", encoding)) == [("LG011", 2)]


def test_an_entity_without_declaration(tmp_path: Path) -> None:
    assert refused(xes(tmp_path, trace(event("&secret;")))) == [("LG010", 6)]


def test_elements_nested_too_deeply(tmp_path: Path) -> None:
    deep = "<list>" * 100_000
    assert refused(put(tmp_path, f"{HEAD}<trace>{deep}", "log.xes")) == [("LG007", 3)]


def test_a_tag_that_never_ends(tmp_path: Path) -> None:
    text = f'{HEAD}<trace><event><string key="concept:name" value="' + "x" * 3_000_000
    assert refused(put(tmp_path, text, "log.xes"), limits=TIGHT) == [("LG006", 3)]


def test_white_space_is_no_tag(tmp_path: Path) -> None:
    text = f"{HEAD}{' ' * 3_000_000}{trace(event())}</log>"
    assert len(read_log(put(tmp_path, text, "log.xes"), None, TIGHT).log) == 1


def test_values_that_are_too_long(tmp_path: Path) -> None:
    assert refused(xes(tmp_path, trace(event("x" * 501))), limits=TIGHT) == [("LG006", 5)]
    text = "case,activity,time\n1," + "x" * 501 + ",2026-03-02T09:00:00Z\n"
    assert refused(put(tmp_path, text), limits=TIGHT) == [("LG006", 1)]
    assert len(read_log(xes(tmp_path, trace(event(note="x" * 501))), None, TIGHT).log) == 1  # nobody reads it


def test_a_row_that_is_too_long(tmp_path: Path) -> None:
    text = "case,activity,time\n1,a,2026-03-02T09:00:00Z\n2," + "x" * 9_000_000 + "\n"
    assert refused(put(tmp_path, text)) == [("LG013", 1)]


def test_too_many_events(tmp_path: Path) -> None:
    few = Limits(events=10)
    assert refused(xes(tmp_path, trace(*[event() for _ in range(11)])), limits=few) == [("LG005", 45)]
    text = "case,activity,time\n" + "1,a,2026-03-02T09:00:00Z\n" * 11
    assert refused(put(tmp_path, text), limits=few) == [("LG005", 2)]


def test_too_many_words(tmp_path: Path) -> None:
    few = Limits(words=10)
    assert refused(xes(tmp_path, trace(*[event(f"a{n}") for n in range(12)])), limits=few) == [("LG009", 1)]
    text = "case,activity,time\n" + "".join(f"1,a{n},2026-03-02T09:00:00Z\n" for n in range(12))
    assert refused(put(tmp_path, text), limits=few) == [("LG009", 1)]


def test_limits_of_words_are_kept_before_the_end_of_the_file(tmp_path: Path) -> None:
    """What comes after is broken: had it been read, that would be the reason."""
    row = "{},a,2026-03-02T09:00:00Z\n"
    many = "case,activity,time\n" + "".join(row.format(n) for n in range(400_000)) + '"'
    assert refused(put(tmp_path, many), limits=Limits(words=100_000)) == [("LG009", 1)]
    long = "case,activity,time\n" + row.format("x" * 3_000) + row.format("1") * 400_000 + '"'
    assert refused(put(tmp_path, long)) == [("LG006", 1)]
    few = "case,activity,time\n" + "".join(row.format(n % 90) for n in range(400_000))
    assert len(read_log(put(tmp_path, few), None, Limits(words=100)).log.case.words) == 90


@pytest.mark.parametrize("late", [False, True])
def test_keys_that_are_too_long(tmp_path: Path, late: bool) -> None:
    bad = event(**{"k" * 501: "v"})
    good = [event() for _ in range(1_000)] if late else []
    for path in (xes(tmp_path, trace(*good, bad)), xes(tmp_path, trace(*good), trace(**{"k" * 501: "v"}))):
        assert [code for code, _ in refused(path, limits=TIGHT)] == ["LG006"]


def test_long_times_do_not_pile_up(tmp_path: Path) -> None:
    one = event("a", "9" * 50_000)
    said, grown = measured(xes(tmp_path, trace(event(), *[one] * 2_000)))
    assert said == "read" and grown < 80_000


def test_too_many_columns(tmp_path: Path) -> None:
    assert refused(put(tmp_path, "a," * 201 + "case,activity,time\n1\n"), limits=TIGHT) == [("LG009", 1)]


def test_a_bomb_is_put_down_before_it_goes_off(tmp_path: Path) -> None:
    packed = gzip.compress(b" " * 80_000_000)
    path = put(tmp_path, packed, "log.xes")
    assert refused(path, limits=Limits(free_bytes=1_000_000)) == [("LG004", 1)]
    assert refused(path, limits=Limits(bytes=2_000_000)) == [("LG004", 1)]
    header = gzip.compress(b"case,activity,time\n" + b"1,a,2026-03-02T09:00:00Z\n" * 1_000_000)
    assert refused(put(tmp_path, header, "log.csv"), limits=Limits(free_bytes=1_000_000, ratio=100)) == [
        ("LG004", 1)
    ]


def test_a_gzip_file_that_breaks_off(tmp_path: Path) -> None:
    whole = gzip.compress((SAMPLES / "showroom.xes").read_bytes())
    assert refused(put(tmp_path, whole[:-9], "log")) == [("LG008", 1)]
    assert refused(put(tmp_path, whole[:12], "log")) == [("LG008", 1)]
    assert refused(put(tmp_path, whole[:5000] + b"\xff" * 50 + whole[5050:], "log"))[0][0] in (
        "LG008",
        "LG010",
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "LG003"),
        (b" \r\n\t", "LG003"),
        (b"\xef\xbb\xbf", "LG003"),
        (gzip.compress(b"", mtime=0), "LG003"),
        (b"PK\x03\x04" + b"x" * 50, "LG002"),
        (b"\x7fELF\x02\x01\x01\x00", "LG002"),
        (gzip.compress(b"SQLite format 3\x00", mtime=0), "LG002"),
    ],
)
def test_what_is_no_log(tmp_path: Path, data: bytes, code: str) -> None:
    assert refused(put(tmp_path, data, "log")) == [(code, 1)]


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert [refused(path) for path in (tmp_path, tmp_path / "none", tmp_path / "pipe")] == [
        [("LG001", 1)]
    ] * 3


ONE = '<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2026-03-02T09:00:00Z"/></event>'
HEAVY = {
    "one trace without end": f"{HEAD}<trace>{ONE * 600_000}",
    "one event without end": f"{HEAD}<trace><event>" + '<string key="a" value="b"/>' * 3_000_000,
    "new keys without end": f"{HEAD}<trace><event>"
    + "".join(f'<int key="k{n}" value="1"/>' for n in range(2_000_000)),
    "empty traces without end": HEAD + "<trace/>" * 5_000_000,
    "one line without end": "case,activity,time\n" + "1,a,2026-03-02T09:00:00Z," * 3_000_000,
    "quotes without end": 'case,activity,time\n1,"' + "a,b\n" * 15_000_000,
    "columns without end": "case,activity,time" + ",x" * 20_000_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_memory_is_bounded(tmp_path: Path, name: str) -> None:
    """Sixty megabytes and more of each; what is kept of them must stay far below what a tree of them would take."""
    path = put(tmp_path, HEAVY[name], "log")
    said, grown = measured(path)
    assert said in CODES
    assert grown < 400_000, f"{said}: grew by {grown // 1024} MB"


# Mutated


def as_parquet(path: Path) -> bytes:
    options = pyarrow.csv.ParseOptions(delimiter=";", invalid_row_handler=lambda _: "skip")
    table = pyarrow.csv.read_csv(io.BytesIO(path.read_bytes()), parse_options=options)
    out = io.BytesIO()
    pq.write_table(table, out, compression="none")
    return out.getvalue()


CSV = SAMPLES / "showroom-zh.csv"
SOURCES = {
    "xes": (SAMPLES / "showroom.xes").read_bytes()[:12_000] + b"</log>",
    "xes.gz": gzip.compress((SAMPLES / "showroom.xes").read_bytes()),
    "csv": CSV.read_bytes(),
    "csv gb18030": CSV.read_bytes().decode("utf-8-sig").encode("gb18030"),
    "parquet": as_parquet(CSV),
    "parquet rows": as_parquet(CSV),
}
BITS = (
    b"",
    b"<",
    b">",
    b"&",
    b'"',
    b"'",
    b"\x00",
    b"\xff",
    b"]]>",
    b"<!--",
    b"/>",
    b",",
    b";",
    b"\n",
    b"=",
    b"\xef\xbb\xbf",
)
WORDS = (
    b"event",
    b"trace",
    b"log",
    b"concept:name",
    b"time:timestamp",
    b"key",
    b"2026-03-02",
    b"0000-00-00",
    b"9" * 30,
)


def mutated(data: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 5)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((0, 1, 1, 2, 8, 40, 400)))
        data = (
            data[:start]
            + chance.choice((*BITS, *WORDS, data[start:end] * 2, bytes([chance.randrange(256)])))
            + data[end:]
        )
    return data[: chance.randrange(len(data) + 1)] if chance.random() < 0.15 else data


def ends_well(data: bytes, mapping: Mapping | None = None, *, judged: bool = True) -> None:
    """A log whose columns are of one length and in order, or a refusal with codes and places; never anything else."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_bytes(data)
        try:
            found = read_log(path, mapping, TIGHT)
        except LogRefused as refused:
            assert refused.diagnostics and all(one.is_error and one.message for one in refused.diagnostics)
            assert all(one.line >= 1 and one.column >= 1 for one in refused.diagnostics)
            return
        checked(found)
        if judged:
            judge(path, found, PROGRAM, mapping or Mapping()).as_json()
        read_mapping(suggest(path, PROGRAM, mapping, TIGHT), "map.yaml")


def checked(found: ReadLog) -> None:
    log, counts = found.log, found.counts
    assert 0 < len(log) == counts.kept <= counts.read
    left_out = counts.misfits + counts.no_time + counts.unreadable_time + counts.no_case + counts.no_activity
    assert counts.read == counts.kept + left_out + counts.lifecycle + counts.ignored
    for column in (log.case, log.activity):
        assert column.numbers.min() >= 0 and column.numbers.max() < len(column.words)
    assert not any(one.is_error for one in found.findings) and all(one.line >= 1 for one in found.findings)


@pytest.mark.parametrize("kind", SOURCES)
def test_the_samples_themselves_are_read(kind: str) -> None:
    ends_well(SOURCES[kind])


@pytest.mark.parametrize("kind", SOURCES)
@settings(
    max_examples=MANY,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
@given(seed=st.integers(0, 2**32))
def test_mutated_logs_end_in_a_log_or_a_refusal(kind: str, seed: int) -> None:
    ends_well(mutated(SOURCES[kind], seed), judged=seed % 4 == 0)


@settings(max_examples=MANY, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<log>", b"PAR1", b"\x1f\x8b\x08\x00", b"case,activity,time\n", b"\xff\xfe"]),
)
def test_noise_ends_in_a_log_or_a_refusal(data: bytes, first: bytes) -> None:
    ends_well(first + data, judged=False)


TIMES = st.sampled_from(
    [
        "2026-03-02T09:00:00Z",
        "2026-03-02 09:00",
        "1",
        "1772413200",
        "9999-12-31T23:59:59+14:00",
        "0001-01-01",
        "31.12.1999",
        "",
        "x",
    ]
)
CELLS = st.sampled_from(["receive", "advise", "hand_over", "yes_please", "", " ", "x"])


@settings(max_examples=MANY, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, TIMES, CELLS, CELLS), min_size=1, max_size=8))
def test_rows_of_anything_are_judged_or_refused(rows: list[tuple[str, ...]]) -> None:
    text = "case,activity,time,outcome,role\n" + "".join(",".join(row) + "\n" for row in rows)
    hours = 'hours: {store hours: {opens: "09:00", closes: "20:00"}}'
    ends_well(text.encode(), read_mapping(hours, "map.yaml"))
