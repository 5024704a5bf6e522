"""A BPMN file of another tool, or one of ours, as the draft of a playbook with a report."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from forecourt.exchange.bpmn import extension
from forecourt.exchange.bpmn.documents import Document
from forecourt.exchange.bpmn.documents import as_text
from forecourt.exchange.bpmn.drafting import Drafter
from forecourt.exchange.bpmn.model import GATEWAYS
from forecourt.exchange.bpmn.model import Element
from forecourt.exchange.bpmn.model import Model
from forecourt.exchange.bpmn.model import Scope
from forecourt.exchange.bpmn.naming import Names
from forecourt.exchange.bpmn.naming import slug
from forecourt.exchange.bpmn.naming import titled
from forecourt.exchange.bpmn.phrases import phrase
from forecourt.exchange.bpmn.reading import read
from forecourt.exchange.bpmn.report import Refusal
from forecourt.exchange.bpmn.report import Report
from forecourt.exchange.bpmn.shaping import Handler
from forecourt.exchange.bpmn.shaping import Shaped
from forecourt.exchange.bpmn.shaping import shape
from forecourt.exchange.bpmn.stepping import Steps
from forecourt.exchange.bpmn.words import MAX_NODES
from forecourt.playbook.records import DONE

DRAFT = "draft"  # the version of a playbook that another tool's file becomes
SUBJECT = "case"  # what it is about, for a diagram does not say


@dataclass(frozen=True, slots=True)
class Imported:
    """A draft: the playbook's text, the process it was made of, those it was not, and the report."""

    text: str
    process: str
    others: tuple[str, ...]
    report: Report = field(compare=False)


def import_bpmn(data: bytes, process: str = "", file: str = "") -> Imported:
    """Make a draft of the process with that id, or of the largest. Raises `Refusal` for a file from which none can be made.

    The text is always well formed YAML; what a diagram cannot know (who does it, what it is about) is for `forecourt playbook check`
    to point at. Nothing of the file is carried out: no reference is followed, no condition judged.
    """
    model = read(data)
    scope = _chosen(model, process)
    report = Report()
    draft = _Draft(model, scope, report)
    document = draft.document()
    _say_rest(model, scope, report)
    counts = ", ".join(f"{report.count(fate)} {fate}" for fate in ("carried", "changed", "lost"))
    head = f"Draft made of {file or 'a BPMN file'}, process {scope.element.id}: elements {counts}."
    notes = (
        (head, "Who does each step, by when, and what is recorded, is for you to complete.")
        if not draft.ours
        else ()
    )
    others = tuple(name for name in model.processes if name != scope.element.id)
    return Imported(as_text(document, notes), scope.element.id, others, report)


def _chosen(model: Model, process: str) -> Scope:
    if not model.processes:
        raise Refusal(
            "BP005", "the file holds no process", "A collaboration or choreography alone is not enough."
        )
    if process and process not in model.processes:
        known = ", ".join(model.processes)
        raise Refusal("BP006", f"the file has no process {process!r}", f"Its processes: {known}.")
    scope = model.processes[process] if process else max(model.processes.values(), key=Scope.size)
    if scope.size() > MAX_NODES:
        message = f"the process has {scope.size():,} tasks, events and gateways; at most {MAX_NODES:,} are taken apart"
        raise Refusal("BP002", message, "Split it into several processes.", scope.element.line)
    return scope


class _Draft:
    def __init__(self, model: Model, scope: Scope, report: Report) -> None:
        self.model, self.scope, self.report = model, scope, report
        self.ours: Document = {}
        if scope.extension is not None:
            self.ours, problems = extension.read(scope.extension)
            for problem in problems:
                report.say("lost", scope.element, f"in its extension: {problem}")
        known = self.ours.get("steps", {})
        self.known = {name: step for name, step in known.items() if isinstance(step, dict)}

    def document(self) -> Document:
        """Return the draft as plain data."""
        shaped = shape(self.scope, self.report)
        steps = Steps(self.report, shaped, self.known, slug(self._pool()) if not self.ours else "")
        steps.use_lanes(self.scope)
        drafter = Drafter(steps, self.report)
        flow = drafter.blocks(shaped.flow)
        anytime = self._anytime(shaped, drafter)
        if not steps.found:
            message = "the process has no task or event that could become a step"
            raise Refusal("BP008", message, "Name another with --process.", self.scope.element.line)
        if not self.ours and flow and flow[-1] == {"ends": DONE}:
            flow.pop()
        if not self.ours and not (flow and isinstance(flow[-1], dict) and "ends" in flow[-1]):
            steps.words.setdefault(DONE, {language: phrase(DONE, language) for language in ("en", "zh")})
        found = self._head(steps) | {"flow": flow}
        return found | ({"anytime": anytime} if anytime else {})

    def _pool(self) -> str:
        """The name of the pool that the process is in, where it is told."""
        names = [one.name for one, process in self.model.participants if process == self.scope.element.id]
        return next((name for name in names if name), "")

    def _head(self, steps: Steps) -> Document:
        """Everything but the flow: as our extension says it, else what can be guessed."""
        element = self.scope.element
        self.report.say("carried", element, "became the playbook")
        if self.ours:
            return self._our_head(steps)
        name = element.name or self._pool()
        self.report.say(
            "changed", element, "titles are not translated: the same words stand for every language"
        )
        found: Document = {
            "playbook": slug(name, "-") or slug(element.id, "-") or "imported",
            "version": DRAFT,
            "about": SUBJECT,
            "title": titled(name or element.id),
            "steps": steps.found,
        }
        words = {code: word for code, word in steps.words.items() if code != "otherwise"}
        return found | ({"words": words} if words else {})

    def _our_head(self, steps: Steps) -> Document:
        found: Document = {
            "playbook": "imported",
            "version": DRAFT,
            "about": SUBJECT,
            "title": titled(self.scope.element.called),
        }
        found |= {
            key: value
            for key, value in self.ours.items()
            if value and isinstance(value, type(found.get(key, value)))
        }
        used = steps.found
        unused = [name for name in self.known if name not in used]
        for name in unused:
            used[name] = self.known[name]
        order = [*(name for name in self.known), *(name for name in used if name not in self.known)]
        found["steps"] = {name: used[name] for name in order}
        extra = {code: word for code, word in steps.words.items() if code not in found.get("words", {})}
        return found | ({"words": {**found.get("words", {}), **extra}} if extra else {})

    # What may happen anytime

    def _anytime(self, shaped: Shaped, drafter: Drafter) -> Document:
        names = Names(set())
        found: Document = {}
        for handler in shaped.handlers:
            hint = handler.node.hint("anytime")
            blocks = drafter.blocks(handler.body)
            if hint is not None and hint.get("name"):
                self.report.say("carried", handler.node.element, f"what may happen anytime: {hint['name']}")
                found[hint["name"]] = self._of_ours(blocks, hint["name"], hint.get("ends"))
            else:
                name = names.give(handler.node.id, self._wishes(handler), "anytime")
                self._foreign(found, name, handler, blocks, drafter)
        return found

    def _wishes(self, handler: Handler) -> tuple[str, ...]:
        inner = handler.node.inner
        starts = (
            [one.element.name for one in inner.nodes.values() if one.tag == "startEvent"] if inner else []
        )
        return (handler.node.element.name, *starts, handler.node.id)

    def _of_ours(self, blocks: list[Any], name: str, ends: str | None) -> Document:
        if name in self.known and blocks[:1] == [name]:
            blocks = blocks[1:]
        if ends and blocks[-1:] == [{"ends": ends}]:
            blocks = blocks[:-1]
        then = {"then": blocks} if blocks else {}
        return then | ({"ends": ends} if ends else {})

    def _foreign(
        self, found: Document, name: str, handler: Handler, blocks: list[Any], drafter: Drafter
    ) -> None:
        element = handler.node.element
        ends = ""
        if blocks and isinstance(blocks[-1], dict) and "ends" in blocks[-1]:
            ends = blocks.pop()["ends"]
        if not blocks:
            self.report.say("lost", element, "nothing is done in it; left out")
            return
        if handler.node.triggered:
            said = (
                "may happen anytime, and ends the journey"
                if handler.ends
                else "may happen anytime; the flow waits for it"
            )
            self.report.say("changed", element, said)
        drafter.steps.word(name, element.name or name.replace("_", " "))
        found[name] = {"then": blocks}
        if handler.ends:
            found[name]["ends"] = ends if ends and ends != DONE else name
            drafter.steps.word(found[name]["ends"], element.name or name.replace("_", " "))


_WHY = {
    "messageFlow": "a message between pools; a playbook knows one party's side of it only",
    "textAnnotation": "a remark in the picture; left out",
    "association": "ties a remark or data to something; left out",
    "group": "a frame in the picture; left out",
    "category": "names frames in the picture; left out",
    **dict.fromkeys(("dataObject", "dataObjectReference", "dataStore", "dataStoreReference"), "data; what a step records is for you to say"),
}  # fmt: skip
_NONE = "has no counterpart in a playbook; left out"


def _say_others(elements: Iterable[Element], report: Report) -> None:
    for element in elements:
        report.unspoken((element,), _WHY.get(element.tag, _NONE))


def _say_rest(model: Model, scope: Scope, report: Report) -> None:
    """Speak of lanes, pools, messages, other processes, pictures and foreign extensions; then name whatever is left as lost."""
    for inner in scope.scopes():
        for lane in inner.lanes:
            _say_lane(lane, inner, report)
        for flow in inner.flows:
            report.say(
                "carried", flow.element, "the order of steps"
            ) if flow.element.id not in report.spoken else None
        for node in inner.nodes.values():
            if node.tag in GATEWAYS and node.id not in report.spoken:
                report.say("carried", node.element, "ways meet here")
        _say_others(inner.others, report)
        _say_others((node.element for node in inner.nodes.values()), report)
    for participant, process in model.participants:
        own = process == scope.element.id
        report.say(
            "carried" if own else "lost",
            participant,
            "the pool of this process" if own else "another pool; only one process is read",
        )
    for name, other in model.processes.items():
        if name != scope.element.id:
            report.say(
                "lost",
                other.element,
                f"another process of {other.size()} elements; import it with --process {name}",
            )
    performers = {node.performer for inner in scope.scopes() for node in inner.nodes.values()}
    for beside in model.others:
        if beside.tag == "resource" and beside.name in performers:
            report.say("carried", beside, "who does a task, where no lane says it")
        if scope.extension is not None and beside.tag == "signal":
            report.say("carried", beside, "what may happen anytime")
    _say_others(model.others, report)
    root = Element("definitions", "definitions", "", 1)
    if model.pictures and scope.extension is None:
        report.say("changed", root, f"the picture ({model.pictures} parts) is drawn anew from the blocks")
    for space, count in model.foreign.items():
        report.say("lost", root, f"{count} elements of the extension {space}")


def _say_lane(lane: Element, scope: Scope, report: Report) -> None:
    role = scope.roles.get(lane.id) or slug(lane.name)
    used = any(node.lane == lane.id for node in scope.nodes.values())
    if not used:
        report.say("changed", lane, "nothing stands in it but other lanes; the innermost lane is the role")
    elif role:
        report.say("carried", lane, f"the role {role}")
    else:
        report.say(
            "changed",
            lane,
            "has no name that a role could be made of; the name of its pool or its id stands for it",
        )
