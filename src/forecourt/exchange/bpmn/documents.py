"""A playbook as plain data, and plain data as the text that people edit.

`document` is the inverse of the parser: mappings, lists and texts under the keys of the language. Parts are written out where
they are named, for the records no longer know them.
"""

from typing import Any

import yaml

from forecourt.playbook.records import AnyOrder
from forecourt.playbook.records import Anytime
from forecourt.playbook.records import Block
from forecourt.playbook.records import Do
from forecourt.playbook.records import Ends
from forecourt.playbook.records import Escalation
from forecourt.playbook.records import Field
from forecourt.playbook.records import Gate
from forecourt.playbook.records import Maybe
from forecourt.playbook.records import Name
from forecourt.playbook.records import One
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Repeat
from forecourt.playbook.records import Retry
from forecourt.playbook.records import Sequence
from forecourt.playbook.records import Standard
from forecourt.playbook.records import Step
from forecourt.playbook.records import Title

Document = dict[str, Any]


def document(playbook: Playbook) -> Document:
    """Return the whole playbook as plain data; `forecourt.playbook.load` reads `as_text` of it back to equal records."""
    flow = [plain(block) for block in playbook.flow.blocks]
    anytime = {handler.name: handling(handler, playbook) for handler in playbook.anytime}
    return attributes(playbook) | {"flow": flow} | ({"anytime": anytime} if anytime else {})


def attributes(playbook: Playbook) -> Document:
    """Return everything but the flow and what may happen anytime: what BPMN has no words for."""
    found: Document = {
        "playbook": playbook.name,
        "version": playbook.version,
        "about": playbook.about,
        "title": dict(playbook.title.words),
        "steps": {step.name: step_attributes(step) for step in playbook.steps},
    }
    optional = {
        "standards": {one.name: _standard(one) for one in playbook.standards},
        "next": {one.outcome: one.playbook for one in playbook.next},
        "words": {code: dict(title.words) for code, title in playbook.words.items()},
    }
    return found | {key: value for key, value in optional.items() if value}


def step_attributes(step: Step) -> Document:
    """Return the attributes of a step that are given, in the order of the reference page."""
    found: Document = {
        "title": dict(step.title.words),
        "by": _by(step),
        "within": str(step.within) if step.within else None,
        "on_late": [_escalation(one) for one in step.on_late],
        "record": dict(_field(one) for one in step.record),
        "takes": str(step.takes) if step.takes else None,
        "uses": _texts(step.uses),
        "must": _gate(step.must),
        "should": _gate(step.should),
        "effect": step.effect.text if step.effect else None,
        "evidence": [one.kind if one.count == 1 else {one.kind: one.count} for one in step.evidence],
    }
    return {key: value for key, value in found.items() if value}


def plain(block: Block) -> Any:
    """Return a block as it stands in the text."""
    match block:
        case Do(step):
            return step
        case Sequence(blocks):
            return [plain(inner) for inner in blocks]
        case One(branches):
            return {"one": {branch.label: plain(branch.body) for branch in branches}}
        case AnyOrder(blocks):
            return {"any_order": [plain(inner) for inner in blocks]}
        case Maybe(body):
            return {"maybe": plain(body)}
        case Repeat(body, at_most):
            return {"repeat": plain(body), "at_most": at_most}
        case Ends(outcome):
            return {"ends": outcome}
    return {"retry": _retry(block)}


def handling(handler: Anytime, playbook: Playbook) -> Document:
    """Return what happens anytime: without the step that gives it its name, and the end where it closes the body."""
    blocks = list(handler.body.blocks)
    if handler.name in playbook.step_table and blocks[:1] and isinstance(blocks[0], Do):
        blocks = blocks[1:]
    if handler.ends is not None and blocks and isinstance(blocks[-1], Ends):
        blocks = blocks[:-1]
    then = {"then": [plain(block) for block in blocks]} if blocks else {}
    return then | ({"ends": handler.ends} if handler.ends is not None else {})


def as_text(found: Document, notes: tuple[str, ...] = ()) -> str:
    """Return a document as YAML; `notes` stand above it as comments. No anchors, Chinese as it is, short lists in one line."""
    head = "".join(f"# {' '.join(note.split())}\n" for note in notes)
    return head + yaml.dump(
        found, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None
    )


class _Dumper(yaml.SafeDumper):
    """Writes what stands twice twice: playbooks have no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _retry(block: Retry) -> Document:
    found: Document = {"step": block.step}
    if block.every is not None:
        found["every"] = str(block.every)
    found["at_most"] = block.at_most
    return found | ({"until": _texts(block.until)} if block.until else {})


def _texts(names: tuple[Name, ...]) -> list[str]:
    return [name.text for name in names]


def _by(step: Step) -> Any:
    roles = _texts(step.roles)
    who = roles[0] if len(roles) == 1 else roles
    return {"role": who, "holds": _texts(step.holds)} if step.holds else who


def _escalation(one: Escalation) -> Any:
    action = "reroute" if one.action == "reroute" else {one.action: one.role or ""}
    return {f"after {one.after}": action} if one.after else action


def _field(one: Field) -> tuple[str, Any]:
    if one.kind == "choice":
        return one.name + ("?" if one.optional else ""), list(one.choices)
    return one.name, one.kind + ("?" if one.optional else "")


def _gate(gate: Gate | None) -> Any:
    if gate is None or gate.because is None:
        return gate.source if gate else None
    return {"that": gate.source, "because": _words(gate.because)}


def _words(title: Title) -> dict[str, str]:
    return dict(title.words)


def _standard(one: Standard) -> Any:
    equals = f" = {one.equals}" if one.equals is not None else ""
    subject = f"{one.step or 'journey'}.{one.aspect}{equals}"
    measure = f"{one.measure}({subject}) {one.comparison} {one.value:.12g} {one.unit}".strip()
    return {"title": _words(one.title), "measure": measure} if one.title else measure
