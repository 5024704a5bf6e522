"""Any log into columns: `read_log(path, mapping)`. The format is told by the content; what is wrong comes with its place.

    read = read_log(Path("log.xes.gz"), load_mapping(Path("map.yaml")))
    read.log, read.findings, read.counts

A file that cannot be judged raises `LogRefused`, whose `diagnostics` say why. Whatever is left out is counted in a finding.
"""

from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path

from forecourt.base.diagnostics import Diagnostic
from forecourt.exchange.logs.cleaning import Counts
from forecourt.exchange.logs.cleaning import ReadLog
from forecourt.exchange.logs.cleaning import clean
from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.codes import report
from forecourt.exchange.logs.columns import choose
from forecourt.exchange.logs.columns import unknown_column
from forecourt.exchange.logs.csv_head import look_csv
from forecourt.exchange.logs.delimited import read_csv
from forecourt.exchange.logs.limits import LIMITS
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.mapping import NEEDED
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.objects import look_ocel
from forecourt.exchange.logs.objects import read_objects
from forecourt.exchange.logs.opening import CSV
from forecourt.exchange.logs.opening import OCEL
from forecourt.exchange.logs.opening import PARQUET
from forecourt.exchange.logs.opening import XES
from forecourt.exchange.logs.opening import recognise
from forecourt.exchange.logs.raw import Raw
from forecourt.exchange.logs.tables import look_parquet
from forecourt.exchange.logs.tables import read_parquet
from forecourt.exchange.logs.xes import look_xes
from forecourt.exchange.logs.xes import read_xes

__all__ = ["Counts", "LogRefused", "Look", "ReadLog", "look_at", "read_log"]


@dataclass(frozen=True, slots=True)
class Look:
    """What the beginning of a log shows: its format, its columns with some values, the object types of an OCEL 2.0 log."""

    format: str
    columns: Table[str, tuple[str, ...]]
    line: int = 1
    object_types: Table[str, int] | None = None


def look_at(path: Path, mapping: Mapping | None = None, limits: Limits = LIMITS) -> Look:
    """Return what a log has, without reading all of it. Raises LogRefused when it is none, or broken at its beginning."""
    opened, mapping = recognise(path, limits), mapping or Mapping()
    if opened.format == XES:
        columns, line = look_xes(path, limits)
        return Look(XES, columns, line)
    if opened.format == PARQUET:
        return Look(PARQUET, look_parquet(path, limits))
    if opened.format == CSV:
        return Look(CSV, look_csv(path, mapping, limits).samples())
    return look_ocel_file(path)


def look_ocel_file(path: Path) -> Look:
    """Return the object types and event attributes of an OCEL 2.0 log; it is read whole for that."""
    columns, types = look_ocel(path)
    return Look(OCEL, columns, 1, types)


def read_log(path: Path, mapping: Mapping | None = None, limits: Limits = LIMITS) -> ReadLog:
    """Read a log of any known format. Raises LogRefused when it cannot be read or nothing in it can be judged."""
    mapping = mapping or Mapping()
    read = _READERS[recognise(path, limits).format]
    raw = read(path, mapping, limits)
    raw.findings += _without_use(raw, mapping)
    return clean(raw, mapping, limits)


_UNUSED = {
    XES: ("encoding", "delimiter", "object_type"),
    PARQUET: ("encoding", "delimiter", "object_type"),
    CSV: ("object_type",),
    OCEL: ("encoding", "delimiter", "time_format"),
}


def _without_use(raw: Raw, mapping: Mapping) -> list[Diagnostic]:
    """Say which keys of a mapping change nothing for a log of this format."""
    keys: list[tuple[str, ...]] = [(key,) for key in _UNUSED[raw.format] if getattr(mapping, key)]
    if raw.format == OCEL:
        keys += [("columns", meaning) for meaning in NEEDED if meaning in mapping.columns]
    spots = [(".".join(key), mapping.spot(*key)) for key in keys]
    return [
        report(
            "LG062", spot.file, f"{key} changes nothing for a log of the format {raw.format}",
            "Take it out.", line=spot.line, column=spot.column,
        )
        for key, spot in spots
    ]  # fmt: skip


def _xes(path: Path, mapping: Mapping, limits: Limits) -> Raw:
    seen, line = look_xes(path, limits)
    # An attribute that a mapping names may come first after the events looked at.
    columns = choose([*seen, *mapping.columns.values()], mapping, str(path), XES, line)
    raw = read_xes(path, columns, mapping, limits)
    missing = [
        meaning
        for meaning, name in mapping.columns.items()
        if name not in seen and not _has_values(raw, meaning)
    ]
    if missing:
        raise LogRefused(unknown_column(meaning, mapping, seen) for meaning in missing)
    return raw


def _has_values(raw: Raw, meaning: str) -> bool:
    if meaning == "time":
        return bool((raw.at > raw.at.min()).any()) if len(raw) else False
    return bool(raw.columns[meaning].words)


def _csv(path: Path, mapping: Mapping, limits: Limits) -> Raw:
    head = look_csv(path, mapping, limits)
    return read_csv(path, head, choose(head.names, mapping, str(path), CSV, head.lines), mapping, limits)


def _parquet(path: Path, mapping: Mapping, limits: Limits) -> Raw:
    columns = choose(look_parquet(path, limits), mapping, str(path), PARQUET)
    return read_parquet(path, columns, mapping, limits)


def _ocel(path: Path, mapping: Mapping, limits: Limits) -> Raw:
    return read_objects(path, mapping)


_READERS = {XES: _xes, CSV: _csv, PARQUET: _parquet, OCEL: _ocel}
