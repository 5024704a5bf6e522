"""Places for a diagram: points and boxes in the pixels of BPMN DI, with the origin at the top left.

Columns run to the right. Lanes lie one below the other in the order in which roles first act; in a lane there is a row for each track that
something in it uses, as high as the highest thing in it. Lines are drawn at right angles, upright ones only in the gaps between
columns, where no shape stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from itertools import pairwise

from forecourt.exchange.bpmn.diagrams import Diagram
from forecourt.exchange.bpmn.diagrams import Flow
from forecourt.exchange.bpmn.diagrams import Node

Point = tuple[float, float]

COLUMN = 180.0
TASK = (110.0, 80.0)
EVENT = (36.0, 36.0)
GATEWAY = (50.0, 50.0)
HEADER = 30.0  # of the pool and of each lane, left of it
_BESIDE = TASK[0] / 2 + 20  # from the middle of a column to the upright lines before and behind it
_ROW = 110.0
_LATE = 100.0  # more, below a task with a deadline
_LINE = 50.0  # a row with nothing but a line in it
_MARGIN = 30.0
_LABEL = 14.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """The point in the middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


@dataclass
class Layout:
    """Where everything is: `boxes` of shapes and `lines` of flows by id, `labels` by the id they belong to."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    pool: Box = Box(0, 0, 0, 0)


def lay_out(diagram: Diagram) -> Layout:
    """Place a whole process in a pool with a lane for each role."""
    lanes = lanes_of(diagram)
    found = Layout()
    rows = _Rows(diagram, lanes, 2 * HEADER)
    _fill(found, diagram, rows)
    right = max(box.right for box in found.boxes.values()) + _MARGIN
    for lane in lanes:
        top, bottom = rows.lane_span(lane)
        found.lanes[lane] = Box(HEADER, top, right - HEADER, bottom - top)
    found.pool = Box(0, 0, right, rows.height)
    return found


def lanes_of(diagram: Diagram) -> tuple[str, ...]:
    """Return the roles in the order in which they first act."""
    return tuple(dict.fromkeys(node.lane for node in diagram.nodes))


class _Rows:
    """Heights of rows: one for each lane and track that is used."""

    def __init__(self, diagram: Diagram, lanes: tuple[str, ...], left: float) -> None:
        self.left = left
        self.inner = {node.id: _inner(node.inner) for node in diagram.nodes if node.inner is not None}
        self._lane = {node.id: lanes.index(node.lane) for node in diagram.nodes}
        self._lanes = lanes
        heights: dict[tuple[int, int], float] = {}
        for key, height in self._needs(diagram):
            heights[key] = max(heights.get(key, 0), height)
        self._tops, self.height = {}, 0.0
        for key in sorted(heights):
            self._tops[key] = (self.height, heights[key])
            self.height += heights[key]

    def _needs(self, diagram: Diagram) -> Iterator[tuple[tuple[int, int], float]]:
        for node in diagram.nodes:
            inner = self.inner.get(node.id)
            height = inner.pool.height + 2 * _MARGIN if inner else _ROW + (_LATE if node.deadline else 0)
            yield (self._lane[node.id], node.track), height
        for flow in diagram.flows:
            if flow.track is not None:
                yield (self._lane[flow.source], flow.track), _LINE

    def middle(self, node: Node) -> Point:
        """The middle of a node; shapes of a row stand in a line, whatever is below them."""
        top, height = self._tops[self._lane[node.id], node.track]
        y = top + (height / 2 if node.inner else _ROW / 2)
        return self.left + _MARGIN + TASK[0] / 2 + node.column * COLUMN, y

    def line(self, flow: Flow) -> float:
        """The height at which a flow with a track of its own runs."""
        assert flow.track is not None
        top, height = self._tops[self._lane[flow.source], flow.track]
        return top + (height / 2 if height <= _LINE else _ROW / 2)

    def corridor(self, node: Node) -> float:
        """The height just below the upper edge of a node's row, where no shape stands."""
        return self._tops[self._lane[node.id], node.track][0] + 7

    def lane_span(self, lane: str) -> tuple[float, float]:
        """Upper and lower edge of a lane."""
        index = self._lanes.index(lane)
        rows = [(top, top + height) for (number, _), (top, height) in self._tops.items() if number == index]
        return min(top for top, _ in rows), max(bottom for _, bottom in rows)


def _inner(diagram: Diagram) -> Layout:
    """Place the inside of a sub-process, with its upper left corner at the origin."""
    found = Layout()
    rows = _Rows(diagram, lanes_of(diagram), 0)
    _fill(found, diagram, rows)
    right = max(box.right for box in found.boxes.values()) + _MARGIN
    found.pool = Box(0, 0, right, rows.height)
    return found


def _fill(found: Layout, diagram: Diagram, rows: _Rows) -> None:
    for node in diagram.nodes:
        _node(found, node, rows)
    nodes = {node.id: node for node in diagram.nodes}
    for flow in diagram.flows:
        line = _line(flow, nodes, found.boxes, rows)
        found.lines[flow.id] = line
        if flow.name:
            found.labels[flow.id] = _label_of(flow.name, line)


def _node(found: Layout, node: Node, rows: _Rows) -> None:
    x, y = rows.middle(node)
    if node.inner is not None:
        inner = rows.inner[node.id]
        left, top = x - TASK[0] / 2, y - inner.pool.height / 2
        found.boxes[node.id] = Box(left, top, inner.pool.width, inner.pool.height)
        _move_in(found, inner, left, top)
        return
    width, height = TASK if node.kind in ("task", "service") else GATEWAY if _is_gateway(node) else EVENT
    box = Box(x - width / 2, y - height / 2, width, height)
    found.boxes[node.id] = box
    if node.name and node.kind not in ("task", "service"):
        found.labels[node.id] = _below(node.name, box, above=_is_gateway(node))
    if node.deadline is not None:
        _deadline(found, node, box)


def _is_gateway(node: Node) -> bool:
    return node.kind in ("choice", "parallel")


def _deadline(found: Layout, node: Node, task: Box) -> None:
    """Put the timer on the lower edge of a task and the end behind it below."""
    assert node.deadline is not None
    timer = Box(task.x + 10, task.bottom - EVENT[1] / 2, *EVENT)
    end = Box(task.x + 62, task.bottom + 27, *EVENT)
    found.boxes[node.deadline.id] = timer
    found.boxes[node.deadline.end_id] = end
    x = timer.middle[0]
    found.lines[node.deadline.flow_id] = ((x, timer.bottom), (x, end.middle[1]), (end.x, end.middle[1]))
    found.labels[node.deadline.id] = Box(timer.x - 50, timer.bottom + 2, 62, 2 * _LABEL)
    found.labels[node.deadline.end_id] = Box(end.x - 25, end.bottom + 2, 86, 2 * _LABEL)


def _move_in(found: Layout, inner: Layout, left: float, top: float) -> None:
    for name, box in inner.boxes.items():
        found.boxes[name] = _moved(box, left, top)
    for name, box in inner.labels.items():
        found.labels[name] = _moved(box, left, top)
    for name, line in inner.lines.items():
        found.lines[name] = tuple((x + left, y + top) for x, y in line)


def _moved(box: Box, left: float, top: float) -> Box:
    return Box(box.x + left, box.y + top, box.width, box.height)


def _line(flow: Flow, nodes: dict[str, Node], boxes: dict[str, Box], rows: _Rows) -> tuple[Point, ...]:
    source, target = boxes[flow.source], boxes[flow.target]
    (sx, sy), (tx, ty) = source.middle, target.middle
    match flow.route:
        case "skip" if flow.track is not None and rows.line(flow) != sy:
            y, gap = rows.line(flow), tx - _BESIDE
            return _thin(((sx, source.bottom), (sx, y), (gap, y), (gap, ty), (target.x, ty)))
        case "back":
            y = rows.line(flow)
            return ((sx, source.bottom), (sx, y), (tx, y), (tx, target.bottom))
        case "back_out":
            return ((sx, source.bottom), (sx, ty), (target.right, ty))
        case "back_in":
            return ((source.x, sy), (tx, sy), (tx, target.bottom))
        case "leaves":
            y, gap = rows.corridor(nodes[flow.source]), tx - _BESIDE
            return _thin(((sx, source.y), (sx, y), (gap, y), (gap, ty), (target.x, ty)))
    next_to = nodes[flow.target].column - nodes[flow.source].column == 1
    bend = sx + _BESIDE if next_to and _is_gateway(nodes[flow.source]) else tx - _BESIDE
    return _thin(((source.right, sy), (bend, sy), (bend, ty), (target.x, ty)))


def _thin(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Leave out points that stand on the straight line between their neighbours."""
    kept = [points[0]]
    for point, after in pairwise(points[1:]):
        before = kept[-1]
        straight = (before[0] == point[0] == after[0]) or (before[1] == point[1] == after[1])
        if not straight:
            kept.append(point)
    return (*kept, points[-1])


def _label_of(name: str, line: tuple[Point, ...]) -> Box:
    """Put the name of a flow above its longest level stretch."""
    level = [(a, b) for a, b in pairwise(line) if a[1] == b[1]]
    start, end = max(level or [(line[0], line[1])], key=lambda pair: abs(pair[0][0] - pair[1][0]))
    width = _width(name)
    return Box((start[0] + end[0]) / 2 - width / 2, start[1] - _LABEL - 4, width, _LABEL)


def _below(name: str, box: Box, *, above: bool) -> Box:
    width = _width(name)
    y = box.y - _LABEL - 4 if above else box.bottom + 4
    return Box(box.middle[0] - width / 2, y, width, _LABEL)


def _width(name: str) -> float:
    """About how wide a text is: 6 pixels a letter, 12 a Chinese character, at most 130."""
    return min(130.0, max(20.0, sum(12.0 if ord(letter) > 0x2E7F else 6.0 for letter in name)))
