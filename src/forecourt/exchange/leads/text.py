"""From bytes to text: byte-order marks, declared encodings, UTF-8, GB18030; damaged text is refused with its place."""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType

from forecourt.exchange.leads.records import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Only encodings that lead senders use; Python knows codecs (zip, idna, rot13) that have no business here.
_KNOWN = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "gb-2312", "cp936", "x-gbk", "hz-gb-2312"), "gb18030"),
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252"), "cp1252"),
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "iso-8859-15": "iso-8859-15",
    "utf-16": "utf-16",
}
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})[\"']", re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the encoding it was in, and whether that was said (mark, declaration, header) or guessed."""

    text: str
    encoding: str
    said: bool


def decode(data: bytes, charset: str = "") -> Decoded | Unreadable:
    """Turn a document into text; `charset` is what the transport said. Never raises."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, True)
    declared = _DECLARED.search(data[:1000])
    for name in (declared[1].decode("ascii") if declared else "", charset):
        found = _tried(data, _KNOWN.get(name.strip().lower(), ""))
        if found:
            return found
    return _guessed(data)


def _tried(data: bytes, encoding: str) -> Decoded | None:
    if not encoding:
        return None
    read = _strict(data, encoding, True)
    return read if isinstance(read, Decoded) else None


def _guessed(data: bytes) -> Decoded | Unreadable:
    utf8 = _strict(data, "utf-8", False)
    if isinstance(utf8, Decoded) or _nearly_utf8(data):
        return utf8
    gb18030 = _strict(data, "gb18030", False)
    return gb18030 if isinstance(gb18030, Decoded) else utf8


def _nearly_utf8(data: bytes) -> bool:
    """Damaged UTF-8 must not be read as GB18030: that would turn every Chinese name into another."""
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    return damaged * 5 < sum(1 for c in text[:200_000] if ord(c) > 0x7F) - damaged


def _strict(data: bytes, encoding: str, said: bool) -> Decoded | Unreadable:
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        return _damaged(data, encoding, error.start)
    return Decoded(text, encoding, said)


def _damaged(data: bytes, encoding: str, start: int) -> Unreadable:
    before = data[:start]
    line, column = before.count(b"\n") + 1, start - (before.rfind(b"\n") + 1) + 1
    facts = MappingProxyType(
        {"encoding": encoding, "byte": f"0x{data[start]:02x}" if start < len(data) else ""}
    )
    return Unreadable("text.damaged", facts, line, column)


def forbidden_in_xml(text: str) -> "re.Match[str] | None":
    """The first character that XML does not allow, if any."""
    return _FORBIDDEN.search(text)


def without_forbidden(text: str) -> str:
    """Replace characters that XML does not allow by spaces, so that positions stay."""
    return _FORBIDDEN.sub(" ", text)


def squeeze(text: str) -> str:
    """One field's text: outer space gone, inner runs of space made one."""
    return " ".join(text.split())


def plain_key(text: str) -> str:
    """A name of a field reduced for comparison: half-width, lower case, no spaces, dashes, brackets or stars."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_\-./:*()\[\]【】'\"\ufeff]+", "", folded)
