"""Where the blocks of a playbook stand in a drawing: pure layout on a grid, from which a page makes SVG.

Top-down, because a phone is narrow and a flow is long: the flow runs down, branches stand side by side. One unit is one
cell; the page chooses how large a cell is. Every `Shape` has the middle of its cell as (x, y); every `Line` has two points
or more and perhaps a label at its beginning. Frames are drawn behind the shapes inside them.

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
    dashed: bool = False


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
    width, _ = _size(playbook.flow)
    pen.shapes.append(Shape("start", playbook.name, width / 2, 0.5))
    bottom = pen.place(playbook.flow, 0, 1, (width / 2, 0.5), "")
    if bottom is not None:
        pen.arrow(bottom, (width / 2, bottom[1] + 1))
        pen.shapes.append(Shape("end", DONE, width / 2, bottom[1] + 1))
    left = width
    for handler in playbook.anytime:
        left += 0.5
        wide, high = _size(handler.body)
        pen.frames.append(Frame("anytime", left, 0, wide, high + 1, handler.name))
        pen.place(handler.body, left, 1, None, "")
        left += wide
    height = max((shape.y + 0.5 for shape in pen.shapes), default=1)
    return Drawing(left, height, tuple(pen.shapes), tuple(pen.lines), tuple(pen.frames))


@dataclass
class _Pen:
    """Collects what is drawn. `place` returns the point where the flow leaves a block, None when it ends inside."""

    shapes: list[Shape] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    def arrow(self, start: Point | None, end: Point, label: str = "", *, dashed: bool = False) -> None:
        """Draw a connector: down to just above the target, then across, then down."""
        if start is None:
            return
        bend = end[1] - 0.5
        straight = start[0] == end[0]
        points = (start, end) if straight else (start, (start[0], bend), (end[0], bend), end)
        self.lines.append(Line(points, label, dashed))

    def place(self, block: Block, x: float, y: float, entry: Point | None, label: str) -> Point | None:
        """Draw a block with its top left corner at (x, y), entered from `entry`."""
        match block:
            case Sequence(blocks):
                return self._sequence(blocks, x, y, _size(block)[0], entry, label)
            case One():
                return self._one(block, x, y, entry, label)
            case AnyOrder():
                return self._any_order(block, x, y, entry, label)
            case Maybe(body):
                return self._framed(Frame("maybe", x, y, *_size(block)), body, entry, label)
            case Repeat(body, at_most):
                return self._framed(
                    Frame("repeat", x, y, *_size(block), note=str(at_most)), body, entry, label
                )
            case Retry():
                note = f"{block.at_most} · {block.every}" if block.every else str(block.at_most)
                return self._framed(
                    Frame("retry", x, y, *_size(block), note=note), Do(block.step), entry, label
                )
            case Ends(outcome):
                self._shape(Shape("end", outcome, x + 0.5, y + 0.5), entry, label)
                return None
        assert isinstance(block, Do)
        return self._shape(Shape("step", block.step, x + 0.5, y + 0.5), entry, label)

    def _shape(self, shape: Shape, entry: Point | None, label: str) -> Point:
        self.shapes.append(shape)
        self.arrow(entry, (shape.x, shape.y), label)
        return shape.x, shape.y

    def _sequence(
        self, blocks: tuple[Block, ...], x: float, y: float, width: float, entry: Point | None, label: str
    ) -> Point | None:
        leaves: Point | None = entry
        for index, block in enumerate(blocks):
            wide, high = _size(block)
            leaves = self.place(block, x + (width - wide) / 2, y, leaves, "" if index else label)
            y += high
        return leaves

    def _one(self, one: One, x: float, y: float, entry: Point | None, label: str) -> Point | None:
        width, height = _size(one)
        top = self._shape(Shape("choice", one.decided_by or "", x + width / 2, y + 0.5), entry, label)
        join = (x + width / 2, y + height - 0.5)
        for branch in one.branches:
            wide, _ = _size(branch.body)
            leaves = self.place(branch.body, x, y + 1, top, branch.label)
            if leaves is not None:
                aside = (x + wide / 2, y + 1)
                points = (top, aside, (aside[0], join[1] - 0.5), join) if leaves == top else None
                self._joined(leaves, join, branch.label, points)
            x += wide
        if always_ends(one):
            return None
        self.shapes.append(Shape("join", "", *join))
        return join

    def _joined(self, leaves: Point, join: Point, label: str, around: tuple[Point, ...] | None) -> None:
        """Lead a branch to where all meet; one without a block goes around the others and keeps its label."""
        if around is not None:
            self.lines.append(Line(around, label))
        else:
            self.arrow(leaves, join)

    def _any_order(self, block: AnyOrder, x: float, y: float, entry: Point | None, label: str) -> Point:
        width, height = _size(block)
        self.frames.append(Frame("any_order", x, y, width, height))
        middle = x + width / 2
        self.arrow(entry, (middle, y + 0.25), label)
        left = x
        for inner in block.blocks:
            wide, _ = _size(inner)
            self.place(inner, left, y + 0.5, None, "")
            left += wide
        return middle, y + height - 0.25

    def _framed(self, frame: Frame, body: Block, entry: Point | None, label: str) -> Point:
        self.frames.append(frame)
        middle = frame.x + frame.width / 2
        wide, _ = _size(body)
        self.place(body, middle - wide / 2, frame.y + 0.5, None, "")
        self.arrow(entry, (middle, frame.y + 0.25), label)
        return middle, frame.y + frame.height - 0.25


def _size(block: Block) -> tuple[float, float]:
    """Return width and height of a block in cells."""
    sizes = [_size(inner) for inner in _inner(block)]
    widths, heights = [size[0] for size in sizes], [size[1] for size in sizes]
    match block:
        case Sequence():
            return max(widths, default=1), sum(heights)
        case One():
            return sum(widths), max(heights, default=0) + 2
        case AnyOrder():
            return sum(widths), max(heights, default=0) + 1
        case Maybe() | Repeat() | Retry():
            return max(widths, default=1), sum(heights) + 1
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
