"""XES (IEEE 1849) as a stream of traces, events and attributes: no tree is built, so a file of any size may come.

Expat rather than a tree builder, because it tells the line of every event in a file of any length and holds nothing but the tag
under way. A document type is refused, so that there are no entities and nothing is fetched; depth and the length of a tag are
limited. Attributes inside attributes, lists and containers are passed over: no column is made of them.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.codes import refuse
from forecourt.exchange.logs.limits import Limits
from forecourt.exchange.logs.opening import pieces

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_OF_EXPAT = {"utf-8", "utf-16", "iso-8859-1", "us-ascii", "ascii", "latin-1", "utf8"}
_BROKEN = "Export the log again; a copy that broke off ends like this too."


class Done(Exception):
    """Enough has been seen."""


def feed(path: Path, limits: Limits, walker: "Walker") -> None:
    """Walk through a file. Raises LogRefused for what is not XES, with line and column."""
    fed = 0
    source = pieces(path, limits)
    first = next(source, b"")
    decoder = _decoder(first, str(path))
    parser = walker.parser = _parser(walker, decoder)
    try:
        for piece in _chain(first, source):
            data = decoder.decode(piece).encode() if decoder else piece
            fed += len(data)
            parser.Parse(data, False)
            if fed - parser.CurrentByteIndex > limits.token:
                raise walker.refuse("LG006", f"a tag is longer than {limits.token:,} bytes", _BROKEN)
        parser.Parse(decoder.decode(b"", True).encode() if decoder else b"", True)
    except Done:
        return
    except expat.ExpatError as error:
        raise _malformed(error, str(path)) from error
    except (UnicodeError, LookupError, ValueError) as error:
        if isinstance(error, LogRefused):
            raise
        message = f"the text is not in the encoding that it declares: {str(error)[:200]}"
        raise walker.refuse("LG014", message, "Save the log as UTF-8.") from error


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _decoder(first: bytes, file: str) -> codecs.IncrementalDecoder | None:
    """For encodings that Expat does not know, GB18030 above all, the text is decoded here."""
    declared = _DECLARED.match(first[:300].removeprefix(b"\xef\xbb\xbf"))
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name in _OF_EXPAT:
        return None
    try:
        known = codecs.lookup(name)
        "<".encode(known.name)
    except (LookupError, ValueError, TypeError) as error:
        raise refuse("LG014", file, f"there is no encoding {name!r}", "Save the log as UTF-8.") from error
    return known.incrementaldecoder("strict") if known.incrementaldecoder else None


def _parser(walker: "Walker", decoder: codecs.IncrementalDecoder | None) -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8" if decoder else None)
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    parser.StartDoctypeDeclHandler = walker.doctype
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser


def _malformed(error: expat.ExpatError, file: str) -> LogRefused:
    problem = expat.ErrorString(error.code)
    code = "LG014" if error.code in _OF_ENCODING else "LG010"
    message = f"the XML is not well formed: {problem}"
    return refuse(code, file, message, _BROKEN, line=error.lineno, column=error.offset + 1)


_OF_ENCODING = {
    expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING],
    expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING],
}


class Walker:
    """Knows where in a log it stands, and calls `begin_trace`, `begin_event`, `attribute`, `end_event`, `end_trace`."""

    parser: expat.XMLParserType

    def __init__(self, file: str, limits: Limits) -> None:
        self.file, self.limits = file, limits
        self.depth = self.inside = 0  # depth of the event or trace whose attributes come now; 0: none
        self.in_trace = self.in_event = False
        self.prefix = ""

    def refuse(self, code: str, message: str, hint: str) -> LogRefused:
        """Return a refusal with the place reached."""
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        return refuse(code, self.file, message, hint, line=line, column=column)

    def doctype(self, *_: object) -> None:
        raise self.refuse(
            "LG011",
            "the XML has a document type; XES has none",
            "Remove the line that begins with <!DOCTYPE.",
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.in_event:
            if self.depth == self.inside + 1:
                self.attribute(attributes.get("key"), attributes.get("value"))
                return  # most elements of a log end here
        elif self.depth == 3 and self.in_trace:
            self._in_trace(name, attributes)
        elif self.depth == 2:
            self._in_log(name)
        elif self.depth == 1:
            self._root(name)
        if self.depth > self.limits.depth:
            message = f"elements are nested more than {self.limits.depth} deep"
            raise self.refuse("LG007", message, "XES needs five levels; is this an event log?")

    def end(self, name: str) -> None:
        if self.in_event and self.depth == self.inside:
            self.in_event = False
            self.end_event()
        elif self.in_trace and self.depth == 2:
            self.in_trace = False
            self.end_trace()
        self.depth -= 1

    def _root(self, name: str) -> None:
        if name.rpartition(":")[2] != "log":
            raise self.refuse("LG012", f"the XML begins with <{name}>; XES begins with <log>", _BROKEN)
        self.prefix = name[: -len("log")]

    def _in_log(self, name: str) -> None:
        if name == self.prefix + "trace":
            self.in_trace = True
            self.begin_trace()
        elif name == self.prefix + "event":
            self._begin_event()

    def _in_trace(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.prefix + "event":
            self._begin_event()
        else:
            self.trace_attribute(attributes.get("key"), attributes.get("value"))

    def _begin_event(self) -> None:
        self.in_event, self.inside = True, self.depth
        self.begin_event()

    def begin_trace(self) -> None:
        raise NotImplementedError

    def begin_event(self) -> None:
        raise NotImplementedError

    def attribute(self, key: str | None, value: str | None) -> None:
        raise NotImplementedError

    def trace_attribute(self, key: str | None, value: str | None) -> None:
        raise NotImplementedError

    def end_event(self) -> None:
        raise NotImplementedError

    def end_trace(self) -> None:
        raise NotImplementedError
