"""The text of a CSV file in blocks of whole rows, as UTF-8, each with the line at which it begins.

Cut here and not by the parser, so that lines are known, memory is bounded, and a quotation mark that is never closed is found at the
row that opens it instead of swallowing what follows. A quotation mark opens a cell only where the cell begins, as Arrow reads it.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.codes import refuse
from forecourt.exchange.logs.csv_head import HINT
from forecourt.exchange.logs.csv_head import Head
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.opening import pieces

SIZE = 4_000_000  # bytes of a block, more or less


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows, and the line of the first."""

    text: bytes
    line: int


def blocks_of(path: Path, head: Head, limits: Limits) -> Iterator[Block]:
    """Yield what stands below the header. Raises LogRefused for bytes that are no text, and for a row without end."""
    cells = _cells(head.delimiter)
    text, line, header, wanted = b"", 1, head.lines, SIZE
    for piece in _decoded(path, head.encoding, limits):
        text += piece
        while header and b"\n" in text:
            text = text[text.index(b"\n") + 1 :]
            header, line = header - 1, line + 1
        if header or len(text) < wanted:
            continue
        cut = _cut(text, cells)
        if cut:
            yield Block(text[:cut], line)
            line, text, wanted = line + text.count(b"\n", 0, cut), text[cut:], SIZE
        elif len(text) > max(limits.token, SIZE):
            raise _endless(path, text, line, cells, limits)
        else:
            wanted = 2 * len(text)
    if text and not header:
        if _closed(text, cells) < len(text):
            raise _endless(path, text, line, cells, limits)
        yield Block(text, line)


def _decoded(path: Path, encoding: str, limits: Limits) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    read, line = 0, 1
    try:
        for piece in pieces(path, limits):
            text = decoder.decode(piece)
            read, line = read + len(piece), line + text.count("\n")
            yield text.replace("\r\n", "\n").encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        message = f"the text is not {encoding} after line {line:,}: {error}"
        hint = "Name its encoding in the mapping, as in encoding: latin-1."
        raise refuse("LG014", str(path), message[:300], hint, line=line) from error


def _cells(delimiter: str) -> "re.Pattern[bytes]":
    """Matches a text as far as every cell that is opened is closed again."""
    edge = b"[\n\r" + re.escape(delimiter.encode()) + b"]"
    return re.compile(b'(?:[^"]++|(?<!' + edge + b')"|(?<=' + edge + b')"[^"]*+(?:""[^"]*+)*+")*+')


def _closed(text: bytes, cells: "re.Pattern[bytes]") -> int:
    """How much of a text is closed: its length, or the place of the quotation mark that is not."""
    if b'"' not in text:
        return len(text)
    match = cells.match(b"\n" + text)
    return match.end() - 1 if match else 0


def _cut(text: bytes, cells: "re.Pattern[bytes]") -> int:
    """The place behind the last line end that is not inside a cell; 0 where there is none."""
    end = text.rfind(b"\n")
    while end >= 0:
        closed = _closed(text[:end], cells)
        if closed == end:
            return end + 1
        end = text.rfind(b"\n", 0, closed)
    return 0


def _endless(path: Path, text: bytes, line: int, cells: "re.Pattern[bytes]", limits: Limits) -> LogRefused:
    closed = _closed(text, cells)
    if closed < len(text):
        line += text.count(b"\n", 0, closed)
        message = "a quotation mark is opened here and never closed; it swallows the lines after it"
        return refuse("LG013", str(path), message, HINT, line=line)
    return refuse("LG006", str(path), f"a row is longer than {limits.token:,} bytes", HINT, line=line)
