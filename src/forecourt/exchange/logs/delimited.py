"""CSV: encoding, delimiter and header are found out, rows are parsed by Arrow, lines that do not fit are counted and left out.

Read block by block, each column as numbers into words, times as microseconds: the text of a row is dropped as soon as it is read.
"""

from array import array
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from forecourt.exchange.logs.codes import refuse
from forecourt.exchange.logs.codes import report
from forecourt.exchange.logs.coding import coded_of_chunks
from forecourt.exchange.logs.coding import first_line
from forecourt.exchange.logs.coding import refuse_long
from forecourt.exchange.logs.coding import refuse_many
from forecourt.exchange.logs.csv_blocks import Block
from forecourt.exchange.logs.csv_blocks import blocks_of
from forecourt.exchange.logs.csv_head import HINT
from forecourt.exchange.logs.csv_head import Head
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.opening import CSV
from forecourt.exchange.logs.raw import LINE
from forecourt.exchange.logs.raw import Raw
from forecourt.exchange.logs.times import Moments
from forecourt.exchange.logs.times import of_texts


def read_csv(path: Path, head: Head, columns: dict[str, str], mapping: Mapping, limits: Limits) -> Raw:
    """Read a whole file. Raises LogRefused when it breaks off or no row fits its header."""
    reading = _Reading(str(path), head, columns, mapping, limits)
    for block in blocks_of(path, head, limits):
        reading.take(block)
    return reading.raw()


class _Reading:
    """Collects blocks into columns."""

    def __init__(
        self, file: str, head: Head, columns: dict[str, str], mapping: Mapping, limits: Limits
    ) -> None:
        self.file, self.head, self.columns, self.mapping, self.limits = file, head, columns, mapping, limits
        self.chunks: dict[str, list[pa.Array]] = {meaning: [] for meaning in columns if meaning != "time"}
        self.words = dict.fromkeys(self.chunks, 0)  # different in each block, added up
        self.most = dict.fromkeys(self.chunks, limits.words)
        self.moments: list[Moments] = []
        self.places = [np.empty(0, dtype=np.int64)]
        self.misfits, self.first_misfit, self.misfit_line = array("q"), "", 0
        self.read = self.left_out = 0

    def take(self, block: Block) -> None:
        """Take over the columns of some rows."""
        self.misfits = array("q")
        table = self._parsed(block)
        self.read += len(table)
        if self.read > self.limits.events:
            message = f"the log has more than {self.limits.events:,} events"
            raise refuse("LG005", self.file, message, "Split it by time or by store.", line=block.line)
        if self.misfits and not self.misfit_line:
            self.misfit_line = block.line + self.misfits[0] - 1
        self.left_out += len(self.misfits)
        self.places.append(self._lines(block, len(table)))
        for meaning, chunks in self.chunks.items():
            name = self.columns[meaning]
            chunks += table.column(name).chunks
            for chunk in table.column(name).chunks:
                refuse_long(chunk.dictionary, self.file, name, self.limits)
                self.words[meaning] += len(chunk.dictionary)
            if self.words[meaning] > self.most[meaning]:
                self._join(meaning)
        for texts in table.column(self.columns["time"]).chunks:
            self.moments.append(of_texts(texts, self.mapping.time_zone, self.mapping.time_format))

    def _join(self, meaning: str) -> None:
        """Let the blocks of a column share their words. Raises LogRefused where there are too many different ones."""
        whole = pa.chunked_array(self.chunks[meaning]).unify_dictionaries()
        self.chunks[meaning][:] = whole.chunks
        different = len(whole.chunk(0).dictionary)
        refuse_many(different, self.file, self.columns[meaning], self.limits)
        self.words[meaning], self.most[meaning] = different, different + self.limits.words

    def _parsed(self, block: Block) -> pa.Table:
        wanted = list(dict.fromkeys(self.columns.values()))
        kinds = {name: pa.dictionary(pa.int32(), pa.string()) for name in wanted}
        kinds[self.columns["time"]] = pa.string()
        try:
            return pacsv.read_csv(
                pa.BufferReader(block.text),
                pacsv.ReadOptions(
                    use_threads=False, block_size=len(block.text) + 1, column_names=list(self.head.names)
                ),
                pacsv.ParseOptions(
                    delimiter=self.head.delimiter, newlines_in_values=True, invalid_row_handler=self._misfit
                ),
                pacsv.ConvertOptions(
                    column_types=kinds, include_columns=wanted, strings_can_be_null=True, null_values=[""]
                ),
            )
        except pa.ArrowException as error:
            message = f"the CSV file is broken after line {block.line}: {first_line(error)}"
            raise refuse("LG013", self.file, message, HINT, line=block.line) from error

    def _misfit(self, row: pacsv.InvalidRow) -> str:
        """Note a line with another number of cells; it is left out."""
        if not self.first_misfit:
            self.first_misfit = f"{row.actual_columns} cells where {row.expected_columns} are expected"
        self.misfits.append(row.number or 1)
        return "skip"

    def _lines(self, block: Block, rows: int) -> NDArray[np.int64]:
        """The line of each row; a cell that runs over lines makes those after it in its block too small."""
        misfits = np.array(self.misfits, dtype=np.int64)
        place = np.arange(1, rows + 1, dtype=np.int64)
        between = np.searchsorted(misfits - np.arange(len(misfits)), place, side="right")
        return np.asarray(place + between + block.line - 1, dtype=np.int64)

    def raw(self) -> Raw:
        """Return what was read."""
        if not self.read:
            message = f"no line below the header fits it{self._of_misfits()}"
            raise refuse("LG023", self.file, message, HINT, line=self.head.lines)
        columns = {
            meaning: coded_of_chunks(chunks, self.file, self.columns[meaning], self.limits)
            for meaning, chunks in self.chunks.items()
        }
        at, place = np.concatenate([moments.at for moments in self.moments]), np.concatenate(self.places)
        raw = Raw(self.file, CSV, columns, at, place, LINE, read_as=dict(self.columns))
        raw.assumed = sum(moments.assumed for moments in self.moments)
        raw.days = sum(moments.days for moments in self.moments)
        raw.left_out = self.left_out
        if self.head.guessed:
            message = "the text is not UTF-8; it is read as GB18030, which many other texts pass for"
            hint = "Do names look right? If not, name the encoding in the mapping, as in encoding: latin-1; if so, encoding: gb18030."
            raw.findings.append(report("LG061", self.file, message, hint))
        if self.left_out:
            message = f"left out: {self.left_out:,} line(s) that do not fit the header{self._of_misfits()}"
            raw.findings.append(report("LG036", self.file, message, HINT, line=self.misfit_line))
        return raw

    def _of_misfits(self) -> str:
        return f"; the first has {self.first_misfit}" if self.first_misfit else ""
