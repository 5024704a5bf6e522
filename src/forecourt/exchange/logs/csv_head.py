"""How a CSV file is written: its encoding, what stands before the header, the delimiter, the names of its columns."""

import codecs
import csv
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path

from forecourt.exchange.logs.codes import refuse
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.opening import pieces

HINT = "Export the log again, each row on a line of its own and cells with the delimiter inside in quotes."
ENOUGH = 262_144  # characters looked at
_TRIED = (",", ";", "\t", "|")
_SAMPLE = 200
GUESSED = "gb18030"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a CSV file: how it is written, the names of its columns (made unlike), some rows."""

    encoding: str
    delimiter: str
    names: tuple[str, ...]
    lines: int  # that the header, and what stands before it, takes; a line ends with \n, as in csv_blocks
    rows: tuple[tuple[str, ...], ...]
    guessed: bool = False  # that it is GB18030: any text of two-byte letters passes for it

    def samples(self) -> dict[str, tuple[str, ...]]:
        """Return some values of each column."""
        return {
            name: tuple(row[place] for row in self.rows if len(row) > place and row[place].strip())
            for place, name in enumerate(self.names)
        }


def look_csv(path: Path, mapping: Mapping, limits: Limits) -> Head:
    """Return how a file is written. Raises LogRefused when its encoding is not known or it has no header."""
    encoding = mapping.encoding or _encoding(path, limits)
    text = _beginning(path, encoding, limits)
    before = 1 if _said(text) else 0
    # Not str.splitlines: it also ends a line at U+2028, U+0085 and others, which may stand in a cell.
    lines = list(StringIO(text, newline=""))[before:]
    delimiter = mapping.delimiter or _said(text) or _delimiter(lines)
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        names = next(reader, [])
        header = _ends(lines[: reader.line_num], path)
        rows = tuple(tuple(row) for row in islice(reader, _SAMPLE))
    except csv.Error as error:
        raise refuse("LG013", str(path), f"the CSV file is broken: {error}", HINT, line=before + 1) from error
    if not any(name.strip() for name in names):
        raise refuse("LG013", str(path), "the CSV file has no header", "The first line names the columns.")
    if len(names) > limits.columns:
        message = f"the header has {len(names):,} columns; at most {limits.columns:,} are read"
        raise refuse("LG009", str(path), message, HINT, line=before + 1)
    guessed = encoding == GUESSED and not mapping.encoding
    rows = rows[:-1] if len(text) >= ENOUGH else rows
    return Head(encoding, delimiter, _unlike(names), before + header, rows, guessed)


def _ends(header: list[str], path: Path) -> int:
    """How many line ends the header takes. Raises LogRefused where a line ends with a carriage return alone."""
    if header and header[-1].endswith("\r"):
        message = "lines end with a carriage return alone, as on computers of the last century"
        raise refuse("LG013", str(path), message, HINT)
    return sum(line.endswith("\n") for line in header[:-1]) + 1


def _encoding(path: Path, limits: Limits) -> str:
    """UTF-8 or GB18030, whichever the whole file is; UTF-16 where it says so."""
    first = next(pieces(path, limits), b"")
    for bom, name in _BOMS.items():
        if first.startswith(bom):
            return name
    problem = _unreadable(path, "utf-8", limits)
    if problem is None:
        return "utf-8"
    if _unreadable(path, GUESSED, limits) is None:
        return GUESSED
    offset, line = problem
    message = f"the text is neither UTF-8 nor GB18030: byte {offset:,} in line {line:,} fits neither"
    hint = "Save the file as UTF-8, or name its encoding in the mapping, as in encoding: latin-1."
    raise refuse("LG014", str(path), message, hint, line=line)


def _unreadable(path: Path, encoding: str, limits: Limits) -> tuple[int, int] | None:
    """Offset and line of the first byte that is not of this encoding; None: all are."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset, line = 0, 1
    try:
        for piece in pieces(path, limits):
            pending = len(decoder.getstate()[0])
            decoder.decode(piece)
            offset, line = offset + len(piece), line + piece.count(b"\n")
        pending = len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].count(b"\n")
        return offset - pending + error.start, line + before
    return None


def _beginning(path: Path, encoding: str, limits: Limits) -> str:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    text = ""
    try:
        for piece in pieces(path, limits):
            text += decoder.decode(piece)
            if len(text) >= ENOUGH:
                break
    except UnicodeDecodeError as error:
        message = (
            f"the text is not {encoding}: byte {error.object[error.start]:#04x} at {error.start} of a piece"
        )
        raise refuse("LG014", str(path), message, "Name another encoding in the mapping, or none.") from error
    return text[:ENOUGH]


def _said(text: str) -> str:
    """The delimiter that Excel's first line `sep=;` names."""
    first = text[:10].partition("\n")[0].removesuffix("\r")
    return first[4] if first[:4].lower() == "sep=" and len(first) == 5 else ""


def _delimiter(lines: list[str]) -> str:
    """The one that cuts the first lines into most cells, all of one number; a comma where none does."""

    def fits(delimiter: str) -> tuple[bool, bool, int]:
        try:
            widths = [len(row) for row in islice(csv.reader(lines, delimiter=delimiter), 20) if row]
        except csv.Error:
            return False, False, 0
        first = widths[0] if widths else 0
        return first > 1, sum(width == first for width in widths) * 2 > len(widths), first

    return max(_TRIED, key=fits)


def _unlike(names: list[str]) -> tuple[str, ...]:
    """Names without the space around them; an empty one is named by its place, a repeated one by its place among its like."""
    found: list[str] = []
    for place, name in enumerate(names, 1):
        name = " ".join(name.split()) or f"column {place}"
        times = sum(other == name or other.startswith(f"{name} (") for other in found)
        found.append(f"{name} ({times + 1})" if times else name)
    return tuple(found)
