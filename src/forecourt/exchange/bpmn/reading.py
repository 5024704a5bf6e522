"""A BPMN file of unknown origin as a `Model`: hardened parser, limits, no document type, no entities, nothing fetched."""

from typing import Any

from lxml import etree

from forecourt.exchange.bpmn.model import FLOW_NODES
from forecourt.exchange.bpmn.model import SUBPROCESSES
from forecourt.exchange.bpmn.model import Element
from forecourt.exchange.bpmn.model import Flow
from forecourt.exchange.bpmn.model import Model
from forecourt.exchange.bpmn.model import Node
from forecourt.exchange.bpmn.model import Scope
from forecourt.exchange.bpmn.report import Refusal
from forecourt.exchange.bpmn.words import DI
from forecourt.exchange.bpmn.words import MAX_BYTES
from forecourt.exchange.bpmn.words import MAX_ELEMENTS
from forecourt.exchange.bpmn.words import MAX_NESTING
from forecourt.exchange.bpmn.words import MODEL
from forecourt.exchange.bpmn.words import OURS

_REMARK = 80  # letters of a remark that the report shows
_TIMES = ("timeDuration", "timeDate", "timeCycle")
_PERFORMERS = ("potentialOwner", "humanPerformer", "performer", "resourceRole")
# Details that are read with the element they stand in, and structure that says nothing by itself.
_INSIDE = {
    *("incoming", "outgoing", "extensionElements", "documentation", "laneSet", "lane", "flowNodeRef", "conditionExpression"),
    *("standardLoopCharacteristics", "multiInstanceLoopCharacteristics", *_PERFORMERS),
}  # fmt: skip


def read(data: bytes) -> Model:
    """Return what a file says. Raises `Refusal` for what is not BPMN 2.0, too large, or dangerous."""
    root = _tree(data)
    reader = _Reader()
    for child in _model(root):
        reader.root_element(child)
    for scope in reader.model.processes.values():
        reader.name_performers(scope)
    reader.count_others(root)
    return reader.model


def _tree(data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        raise Refusal("BP002", f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    if any("<!DOCTYPE".encode(code) in data for code in ("ascii", "utf-16-le", "utf-16-be")):
        raise _document_type(1)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] or 1
        raise Refusal("BP001", f"the file is not XML: {error.msg}", "Export it again.", line) from None
    except (ValueError, LookupError) as error:
        raise Refusal("BP001", f"the file is not XML: {error}", "Export it again.", 1) from None
    if root.getroottree().docinfo.doctype:
        raise _document_type(1)
    return _checked(root)


def _document_type(line: int) -> Refusal:
    message = "the file has a document type definition, which BPMN never needs and which can be misused"
    return Refusal("BP003", message, "Remove the <!DOCTYPE ...> declaration.", line)


def _checked(root: Any) -> Any:
    if root.tag != f"{{{MODEL}}}definitions":
        found = etree.QName(root)
        message = (
            f"the file is not BPMN 2.0: its root is <{found.localname}> of the namespace {found.namespace!r}"
        )
        raise Refusal(
            "BP004",
            message,
            "Export BPMN 2.0 XML (.bpmn), not a picture or an older format.",
            root.sourceline,
        )
    for number, _ in enumerate(root.iter()):
        if number >= MAX_ELEMENTS:
            raise Refusal("BP002", f"the file has more than {MAX_ELEMENTS:,} XML elements")
    return root


def _model(parent: Any) -> list[Any]:
    """The children that are of BPMN's own namespace."""
    return [child for child in parent if _is_model(child)]


def _is_model(element: Any) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).namespace == MODEL


def _tag(element: Any) -> str:
    name: str = etree.QName(element).localname
    return name


def _text(element: Any) -> str:
    return " ".join((element.text or "").split())


class _Reader:
    def __init__(self) -> None:
        self.model = Model()
        self._ids: set[str] = set()
        self._resources: dict[str, str] = {}

    def element(self, xml: Any) -> Element:
        """An element with an id of its own; where the file gives none, or the same twice, one is made from its line."""
        found = (xml.get("id") or "").strip()
        if not found or found in self._ids:
            found = f"{found or _tag(xml)}:{xml.sourceline}"
            while found in self._ids:
                found += "'"
        self._ids.add(found)
        name = (xml.get("name") or "").strip()
        if _tag(xml) == "textAnnotation":
            name = next((_text(one)[:_REMARK] for one in xml.iterchildren(f"{{{MODEL}}}text")), name)
        return Element(_tag(xml), found, name, xml.sourceline or 0)

    def root_element(self, xml: Any) -> None:
        """Read a child of <definitions>."""
        tag = _tag(xml)
        if tag == "process":
            scope = self.scope(xml, self.element(xml), 0)
            self.model.processes[scope.element.id] = scope
        elif tag == "collaboration":
            for child in _model(xml):
                self._part(child)
        elif tag not in ("extensionElements", "documentation", "import"):
            element = self.element(xml)
            self.model.others.append(element)
            if tag == "resource":
                self._resources[element.id] = element.name

    def _part(self, xml: Any) -> None:
        if _tag(xml) == "participant":
            self.model.participants.append((self.element(xml), xml.get("processRef", "").rsplit(":", 1)[-1]))
        elif _tag(xml) not in _INSIDE:
            self.model.others.append(self.element(xml))

    def scope(self, xml: Any, element: Element, depth: int) -> Scope:
        """Read the inside of a process or sub-process."""
        if depth > MAX_NESTING:
            message = f"sub-processes are nested more than {MAX_NESTING} deep"
            raise Refusal("BP007", message, "Flatten the innermost ones.", xml.sourceline)
        scope = Scope(element)
        lanes: dict[str, str] = {}
        for child in _model(xml):
            tag = _tag(child)
            if tag == "laneSet":
                self._lanes(child, scope, lanes)
            elif tag == "extensionElements":
                scope.extension = next(iter(child.iterchildren(f"{{{OURS}}}playbook")), None)
            elif tag in FLOW_NODES:
                node = self.node(child, depth)
                scope.nodes[node.id] = node
            elif tag == "sequenceFlow":
                scope.flows.append(self._flow(child))
            elif tag not in _INSIDE and not tag.endswith("EventDefinition"):
                scope.others.append(self.element(child))
        for name, lane in lanes.items():
            if name in scope.nodes:
                scope.nodes[name].lane = lane
        return scope

    def _lanes(self, xml: Any, scope: Scope, lanes: dict[str, str]) -> None:
        """Read lanes; of nested ones the innermost counts. lxml bounds the depth of the file, and so of this."""
        for lane in xml.iterchildren(f"{{{MODEL}}}lane"):
            element = self.element(lane)
            scope.lanes.append(element)
            hints = _hints(lane)
            if "role" in hints:
                scope.roles[element.id] = hints["role"].get("name", "")
            for reference in lane.iterchildren(f"{{{MODEL}}}flowNodeRef"):
                lanes[_text(reference)] = element.id
            for inner in lane.iterchildren(f"{{{MODEL}}}childLaneSet"):
                self._lanes(inner, scope, lanes)

    def node(self, xml: Any, depth: int) -> Node:
        """Read a flow node with what stands in it."""
        node = Node(self.element(xml), hints=_hints(xml))
        node.attached = xml.get("attachedToRef", "")
        node.interrupting = (
            xml.get("cancelActivity") or xml.get("isInterrupting") or "true"
        ).strip() not in ("false", "0")
        node.triggered = xml.get("triggeredByEvent", "false").strip() in ("true", "1")
        node.calls = xml.get("calledElement", "").rsplit(":", 1)[-1]
        node.default = xml.get("default", "")
        for child in _model(xml):
            if not _detail(node, child) and node.tag not in SUBPROCESSES and _tag(child) not in _INSIDE:
                node.details.append(self.element(child))
        if node.tag in SUBPROCESSES:
            node.inner = self.scope(xml, node.element, depth + 1)
        return node

    def name_performers(self, scope: Scope) -> None:
        """Put the names of resources where tasks refer to them."""
        for inner in scope.scopes():
            for node in inner.nodes.values():
                node.performer = self._resources.get(node.performer.rsplit(":", 1)[-1], "")

    def _flow(self, xml: Any) -> Flow:
        condition = next((_text(one) for one in xml.iterchildren(f"{{{MODEL}}}conditionExpression")), "")
        found = Flow(
            self.element(xml), xml.get("sourceRef", ""), xml.get("targetRef", ""), condition, _hints(xml)
        )
        found.joins = tuple(one.get("of", "") for one in _ours(xml) if _tag(one) == "join")
        return found

    def count_others(self, root: Any) -> None:
        """Count the shapes of the picture and what belongs to other tools."""
        for element in root.iter():
            space = etree.QName(element).namespace if isinstance(element.tag, str) else None
            if space == DI:
                self.model.pictures += 1
            elif space not in (MODEL, OURS, None) and not space.startswith("http://www.omg.org/spec/"):
                self.model.foreign[space] = self.model.foreign.get(space, 0) + 1


def _ours(xml: Any) -> list[Any]:
    holders = xml.iterchildren(f"{{{MODEL}}}extensionElements")
    found = [child for holder in holders for child in holder if isinstance(child.tag, str)]
    return [child for child in found if etree.QName(child).namespace == OURS]


def _hints(xml: Any) -> dict[str, dict[str, str]]:
    return {_tag(child): dict(child.attrib) for child in _ours(xml)}


def _detail(node: Node, xml: Any) -> bool:
    """Read one child of a flow node; say whether it was understood."""
    tag = _tag(xml)
    if tag.endswith("EventDefinition"):
        _event(node, xml, tag)
    elif tag in _PERFORMERS:
        node.performer = next((_text(one) for one in xml.iterchildren(f"{{{MODEL}}}resourceRef")), "")
    elif tag.endswith("LoopCharacteristics"):
        node.loop, node.most = tag, xml.get("loopMaximum", "")
    elif tag == "documentation":
        node.documented = bool(_text(xml))
    else:
        return False
    return True


def _event(node: Node, xml: Any, tag: str) -> None:
    node.event = node.event or tag.removesuffix("EventDefinition")
    if tag == "timerEventDefinition":
        for child in _model(xml):
            if _tag(child) in _TIMES:
                node.time = (_tag(child), _text(child))
    if tag == "linkEventDefinition":
        node.link = xml.get("name", "") or node.element.name
