"""What a BPMN file says, as far as a playbook can use it. Every element knows its id, its name and the line it stands in."""

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

Hints = Mapping[str, Mapping[str, str]]

TASKS = (
    *("task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"),
    "callActivity",
)  # fmt: skip
SUBPROCESSES = ("subProcess", "transaction", "adHocSubProcess")
GATEWAYS = {
    "exclusiveGateway": "xor", "eventBasedGateway": "xor", "parallelGateway": "and", "inclusiveGateway": "or",
    "complexGateway": "or",
}  # fmt: skip
EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
FLOW_NODES = (*TASKS, *SUBPROCESSES, *GATEWAYS, *EVENTS)
MACHINES = ("serviceTask", "scriptTask", "businessRuleTask")


@dataclass(frozen=True, slots=True)
class Element:
    """Anything with a place in the file."""

    tag: str
    id: str
    name: str
    line: int

    @property
    def called(self) -> str:
        """Its name where it has one, else its id."""
        return self.name or self.id


@dataclass(slots=True)
class Node:
    """A task, sub-process, event or gateway. `event` is the kind of its definition (timer, message, ...), `time` what a timer says."""

    element: Element
    lane: str = ""
    event: str = ""
    time: tuple[str, str] = ("", "")  # timeDuration, timeDate or timeCycle, and its text
    attached: str = ""
    interrupting: bool = True
    triggered: bool = False
    loop: str = ""  # standardLoopCharacteristics, multiInstanceLoopCharacteristics
    most: str = ""  # loopMaximum
    calls: str = ""
    link: str = ""
    performer: str = ""
    default: str = ""
    hints: Hints = field(default_factory=dict)
    inner: "Scope | None" = None
    documented: bool = False
    details: list[Element] = field(
        default_factory=list
    )  # data, properties, scripts: what a step has no place for

    @property
    def id(self) -> str:
        """The id of its element."""
        return self.element.id

    @property
    def tag(self) -> str:
        """The name of its XML element, without the namespace."""
        return self.element.tag

    def hint(self, tag: str) -> Mapping[str, str] | None:
        """What our extension of that name says; None where there is none."""
        return self.hints.get(tag)


@dataclass(slots=True)
class Flow:
    """A sequence flow. Joins are marks of our own exports."""

    element: Element
    source: str
    target: str
    condition: str = ""
    hints: Hints = field(default_factory=dict)
    joins: tuple[str, ...] = ()

    @property
    def way(self) -> Mapping[str, str]:
        """What our extension says of it; empty where nothing."""
        return self.hints.get("way", {})


@dataclass(slots=True)
class Scope:
    """The inside of a process or sub-process. `extension` is the XML of our description of the playbook."""

    element: Element
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    lanes: list[Element] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)  # lane's name: the role our export says it is
    others: list[Element] = field(default_factory=list)
    extension: Any = None

    def scopes(self) -> "Iterator[Scope]":
        """Yield this scope and those inside it."""
        yield self
        for node in self.nodes.values():
            if node.inner is not None:
                yield from node.inner.scopes()

    def size(self) -> int:
        """How many nodes it has, with those of sub-processes."""
        return sum(len(scope.nodes) for scope in self.scopes())


@dataclass(slots=True)
class Model:
    """A whole file: processes by id, who takes part, what else stands beside them, foreign namespaces with counts."""

    processes: dict[str, Scope] = field(default_factory=dict)
    participants: list[tuple[Element, str]] = field(default_factory=list)  # and the id of its process
    others: list[Element] = field(default_factory=list)
    foreign: dict[str, int] = field(default_factory=dict)
    pictures: int = 0
