"""What BPMN has no words for, as elements of our own namespace: written once in the process, read back to the same data.

    <fc:playbook playbook="retail" version="2026.11" about="opportunity">
      <fc:title>{"en": "Retail", "zh": "零售"}</fc:title>
      <fc:step name="respond">
        <fc:within>15 min of store hours</fc:within>
        <fc:on_late>[{"notify": "store_manager"}]</fc:on_late>
      </fc:step>
      <fc:standard name="answer_in_time">share(respond.on_time) &gt;= 95 %</fc:standard>
    </fc:playbook>

A text stands as it is; everything else, and a text that looks like it, is JSON, which survives tools that fold white space.
"""

import json
import re
from typing import Any

from lxml import etree

from forecourt.exchange.bpmn.documents import Document
from forecourt.exchange.bpmn.words import OURS

_KEPT = ("playbook", "version", "about")
_LISTS = {"steps": "step", "standards": "standard", "next": "next", "words": "word"}
_JSON = ("{", "[", '"')
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fit(text: str) -> str:
    """Return a text with what XML cannot hold (control characters, lone surrogates) made spaces."""
    return _UNFIT.sub(" ", text)


def write(parent: Any, found: Document) -> None:
    """Append the extension element for `documents.attributes` of a playbook."""
    kept = {key: fit(str(found[key])) for key in _KEPT if key in found}
    element = etree.SubElement(parent, f"{{{OURS}}}playbook", kept)
    _value(element, "title", found.get("title", {}))
    for name, step in found.get("steps", {}).items():
        child = etree.SubElement(element, f"{{{OURS}}}step", {"name": fit(name)})
        for key, value in step.items():
            _value(child, key, value)
    for key in ("standards", "next", "words"):
        for name, value in found.get(key, {}).items():
            _value(element, _LISTS[key], value, name=fit(name))


def read(element: Any) -> tuple[Document, list[str]]:
    """Return what an extension element says, and a sentence for each thing in it that cannot be read."""
    problems: list[str] = []
    found: Document = {key: element.get(key) for key in _KEPT if element.get(key)}
    singles = {tag: key for key, tag in _LISTS.items()}
    for child in _ours(element):
        tag = etree.QName(child).localname
        if tag == "step":
            attributes = {etree.QName(one).localname: _read(one, problems) for one in _ours(child)}
            found.setdefault("steps", {})[child.get("name", "")] = attributes
        elif tag in singles:
            found.setdefault(singles[tag], {})[child.get("name", "")] = _read(child, problems)
        elif tag == "title":
            found["title"] = _read(child, problems)
        else:
            problems.append(f"<{tag}> (line {child.sourceline}) is not a part of a playbook")
    return found, problems


def _ours(element: Any) -> list[Any]:
    return [child for child in element if isinstance(child.tag, str) and etree.QName(child).namespace == OURS]


def _value(parent: Any, tag: str, value: Any, **attributes: str) -> None:
    element = etree.SubElement(parent, f"{{{OURS}}}{tag}", attributes)
    plain = (
        isinstance(value, str)
        and not value.startswith(_JSON)
        and fit(value) == value
        and value == value.strip()
    )
    element.text = value if plain else _as_json(value)


def _as_json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if fit(text) == text else json.dumps(value)


def _read(element: Any, problems: list[str]) -> Any:
    text = (element.text or "").strip()
    if not text.startswith(_JSON):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        tag = etree.QName(element).localname
        problems.append(f"<{tag}> (line {element.sourceline}) is not JSON and was left as text")
        return text
