"""What a step does in the software: rooms register effects by name, playbooks name them under `effect:`.

    @effect("sales.test_drive_book", needs=("car", "starts_at"), gives=("test_drive.booked",), page="sales:test-drive")
    def book(do: Doing, journey: Journey, step: str, record: dict) -> dict: ...

An effect runs inside the transaction that records the step. What it returns joins the journey's facts; when it refuses,
the step is refused and nothing is written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any

from forecourt.platform.actions import Doing

if TYPE_CHECKING:
    from forecourt.journeys.models import Journey

Run = Callable[[Doing, "Journey", str, dict[str, Any]], dict[str, Any] | None]

EFFECTS: dict[str, "Effect"] = {}


@dataclass(frozen=True, slots=True)
class Effect:
    """A registered effect.

    `needs` are fields that its record must hold, `gives` the facts it may return (dotted), `page` the URL name of a form
    for records that need more than plain fields. `may_withdraw` says that a step with it may be taken back.
    """

    name: str
    run: Run
    needs: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    page: str = ""
    may_withdraw: bool = False


def effect(
    name: str,
    *,
    needs: tuple[str, ...] = (),
    gives: tuple[str, ...] = (),
    page: str = "",
    may_withdraw: bool = False,
) -> Callable[[Run], Run]:
    """Register the decorated function as the effect `name`. Import the module that holds it in the room's `ready()`."""

    def declare(run: Run) -> Run:
        known = EFFECTS.get(name)
        if known is not None and (known.run.__module__, known.run.__qualname__) != (
            run.__module__,
            run.__qualname__,
        ):
            raise ValueError(
                f"Effect {name!r} is registered twice: {known.run.__module__} and {run.__module__}."
            )
        EFFECTS[name] = Effect(name, run, needs, gives, page, may_withdraw)
        return run

    return declare


def find(name: str) -> Effect | None:
    """The effect of that name, or None when no room provides it."""
    return EFFECTS.get(name)
