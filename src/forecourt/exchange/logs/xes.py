"""XES (IEEE 1849) into columns: memory grows with the columns kept and not with the file."""

from array import array
from pathlib import Path

import numpy as np
import pyarrow as pa

from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.codes import refuse
from forecourt.exchange.logs.codes import report
from forecourt.exchange.logs.coding import Coder
from forecourt.exchange.logs.columns import CASE_NAME
from forecourt.exchange.logs.columns import CASE_PREFIX
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.opening import XES
from forecourt.exchange.logs.raw import LINE
from forecourt.exchange.logs.raw import Raw
from forecourt.exchange.logs.times import of_texts
from forecourt.exchange.logs.xes_walking import Done
from forecourt.exchange.logs.xes_walking import Walker
from forecourt.exchange.logs.xes_walking import feed

SAMPLE = 1_000  # events looked at to see which attributes there are
VALUES = 50  # values kept of each
_FLUSH = 100_000  # times read at once
_LONGEST = 100  # characters of a time that are kept until then


def look_xes(path: Path, limits: Limits) -> tuple[dict[str, tuple[str, ...]], int]:
    """Return the attributes of the first 1,000 events and of their traces (`case:` before them), each with some values.

    The name of a trace is always among them: a trace is a case even where it has none. The number is the line of the first event.
    """
    walker = _Sampling(str(path), limits)
    feed(path, limits, walker)
    if not walker.events:
        raise refuse("LG023", str(path), "the log has no events", "Export the log again.")
    return {key: tuple(values) for key, values in walker.seen.items()}, walker.first


def read_xes(path: Path, columns: dict[str, str], mapping: Mapping, limits: Limits) -> Raw:
    """Read a whole log. `columns` maps a meaning to the key of an attribute; `case:` before it: of the trace."""
    walker = _Reading(str(path), columns, mapping, limits)
    feed(path, limits, walker)
    return walker.raw()


def _long_key(walker: Walker, key: str) -> LogRefused:
    message = f"the key of an attribute is longer than {walker.limits.word:,} characters: {key[:40]!r}…"
    return walker.refuse("LG006", message, "Is this an event log? Export it again.")


class _Sampling(Walker):
    """Collects keys with values of the beginning."""

    def __init__(self, file: str, limits: Limits) -> None:
        super().__init__(file, limits)
        self.seen: dict[str, list[str]] = {CASE_NAME: []}
        self.events, self.first = 0, 1

    def begin_trace(self) -> None:
        pass

    def end_trace(self) -> None:
        pass

    def begin_event(self) -> None:
        if not self.events:
            self.first = self.parser.CurrentLineNumber
        self.events += 1

    def end_event(self) -> None:
        if self.events >= SAMPLE:
            raise Done

    def attribute(self, key: str | None, value: str | None) -> None:
        if key and len(key) > self.limits.word:
            raise _long_key(self, key)
        if key and (key in self.seen or len(self.seen) < self.limits.columns):
            values = self.seen.setdefault(key, [])
            if value and len(values) < VALUES:
                values.append(value[: self.limits.word])

    def trace_attribute(self, key: str | None, value: str | None) -> None:
        self.attribute(CASE_PREFIX + key if key else None, value)


class _Reading(Walker):
    """Makes columns. What belongs to a trace is filled in when it ends, for its attributes may come after its events."""

    def __init__(self, file: str, columns: dict[str, str], mapping: Mapping, limits: Limits) -> None:
        super().__init__(file, limits)
        self.mapping, self.read_as = mapping, columns
        self.time_key, self.case_key = columns["time"], columns["case"].removeprefix(CASE_PREFIX)
        self.by_trace = columns["case"].startswith(CASE_PREFIX)
        coded = {meaning: key for meaning, key in columns.items() if meaning != "time"}
        self.coders = {meaning: Coder(file, key, limits) for meaning, key in coded.items()}
        self.case = self.coders["case"]
        named = [
            (key, self.coders[meaning])
            for meaning, key in coded.items()
            if meaning != "case" or not self.by_trace
        ]
        self.of_event = [(key, coder) for key, coder in named if not key.startswith(CASE_PREFIX)]
        self.of_trace = [
            (key.removeprefix(CASE_PREFIX), coder) for key, coder in named if key.startswith(CASE_PREFIX)
        ]
        self.kept = {key for key, _ in self.of_event} | {self.time_key, self.case_key}
        self.kept_of_trace = {key for key, _ in self.of_trace} | {self.case_key}
        self.now: dict[str, str] = {}
        self.trace: dict[str, str] = {}
        self.lines, self.texts, self.times = array("q"), [""][:0], [np.empty(0, dtype=np.int64)]
        self.assumed = self.days = self.traces = self.unnamed = self.begun_at = 0
        self.first_unnamed = self.trace_line = 0
        self.names: set[str] = set()
        self.again = array("q")

    def begin_trace(self) -> None:
        self.traces += 1
        self.trace = {}
        self.begun_at, self.trace_line = len(self.lines), self.parser.CurrentLineNumber

    def begin_event(self) -> None:
        self.now = {}
        self.lines.append(self.parser.CurrentLineNumber)
        if len(self.lines) > self.limits.events:
            message = f"the log has more than {self.limits.events:,} events"
            raise self.refuse("LG005", message, "Split it by time or by store.")

    def attribute(self, key: str | None, value: str | None) -> None:
        if key in self.kept:
            if value is not None:
                self.now[key] = value  # None is never kept
        elif key and len(key) > self.limits.word:
            raise _long_key(self, key)

    def trace_attribute(self, key: str | None, value: str | None) -> None:
        if key in self.kept_of_trace:
            if value is not None:
                self.trace[key] = value  # None is never kept
        elif key and len(key) > self.limits.word:
            raise _long_key(self, key)

    def end_event(self) -> None:
        get = self.now.get
        for key, coder in self.of_event:
            coder.add(get(key), self.lines[-1])
        self.texts.append(get(self.time_key, "")[:_LONGEST])
        if len(self.texts) >= _FLUSH:
            self._flush()
        if not self.in_trace:
            if self.by_trace:
                self.case.add(None)
            for _, coder in self.of_trace:
                coder.add(None)

    def end_trace(self) -> None:
        events = len(self.lines) - self.begun_at
        if self.by_trace:
            self.case.repeat(self._name(), events, self.trace_line)
        for key, coder in self.of_trace:
            coder.repeat(self.trace.get(key), events, self.trace_line)

    def _name(self) -> str:
        """The trace's own name; one without a name, or with one that was there before, is told apart by its place."""
        name = self.trace.get(self.case_key, "").strip()
        if not name:
            self.unnamed += 1
            self.first_unnamed = self.first_unnamed or self.trace_line
            name = f"trace {self.traces}"
        elif name in self.names:
            self.again.append(self.trace_line)
            name = f"{name} (trace {self.traces})"
        self.names.add(name)
        return name

    def _flush(self) -> None:
        read = of_texts(pa.array(self.texts, pa.string()), self.mapping.time_zone, self.mapping.time_format)
        self.times.append(read.at)
        self.assumed, self.days = self.assumed + read.assumed, self.days + read.days
        self.texts.clear()

    def raw(self) -> Raw:
        """Return what was read, with what is to be said about traces."""
        self._flush()
        columns = {meaning: coder.coded() for meaning, coder in self.coders.items()}
        at, place = np.concatenate(self.times), np.array(self.lines, dtype=np.int64)
        raw = Raw(
            self.file, XES, columns, at, place, LINE, self.assumed, self.days, read_as=dict(self.read_as)
        )
        if self.unnamed:
            message = (
                f"traces without {self.case_key}: {self.unnamed:,} of {self.traces:,}; named by their place"
            )
            raw.findings.append(report("LG037", self.file, message, line=self.first_unnamed))
        if self.again:
            message = (
                f"traces with the name of an earlier one: {len(self.again):,}; each is a journey of its own, with its place in "
                "its name"
            )
            raw.findings.append(report("LG038", self.file, message, line=self.again[0]))
        return raw
