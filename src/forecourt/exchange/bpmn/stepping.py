"""Tasks and events as steps of a draft: names, titles, roles, deadlines, outcomes."""

from dataclasses import dataclass
from dataclasses import field
from typing import Any

from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.base.durations import parse_duration
from forecourt.exchange.bpmn.documents import Document
from forecourt.exchange.bpmn.model import MACHINES
from forecourt.exchange.bpmn.model import Element
from forecourt.exchange.bpmn.model import Node
from forecourt.exchange.bpmn.model import Scope
from forecourt.exchange.bpmn.naming import Names
from forecourt.exchange.bpmn.naming import slug
from forecourt.exchange.bpmn.naming import titled
from forecourt.exchange.bpmn.phrases import interval
from forecourt.exchange.bpmn.report import Report
from forecourt.exchange.bpmn.shaping import Shaped
from forecourt.exchange.bpmn.times import duration
from forecourt.playbook.records import OTHERWISE

NOBODY = "nobody"
_SYSTEM = "system"
_BY_ITSELF = "works by itself and became a step of the role system"
_OUTSIDE = "happens outside and became a step, recorded when it has happened"


@dataclass
class Steps:
    """The steps of a draft, made as they are met. `known` are those that our own export describes."""

    report: Report
    shaped: Shaped
    known: Document
    pool: str = ""
    roles: dict[str, str] = field(default_factory=dict)  # of nodes, by id
    found: Document = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = Names(set(self.known))

    def use_lanes(self, scope: Scope, outer: str = "") -> None:
        """Take the roles of nodes from lanes, in sub-processes from the lane around them."""
        lanes = {lane.id: lane for lane in scope.lanes}
        for node in scope.nodes.values():
            lane = lanes.get(node.lane)
            named = (slug(lane.name) or slug(lane.id)) if lane and lane.name else self.pool
            role = scope.roles.get(node.lane) or (named if lane else outer)
            self.roles[node.id] = role
            if node.inner is not None:
                self.use_lanes(node.inner, role)

    def step(self, node: Node) -> str:
        """Return the name of the step that a task or event is."""
        hint = node.hint("step")
        if hint is not None and hint.get("name") in self.known:
            return self._known(node, hint["name"])
        name = self.names.give(node.id, (node.element.name, node.id), "step")
        if name not in self.found:
            self.found[name] = self._new(node)
        return name

    def decision(self, node: Node | None, number: int, outcomes: list[str]) -> str:
        """Return the name of a step that records which way was chosen at a gateway."""
        element = node.element if node is not None else Element("start", f"choice_{number}", "", 0)
        name = self.names.give(f"{element.id}?", (element.name, f"decide_{element.id}"), "decide")
        title = titled(element.name) if element.name else {"en": "Decide how to go on", "zh": "决定如何继续"}
        role = self.roles.get(element.id) or self.pool or NOBODY
        self.found[name] = {"title": title, "by": role, "record": {"outcome": outcomes}}
        return name

    def outcomes(self, name: str) -> list[str]:
        """The outcomes that a step records."""
        record = self.found.get(name, {}).get("record", {})
        found = record.get("outcome", record.get("outcome?", [])) if isinstance(record, dict) else []
        return list(found) if isinstance(found, list) else []

    def decide(self, name: str, labels: list[str]) -> bool:
        """Let a step record these outcomes; False when our export describes it and it records others."""
        wanted = [label for label in labels if label != OTHERWISE]
        if name in self.known:
            return set(wanted) <= set(self.outcomes(name))
        choices = list(dict.fromkeys((*self.outcomes(name), *wanted)))
        if len(choices) == 1:
            choices.append("other")
            self.words.setdefault("other", {"en": "Other", "zh": "其他"})
        self.found[name].setdefault("record", {})["outcome"] = choices
        return True

    def word(self, code: str, said: str) -> None:
        """Note what a code is called."""
        self.words.setdefault(code, titled(said))

    def _new(self, node: Node) -> Document:
        said = {"callActivity": f"calls {node.calls or 'another process'}; a step stands for it"}.get(
            node.tag, "became a step"
        )
        changed = node.tag in ("callActivity", *MACHINES) or node.tag.endswith("Event")
        if node.tag in MACHINES:
            said = (
                _BY_ITSELF
                if not self.roles.get(node.id)
                else "works by itself and became a step of its lane's role"
            )
        elif node.tag.endswith("Event"):
            said = _OUTSIDE if node.tag == "intermediateCatchEvent" else "became a step"
        self.report.say("changed" if changed else "carried", node.element, said)
        self._say_details(node)
        if not node.element.name:
            self.report.say("changed", node.element, "has no name; its id stands for a title")
        title = titled(node.element.called)
        return {"title": title, "by": self._role(node), **self._deadline(node)}

    def _say_details(self, node: Node) -> None:
        if node.documented:
            self.report.say(
                "changed", node.element, "its documentation has no place in a playbook and is left out"
            )
        for detail in node.details:
            self.report.say(
                "lost", detail, f"a detail of {node.element.called!r} that a step has no place for"
            )

    def _role(self, node: Node) -> str:
        found = self.roles.get(node.id) or slug(node.performer)
        if not found and node.tag in MACHINES:
            return _SYSTEM
        if not found and not self.pool:
            self.report.say(
                "changed", node.element, f"no lane or performer says who does it; the draft says {NOBODY}"
            )
        return found or self.pool or NOBODY

    def _deadline(self, node: Node) -> Document:
        """`within` from the first timer at the edge of a task, `on_late` from the tasks behind it."""
        found: Document = {}
        for timer, behind in self.shaped.deadlines.get(node.id, ()):
            if timer.event != "timer":
                self.report.say(
                    "lost",
                    timer.element,
                    f"an event by {timer.event or 'nothing'} that leads nowhere; left out",
                )
            elif "within" in found:
                self.report.say("lost", timer.element, "a second timer; a step has one deadline")
            else:
                found |= self._within(timer)
            roles = [role for role in (self._notified(one) for one in behind) if role]
            if roles and "within" in found:
                found["on_late"] = [{"notify": role} for role in dict.fromkeys(roles)]
        return found

    def _within(self, timer: Node) -> Document:
        kind, text = timer.time
        read = duration(text) if kind in ("timeDuration", "") else None
        if read is None:
            self.report.say(
                "lost",
                timer.element,
                f"{text!r} is not a fixed length of time, so that no deadline could be made of it",
            )
            return {}
        said = f"became the deadline {read[0]}" + ("" if read[1] else ", rounded")
        if timer.interrupting:
            said += "; that it ends the task is lost"
        exact = read[1] and not timer.interrupting
        self.report.say("carried" if exact else "changed", timer.element, said)
        return {"within": read[0]}

    def _notified(self, node: Node) -> str:
        """The role of a task that follows when a deadline has passed."""
        if node.tag == "endEvent":
            self.report.say("carried", node.element, "nothing follows the deadline")
            return ""
        self.report.say(
            "changed", node.element, "follows when a deadline has passed; became a notification of its role"
        )
        return self.roles.get(node.id) or self.pool

    # What our own export describes

    def _known(self, node: Node, name: str) -> str:
        if name not in self.found:
            self.found[name] = dict(self.known[name])
        step = self.found[name]
        self.report.say("carried", node.element, f"is the step {name}")
        self._say_details(node) if node.details else None
        self._renamed(node, step)
        self._moved(node, step)
        for timer, _ in self.shaped.deadlines.get(node.id, ()):
            self._retimed(timer, step)
        return name

    def _renamed(self, node: Node, step: Document) -> None:
        title = step.get("title")
        name = titled(node.element.name)["en"]
        if (
            isinstance(title, dict)
            and node.element.name
            and name not in [titled(str(one))["en"] for one in title.values()]
        ):
            language = "zh" if any(ord(letter) > 0x2E7F for letter in name) else "en"
            step["title"] = {**title, language: name}
            self.report.say("changed", node.element, f"its title was changed to {name!r} ({language})")

    def _moved(self, node: Node, step: Document) -> None:
        role, by = self.roles.get(node.id, "") if node.lane else "", step.get("by")
        holder = by if isinstance(by, dict) else {"role": by}
        before = holder.get("role")
        first = before[0] if isinstance(before, list) and before else before
        if role and first and role != first:
            others = [one for one in before if one != role][1:] if isinstance(before, list) else []
            after = [role, *others] if others else role
            step["by"] = {**by, "role": after} if isinstance(by, dict) else after
            self.report.say("changed", node.element, f"was moved to the lane of {role}, who does it now")

    def _retimed(self, timer: Node, step: Document) -> None:
        read = duration(timer.time[1])
        calendar = (timer.hint("deadline") or {}).get("calendar", ROUND_THE_CLOCK)
        if read is None or interval(parse_duration(read[0])) == _interval_of(step.get("within")):
            self.report.say("carried", timer.element, "the deadline of its step")
            return
        plain = read[0] if calendar == ROUND_THE_CLOCK else f"{read[0]} of {calendar}"
        step["within"] = plain
        self.report.say("changed", timer.element, f"the deadline was changed to {plain}")


def _interval_of(within: object) -> str:
    try:
        return _canonical(str(within))
    except ValueError:
        return ""


def _canonical(within: str) -> str:
    found = duration(interval(parse_duration(within)))
    return interval(parse_duration(found[0])) if found else ""
