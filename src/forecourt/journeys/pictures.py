"""A playbook as a picture: its flow as SVG, with the live numbers of each step on it."""

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from unicodedata import east_asian_width

from django.utils.html import format_html
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from forecourt.journeys import forms
from forecourt.journeys import programs
from forecourt.journeys.programs import Known
from forecourt.journeys.reading.measures import StepNumbers
from forecourt.playbook.drawing import JOIN_HEIGHT
from forecourt.playbook.drawing import SHAPE_HEIGHT
from forecourt.playbook.drawing import SHAPE_WIDTH
from forecourt.playbook.drawing import Drawing
from forecourt.playbook.drawing import Frame
from forecourt.playbook.drawing import Line
from forecourt.playbook.drawing import Point
from forecourt.playbook.drawing import Shape
from forecourt.playbook.drawing import draw
from forecourt.playbook.records import Field

WIDE, HIGH = 196, 118  # one cell, in pixels
ROOM = 24  # half-width characters in one line of a shape
Numbers = Mapping[str, StepNumbers]
NONE = StepNumbers()
THIN, THICK = 1.3, 9.0  # of a line, in pixels


@dataclass(frozen=True)
class Overlay:
    """What another room draws on a playbook. `below` is a line under a step, a tone (`bad`, `warn` or none) and its words; `kinds` are
    tones of a step's box (`has`, `late`, `warn`, `faint`); `ends` a line under an end; `flow` how much goes into a `step`, an `end` or a
    `branch` (named `step=outcome`), from 0 to 1, drawn as the width of the line to it.
    """

    below: Mapping[str, list[tuple[str, str]]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    ends: Mapping[str, str] = field(default_factory=dict)
    flow: Mapping[tuple[str, str], float] = field(default_factory=dict)


_STYLE = """
.pb text{font:13px system-ui,sans-serif;fill:var(--fc-ink);text-anchor:middle;dominant-baseline:middle}
.pb .s{fill:var(--fc-paper);stroke:var(--fc-soft)} .pb .s.has{stroke:var(--fc-mark);stroke-width:2}
.pb .s.late{stroke:var(--fc-bad);stroke-width:2} .pb .s.warn{stroke:var(--fc-warn);stroke-width:2;stroke-dasharray:5 3}
.pb g.faint{opacity:.55} .pb .e{fill:var(--fc-quiet-ground);stroke:var(--fc-soft)}
.pb .c{fill:var(--fc-info-ground);stroke:var(--fc-info)} .pb .j{fill:var(--fc-soft)}
.pb .l{fill:none;stroke:var(--fc-soft);stroke-width:1.3} .pb .f{fill:none;stroke:var(--fc-soft);stroke-dasharray:4 3}
.pb .w{font-size:12px;fill:var(--fc-soft)} .pb .n{font-size:12px;font-variant-numeric:tabular-nums}
.pb .n.bad{fill:var(--fc-bad);font-weight:600} .pb .n.warn{fill:var(--fc-warn);font-weight:600} .pb .l.v{stroke:var(--fc-edge)} .pb .bg{fill:var(--fc-paper)}
"""


def drawn(known: Known, numbers: Numbers, overlay: Overlay | None = None) -> SafeString:
    """The picture as inline SVG; a list of steps beside it says the same to who cannot see it.

    With an `overlay` its lines stand in place of the live numbers.
    """
    drawing = draw(known.playbook)
    parts = [
        *_frames(known, drawing),
        *_lines(drawing, overlay),
        *_shapes(known, drawing, numbers, overlay),
        *_labels(known, drawing),
    ]
    return format_html(
        '<svg class="pb" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{label}" style="max-width:none"><style>{style}</style>'
        '<defs><marker id="pb-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" style="fill:var(--fc-soft)"/></marker></defs>{body}</svg>',
        w=round(drawing.width * WIDE), h=round(drawing.height * HIGH), style=mark_safe(_STYLE),  # noqa: S308 - constant
        label=_("The flow of “{title}”").format(title=known.title()), body=format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _frames(known: Known, drawing: Drawing) -> Iterator[SafeString]:
    for frame in drawing.frames:
        x, y = frame.x * WIDE, frame.y * HIGH
        yield format_html(
            '<rect class="f" x="{}" y="{}" width="{}" height="{}" rx="6"/>'
            '<text class="w" x="{}" y="{}" style="text-anchor:start">{}</text>',
            round(x), round(y), round(frame.width * WIDE), round(frame.height * HIGH), round(x + 8), round(y + 12),
            _frame_words(known, frame),
        )  # fmt: skip


def _frame_words(known: Known, frame: Frame) -> str:
    return {
        "any_order": _("in any order"),
        "maybe": _("may be left out"),
        "repeat": _("up to {note} times").format(note=frame.note),
        "retry": _("again, at most {note}").format(note=frame.note),
        "anytime": _("anytime"),
    }[frame.kind]


def _lines(drawing: Drawing, overlay: Overlay | None) -> Iterator[SafeString]:
    widths = _widths(drawing, overlay) if overlay and overlay.flow else {}
    for line in drawing.lines:
        points = " ".join(f"{x * WIDE:.0f},{y * HIGH:.0f}" for x, y in line.points)
        # The line of a branch is continued by the one to its first block, which has the arrow.
        arrow = "" if line.label else "url(#pb-arrow)"
        if widths:
            yield _wide(points, widths.get(line.points, 0))
        yield format_html('<polyline class="l" points="{}" marker-end="{}"/>', points, arrow)


def _wide(points: str, share: float) -> SafeString:
    """A broad line below the thin one, as wide as what goes along it."""
    if not share:
        return SafeString("")
    width = THIN + (THICK - THIN) * share
    return format_html('<polyline class="l v" points="{}" style="stroke-width:{}"/>', points, f"{width:.1f}")


def _widths(drawing: Drawing, overlay: Overlay) -> dict[tuple[Point, ...], float]:
    """How much goes along each line: into its branch, else into where it leads, else out of where it begins."""
    into, out_of = _flows(drawing, overlay)
    choices = {
        _place(one.x, one.y + SHAPE_HEIGHT / 2): one.name for one in drawing.shapes if one.kind == "choice"
    }
    branches = {}
    for line in drawing.lines:
        start, end = _place(*line.points[0]), _place(*line.points[-1])
        if line.label and start in choices:  # the line that goes on from its end is as wide
            share = overlay.flow.get(("branch", f"{choices[start]}={line.label}"))
            branches[line.points] = branches[end] = share
    found = {}
    for line in drawing.lines:
        start, end = _place(*line.points[0]), _place(*line.points[-1])
        known = (branches.get(line.points), branches.get(start), into.get(end), out_of.get(start))
        found[line.points] = next((share for share in known if share is not None), 0.0)
    return found


def _flows(drawing: Drawing, overlay: Overlay) -> tuple[dict[Any, float], dict[Any, float]]:
    """How much goes into each upper and out of each lower edge. A frame has as much as the busiest step in it."""
    into, out_of = {}, {}
    for frame in drawing.frames:
        inner = [one for one in drawing.shapes if one.kind == "step" and _inside(frame, one)]
        share = max((overlay.flow.get(_key(one), 0.0) for one in inner), default=0.0)
        middle = frame.x + frame.width / 2
        into[_place(middle, frame.y)] = out_of[_place(middle, frame.y + frame.height)] = share
    for one in drawing.shapes:
        if (flow := overlay.flow.get(_key(one))) is not None:
            into[_place(one.x, one.y - SHAPE_HEIGHT / 2)] = out_of[
                _place(one.x, one.y + SHAPE_HEIGHT / 2)
            ] = flow
    return into, out_of


def _inside(frame: Frame, shape: Shape) -> bool:
    across, down = shape.x - frame.x, shape.y - frame.y
    return 0 < across < frame.width and 0 < down < frame.height


def _key(shape: Shape) -> tuple[str, str]:
    """A choice is made by the step before it, so as much goes through it."""
    return ("step" if shape.kind == "choice" else shape.kind, shape.name)


def _place(x: float, y: float) -> tuple[int, int]:
    return round(x * 1000), round(y * 1000)


def _labels(known: Known, drawing: Drawing) -> Iterator[SafeString]:
    for line in drawing.lines:
        if line.label and line.label_at:
            yield _label(known, line)


def _label(known: Known, line: Line) -> SafeString:
    x, y = line.label_at or (0, 0)
    return _below(known.program.word(line.label, programs.spoken()), x * WIDE, y * HIGH, "w")


def _shapes(
    known: Known, drawing: Drawing, numbers: Numbers, overlay: Overlay | None
) -> Iterator[SafeString]:
    for shape in drawing.shapes:
        if overlay and shape.kind == "step":
            yield _overlaid(known, shape, overlay)
        else:
            yield _SHAPES[shape.kind](known, shape, numbers)
        if overlay and shape.kind == "end" and shape.name in overlay.ends:
            y = (shape.y + SHAPE_HEIGHT / 2) * HIGH + 11
            yield _below(overlay.ends[shape.name], shape.x * WIDE, y, "n")


def _overlaid(known: Known, shape: Shape, overlay: Overlay) -> SafeString:
    """A step with what another room says of it."""
    kind = overlay.kinds.get(shape.name, "")
    box = _box(f"s {kind}", shape, 5)
    x, bottom = shape.x * WIDE, (shape.y + SHAPE_HEIGHT / 2) * HIGH
    said = [
        _below(words, x, bottom + 11 + 16 * number, f"n {tone}")
        for number, (tone, words) in enumerate(overlay.below.get(shape.name, []))
    ]
    title = _text(known.step_title(shape.name), x, shape.y * HIGH)
    return format_html(
        '<g class="{}">{}{}{}</g>', kind, box, title, format_html_join("", "{}", ((one,) for one in said))
    )


def _step(known: Known, shape: Shape, numbers: Numbers) -> SafeString:
    number = numbers.get(shape.name, NONE)
    kind = "late" if number.late else "has" if number.open else ""
    box = _box(f"s {kind}", shape, 5)
    x, top = shape.x * WIDE, (shape.y - SHAPE_HEIGHT / 2) * HIGH
    title = _text(known.step_title(shape.name), x, shape.y * HIGH)
    below = _below(_counted(number), x, top + SHAPE_HEIGHT * HIGH + 11, "n bad" if number.late else "n")
    return box + title + below


def _below(text: str, x: float, y: float, kind: str) -> SafeString:
    """Words on a ground that hides the line behind them."""
    if not text:
        return SafeString("")
    wide = _width(text) * 7 + 6
    return format_html(
        '<rect class="bg" x="{}" y="{}" width="{}" height="16"/><text class="{}" x="{}" y="{}">{}</text>',
        round(x - wide / 2), round(y - 8), wide, kind, round(x), round(y), text,
    )  # fmt: skip


def _counted(number: StepNumbers) -> str:
    """The numbers under a step in one short line; nothing for a step that nobody did."""
    parts = [_("{n} open").format(n=number.open)] if number.open else []
    if number.late:
        parts.append(_("{n} late").format(n=number.late))
    if number.median_minutes is not None:
        parts.append(_("median {time}").format(time=minutes(number.median_minutes)))
    return " · ".join(parts)


def minutes(value: float) -> str:
    """A length of time in its largest fitting unit."""
    if value < 90:
        return _("{n} min").format(n=round(value))
    return (
        _("{n} h").format(n=round(value / 60)) if value < 2880 else _("{n} d").format(n=round(value / 1440))
    )


def _start(known: Known, shape: Shape, numbers: Numbers) -> SafeString:
    return _box("e", shape, 28) + _text(_("Start"), shape.x * WIDE, shape.y * HIGH)


def _end(known: Known, shape: Shape, numbers: Numbers) -> SafeString:
    text = _("End: {outcome}").format(outcome=known.program.word(shape.name, programs.spoken()))
    return _box("e", shape, 28) + _text(text, shape.x * WIDE, shape.y * HIGH)


def _choice(known: Known, shape: Shape, numbers: Numbers) -> SafeString:
    x, y = shape.x * WIDE, shape.y * HIGH
    wide, high = SHAPE_WIDTH * WIDE / 2, SHAPE_HEIGHT * HIGH / 2
    points = f"{x:.0f},{y - high:.0f} {x + wide:.0f},{y:.0f} {x:.0f},{y + high:.0f} {x - wide:.0f},{y:.0f}"
    return format_html('<polygon class="c" points="{}"/>', points) + _text(_("Which way?"), x, y)


def _join(known: Known, shape: Shape, numbers: Numbers) -> SafeString:
    return format_html(
        '<circle class="j" cx="{}" cy="{}" r="{}"/>',
        round(shape.x * WIDE),
        round(shape.y * HIGH),
        round(JOIN_HEIGHT * HIGH / 3),
    )


_SHAPES: dict[str, Any] = {"start": _start, "step": _step, "choice": _choice, "join": _join, "end": _end}


def _box(kind: str, shape: Shape, round_by: int) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>', kind,
        round((shape.x - SHAPE_WIDTH / 2) * WIDE), round((shape.y - SHAPE_HEIGHT / 2) * HIGH),
        round(SHAPE_WIDTH * WIDE), round(SHAPE_HEIGHT * HIGH), round_by,
    )  # fmt: skip


def _text(text: str, x: float, y: float) -> SafeString:
    rows = _wrapped(text)
    start = y - (len(rows) - 1) * 8
    return format_html_join(
        "",
        '<text x="{}" y="{}">{}</text>',
        ((round(x), round(start + n * 16), row) for n, row in enumerate(rows)),
    )


def _width(text: str) -> int:
    """The width in half-width characters."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _wrapped(text: str) -> list[str]:
    """At most three lines that fit a shape; Chinese breaks anywhere, English between words."""
    words = text.split(" ") if " " in text else list(text)
    joint = " " if " " in text else ""
    rows = [""]
    for word in words:
        longer = f"{rows[-1]}{joint if rows[-1] else ''}{word}"
        if _width(longer) <= ROOM or not rows[-1]:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows if len(rows) <= 3 else [*rows[:2], rows[2] + "…"]


def field_words(known: Known, item: Field) -> str:
    """A field with its choices, for the printed checklist."""
    name = str(forms.label_of(known, item))
    choices = " / ".join(word for _code, word in forms.choices_of(known, item))
    return f"{name}: {choices}" if choices else name
