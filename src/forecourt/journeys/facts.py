"""The facts that gates read: what the journey gathered, what other rooms know about its subject, and their functions.

    provide("customer", customer_facts)          # fn(journey) -> dict, asked only when a gate reads customer.…
    provide_function("consent", has_consent)     # fn(journey, *arguments) -> value, as in consent("test-drive")

Facts gathered by steps and effects have dotted names and are kept nested: `{"test_drive": {"booked": true}}`.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from forecourt.journeys.models import Journey

Provider = Callable[["Journey"], Mapping[str, Any]]
Function = Callable[..., Any]
Facts = dict[str, Any]

PROVIDERS: dict[str, Provider] = {}
FUNCTIONS: dict[str, Function] = {}
FUNCTION_WORDS: dict[str, Mapping[str, str]] = {}
SUBJECT_FACTS: dict[str, tuple[str, ...]] = {}


def provide(root: str, provider: Provider, gives: Iterable[str] = ()) -> None:
    """Let `provider(journey)` answer for every fact under `root`. `gives` names them (dotted) for the checks."""
    PROVIDERS[root] = provider
    SUBJECT_FACTS[root] = tuple(gives)


def provide_function(name: str, function: Function, words: Mapping[str, str] | None = None) -> None:
    """Let conditions call `name(...)`; `function(journey, *arguments)` answers.

    `words` says by language (`en`, `zh`) what is missing when it answers no; `{0}` is its first argument.
    """
    FUNCTIONS[name] = function
    FUNCTION_WORDS[name] = words or {}


def known_facts() -> tuple[str, ...]:
    """Every fact that a provider has declared, dotted; a root that declared none stands for all below it."""
    return tuple(sorted({fact for root, gives in SUBJECT_FACTS.items() for fact in (gives or (root,))}))


def gather(journey: "Journey", roots: Iterable[str]) -> Facts:
    """The facts under `roots`: the providers' answers, over them what the journey itself gathered."""
    found: Facts = {}
    for root in roots:
        provided = dict(PROVIDERS[root](journey)) if root in PROVIDERS else {}
        own = journey.facts.get(root)
        if root in journey.facts and not isinstance(own, dict):
            found[root] = own
        elif own or provided:
            found[root] = merged(provided, own or {})
    return found


def functions_for(journey: "Journey") -> dict[str, Callable[..., Any]]:
    """The functions that a condition may call, about this journey."""
    return {name: partial(function, journey) for name, function in FUNCTIONS.items()}


def nested(dotted: Mapping[str, Any]) -> Facts:
    """`{"test_drive.booked": True}` as `{"test_drive": {"booked": True}}`."""
    found: Facts = {}
    for name, value in dotted.items():
        *path, last = name.split(".")
        place = found
        for part in path:
            inner = place.setdefault(part, {})
            place = place.setdefault(part, {}) if isinstance(inner, dict) else _replaced(place, part)
        place[last] = value
    return found


def _replaced(place: Facts, part: str) -> Facts:
    fresh: Facts = {}
    place[part] = fresh
    return fresh


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> Facts:
    """Two nested mappings as one; where both say something, `over` wins."""
    found = dict(under)
    for name, value in over.items():
        before = found.get(name)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        found[name] = merged(before, value) if both else value
    return found
