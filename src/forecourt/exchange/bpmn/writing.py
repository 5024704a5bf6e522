"""A diagram and its layout as BPMN 2.0 XML, in the order of elements that the standard's schema asks for."""

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from lxml import etree

from forecourt.exchange.bpmn import extension
from forecourt.exchange.bpmn.building import build
from forecourt.exchange.bpmn.diagrams import Deadline
from forecourt.exchange.bpmn.diagrams import Diagram
from forecourt.exchange.bpmn.diagrams import Flow
from forecourt.exchange.bpmn.diagrams import Hint
from forecourt.exchange.bpmn.diagrams import Ids
from forecourt.exchange.bpmn.diagrams import Node
from forecourt.exchange.bpmn.documents import attributes
from forecourt.exchange.bpmn.extension import fit
from forecourt.exchange.bpmn.layout import Box
from forecourt.exchange.bpmn.layout import Layout
from forecourt.exchange.bpmn.layout import lanes_of
from forecourt.exchange.bpmn.layout import lay_out
from forecourt.exchange.bpmn.phrases import both
from forecourt.exchange.bpmn.phrases import interval
from forecourt.exchange.bpmn.words import DC
from forecourt.exchange.bpmn.words import DI
from forecourt.exchange.bpmn.words import EDGES
from forecourt.exchange.bpmn.words import MODEL
from forecourt.exchange.bpmn.words import OURS
from forecourt.exchange.bpmn.words import XSI
from forecourt.playbook.records import Playbook

_TAGS = {
    "start": "startEvent", "task": "userTask", "service": "serviceTask", "choice": "exclusiveGateway",
    "parallel": "parallelGateway", "wait": "intermediateCatchEvent", "end": "endEvent", "anytime": "subProcess",
}  # fmt: skip
_PREFIXES = {"bpmn": MODEL, "bpmndi": DI, "dc": DC, "di": EDGES, "xsi": XSI, "fc": OURS}


def export(playbook: Playbook, language: str = "en", roles: Mapping[str, str] | None = None) -> bytes:
    """Return a playbook as BPMN 2.0 XML with its diagram, UTF-8.

    Names are in `language` (`zh` or `en`), every language stands in the documentation and the extension; `roles` says what roles are
    called (their code where left out). The same playbook gives the same bytes.
    """
    names = roles or {}
    diagram = build(playbook, language, names)
    return _Writer(playbook, diagram, language, names).document()


class _Writer:
    def __init__(self, playbook: Playbook, diagram: Diagram, language: str, roles: Mapping[str, str]) -> None:
        self.playbook, self.diagram, self.language, self.roles = playbook, diagram, language, roles
        ids = Ids()
        self.process = ids.new("Process", playbook.name)
        self.pool = ids.new("Pool", playbook.name)
        self.collaboration = ids.new("Collaboration", playbook.name)
        self.lanes = {lane: ids.new("Lane", lane or "nobody") for lane in lanes_of(diagram)}
        self.signals = {one.signal: f"Signal_{one.id}" for one in _all(diagram) if one.signal}
        self.incoming: dict[str, list[str]] = {}
        self.outgoing: dict[str, list[str]] = {}

    def document(self) -> bytes:
        """Write everything."""
        self._connect(self.diagram)
        root = etree.Element(_name("definitions"), nsmap=_PREFIXES)
        root.set("id", "Definitions_1")
        root.set("targetNamespace", OURS)
        root.set("exporter", "Forecourt")
        for handler, signal in self.signals.items():
            _child(root, "signal", id=signal, name=handler)
        self._collaboration(root)
        self._process(root)
        self._picture(root)
        written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return written

    def _connect(self, diagram: Diagram) -> None:
        for flow in diagram.flows:
            self.outgoing.setdefault(flow.source, []).append(flow.id)
            self.incoming.setdefault(flow.target, []).append(flow.id)
        for node in diagram.nodes:
            if node.inner is not None:
                self._connect(node.inner)

    def _collaboration(self, root: Any) -> None:
        parent = _child(root, "collaboration", id=self.collaboration)
        name = self.playbook.title.say(self.language)
        _child(parent, "participant", id=self.pool, name=name, processRef=self.process)

    def _process(self, root: Any) -> None:
        name = self.playbook.title.say(self.language)
        parent = _child(root, "process", id=self.process, name=name, isExecutable="true")
        _documentation(parent, both(self.playbook.title))
        extension.write(_child(parent, "extensionElements"), attributes(self.playbook))
        lanes = _child(parent, "laneSet", id="LaneSet_1")
        for lane, lane_id in self.lanes.items():
            self._lane(lanes, lane, lane_id)
        self._contents(parent, self.diagram)

    def _lane(self, lanes: Any, lane: str, lane_id: str) -> None:
        element = _child(lanes, "lane", id=lane_id, name=self.roles.get(lane, lane))
        _hints(element, (Hint("role", (("name", lane),)),) if lane else ())
        for node in self.diagram.nodes:
            if node.lane == lane:
                late = (node.deadline.id, node.deadline.end_id) if node.deadline else ()
                for name in (node.id, *late):
                    _child(element, "flowNodeRef").text = name

    def _contents(self, parent: Any, diagram: Diagram) -> None:
        defaults = {flow.source: flow.id for flow in diagram.flows if flow.default}
        for node in diagram.nodes:
            self._node(
                parent, node, defaults.get(node.id) if len(self.outgoing.get(node.id, ())) > 1 else None
            )
            if node.deadline is not None:
                self._deadline(parent, node.id, node.deadline)
        for flow in diagram.flows:
            self._flow(parent, flow)

    def _node(self, parent: Any, node: Node, default: str | None) -> None:
        element = _child(parent, _TAGS[node.kind], id=node.id, name=node.name, default=default)
        _documentation(element, node.about)
        _hints(element, node.hints)
        for tag, flows in (("incoming", self.incoming), ("outgoing", self.outgoing)):
            for flow in flows.get(node.id, ()):
                _child(element, tag).text = flow
        if node.kind == "choice" or node.kind == "parallel":
            several = len(self.incoming.get(node.id, ())) > 1, len(self.outgoing.get(node.id, ())) > 1
            direction = {(True, False): "Converging", (False, True): "Diverging", (True, True): "Mixed"}
            element.set("gatewayDirection", direction.get(several, "Unspecified"))
        if node.every is not None:
            _timer(element, f"Timer_{node.id}", interval(node.every))
        if node.signal:
            element.set("isInterrupting", "true" if node.interrupts else "false")
            _child(
                element, "signalEventDefinition", id=f"When_{node.id}", signalRef=self.signals[node.signal]
            )
        if node.inner is not None:
            element.set("triggeredByEvent", "true")
            self._contents(element, node.inner)

    def _deadline(self, parent: Any, task: str, deadline: Deadline) -> None:
        timer = _child(
            parent, "boundaryEvent", id=deadline.id, name=deadline.name, attachedToRef=task, cancelActivity="false"
        )  # fmt: skip
        _hints(timer, (Hint("deadline", (("calendar", deadline.within.calendar),)),))
        _child(timer, "outgoing").text = deadline.flow_id
        _timer(timer, f"Timer_{deadline.id}", interval(deadline.within))
        end = _child(parent, "endEvent", id=deadline.end_id, name=deadline.late)
        _hints(end, (Hint("late"),))
        _child(end, "incoming").text = deadline.flow_id
        _child(parent, "sequenceFlow", id=deadline.flow_id, sourceRef=deadline.id, targetRef=deadline.end_id)

    def _flow(self, parent: Any, flow: Flow) -> None:
        name = flow.name or None
        element = _child(
            parent, "sequenceFlow", id=flow.id, name=name, sourceRef=flow.source, targetRef=flow.target
        )  # fmt: skip
        _hints(element, flow.hints)
        if flow.condition and len(self.outgoing[flow.source]) > 1:
            condition = _child(element, "conditionExpression")
            condition.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
            condition.text = fit(flow.condition)

    def _picture(self, root: Any) -> None:
        layout = lay_out(self.diagram)
        plane = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", id="Diagram_1")
        plane = etree.SubElement(plane, f"{{{DI}}}BPMNPlane", id="Plane_1", bpmnElement=self.collaboration)
        _shape(plane, self.pool, layout.pool, isHorizontal="true")
        for lane, lane_id in self.lanes.items():
            _shape(plane, lane_id, layout.lanes[lane], isHorizontal="true")
        for node in _all(self.diagram):
            self._node_shape(plane, node, layout)
        for name, line in layout.lines.items():
            _edge(plane, name, line, layout.labels.get(name))

    def _node_shape(self, plane: Any, node: Node, layout: Layout) -> None:
        more: dict[str, str] = {}
        if node.kind == "choice":
            more["isMarkerVisible"] = "true"
        if node.inner is not None:
            more["isExpanded"] = "true"
        _shape(plane, node.id, layout.boxes[node.id], layout.labels.get(node.id), **more)
        if node.deadline is not None:
            for name in (node.deadline.id, node.deadline.end_id):
                _shape(plane, name, layout.boxes[name], layout.labels.get(name))


def _all(diagram: Diagram) -> Iterator[Node]:
    """Yield every node, those of sub-processes after the sub-process."""
    for node in diagram.nodes:
        yield node
        if node.inner is not None:
            yield from _all(node.inner)


def _name(tag: str) -> str:
    return f"{{{MODEL}}}{tag}"


def _child(parent: Any, tag: str, **attributes: str | None) -> Any:
    """Append an element; attributes that are None or an empty name are left out."""
    given = {
        key: fit(value) for key, value in attributes.items() if value is not None and (value or key != "name")
    }
    return etree.SubElement(parent, _name(tag), given)


def _documentation(parent: Any, lines: tuple[str, ...]) -> None:
    if lines:
        _child(parent, "documentation").text = fit("\n".join(lines))


def _hints(parent: Any, hints: tuple[Hint, ...]) -> None:
    if hints:
        holder = _child(parent, "extensionElements")
        for one in hints:
            etree.SubElement(
                holder, f"{{{OURS}}}{one.tag}", {key: fit(value) for key, value in one.attributes}
            )


def _timer(parent: Any, timer_id: str, duration: str) -> None:
    definition = _child(parent, "timerEventDefinition", id=timer_id)
    text = _child(definition, "timeDuration")
    text.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
    text.text = duration


def _shape(plane: Any, name: str, box: Box, label: Box | None = None, **more: str) -> None:
    shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", {"id": f"{name}_di", "bpmnElement": name, **more})
    _bounds(shape, box)
    if label is not None:
        _bounds(etree.SubElement(shape, f"{{{DI}}}BPMNLabel"), label)


def _edge(plane: Any, name: str, line: tuple[tuple[float, float], ...], label: Box | None) -> None:
    edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", {"id": f"{name}_di", "bpmnElement": name})
    for x, y in line:
        etree.SubElement(edge, f"{{{EDGES}}}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})
    if label is not None:
        _bounds(etree.SubElement(edge, f"{{{DI}}}BPMNLabel"), label)


def _bounds(parent: Any, box: Box) -> None:
    values = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    etree.SubElement(parent, f"{{{DC}}}Bounds", {key: f"{value:g}" for key, value in values.items()})
