"""Who acts, in which role, and how far they see."""

from dataclasses import dataclass
from dataclasses import field

from forecourt.platform.roles import CUSTOMER
from forecourt.platform.roles import ROLES
from forecourt.platform.roles import SYSTEM

LEVELS = ("network", "brand", "operator", "region", "store", "person")


@dataclass(frozen=True, slots=True)
class Scope:
    """How far somebody sees: a level and the codes at that level.

    `Scope("store", ("sh-003",))` sees one store; `Scope("network")` sees all; `Scope()` sees nothing.
    """

    level: str = ""
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.level and self.level not in LEVELS:
            raise ValueError(f"Scope level {self.level!r} is unknown; expected one of {', '.join(LEVELS)}.")
        if any(set(code) & set('{},"\\ ') for code in self.ids):
            raise ValueError(f"Scope ids {self.ids!r} hold a character that no code has.")

    @property
    def ids_literal(self) -> str:
        """The ids as a PostgreSQL array literal."""
        return "{" + ",".join(self.ids) + "}"


NETWORK_SCOPE = Scope("network")


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts: a staff member, a customer on a signed link, or a named part of the system."""

    code: str
    role: str
    scope: Scope = field(default_factory=Scope)
    name: str = ""
    language: str = "zh-hans"

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(
                f"Role {self.role!r} of actor {self.code!r} is unknown; expected one of {', '.join(ROLES)}."
            )

    @classmethod
    def system(cls, part: str) -> "Actor":
        """The system acting on its own, e.g. `Actor.system("demand.routing")`; it sees the whole network."""
        return cls(code=f"system:{part}", role=SYSTEM, scope=NETWORK_SCOPE, name=part)

    @classmethod
    def customer(cls, person_id: object) -> "Actor":
        """A customer who followed a signed link: sees only what is their own."""
        return cls(code=f"person:{person_id}", role=CUSTOMER, scope=Scope("person", (str(person_id),)))

    @property
    def is_system(self) -> bool:
        return self.role == SYSTEM

    @property
    def store(self) -> str:
        """The one store the actor works in, or ''."""
        return self.scope.ids[0] if self.scope.level == "store" and len(self.scope.ids) == 1 else ""
