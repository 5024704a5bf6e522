"""XML of unknown origin made a small tree of our own: hardened parser, safe repairs, positions of the original text.

What stands before `<adf` (declarations, document type, the mail around it) is blanked out before parsing, so no
document type definition ever reaches the parser; entities are refused. Repairs keep every line in its place and each
leaves a report line. Only this module knows lxml.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from html.entities import html5

from lxml import etree  # type: ignore[import-untyped,unused-ignore]

from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.records import Limits
from forecourt.exchange.leads.records import Unreadable
from forecourt.exchange.leads.text import forbidden_in_xml
from forecourt.exchange.leads.text import squeeze
from forecourt.exchange.leads.text import without_forbidden

_OPEN = re.compile(r"<(?:[\w.-]{1,20}:)?adf[\s>/]", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:[\w.-]{1,20}:)?adf\s{0,20}>", re.IGNORECASE)
_ESCAPED_OPEN = re.compile(r"&lt;adf(?:[\s>]|&gt;)", re.IGNORECASE)
_PROPER_PROLOG = re.compile(r"^\ufeff?(?:<\?xml\s[^<>?]*\?>)?\s*(?:<\?adf\s[^<>?]*\?>\s*)?$", re.IGNORECASE)
_ONLY_MARKUP = re.compile(r"^(?:\s|<[?!][^<>]*>)*$")
_ENTITY = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{0,30});)?")
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_ATTRIBUTE = re.compile(r"\"[^\"]*\"|'[^']*'|(?P<name>\s[\w:.-]+=)(?P<value>[^\s\"'<>/]+)")
_XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}


@dataclass(slots=True)
class Node:
    """One element: lower-case local name, attributes likewise, and whether a reader has used it."""

    tag: str
    written: str
    path: str
    line: int
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node]" = field(default_factory=list)
    taken: bool = False

    def all(self, tag: str) -> "list[Node]":
        """The children with this name; they count as used."""
        found = [child for child in self.children if child.tag == tag]
        for child in found:
            child.taken = True
        return found

    def first(self, tag: str) -> "Node | None":
        """The first child with this name; it counts as used, further ones do not."""
        for child in self.children:
            if child.tag == tag:
                child.taken = True
                return child
        return None

    def walk(self) -> "Iterator[Node]":
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def unescaped(text: str, notes: Notes) -> str:
    """Undo the escaping of a mail program that put the lead into a page as text."""
    if _OPEN.search(text) or not _ESCAPED_OPEN.search(text):
        return text
    notes.guessed("document", "", "adf.escaped_body")
    return html.unescape(text)


def find_documents(text: str) -> list[tuple[int, int]]:
    """Where each `<adf>...</adf>` stands; one that is never closed reaches to the end."""
    spans: list[tuple[int, int]] = []
    opened = _OPEN.search(text)
    while opened:
        closed = _CLOSE.search(text, opened.end())
        spans.append((opened.start(), closed.end() if closed else len(text)))
        opened = _OPEN.search(text, closed.end()) if closed else None
    return spans


def parse_document(text: str, span: tuple[int, int], limits: Limits, notes: Notes) -> Node | Unreadable:
    """Parse one `<adf>` of the text; positions are those of the whole text."""
    before, body = text[: span[0]], text[span[0] : span[1]]
    if "<!entity" in before.lower():
        line = before.lower()[: before.lower().index("<!entity")].count("\n") + 1
        return Unreadable("xml.entities", line=line)
    _note_prolog(before, notes)
    blank = "\n" * before.count("\n") + " " * (len(before) - before.rfind("\n") - 1)
    return _parsed(blank + body, limits, notes)


def _note_prolog(before: str, notes: Notes) -> None:
    if "<!doctype" in before.lower():
        notes.ignored("document", squeeze(before), "adf.doctype_ignored")
    elif not _PROPER_PROLOG.match(before[:2000]):
        known = len(before) < 2000 and _ONLY_MARKUP.match(before)
        notes.guessed(
            "document", squeeze(before[:300]), "adf.prolog_removed" if known else "adf.inside_other_text"
        )


def _parsed(text: str, limits: Limits, notes: Notes) -> Node | Unreadable:
    if forbidden_in_xml(text):
        notes.guessed("document", "", "adf.control_characters")
        text = without_forbidden(text)
    root = _tree(text)
    if isinstance(root, Unreadable):
        root = _tree(_repaired(text, notes))
    if isinstance(root, Unreadable):
        return root
    if _depth(root) > limits.max_depth:
        return Unreadable("xml.too_deep", {"most": str(limits.max_depth)}, root.sourceline)
    return _converted(root, "", notes)


def _tree(text: str) -> "etree._Element | Unreadable":
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, recover=False, remove_comments=True, remove_pis=True, strip_cdata=True,
    )  # fmt: skip
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        problem = str(error.msg or "").split(", line ")[0]
        return Unreadable("xml.not_well_formed", {"problem": problem}, line or 1, max(column, 1))


def _depth(root: "etree._Element") -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _converted(element: "etree._Element", above: str, notes: Notes) -> Node:
    written = etree.QName(element).localname
    tag = _SPELLINGS.get(written.lower(), written.lower())
    path = f"{above}/{tag}" if above else tag
    node = Node(tag, written, path, element.sourceline or 0)
    node.attributes = {etree.QName(k).localname.lower(): str(v) for k, v in element.attrib.items()}
    if tag != written.lower():
        notes.guessed(path, f"<{written}>", "adf.other_spelling", line=node.line, tag=tag)
    if tag == "comments":
        node.text = "".join(part if isinstance(part, str) else "" for part in element.itertext())
        return node
    node.text = (element.text or "") + "".join(child.tail or "" for child in element)
    node.children = [_converted(child, path, notes) for child in element if isinstance(child.tag, str)]
    return node


_SPELLINGS = {
    "comment": "comments",
    "manufacturecode": "manufacturercode",
    "request_date": "requestdate",
    "zip": "postalcode",
    "zipcode": "postalcode",
    "postcode": "postalcode",
    "state": "regioncode",
    "province": "regioncode",
    "phonenumber": "phone",
    "telephone": "phone",
    "emailaddress": "email",
    "brand": "make",
}


def _repaired(text: str, notes: Notes) -> str:
    pieces = [piece if literal else _repaired_piece(piece, notes) for piece, literal in _pieces(text)]
    return "".join(pieces)


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Cut the text at CDATA sections and comments, which are never repaired."""
    place = 0
    for found in re.finditer(r"<!\[CDATA\[|<!--", text):
        if found.start() < place:
            continue
        ending = "]]>" if found[0] != "<!--" else "-->"
        end = text.find(ending, found.end())
        if end < 0:
            break
        yield text[place : found.start()], False
        yield text[found.start() : end + 3], True
        place = end + 3
    yield text[place:], False


def _repaired_piece(text: str, notes: Notes) -> str:
    seen: set[str] = set()
    text = _ENTITY.sub(lambda found: _character(found, seen), text)
    text = _TAG.sub(lambda tag: _ATTRIBUTE.sub(lambda found: _quoted(found, seen), tag[0]), text)
    for code in sorted(seen):
        notes.guessed("document", "&…;", code)
    return text


def _character(found: "re.Match[str]", seen: set[str]) -> str:
    name = found[1]
    if name and (name in _XML_ENTITIES or name.startswith("#")):
        return found[0]
    character = html5.get(f"{name};") if name else None
    if character and not any(c in "<&\n" for c in character):
        seen.add("adf.html_entity")
        return character
    seen.add("adf.bare_ampersand")
    return "&amp;" + found[0][1:]


def _quoted(found: "re.Match[str]", seen: set[str]) -> str:
    if not found["name"]:
        return found[0]
    seen.add("adf.unquoted_attribute")
    return f'{found["name"]}"{found["value"]}"'


def root_name(text: str) -> str:
    """The name of the first element of something that looks like XML, or an empty text."""
    found = re.search(r"<([A-Za-z][\w:.-]{0,60})", text[:20_000])
    return found[1] if found else ""
