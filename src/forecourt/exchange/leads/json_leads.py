"""Which JSON is it, and where in it are the enquiries? WeCom bodies, our own format, or something else."""

from collections.abc import Callable
from collections.abc import Iterable

from forecourt.exchange.leads.json_text import Object
from forecourt.exchange.leads.json_text import kind_of
from forecourt.exchange.leads.json_text import parse_json
from forecourt.exchange.leads.json_text import pointer
from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.own import is_own
from forecourt.exchange.leads.own import read_own
from forecourt.exchange.leads.records import LeadDocument
from forecourt.exchange.leads.records import Limits
from forecourt.exchange.leads.records import Read
from forecourt.exchange.leads.records import Unreadable
from forecourt.exchange.leads.wecom import is_wecom
from forecourt.exchange.leads.wecom import read_wecom

Reader = Callable[[Object, str, str, str], LeadDocument | Unreadable]
_WRAPPERS = ("Response", "response", "data", "Data")
_LISTS = ("PageData", "leads", "Leads", "items", "Items")


def read_json(text: str, limits: Limits, region: str = "CN") -> Read | Unreadable:
    """Read a JSON document of either shape."""
    notes = Notes()
    parsed = parse_json(text, limits, notes)
    if isinstance(parsed, Unreadable):
        return parsed
    entries, path = _entries(parsed)
    if entries is None:
        return _not_leads(parsed)
    if len(entries) > limits.max_leads:
        return Unreadable("file.too_many_leads", {"most": str(limits.max_leads)})
    found = _format(entries)
    if found is None:
        return _not_leads(entries[0]) if entries else Unreadable("json.no_entries", position=path)
    name, reader = found
    alone = len(entries) == 1 and entries[0] is parsed
    leads, refused = _read_all(entries, path, reader, region, alone)
    if not leads and len(refused) == 1:
        return refused[0]
    return Read(name, leads, refused, notes.taken())


def _entries(parsed: object) -> tuple[list[object] | None, str]:
    """The list of enquiries and where it stands; an enquiry alone is a list of one."""
    path = ""
    for _ in range(3):
        if isinstance(parsed, list):
            return parsed, path
        if not isinstance(parsed, dict):
            return None, path
        inner = next(
            (name for name in (*_LISTS, *_WRAPPERS) if isinstance(parsed.get(name), dict | list)), ""
        )
        if not inner:
            return ([parsed] if is_wecom(parsed) or is_own(parsed) else None), path
        parsed, path = parsed[inner], pointer(path, inner)
    return None, path


def _format(entries: list[object]) -> tuple[str, Reader] | None:
    for entry in entries[:1000]:
        if isinstance(entry, dict) and is_wecom(entry):
            return "wecom", read_wecom
        if isinstance(entry, dict) and is_own(entry):
            return "json", read_own
    return None


def _read_all(
    entries: Iterable[object], path: str, reader: Reader, region: str, alone: bool
) -> tuple[tuple[LeadDocument, ...], tuple[Unreadable, ...]]:
    leads: list[LeadDocument] = []
    refused: list[Unreadable] = []
    for place, entry in enumerate(entries):
        where = "" if alone else pointer(path, place)
        if not isinstance(entry, dict):
            refused.append(Unreadable("lead.not_an_object", {"kind": kind_of(entry)}, position=where))
            continue
        read = reader(entry, where, where or "/", region)
        (refused if isinstance(read, Unreadable) else leads).append(read)  # type: ignore[arg-type]
    return tuple(leads), tuple(refused)


def _not_leads(parsed: object) -> Unreadable:
    if isinstance(parsed, dict) and ({"RequestId", "BusinessCode"} & _inner(parsed).keys()):
        return Unreadable("json.answer")
    keys = (
        ", ".join(sorted(str(key)[:40] for key in parsed)[:8])
        if isinstance(parsed, dict)
        else kind_of(parsed)
    )
    return Unreadable("json.not_leads", {"keys": keys}, 1, 1)


def _inner(parsed: Object) -> Object:
    response = parsed.get("Response")
    return response if isinstance(response, dict) else parsed
