"""Reading the `steps` of a playbook."""

from forecourt.base.diagnostics import Spot
from forecourt.playbook import gates
from forecourt.playbook.nodes import Items
from forecourt.playbook.nodes import Node
from forecourt.playbook.nodes import Pairs
from forecourt.playbook.nodes import Scalar
from forecourt.playbook.reading import CODE
from forecourt.playbook.reading import NAME
from forecourt.playbook.reading import Reader
from forecourt.playbook.reading import each
from forecourt.playbook.records import Escalation
from forecourt.playbook.records import Evidence
from forecourt.playbook.records import Field
from forecourt.playbook.records import Gate
from forecourt.playbook.records import Name
from forecourt.playbook.records import Step

STEP_KEYS = (
    *("title", "by", "within", "on_late", "record", "takes", "uses"),
    *("must", "should", "effect", "evidence"),
)
FIELD_TYPES = (
    *("text", "number", "integer", "money", "percent", "date", "time", "datetime", "yes_no"),
    *("phone", "plate", "vin", "code", "file", "list"),
)
ACTIONS = ("notify", "reassign", "reroute")
EVIDENCE_KINDS = ("photo", "signature", "document", "audio", "video", "location", "scan")
MOST_EVIDENCE = 50


def read_steps(reader: Reader, node: Node | None) -> tuple[Step, ...]:
    """Read the mapping of step names to attributes."""
    if node is None:
        return ()
    pairs = reader.pairs(node, "steps")
    return tuple(_step(reader, name, spot, value) for name, spot, value in each(pairs))


def _step(reader: Reader, name: str, spot: Spot, node: Node) -> Step:
    if NAME.fullmatch(name) is None:
        reader.malformed(name, "the step name", spot, NAME)
    what = f"step {name!r}"
    pairs = reader.pairs(node, what, STEP_KEYS, ("title", "by"))
    get = pairs.pairs.get
    roles, holds = _by(reader, get("by"), what)
    return Step(
        name=name,
        title=reader.title(get("title"), f"the title of {what}"),
        roles=roles,
        holds=holds,
        within=reader.duration(get("within"), f"within of {what}"),
        on_late=_on_late(reader, get("on_late"), what),
        record=_record(reader, get("record"), what),
        takes=reader.effort(get("takes"), f"takes of {what}"),
        uses=reader.names(get("uses"), f"uses of {what}"),
        must=_gate(reader, get("must"), f"must of {what}", hard=True),
        should=_gate(reader, get("should"), f"should of {what}", hard=False),
        effect=_effect(reader, get("effect"), what),
        evidence=_evidence(reader, get("evidence"), what),
        spot=spot,
        spots=_spots(pairs),
    )


def _spots(pairs: Pairs) -> dict[str, Spot]:
    return {key: value.spot for key, value in pairs.pairs.items()}


def _by(reader: Reader, node: Node | None, what: str) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
    if not isinstance(node, Pairs):
        return _roles(reader, node, what), ()
    pairs = reader.pairs(node, f"by of {what}", ("role", "holds"), ("role",))
    roles = _roles(reader, pairs.pairs.get("role"), what)
    return roles, reader.names(pairs.pairs.get("holds"), f"holds of {what}")


def _roles(reader: Reader, node: Node | None, what: str) -> tuple[Name, ...]:
    if isinstance(node, Items) and not node.items:
        reader.say("PB012", node.spot, f"by of {what} names no role")
    return reader.names(node, f"by of {what}")


def _effect(reader: Reader, node: Node | None, what: str) -> Name | None:
    return reader.name(node, f"the effect of {what}", CODE) if node is not None else None


def _record(reader: Reader, node: Node | None, what: str) -> tuple[Field, ...]:
    if node is None:
        return ()
    pairs = reader.pairs(node, f"record of {what}")
    return tuple(_field(reader, key, spot, value, what) for key, spot, value in each(pairs))


def _field(reader: Reader, key: str, spot: Spot, node: Node, what: str) -> Field:
    name, optional = key.removesuffix("?"), key.endswith("?")
    if NAME.fullmatch(name) is None:
        reader.malformed(name, f"the field name in {what}", spot, NAME)
    if isinstance(node, Items):
        choices = tuple(choice.text for choice in reader.names(node, f"a choice of {name!r} in {what}", NAME))
        if len(choices) < 2 or len(set(choices)) < len(choices):
            reader.say(
                "PB012", node.spot, f"the choices of {name!r} in {what} must be at least two different words"
            )
        return Field(name, "choice", optional, choices, spot)
    text = reader.text(node, f"the type of {name!r} in {what}")
    kind, optional = text.removesuffix("?"), optional or text.endswith("?")
    if kind and kind not in FIELD_TYPES:
        hint = f"Types: {', '.join(FIELD_TYPES)}; a list gives choices; ? at the end makes it optional."
        message = f"field {name!r} of {what} has the unknown type {kind!r}"
        reader.say("PB015", node.spot, message, hint, word=kind, known=FIELD_TYPES)
    return Field(name, kind, optional, (), spot)


def _gate(reader: Reader, node: Node | None, what: str, *, hard: bool) -> Gate | None:
    if node is None:
        return None
    source, because = node, None
    if isinstance(node, Pairs):
        pairs = reader.pairs(node, what, ("that", "because"), ("that",)).pairs
        if "that" not in pairs:
            return None
        source = pairs["that"]
        because = reader.title(pairs["because"], f"because in {what}") if "because" in pairs else None
    text = reader.text(source, what)
    problem = gates.syntax_error(text) if text else None
    if problem is not None:
        reader.say(
            "PB020", source.spot, f"{what} is not valid CEL: {problem}", "See cel.dev for the language."
        )
        return None
    return Gate(text, hard, because, source.spot) if text else None


def _on_late(reader: Reader, node: Node | None, what: str) -> tuple[Escalation, ...]:
    if node is None:
        return ()
    items = node.items if isinstance(node, Items) else (node,)
    found = (_escalation(reader, item, what) for item in items)
    return tuple(escalation for escalation in found if escalation is not None)


def _escalation(reader: Reader, node: Node, what: str) -> Escalation | None:
    """Read `reroute`, `{notify: store_manager}`, `{after 2 h: reroute}` or `{after 2 h: {notify: store_manager}}`."""
    if isinstance(node, Scalar):
        return _action(reader, node, None, node.spot, what)
    if not isinstance(node, Pairs) or len(node.pairs) != 1:
        return _not_escalation(reader, node.spot, what)
    (key, spot, value) = next(each(node))
    if not key.startswith("after "):
        return _action(reader, Scalar(key, spot), value, spot, what)
    after = reader.duration(Scalar(key.removeprefix("after "), spot), f"on_late of {what}")
    delayed = isinstance(value, Pairs) and any(inner.startswith("after ") for inner in value.pairs)
    inner = _not_escalation(reader, value.spot, what) if delayed else _escalation(reader, value, what)
    if after is None or inner is None:
        return None
    return Escalation(inner.action, inner.role, after, spot)


def _action(reader: Reader, word: Scalar, role: Node | None, spot: Spot, what: str) -> Escalation | None:
    action, _, tail = word.text.partition(" ")
    if role is None and tail:
        role = Scalar(tail, word.spot)
    if action not in ACTIONS or (action == "reroute") != (role is None):
        return _not_escalation(reader, spot, what, action)
    name = reader.name(role, f"on_late of {what}", CODE) if role is not None else None
    return Escalation(action, name.text if name else None, None, name.spot if name else spot)


def _not_escalation(reader: Reader, spot: Spot, what: str, word: str = "") -> Escalation | None:
    hint = "Write notify: ROLE, reassign: ROLE or reroute; with a delay: after 2 h: reroute."
    shown = f" {word!r}" if word else ""
    message = f"on_late of {what} has what is not an escalation{shown}"
    reader.say("PB018", spot, message, hint, word=word if word not in ACTIONS else "", known=ACTIONS)
    return None


def _evidence(reader: Reader, node: Node | None, what: str) -> tuple[Evidence, ...]:
    if node is None:
        return ()
    items = node.items if isinstance(node, Items) else (node,)
    return tuple(found for item in items for found in _kinds(reader, item, what))


def _kinds(reader: Reader, node: Node, what: str) -> list[Evidence]:
    if not isinstance(node, Pairs):
        name = reader.name(node, f"evidence of {what}")
        return [Evidence(_kind(reader, name.text, name.spot, what), 1, name.spot)]
    found = []
    for key, spot, value in each(node):
        count = reader.number(value, f"the number of {key!r} in evidence of {what}", 1, MOST_EVIDENCE)
        found.append(Evidence(_kind(reader, key, spot, what), count or 1, spot))
    return found


def _kind(reader: Reader, kind: str, spot: Spot, what: str) -> str:
    if kind not in EVIDENCE_KINDS:
        message = f"{what} asks for the unknown kind of evidence {kind!r}"
        hint = f"Kinds: {', '.join(EVIDENCE_KINDS)}; {{photo: 3}} asks for three."
        reader.say("PB021", spot, message, hint, word=kind, known=EVIDENCE_KINDS)
    return kind
