"""A short way to write BPMN for tests: nodes and flows in a line each, and what other tools add to them."""

from xml.sax.saxutils import escape
from xml.sax.saxutils import quoteattr

from forecourt.playbook import Playbook
from forecourt.playbook import load

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TAGS = {
    "start": "startEvent", "end": "endEvent", "task": "task", "user": "userTask", "service": "serviceTask", "call": "callActivity",
    "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway", "event": "eventBasedGateway",
    "complex": "complexGateway", "sub": "subProcess", "adhoc": "adHocSubProcess", "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent", "boundary": "boundaryEvent",
}  # fmt: skip


def node(line: str, inside: str = "") -> str:
    """`a:task Greet the customer | attribute="value"` as an element; what stands inside is given as XML."""
    head, _, more = line.partition("|")
    place, _, name = head.strip().partition(" ")
    id_, kind = place.split(":")
    called = f" name={quoteattr(name.strip())}" if name.strip() else ""
    return f'<{TAGS[kind]} id="{id_}"{called} {more.strip()}>{inside}</{TAGS[kind]}>'


def flow(line: str, number: int) -> str:
    """`a > b`, `g > b: yes` or `g > b: yes = ${ok}` as a sequence flow `f1`."""
    ends, _, said = line.partition(":")
    source, target = (one.strip() for one in ends.split(">"))
    name, _, condition = (one.strip() for one in said.partition("="))
    called = f" name={quoteattr(name)}" if name else ""
    inside = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="f{number}_{source}_{target}" sourceRef="{source}" targetRef="{target}"{called}>{inside}</sequenceFlow>'


def scope(nodes: str, flows: str, inside: dict[str, str] | None = None) -> str:
    """Nodes and flows, one a line."""
    lines = [line.strip() for line in nodes.strip().splitlines() if line.strip()]
    found = [node(line, (inside or {}).get(line.split(":")[0], "")) for line in lines]
    ways = [line.strip() for line in flows.strip().splitlines() if line.strip()]
    return "\n".join([*found, *(flow(line, number) for number, line in enumerate(ways, 1))])


def file(*processes: str, beside: str = "") -> bytes:
    """A whole file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{MODEL}" targetNamespace="x">\n'
        + "\n".join(processes)
        + f"\n{beside}\n</definitions>"
    ).encode()


def process(contents: str, name: str = "Trade in", id_: str = "trade-in") -> str:
    """A process with these contents."""
    return f'<process id="{id_}" name={quoteattr(name)}>\n{contents}\n</process>'


def drawn(nodes: str, flows: str, inside: dict[str, str] | None = None, beside: str = "") -> bytes:
    """A file with one process."""
    return file(process(scope(nodes, flows, inside)), beside=beside)


def read(text: str) -> Playbook:
    """The playbook of a draft, which is always well formed."""
    loaded = load(text, "draft.yaml")
    assert loaded.ok, [str(one) for one in loaded.diagnostics] + [text]
    assert loaded.playbook is not None
    return loaded.playbook
