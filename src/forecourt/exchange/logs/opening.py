"""What kind of log a file is, told by its first bytes and not by its name; and its bytes, unpacked, counted."""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from forecourt.exchange.logs.codes import refuse
from forecourt.exchange.logs.limits import LIMITS
from forecourt.exchange.logs.limits import Limits

XES, CSV, PARQUET, OCEL = "XES", "CSV", "Parquet", "OCEL 2.0"
HEAD = 65_536
PIECE = 262_144
_GZIP = b"\x1f\x8b"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_KNOWN = "Known are XES (also .gz), CSV (also .gz), Parquet, and OCEL 2.0 as JSON, XML or SQLite."
_OCEL = re.compile(r"<(?:\w+:)?(?:object-types|event-types|objects|events)\b")
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_ASIDE = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)
_BLANK = b" \t\r\n"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose format is known: XES, CSV, Parquet or OCEL 2.0 (all versions of OCEL: its reader refuses 1.0)."""

    path: Path
    format: str
    packed: bool = False


def recognise(path: Path, limits: Limits = LIMITS) -> Opened:
    """Return what kind of log a file is. Raises LogRefused when it cannot be read or is none."""
    name = str(path)
    if path.exists() and not path.is_file():
        raise refuse(
            "LG001", name, f"{path} is not a file", "Give the path of a log, not of a folder or a pipe."
        )
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
    except OSError as error:
        raise refuse(
            "LG001", name, f"{path} cannot be read: {error.strerror}", "Give the path of a log."
        ) from error
    head = b""
    for piece in pieces(path, limits):
        head = (head + piece).lstrip(_BLANK) if not head.strip(_BLANK) else head + piece
        if len(head) >= HEAD:
            break
    if not head.removeprefix(_BOMS[0]):
        raise refuse("LG003", name, f"{path} is empty", "Export the log again.")
    found = _format(head[:HEAD], name)
    if packed and found in (PARQUET, OCEL):
        message = f"{found} inside a gzip file cannot be read in place"
        raise refuse("LG002", name, message, f"Unpack it first: gunzip {path.name}")
    return Opened(path, found, packed)


def pieces(path: Path, limits: Limits = LIMITS, size: int = PIECE) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces, unpacked where it is gzip. Raises LogRefused: broken, too large, a bomb."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
            file.seek(0)
            yield from _counted(path, file, limits, size, packed)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise refuse("LG001", str(path), message, "Give the path of a log.") from error


def _counted(path: Path, file: BinaryIO, limits: Limits, size: int, packed: bool) -> Iterator[bytes]:
    source = gzip.GzipFile(fileobj=file) if packed else file
    total = 0
    while True:
        try:
            piece = source.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            message = f"the gzip file is broken after {total:,} unpacked bytes: {error}"
            raise refuse("LG008", str(path), message, "Copy or pack the file again.") from error
        if not piece:
            return
        total += len(piece)
        if total > limits.bytes:
            message = f"the log has more than {limits.bytes:,} bytes{' unpacked' if packed else ''}"
            raise refuse("LG004", str(path), message, "Split it by time or by store, or give it as Parquet.")
        if packed and total > limits.free_bytes and total > limits.ratio * file.tell():
            message = f"{file.tell():,} packed bytes unpack to {total:,} and more: no log packs so well"
            raise refuse("LG004", str(path), message, "If it is a log all the same, unpack it yourself.")
        yield piece


def _format(head: bytes, name: str) -> str:
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith(b"SQLite format 3\x00"):
        return OCEL
    if head.startswith(b"PK\x03\x04"):
        message = "this is a ZIP archive or an Excel workbook"
        raise refuse("LG002", name, message, "Unpack it; save a workbook as CSV UTF-8.")
    text = head_text(head)
    if text.lstrip().startswith("<"):
        return _of_xml(text, name)
    if text.lstrip().startswith(("{", "[")):
        return OCEL
    control = None if head.startswith(_BOMS) else _CONTROL.search(head)
    if control:
        message = (
            f"the file is neither text nor a known table: byte {control.start()} is {control[0][0]:#04x}"
        )
        raise refuse("LG002", name, message, _KNOWN)
    return CSV


def head_text(head: bytes) -> str:
    """Return the first bytes of a text as far as its marks go: what is not ASCII may come out wrong."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head[:4] in (b"<\x00?\x00", b"\x00<\x00?"):
        return head.decode("utf-16-le" if head[0] else "utf-16-be", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def _of_xml(text: str, name: str) -> str:
    body = _ASIDE.sub("", text)
    root = _ROOT.search(body)
    if root is None or root[2] != "log":
        line = text[: text.find(root[0])].count("\n") + 1 if root else 1
        what = f"begins with <{root[0][1:]}>" if root else "has no element"
        message = f"the XML {what}; an event log begins with <log>"
        raise refuse("LG012", name, message, _KNOWN, line=line)
    return OCEL if _OCEL.search(body) else XES
