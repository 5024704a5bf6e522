"""Text to a `Playbook`: the entry to the language. All mistakes of form come back at once, with their places."""

from dataclasses import dataclass

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import in_order
from forecourt.playbook.flowreading import FlowReader
from forecourt.playbook.measures import parse_standard
from forecourt.playbook.nodes import Node
from forecourt.playbook.nodes import Pairs
from forecourt.playbook.nodes import Scalar
from forecourt.playbook.nodes import read_nodes
from forecourt.playbook.reading import NAME
from forecourt.playbook.reading import PLAYBOOK_NAME
from forecourt.playbook.reading import VERSION
from forecourt.playbook.reading import Reader
from forecourt.playbook.reading import each
from forecourt.playbook.records import Anytime
from forecourt.playbook.records import Next
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Sequence
from forecourt.playbook.records import Standard
from forecourt.playbook.records import Step
from forecourt.playbook.records import Title
from forecourt.playbook.stepreading import read_steps

PLAYBOOK_KEYS = (
    *("playbook", "version", "about", "title", "steps", "parts", "flow"),
    *("anytime", "standards", "next", "words"),
)
REQUIRED = ("playbook", "version", "about", "title", "steps", "flow")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a text: the playbook (None when nothing could be made of it) and what is wrong with its form."""

    playbook: Playbook | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Whether there is a playbook and no error."""
        return self.playbook is not None and not any(item.is_error for item in self.diagnostics)


def load(text: str, file: str) -> Loaded:
    """Read a playbook from YAML text. `file` names it in the diagnostics; nothing is read from disk.

    Never raises for what an author wrote. A playbook with errors of form is returned as far as it could be read, so
    that `checks.check` can report the rest at once; it must not be published.
    """
    node, diagnostics = read_nodes(text, file)
    if node is None:
        return Loaded(None, tuple(in_order(diagnostics)))
    reader = Reader(diagnostics)
    playbook = _playbook(reader, node) if isinstance(node, Pairs) else None
    if playbook is None:
        reader.say(
            "PB012", node.spot, "a playbook must be a mapping of keys to values", "Begin with playbook: NAME."
        )
    return Loaded(playbook, tuple(in_order(reader.diagnostics)))


def _playbook(reader: Reader, node: Pairs) -> Playbook:
    get = reader.pairs(node, "the playbook", PLAYBOOK_KEYS, REQUIRED).pairs.get
    steps = read_steps(reader, get("steps"))
    flows = _flows(reader, get("parts"), steps)
    flow = flows.body(node.pairs["flow"], "the flow") if "flow" in node.pairs else Sequence((), node.spot)
    anytime = _anytime(flows, get("anytime"))
    _unused_parts(flows)
    return Playbook(
        name=reader.name(get("playbook"), "the name", PLAYBOOK_NAME).text,
        version=reader.name(get("version"), "the version", VERSION).text,
        about=reader.name(get("about"), "about").text,
        title=reader.title(get("title"), "the title"),
        steps=steps,
        parts=tuple(flows.parts),
        flow=flow,
        anytime=anytime,
        standards=_standards(reader, get("standards")),
        next=_next(reader, get("next")),
        words=_words(reader, get("words")),
        spot=node.spot,
        spots={key: value.spot for key, value in node.pairs.items()},
    )


def _words(reader: Reader, node: Node | None) -> dict[str, Title]:
    pairs = reader.pairs(node, "words") if node is not None else None
    return {key: reader.title(value, f"the word {key!r}") for key, _, value in each(pairs)} if pairs else {}


def _flows(reader: Reader, node: Node | None, steps: tuple[Step, ...]) -> FlowReader:
    table = {step.name: step for step in steps}
    pairs = reader.pairs(node, "parts") if node is not None else None
    for name, spot, _ in each(pairs) if pairs else ():
        if NAME.fullmatch(name) is None:
            reader.malformed(name, "the part", spot, NAME)
        if name in table:
            reader.say("PB004", spot, f"{name!r} is a step and a part", "Give the part another name.")
    return FlowReader(reader, table, pairs.pairs if pairs else {})


def _unused_parts(flows: FlowReader) -> None:
    for name, node in flows.parts.items():
        if name not in flows.used_parts:
            flows.reader.say(
                "PB055", node.spot, f"the part {name!r} is never used", "Name it in the flow, or remove it."
            )


def _anytime(flows: FlowReader, node: Node | None) -> tuple[Anytime, ...]:
    if node is None:
        return ()
    pairs = flows.reader.pairs(node, "anytime")
    return tuple(_handler(flows, name, value) for name, _, value in each(pairs))


def _handler(flows: FlowReader, name: str, node: Node) -> Anytime:
    what = f"anytime {name!r}"
    if isinstance(node, Scalar) and not node.text:
        return Anytime(name, flows.after(name, None, None, node.spot), None, node.spot)
    pairs = flows.reader.pairs(node, what, ("then", "ends"))
    end = flows.ends(pairs.pairs["ends"]) if "ends" in pairs.pairs else None
    body = flows.after(name, pairs.pairs.get("then"), end, node.spot)
    return Anytime(name, body, end.outcome if end else None, node.spot)


def _standards(reader: Reader, node: Node | None) -> tuple[Standard, ...]:
    if node is None:
        return ()
    pairs = reader.pairs(node, "standards")
    found = (_standard(reader, name, value) for name, _, value in each(pairs))
    return tuple(standard for standard in found if standard is not None)


def _standard(reader: Reader, name: str, node: Node) -> Standard | None:
    rule, title = node, None
    if isinstance(node, Pairs):
        pairs = reader.pairs(node, f"standard {name!r}", ("title", "measure"), ("measure",)).pairs
        title = reader.title(pairs["title"], f"the title of standard {name!r}") if "title" in pairs else None
        if "measure" not in pairs:
            return None
        rule = pairs["measure"]
    text = reader.text(rule, f"standard {name!r}")
    try:
        return parse_standard(name, text, title, rule.spot) if text else None
    except ValueError as error:
        reader.say("PB019", rule.spot, f"standard {name!r}: {error}")
        return None


def _next(reader: Reader, node: Node | None) -> tuple[Next, ...]:
    if node is None:
        return ()
    found = []
    for outcome, spot, value in each(reader.pairs(node, "next")):
        playbook = reader.name(value, f"what follows {outcome!r}", PLAYBOOK_NAME)
        found.append(Next(outcome, playbook.text, spot))
    return tuple(found)
