"""Who may do what (law 1): every action refuses every role that it does not list, before it looks at anything."""

import ast
import importlib
import pkgutil
import re
from datetime import UTC
from datetime import datetime
from pathlib import Path

import pytest

import forecourt
from forecourt.platform.actions import ACTIONS
from forecourt.platform.actions import Action
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.refusals import Forbidden
from forecourt.platform.roles import ROLES
from forecourt.platform.roles import SYSTEM

SOURCE = Path(__file__).resolve().parents[2] / "src" / "forecourt"
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
PEOPLE = [role for role in ROLES if role != SYSTEM]


def load_all() -> None:
    """Import every module of the house, so that every action is declared."""
    for found in pkgutil.walk_packages(forecourt.__path__, "forecourt."):
        if ".migrations" not in found.name and not found.name.startswith("forecourt.cli"):
            importlib.import_module(found.name)


def ours() -> list[Action]:
    """The actions of the house; tests declare some of their own."""
    return [one for name, one in sorted(ACTIONS.items()) if one.body.__module__.startswith("forecourt.")]


load_all()
MATRIX = [(action, role) for action in ours() for role in PEOPLE]


@pytest.mark.parametrize(("action", "role"), MATRIX, ids=[f"{action.name}-{role}" for action, role in MATRIX])
def test_a_role_that_is_not_listed_is_refused(action: Action, role: str) -> None:
    """No database is there: an action that looked anywhere before it refused would fail."""
    by = Actor("x", role, Scope())
    if role in action.roles:
        action._admit(by, AT, "")
        return
    with pytest.raises(Forbidden) as refusal:
        action(by=by, at=AT)
    assert refusal.value.code == "platform.role"


@pytest.mark.parametrize("action", ours(), ids=lambda action: action.name)
def test_an_action_has_a_name_and_says_what_it_does(action: Action) -> None:
    room = action.body.__module__.split(".")[1]
    assert re.fullmatch(rf"{room}\.[a-z]+(_[a-z]+)*", action.name), "name it <room>.<verb>_<noun>"
    assert (action.body.__doc__ or "").strip(), "say in a docstring what it does"


def test_no_action_without_a_role_is_offered_to_people() -> None:
    """What only the system does is nobody's to ask for: no page and no route calls it."""
    of_system = {one.body.__name__ for one in ours() if not one.roles}
    called = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for path in SOURCE.rglob("*.py")
        if path.stem == "api" or path.stem.endswith("pages")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and any(one.arg == "by" for one in node.keywords)
    }
    assert of_system & called - BY_SYSTEM.keys() == set()


# Called with `by=Actor.system(...)` from a route, and why that is right.
BY_SYSTEM = {"hear_provider": "the payment provider is nobody of ours; its signature is checked instead"}
