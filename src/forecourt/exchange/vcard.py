"""Contact cards: lenient reader of vCard 2.1, 3.0 and 4.0, writer of 3.0 and 4.0 (RFC 2426, RFC 6350).

Only what identifies and reaches a person: FN, N, TEL, EMAIL, ADR, ORG, NOTE. Everything else is named in `ignored`.
"""

import quopri
import re
from dataclasses import dataclass
from dataclasses import field

LONGEST = 2_000_000
_LINE = re.compile(
    r"^(?:(?P<group>[A-Za-z0-9-]{1,40})\.)?(?P<name>[A-Za-z0-9-]{1,60})(?P<parameters>(?:;(?:\"[^\"]*\"|[^\":])*)?):(?P<value>.*)$",
    re.DOTALL,
)
_ESCAPED = {"n": "\n", "N": "\n", ",": ",", ";": ";", ":": ":", "\\": "\\", '"': '"'}
_ENCODINGS = {
    "utf-8": "utf-8",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "iso-8859-1": "latin-1",
}


@dataclass(frozen=True, slots=True)
class CardAddress:
    """A postal address of a card."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One contact. Telephones and mails are (kind, value) pairs as written; normalise them with `phones`, `emails`."""

    full_name: str
    family: str = ""
    given: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    phones: tuple[tuple[str, str], ...] = ()
    emails: tuple[tuple[str, str], ...] = ()
    addresses: tuple[CardAddress, ...] = ()
    organisation: str = ""
    note: str = ""
    version: str = "4.0"
    line: int = 1
    ignored: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    line: int
    values: dict[str, str] = field(default_factory=dict)
    phones: list[tuple[str, str]] = field(default_factory=list)
    emails: list[tuple[str, str]] = field(default_factory=list)
    addresses: list[CardAddress] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read_cards(data: bytes) -> tuple[Card, ...]:
    """Read every card of a file. Never raises: what is no card is skipped, a card cut short is read as far as it goes."""
    cards: list[Card] = []
    draft: _Draft | None = None
    for number, line in _unfolded(_text(data[:LONGEST])):
        bare = line.strip().upper()
        if bare == "BEGIN:VCARD":
            cards += [_finished(draft)] if draft else []
            draft = _Draft(number)
        elif bare == "END:VCARD":
            cards += [_finished(draft)] if draft else []
            draft = None
        elif draft and line.strip():
            _take(draft, line)
    return tuple(cards + ([_finished(draft)] if draft else []))


def write_card(card: Card, version: str = "4.0") -> bytes:
    """Write a card in version 3.0 or 4.0: CRLF, lines folded at 75 octets. ValueError for another version."""
    if version not in {"3.0", "4.0"}:
        raise ValueError(f"vCard version {version!r} is not written; use 3.0 or 4.0")
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"FN:{_escape(card.full_name)}"]
    lines.append(
        "N:" + ";".join(_escape(p) for p in (card.family, card.given, card.middle, card.prefix, card.suffix))
    )
    lines += [f"TEL{_kind(kind)}:{_escape(value)}" for kind, value in card.phones]
    lines += [f"EMAIL{_kind(kind)}:{_escape(value)}" for kind, value in card.emails]
    lines += [_address_line(address) for address in card.addresses]
    lines += [f"ORG:{_escape(card.organisation)}"] if card.organisation else []
    lines += [f"NOTE:{_escape(card.note)}"] if card.note else []
    return "".join(_fold(line) + "\r\n" for line in [*lines, "END:VCARD"]).encode()


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _unfolded(text: str) -> list[tuple[int, str]]:
    """Logical lines with the number of their first: folded (RFC) and quoted-printable soft breaks (2.1) are joined."""
    found: list[tuple[int, list[str]]] = []
    soft = False
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        folded = line[:1] in (" ", "\t")
        if found and (folded or soft):
            found[-1][1].append(line if soft and not folded else line[1:])
        else:
            found.append((number, [line]))
        soft = line.endswith("=") and (soft or "QUOTED-PRINTABLE" in line.upper())
        if soft:
            found[-1][1][-1] = found[-1][1][-1][:-1]
    return [(number, "".join(parts)) for number, parts in found]


def _take(draft: _Draft, line: str) -> None:
    match = _LINE.match(line)
    if match is None:
        draft.ignored.append(line[:60])
        return
    name, parameters = match["name"].upper(), match["parameters"].upper()
    value, kind = _decoded(match["value"], parameters), _kind_of(parameters)
    if name == "TEL":
        draft.phones.append((kind, _unescape(value).removeprefix("tel:")))
    elif name == "EMAIL":
        draft.emails.append((kind, _unescape(value)))
    elif name == "ADR":
        draft.addresses.append(_address(value, kind))
    elif name in {"FN", "N", "ORG", "NOTE", "VERSION"}:
        draft.values.setdefault(name, value)
    else:
        draft.ignored.append(name)


def _decoded(value: str, parameters: str) -> str:
    if "QUOTED-PRINTABLE" not in parameters:
        return value
    charset = re.search(r"CHARSET=\"?([A-Z0-9-]+)", parameters)
    encoding = _ENCODINGS.get(charset[1].lower() if charset else "utf-8", "utf-8")
    return quopri.decodestring(value.encode("utf-8", "replace")).decode(encoding, "replace")


def _kind_of(parameters: str) -> str:
    words = set(re.split(r"[;=,\"\s]+", parameters))
    return next((kind for kind in ("CELL", "FAX", "PAGER", "WORK", "HOME") if kind in words), "").lower()


def _split(value: str, separator: str = ";") -> list[str]:
    parts = re.findall(r"(?:\\.|[^\\" + separator + r"])+|" + separator, value, re.DOTALL)
    found, current = [], ""
    for part in parts:
        if part == separator:
            found.append(_unescape(current))
            current = ""
        else:
            current += part
    return [*found, _unescape(current)]


def _unescape(value: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPED.get(match[1], match[0]), value, flags=re.DOTALL).strip()


def _address(value: str, kind: str) -> CardAddress:
    parts = [*_split(value), *[""] * 7][:7]
    street = ", ".join(part for part in (parts[0], parts[1], parts[2]) if part)
    return CardAddress(street, parts[3], parts[4], parts[5], parts[6], kind)


def _finished(draft: _Draft) -> Card:
    family, given, middle, prefix, suffix = [*_split(draft.values.get("N", "")), *[""] * 5][:5]
    full = _unescape(draft.values.get("FN", "")) or " ".join(
        p for p in (prefix, given, middle, family, suffix) if p
    )
    return Card(
        full, family, given, middle, prefix, suffix,
        tuple(draft.phones), tuple(draft.emails), tuple(draft.addresses),
        ", ".join(part for part in _split(draft.values.get("ORG", "")) if part), _unescape(draft.values.get("NOTE", "")),
        _unescape(draft.values.get("VERSION", "")) or "3.0", draft.line, tuple(draft.ignored),
    )  # fmt: skip


def _escape(value: str) -> str:
    text = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return re.sub(r"\r\n|\r|\n", "\\\\n", text)


def _kind(kind: str) -> str:
    return f";TYPE={kind}" if re.fullmatch(r"[a-z]{1,20}", kind) else ""


def _address_line(address: CardAddress) -> str:
    parts = ("", "", address.street, address.city, address.region, address.postal_code, address.country)
    return f"ADR{_kind(address.kind)}:" + ";".join(_escape(part) for part in parts)


def _fold(line: str) -> str:
    """Fold at 75 octets without cutting a character."""
    found, current, size = [], "", 0
    for character in line:
        octets = len(character.encode("utf-8", "replace"))
        if size + octets > 75:
            found.append(current)
            current, size = "", 1
        current, size = current + character, size + octets
    return "\r\n ".join([*found, current])
