"""CSV: encoding, delimiter and header are found out, rows are parsed by Arrow, lines that do not fit are counted and left out.

Read piece by piece, each column as numbers into words, times as microseconds: the text of a row is dropped as soon as it is read.
"""

import codecs
import io
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from forecourt.exchange.logs.codes import refuse
from forecourt.exchange.logs.codes import report
from forecourt.exchange.logs.coding import coded_of_chunks
from forecourt.exchange.logs.coding import first_line
from forecourt.exchange.logs.csv_head import HINT
from forecourt.exchange.logs.csv_head import Head
from forecourt.exchange.logs.csv_head import refuse_open_quote
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.opening import CSV
from forecourt.exchange.logs.opening import pieces
from forecourt.exchange.logs.raw import LINE
from forecourt.exchange.logs.raw import Raw
from forecourt.exchange.logs.times import EMPTY
from forecourt.exchange.logs.times import Moments
from forecourt.exchange.logs.times import of_texts

_BLOCK = 4_000_000  # bytes that Arrow parses at once; a row must fit


def read_csv(path: Path, head: Head, columns: dict[str, str], mapping: Mapping, limits: Limits) -> Raw:
    """Read a whole file. Raises LogRefused when it breaks off or no row fits its header."""
    reading = _Reading(str(path), head, columns, mapping, limits)
    source = _Source(path, head.encoding, limits)
    try:
        for batch in _batches(source, head, reading):
            reading.take(batch)
        if source.quotes % 2:
            refuse_open_quote(path, head, limits)
    except pa.ArrowException as error:
        message = f"the CSV file is broken after line {reading.read + head.lines}: {first_line(error)}"
        raise refuse("LG013", str(path), message, HINT, line=reading.read + head.lines) from error
    except UnicodeError as error:
        message = (
            f"the text is not {head.encoding} after line {reading.read + head.lines}: {str(error)[:200]}"
        )
        raise refuse(
            "LG014", str(path), message, "Name its encoding in the mapping (encoding: …)."
        ) from error
    return reading.raw()


def _batches(source: "_Source", head: Head, reading: "_Reading") -> Iterator[pa.RecordBatch]:
    text = pa.string()
    wanted = list(dict.fromkeys(reading.columns.values()))
    kinds = {name: pa.dictionary(pa.int32(), text) for name in wanted}
    kinds[reading.columns["time"]] = text
    reader = pacsv.open_csv(
        pa.PythonFile(source, mode="r"),
        pacsv.ReadOptions(
            use_threads=False, block_size=_BLOCK, column_names=list(head.names), skip_rows=head.lines
        ),
        pacsv.ParseOptions(
            delimiter=head.delimiter, newlines_in_values=True, invalid_row_handler=reading.misfit
        ),
        pacsv.ConvertOptions(
            column_types=kinds, include_columns=wanted, strings_can_be_null=True, null_values=[""]
        ),
    )
    with reader:
        while True:
            try:
                yield reader.read_next_batch()
            except StopIteration:
                return


class _Source(io.RawIOBase):
    """The text of a file as UTF-8, for Arrow to read from; counts the quotation marks that pass."""

    def __init__(self, path: Path, encoding: str, limits: Limits) -> None:
        self.quotes = 0
        self._pieces = pieces(path, limits)
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._ready = b""
        self._over = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._ready) < size and not self._over:
            piece = next(self._pieces, b"")
            self._over = not piece
            text = self._decoder.decode(piece, final=self._over).encode()
            self.quotes += text.count(b'"')
            self._ready += text
        given, self._ready = self._ready[:size], self._ready[size:]
        return given


class _Reading:
    """Collects batches into columns."""

    def __init__(
        self, file: str, head: Head, columns: dict[str, str], mapping: Mapping, limits: Limits
    ) -> None:
        self.file, self.head, self.columns, self.mapping, self.limits = file, head, columns, mapping, limits
        self.chunks: dict[str, list[pa.Array]] = {meaning: [] for meaning in columns if meaning != "time"}
        self.moments: list[Moments] = []
        self.misfits = array("q")
        self.first_misfit = ""
        self.read = 0

    def misfit(self, row: pacsv.InvalidRow) -> str:
        """Note a line with another number of cells; it is left out."""
        if not self.misfits:
            self.first_misfit = f"{row.actual_columns} cells where {row.expected_columns} are expected"
        self.misfits.append(row.number or 1)
        return "skip"

    def take(self, batch: pa.RecordBatch) -> None:
        """Take over the columns of some rows."""
        self.read += len(batch)
        if self.read > self.limits.events:
            message = f"the log has more than {self.limits.events:,} events"
            raise refuse("LG005", self.file, message, "Split it by time or by store.")
        for meaning, chunks in self.chunks.items():
            column = batch.column(self.columns[meaning])
            chunks.append(column if pa.types.is_dictionary(column.type) else column.dictionary_encode())
        texts = batch.column(self.columns["time"])
        self.moments.append(of_texts(texts, self.mapping.time_zone, self.mapping.time_format))

    def raw(self) -> Raw:
        """Return what was read."""
        if not self.read:
            raise refuse("LG023", self.file, f"no line below the header fits it{self._of_misfits()}", HINT)
        columns = {
            meaning: coded_of_chunks(chunks, self.file, self.columns[meaning], self.limits)
            for meaning, chunks in self.chunks.items()
        }
        at = np.concatenate([moments.at for moments in self.moments]) if self.moments else np.full(0, EMPTY)
        raw = Raw(self.file, CSV, columns, at, self._lines(), LINE, read_as=dict(self.columns))
        raw.assumed = sum(moments.assumed for moments in self.moments)
        raw.days = sum(moments.days for moments in self.moments)
        raw.left_out = len(self.misfits)
        if self.misfits:
            message = (
                f"left out: {len(self.misfits):,} line(s) that do not fit the header{self._of_misfits()}"
            )
            raw.findings.append(report("LG036", self.file, message, HINT, line=self.misfits[0]))
        return raw

    def _of_misfits(self) -> str:
        return f"; the first has {self.first_misfit}" if self.first_misfit else ""

    def _lines(self) -> NDArray[np.int64]:
        """The line of each row that was read; a cell that runs over lines makes those after it too small."""
        misfits = np.array(self.misfits, dtype=np.int64)
        place = np.arange(self.read, dtype=np.int64) + self.head.lines + 1
        between = np.searchsorted(misfits - np.arange(len(misfits)), place, side="right")
        return np.asarray(place + between, dtype=np.int64)
