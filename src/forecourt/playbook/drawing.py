"""Where the blocks of a playbook stand in a drawing: pure layout on a grid, from which a page makes SVG.

Top-down, because a phone is narrow and a flow is long: the flow runs down, branches stand side by side. One unit is one
cell; the page chooses how wide and how high a cell is. A `Shape` has the middle of its cell as (x, y) and is SHAPE_WIDTH by
SHAPE_HEIGHT; a `Line` runs from edge to edge, with an arrow at its last point and its label around `label_at`. Draw
frames first (outer ones come before inner ones), then lines, then shapes, then labels.

The width of a block is what its parts need, computed bottom-up; places are then given top-down, centred.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from typing import Literal

from forecourt.playbook.records import DONE
from forecourt.playbook.records import AnyOrder
from forecourt.playbook.records import Block
from forecourt.playbook.records import Do
from forecourt.playbook.records import Ends
from forecourt.playbook.records import Maybe
from forecourt.playbook.records import One
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Repeat
from forecourt.playbook.records import Retry
from forecourt.playbook.records import Sequence
from forecourt.playbook.shapes import always_ends

ShapeKind = Literal["start", "step", "choice", "join", "end"]
FrameKind = Literal["any_order", "maybe", "repeat", "retry", "anytime"]
Point = tuple[float, float]

SHAPE_WIDTH = 0.84
SHAPE_HEIGHT = 0.5
JOIN_HEIGHT = 0.16
_MARGIN = 0.1
_BRANCH_TOP = 1.6


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn in a cell. `name` is the step, the outcome of an end, or the deciding step of a choice."""

    kind: ShapeKind
    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A connector through its points, with an arrow at the last; `label` is the branch it opens."""

    points: tuple[Point, ...]
    label: str = ""
    label_at: Point | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A box around blocks: left, top, width, height in cells. `note` says how often (`3`), how far apart (`1 d`)."""

    kind: FrameKind
    x: float
    y: float
    width: float
    height: float
    label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole layout, `width` by `height` cells, with the origin at the top left."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    frames: tuple[Frame, ...]


def draw(playbook: Playbook) -> Drawing:
    """Lay out the flow, and to the right of it what may happen anytime."""
    pen = _Pen()
    width, height = _size(playbook.flow)
    top = pen.shape(Shape("start", playbook.name, width / 2, 0.5), None)
    bottom = pen.place(playbook.flow, 0, 1, top)
    if bottom is not None:
        pen.shape(Shape("end", DONE, width / 2, height + 1.5), bottom)
    left = width
    for handler in playbook.anytime:
        left += 0.5
        wide, high = _size(handler.body)
        pen.frames.append(Frame("anytime", left, _MARGIN, wide, high + 1, handler.name))
        pen.place(handler.body, left, 0.75, None)
        left += wide
    height = max((shape.y + 0.5 for shape in pen.shapes), default=1)
    return Drawing(left, height, tuple(pen.shapes), tuple(pen.lines), tuple(pen.frames))


@dataclass
class _Pen:
    """Collects what is drawn. `place` returns the point where the flow leaves a block,
    None when it ends inside."""

    shapes: list[Shape] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    def shape(self, shape: Shape, entry: Point | None) -> Point:
        """Draw a shape entered from `entry`; return where its lower edge is."""
        half = (JOIN_HEIGHT if shape.kind == "join" else SHAPE_HEIGHT) / 2
        self.shapes.append(shape)
        self.arrow(entry, (shape.x, shape.y - half))
        return shape.x, shape.y + half

    def arrow(self, start: Point | None, end: Point) -> None:
        """Draw a connector: down, across halfway, down again; straight where it can be."""
        if start is None:
            return
        bend = (start[1] + end[1]) / 2
        across = ((start[0], bend), (end[0], bend)) if start[0] != end[0] else ()
        self.lines.append(Line((start, *across, end)))

    def place(self, block: Block, x: float, y: float, entry: Point | None) -> Point | None:
        """Draw a block with its top left corner at (x, y), entered from `entry`."""
        match block:
            case Sequence(blocks):
                return self._sequence(blocks, x, y, _size(block)[0], entry)
            case One():
                return self._one(block, x, y, entry)
            case AnyOrder(blocks):
                return self._framed("any_order", block, blocks, (x, y), entry)
            case Maybe(body):
                return self._framed("maybe", block, (body,), (x, y), entry)
            case Repeat(body, at_most):
                return self._framed("repeat", block, (body,), (x, y), entry, str(at_most))
            case Retry(step, every, at_most):
                note = f"{at_most} · {every}" if every else str(at_most)
                return self._framed("retry", block, (Do(step),), (x, y), entry, note)
            case Ends(outcome):
                self.shape(Shape("end", outcome, x + 0.5, y + 0.5), entry)
                return None
            case Do(step):
                return self.shape(Shape("step", step, x + 0.5, y + 0.5), entry)

    def _sequence(
        self, blocks: tuple[Block, ...], x: float, y: float, width: float, entry: Point | None
    ) -> Point | None:
        for block in blocks:
            wide, high = _size(block)
            entry = self.place(block, x + (width - wide) / 2, y, entry)
            y += high
        return entry

    def _one(self, one: One, x: float, y: float, entry: Point | None) -> Point | None:
        width, height = _size(one)
        middle = x + width / 2
        top = self.shape(Shape("choice", one.decided_by or "", middle, y + 0.5), entry)
        join = (middle, y + height - 0.5 - JOIN_HEIGHT / 2)
        for branch in one.branches:
            wide, _ = _size(branch.body)
            head = (x + wide / 2, y + _BRANCH_TOP)
            self._opening(top, head, branch.label)
            leaves = self.place(branch.body, x, y + _BRANCH_TOP, head)
            if leaves is not None:
                self.lines.append(Line((leaves, (leaves[0], join[1] - 0.3), (middle, join[1] - 0.3), join)))
            x += wide
        return None if always_ends(one) else self.shape(Shape("join", "", middle, y + height - 0.5), None)

    def _opening(self, top: Point, head: Point, label: str) -> None:
        """Draw the way from a choice to the head of a branch, with its label on the last stretch."""
        bend = top[1] + 0.25
        points = (top, (top[0], bend), (head[0], bend), head)
        self.lines.append(Line(points, label, (head[0], (bend + head[1]) / 2)))

    def _framed(
        self,
        kind: FrameKind,
        block: Block,
        inside: tuple[Block, ...],
        corner: Point,
        entry: Point | None,
        note: str = "",
    ) -> Point:
        """Draw blocks side by side in a frame; the flow enters the frame above and leaves it below."""
        (x, y), (width, height) = corner, _size(block)
        upper, lower, middle = y + _MARGIN, y + height - _MARGIN, x + width / 2
        self.frames.append(Frame(kind, x + _MARGIN, upper, width - 2 * _MARGIN, lower - upper, note=note))
        self.arrow(entry, (middle, upper))
        left = middle - sum(_size(inner)[0] for inner in inside) / 2
        for inner in inside:
            self.place(inner, left, y + 0.5, None)
            left += _size(inner)[0]
        return middle, lower


def _size(block: Block) -> tuple[float, float]:
    """Return width and height of a block in cells."""
    sizes = [_size(inner) for inner in _inner(block)]
    widths, heights = [size[0] for size in sizes], [size[1] for size in sizes]
    match block:
        case Sequence():
            return max(widths, default=1), sum(heights)
        case One():
            return sum(widths), max(heights, default=0) + _BRANCH_TOP + 1
        case AnyOrder():
            return sum(widths) + 4 * _MARGIN, max(heights, default=0) + 0.75
        case Maybe() | Repeat() | Retry():
            return max(widths, default=1) + 4 * _MARGIN, sum(heights) + 0.75
    return 1, 1


def _inner(block: Block) -> Iterator[Block]:
    match block:
        case Sequence(blocks) | AnyOrder(blocks):
            yield from blocks
        case One(branches):
            yield from (branch.body for branch in branches)
        case Maybe(body) | Repeat(body):
            yield body
        case Retry(step):
            yield Do(step)
