"""What a BPMN diagram consists of, before it has places and before it is XML.

A `Node` stands in a column (time runs to the right), in a lane and on a track. Tracks are what keeps branches apart: no two nodes of one
column share a track, whatever their lanes, and a line that leaves a block out or goes back has a track of its own (`Flow.track`).
The layout stacks lanes, and in each lane the tracks that it uses.
"""

from dataclasses import dataclass
from dataclasses import field
from typing import Literal

from forecourt.base.durations import Duration

Kind = Literal["start", "task", "service", "choice", "parallel", "wait", "end", "anytime"]
Route = Literal["forward", "skip", "back", "back_out", "back_in", "leaves"]


@dataclass(frozen=True, slots=True)
class Hint:
    """An extension element of our namespace: what a shape or line stands for in the playbook."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A task, event, gateway, or (anytime) a sub-process with a diagram inside. `about` is its documentation."""

    id: str
    kind: Kind
    name: str
    column: int
    track: int
    lane: str = ""
    hints: tuple[Hint, ...] = ()
    about: tuple[str, ...] = ()
    deadline: "Deadline | None" = None
    every: Duration | None = None
    signal: str = ""
    interrupts: bool = True
    inner: "Diagram | None" = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A timer on the edge of a task, the end event behind it, and the line between."""

    id: str
    end_id: str
    flow_id: str
    within: Duration
    name: str
    late: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is CEL; `track` is where a line that passes blocks runs; `route` how it is drawn."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""
    default: bool = False
    hints: tuple[Hint, ...] = ()
    route: Route = "forward"
    track: int | None = None


@dataclass
class Diagram:
    """Nodes and flows of one process or sub-process, in the order of the playbook's text."""

    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)


def hint(tag: str, **attributes: str | None) -> Hint:
    """Return an extension element; attributes that are None are left out."""
    return Hint(tag, tuple((key, value) for key, value in attributes.items() if value is not None))


class Ids:
    """Gives names that XML accepts (NCName), each once: `Task_quote`, then `Task_quote.2`.

    A point stands in no name of a playbook, so that the second `quote` never meets a step called `quote_2`.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}
        self._numbers = 0

    def count(self) -> int:
        """Return the next whole number, for flows."""
        self._numbers += 1
        return self._numbers

    def new(self, kind: str, name: str = "") -> str:
        """Return a name that has not been given yet; characters that XML does not allow become an underscore."""
        clean = "".join(one if one.isascii() and (one.isalnum() or one in "_-") else "_" for one in name)
        base = f"{kind}_{clean}" if clean else kind
        while True:
            count = self._counts[base] = self._counts.get(base, 0) + 1
            found = base if count == 1 and clean else f"{base}.{count}" if clean else f"{base}_{count}"
            if found not in self._taken:
                self._taken.add(found)
                return found
