"""Small logs for the tests, written where they are used."""

import gzip
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forecourt.base.diagnostics import Diagnostic
from forecourt.exchange.logs.limits import LIMITS
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.mapreading import read_mapping
from forecourt.exchange.logs.reading import LogRefused
from forecourt.exchange.logs.reading import ReadLog
from forecourt.exchange.logs.reading import read_log
from forecourt.playbook import Program
from forecourt.playbook import compile_playbook
from forecourt.playbook import load
from forecourt.playbook.replay.columns import Coded

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "methodology" / "samples" / "logs"
RETAIL = ROOT / "methodology" / "playbooks" / "retail.yaml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log>\n'

SMALL = """\
playbook: small
version: "1"
about: case
title: {en: Small, zh: 小}
steps:
  receive: {title: {en: Receive the customer, zh: 接待客户}, by: adviser, within: 2 h of store hours}
  advise: {title: {en: Advise, zh: 咨询}, by: [adviser, store_manager], record: {outcome: [yes_please, no_thanks]}}
  hand_over: {title: {en: Hand over, zh: 交车}, by: adviser, within: 1 d}
flow:
  - receive
  - advise
  - one: {yes_please: [hand_over, ends: done_well], no_thanks: [ends: gone]}
words:
  yes_please: {en: Yes please, zh: 好}
  no_thanks: {en: No thanks, zh: 不}
  done_well: {en: Done well, zh: 完成}
  gone: {en: Gone, zh: 离开}
"""


def small() -> Program:
    """A playbook of three steps, one of which decides."""
    loaded = load(SMALL, "small.yaml")
    assert loaded.ok, loaded.diagnostics
    return compile_playbook(loaded.playbook)


def event(name: str | None = "receive", at: str | None = "2026-03-02T09:00:00+08:00", **more: str) -> str:
    """An event of XES, one line for each attribute."""
    lines = [f'<string key="concept:name" value="{name}"/>'] if name is not None else []
    lines += [f'<date key="time:timestamp" value="{at}"/>'] if at is not None else []
    lines += [f'<string key="{key.replace("__", ":")}" value="{value}"/>' for key, value in more.items()]
    return "<event>\n" + "\n".join(lines) + "\n</event>\n"


def trace(*events: str, name: str | None = "1", **more: str) -> str:
    """A trace of XES."""
    own = f'<string key="concept:name" value="{name}"/>\n' if name is not None else ""
    own += "".join(f'<string key="{key}" value="{value}"/>\n' for key, value in more.items())
    return f"<trace>\n{own}{''.join(events)}</trace>\n"


def xes(tmp_path: Path, *traces: str, name: str = "log.xes") -> Path:
    """A file of XES."""
    return put(tmp_path, HEAD + "".join(traces) + "</log>\n", name)


def put(tmp_path: Path, text: str | bytes, name: str = "log.csv", encoding: str = "utf-8") -> Path:
    """A file with this content, packed where its name ends in .gz."""
    data = text if isinstance(text, bytes) else text.encode(encoding)
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def parquet(tmp_path: Path, name: str = "log.parquet", **columns: pa.Array) -> Path:
    """A Parquet file of these columns."""
    path = tmp_path / name
    pq.write_table(pa.table(columns), path)
    return path


def read(path: Path, mapping: str | Mapping = "", limits: Limits = LIMITS) -> ReadLog:
    """The log, with a mapping given as YAML."""
    given = read_mapping(mapping, "map.yaml") if isinstance(mapping, str) and mapping else mapping
    return read_log(path, given if isinstance(given, Mapping) else None, limits)


def refused(path: Path, mapping: str | Mapping = "", limits: Limits = LIMITS) -> list[tuple[str, int]]:
    """Code and line of each reason for which a log is refused."""
    with pytest.raises(LogRefused) as found:
        read(path, mapping, limits)
    assert all(one.is_error and one.message for one in found.value.diagnostics)
    return places(found.value.diagnostics)


def places(diagnostics: tuple[Diagnostic, ...]) -> list[tuple[str, int]]:
    """Code and line of each."""
    return [(one.code, one.line) for one in diagnostics]


def said(column: Coded | None) -> list[str]:
    """A column as words again, empty where there is none."""
    assert column is not None
    return [column.words[number] if number >= 0 else "" for number in column.numbers]


MEMORY = """
import resource, sys
from pathlib import Path
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.reading import LogRefused, read_log
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_log(Path(sys.argv[1]), None, Limits(events=100_000))
except LogRefused as refused:
    print(refused.diagnostics[0].code)
else:
    print("read")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def measured(path: Path) -> tuple[str, int]:
    """What a process of its own says of a log (a code, or `read`), and by how many kilobytes its memory grew."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    said, grown = done.stdout.split()
    return said, int(grown)
