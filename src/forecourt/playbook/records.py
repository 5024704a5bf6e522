"""What a playbook says, as frozen records; each knows the place in the text it came from.

A `Playbook` is a definition and never changes. Runs of it are journeys and live elsewhere: they point to a version and keep
the number of a state of its program (see `program.py`).
"""

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from forecourt.base.diagnostics import Spot
from forecourt.base.durations import Duration
from forecourt.base.durations import Effort

NOWHERE = Spot()
OUTCOME = "outcome"
OTHERWISE = "otherwise"
DONE = "done"


@dataclass(frozen=True, slots=True)
class Title:
    """A text in every language of the house: code (`en`, `zh`) to words."""

    words: Mapping[str, str]
    spot: Spot = NOWHERE

    def say(self, language: str) -> str:
        """Return the text in `language` (`zh-hans` counts as `zh`), else in English, else in any language there is."""
        found = self.words.get(language.split("-")[0].split("_")[0]) or self.words.get("en")
        return found or next(iter(self.words.values()), "")


@dataclass(frozen=True, slots=True)
class Name:
    """A word that names something declared elsewhere: a role, a certificate, a resource, a fact."""

    text: str
    spot: Spot = NOWHERE

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a step's record. `kind` is a field type or `choice`; choices are its words; `optional` may stay empty."""

    name: str
    kind: str
    optional: bool = False
    choices: tuple[str, ...] = ()
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Escalation:
    """What happens when a step is late: `action` is notify, reassign (both to `role`) or reroute; at once or `after`."""

    action: str
    role: str | None = None
    after: Duration | None = None
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition in CEL, with the author's words for people where given. `hard` blocks, soft is recorded as a deviation."""

    source: str
    hard: bool
    because: Title | None = None
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence that a step asks for: `count` pieces of a kind (photo, signature, document, ...)."""

    kind: str
    count: int = 1
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: who may do it, by when, what is recorded, what it needs, what it does."""

    name: str
    title: Title
    roles: tuple[Name, ...] = ()
    holds: tuple[Name, ...] = ()
    within: Duration | None = None
    on_late: tuple[Escalation, ...] = ()
    record: tuple[Field, ...] = ()
    takes: Effort | None = None
    uses: tuple[Name, ...] = ()
    must: Gate | None = None
    should: Gate | None = None
    effect: Name | None = None
    evidence: tuple[Evidence, ...] = ()
    spot: Spot = NOWHERE
    spots: Mapping[str, Spot] = field(default_factory=dict)

    @property
    def role(self) -> str | None:
        """The role that does the step; the first where several may."""
        return self.roles[0].text if self.roles else None

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The choices of its field `outcome`; none when it has no such field."""
        return next((item.choices for item in self.record if item.name == OUTCOME), ())

    def at(self, key: str) -> Spot:
        """Return where the attribute `key` is written, or the step where it is not."""
        return self.spots.get(key, self.spot)


@dataclass(frozen=True, slots=True)
class Do:
    """Do one step."""

    step: str
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Sequence:
    """Blocks one after the other."""

    blocks: tuple["Block", ...]
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of `one`, with its label."""

    label: str
    body: Sequence
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class One:
    """One of several branches. `decided_by` names the step whose outcome chooses it; None: its first step chooses."""

    branches: tuple[Branch, ...]
    decided_by: str | None = None
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class AnyOrder:
    """Blocks that must all be done, in any order, also interleaved."""

    blocks: tuple["Block", ...]
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Maybe:
    """A block that may be left out."""

    body: "Block"
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Repeat:
    """A block done at least once and at most `at_most` times."""

    body: "Block"
    at_most: int
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Retry:
    """A step done again, `every` so long after the last time, until an outcome in `until`, at most `at_most` times.

    `leaves` names the outcomes that go to a branch of their own in the surrounding `one`; `again` says that it stands
    in such a `one`, so that its first attempt waits too.
    """

    step: str
    every: Duration | None
    at_most: int
    until: tuple[Name, ...] = ()
    leaves: tuple[str, ...] = ()
    again: bool = False
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Ends:
    """The journey ends here with this outcome."""

    outcome: str
    spot: Spot = NOWHERE


Block = Do | Sequence | One | AnyOrder | Maybe | Repeat | Retry | Ends


@dataclass(frozen=True, slots=True)
class Anytime:
    """What may happen whenever the journey is open. It begins with the first step of `body`, which holds the end too.

    Without `ends` the journey goes on where it was; the flow waits while the body is not done.
    """

    name: str
    body: Sequence
    ends: str | None = None
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Standard:
    """A promise measured on the journal: `measure(subject) comparison value unit`, as in `share(respond.on_time) >= 95 %`.

    `step` is None for the journey as a whole; `aspect` is what is looked at; `equals` narrows it to one value.
    """

    name: str
    measure: str
    step: str | None
    aspect: str
    equals: str | None
    comparison: str
    value: float
    unit: str
    title: Title | None = None
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Next:
    """Which playbook starts when the journey ends with `outcome`."""

    outcome: str
    playbook: str
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Playbook:
    """A whole playbook as its author wrote it."""

    name: str
    version: str
    about: str
    title: Title
    steps: tuple[Step, ...]
    flow: Sequence
    anytime: tuple[Anytime, ...] = ()
    standards: tuple[Standard, ...] = ()
    next: tuple[Next, ...] = ()
    words: Mapping[str, Title] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    spot: Spot = NOWHERE
    spots: Mapping[str, Spot] = field(default_factory=dict)

    def step(self, name: str) -> Step:
        """Return the step of that name; KeyError when there is none."""
        return self.step_table[name]

    @property
    def step_table(self) -> dict[str, Step]:
        """The steps by name, in the order of the text."""
        return {step.name: step for step in self.steps}

    @property
    def file(self) -> str:
        """The file it was read from."""
        return self.spot.file

    def word(self, code: str, language: str) -> str:
        """Return what an outcome, choice, field or end is called in `language`; its code made readable where not given."""
        title = self.words.get(code)
        return title.say(language) if title else code.replace("_", " ")


def children(block: Block) -> tuple[Block, ...]:
    """Return the blocks directly inside a block."""
    match block:
        case Sequence(blocks) | AnyOrder(blocks):
            return blocks
        case One(branches):
            return tuple(branch.body for branch in branches)
        case Maybe(body) | Repeat(body):
            return (body,)
    return ()


def walk(block: Block) -> Iterator[Block]:
    """Yield a block and all blocks inside it, in the order of the text."""
    yield block
    for child in children(block):
        yield from walk(child)


def bodies(playbook: Playbook) -> tuple[Sequence, ...]:
    """Return the flow and the body of each `anytime`."""
    return (playbook.flow, *(handler.body for handler in playbook.anytime))
