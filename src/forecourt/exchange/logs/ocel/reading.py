"""Opens an OCEL 2.0 file, whichever of the three forms it has; the content decides, not the name."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import near_misses
from forecourt.exchange.logs.ocel.findings import Findings
from forecourt.exchange.logs.ocel.findings import Stopped
from forecourt.exchange.logs.ocel.findings import shown
from forecourt.exchange.logs.ocel.flattening import flatten
from forecourt.exchange.logs.ocel.from_json import read_json
from forecourt.exchange.logs.ocel.from_sqlite import read_sqlite
from forecourt.exchange.logs.ocel.from_xml import read_xml
from forecourt.exchange.logs.ocel.records import Limits
from forecourt.exchange.logs.ocel.records import Ocel
from forecourt.playbook.replay.columns import Log

JSON, XML, SQLITE = "json", "xml", "sqlite"
LIMITS = Limits()
_OTHERS = (
    (b"\x1f\x8b", "gzip", "Unpack it first (gunzip)."),
    (b"PK\x03\x04", "a ZIP archive or a workbook", "Unpack it first."),
    (b"PAR1", "Parquet", "Parquet is read as a plain log, not as OCEL."),
    (b"[", "a JSON list", "OCEL 2.0 in JSON is an object with eventTypes, objectTypes, events and objects."),
)


@dataclass(frozen=True)
class Reading:
    """A log that could be read, with what was put right on the way (warnings)."""

    ocel: Ocel
    findings: tuple[Diagnostic, ...]


def form_of(path: Path) -> str | None:
    """The form a file seems to have by its first bytes: json, xml, sqlite, or None. Raises `OSError`."""
    with path.open("rb") as stream:
        return _form(stream.read(512))


def read(path: Path, limits: Limits = LIMITS) -> Reading:
    """Read a whole log. Raises `OcelRefused` with every reason and its place."""
    findings = Findings(path.name)
    try:
        ocel = _read(path, findings, limits)
    except Stopped:
        raise findings.refusal() from None
    if findings.failed:
        raise findings.refusal()
    return Reading(ocel, findings.all())


def object_types(path: Path, limits: Limits = LIMITS) -> dict[str, int]:
    """The object types of a log with the number of events related to an object of each, most first. Raises `OcelRefused`."""
    ocel = read(path, limits).ocel
    type_of = {one.id: one.type for one in ocel.objects}
    counts = dict.fromkeys((one.name for one in ocel.object_types), 0)
    for event in ocel.events:
        for type_ in {type_of[relation.object_id] for relation in event.relations}:
            counts[type_] += 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def read_ocel(path: Path, object_type: str, limits: Limits = LIMITS) -> Log:
    """Read a log as the journeys of one object type (see `flatten`). Raises `OcelRefused`."""
    ocel = read(path, limits).ocel
    findings = Findings(path.name)
    names = [one.name for one in ocel.object_types]
    if object_type not in names:
        known = ", ".join(shown(name) for name in names[:20]) or "none"
        findings.error(
            "LO015",
            f"The log has no object type {shown(object_type)}.",
            near=near_misses(object_type, names),
            hint=f"It has {known}.",
        )
        raise findings.refusal()
    log = flatten(ocel, object_type)
    if not len(log):
        hint = "Choose an object type whose objects the events are about."
        findings.error("LO016", f"No event is related to an object of type {shown(object_type)}.", hint=hint)
        raise findings.refusal()
    return log


def _read(path: Path, findings: Findings, limits: Limits) -> Ocel:
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            form = _known_form(stream.read(512), findings)
            _fits(size, limits.bytes_json if form == JSON else limits.bytes, findings)
            if form == SQLITE:
                return read_sqlite(path, findings, limits)
            stream.seek(0)
            return (
                read_json(stream.read(), findings, limits)
                if form == JSON
                else read_xml(stream, findings, limits)
            )
    except OSError as error:
        raise findings.at("LO001", f"The file cannot be opened: {error.strerror or error}.", 1, 1) from error


def _fits(size: int, most: int, findings: Findings) -> None:
    if size > most:
        hint = "Cut the log into periods, or convert it to SQLite."
        raise findings.at("LO005", f"The file has {size:,} bytes; at most {most:,} are read.", 1, 1, hint)


def _known_form(start: bytes, findings: Findings) -> str:
    form = _form(start)
    if form:
        return form
    if not start.strip():
        raise findings.at("LO002", "The file is empty.", 1, 1)
    for magic, name, hint in _OTHERS:
        if start.lstrip().startswith(magic):
            raise findings.at("LO002", f"The file is {name}, not OCEL 2.0.", 1, 1, hint)
    message = (
        f"The file is none of the forms of OCEL 2.0 (JSON, XML, SQLite); it begins with {shown(start[:20])}."
    )
    raise findings.at("LO002", message, 1, 1)


def _form(start: bytes) -> str | None:
    if start.startswith(b"SQLite format 3\0"):
        return SQLITE
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = start[: len(start) & ~1].decode("utf-16", "replace")
    else:
        text = start.decode("utf-8", "replace").removeprefix("\ufeff")
    return {"{": JSON, "<": XML}.get(text.lstrip()[:1])
