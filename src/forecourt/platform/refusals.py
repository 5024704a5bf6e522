"""What a rule answers when it says no, and the exceptions that carry such answers out of an action.

Refusals are values: rules return them, actions raise `Refused` with them so that the transaction is undone, pages and the
API show them.

    ActionError
    ├── Refused      a business rule says no (409)
    ├── Forbidden    this role may not (403)
    ├── Missing      no such thing, or not visible to you (404)
    ├── Invalid      the input breaks a rule of form (422)
    └── KeyReused    the idempotency key belongs to another request (422)
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blocked:
    """Not possible now; the text says what can be changed."""

    code: str
    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """Possible once somebody in the role `approver` agrees."""

    code: str
    text: str
    approver: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """Possible, but departs from the methodology; it will be recorded."""

    code: str
    text: str
    field: str = ""


Problem = Blocked | NeedsApproval | Advice


class ActionError(Exception):
    """Root of all refusals of actions."""

    status = 400
    title = "The request was refused"

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem.text) for problem in problems))

    @property
    def code(self) -> str:
        return self.problems[0].code if self.problems else "refused"


class Refused(ActionError):
    """A business rule says no."""

    status = 409


class Forbidden(ActionError):
    """This role may not do this."""

    status = 403
    title = "Not allowed"


class Missing(ActionError):
    """No such thing, or it is not visible in this scope."""

    status = 404
    title = "Not found"


class Invalid(ActionError):
    """A value breaks a rule of form."""

    status = 422
    title = "Invalid input"


class KeyReused(Invalid):
    """The idempotency key was used before with other facts."""

    title = "Idempotency key reused"
