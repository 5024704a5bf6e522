"""The one write path (law 1).

An action is a function with a name and the roles that may call it. Called, it checks the role, opens the transaction in the
actor's scope, answers a repeated idempotency key from store, runs the body, flushes what the body left for the end
(journal entries) and commits. Whatever goes wrong, nothing is half written.
"""

import hashlib
import json
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db import connection
from django.db import transaction
from django.utils.translation import gettext as _

from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import NETWORK
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import KeyReused
from forecourt.platform.refusals import Problem
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import ROLES
from forecourt.platform.scope import set_scope
from forecourt.platform.scope import widened

Result = dict[str, Any]
MAX_KEY = 200

ACTIONS: dict[str, "Action"] = {}


@dataclass(slots=True)
class Doing:
    """One running action: who, when, under which key, and what is left for its end."""

    by: Actor
    at: datetime
    action: str
    key: str = ""
    scope: Scope = field(default_factory=Scope)
    entries: list[Any] = field(default_factory=list)
    _at_end: list[Callable[["Doing"], None]] = field(default_factory=list)

    def at_end(self, step: Callable[["Doing"], None]) -> None:
        """Run `step(do)` just before commit, once however often it is asked for."""
        if step not in self._at_end:
            self._at_end.append(step)

    def finish(self) -> None:
        for step in self._at_end:
            step(self)

    @contextmanager
    def above(self) -> Iterator[None]:
        """See the whole network for a look-up; what was seen must not be returned to the caller."""
        before = self.scope
        if before == NETWORK_SCOPE:
            yield
            return
        self.scope = NETWORK_SCOPE
        try:
            with widened(NETWORK_SCOPE, before):
                yield
        finally:
            self.scope = before

    @contextmanager
    def refusing(self, *, constraint: str, problem: Problem) -> Iterator[None]:
        """Turn a violation of a database constraint into a refusal, so that of many at once just one wins."""
        try:
            with transaction.atomic():
                yield
        except IntegrityError as error:
            if _constraint_of(error) != constraint:
                raise
            raise Refused(problem) from error


Body = Callable[..., Result | None]


@dataclass(frozen=True, slots=True)
class Action:
    """A named, permitted, repeatable change."""

    name: str
    roles: frozenset[str]
    body: Body

    def __call__(self, *, by: Actor, at: datetime, key: str = "", **facts: Any) -> Result:
        """Run the action. Raises a refusal (`ActionError`) and leaves nothing behind when it may not be."""
        self._admit(by, at, key)
        with transaction.atomic():
            set_scope(by.scope)
            digest = _digest(self.name, facts) if key else b""
            if key and (stored := _claim(by, key, self.name, digest, at)) is not None:
                return stored
            result = self._run(Doing(by, at, self.name, key, by.scope), facts)
            if key:
                _keep(by, key, result)
        return result

    def inside(self, do: Doing, **facts: Any) -> Result:
        """Run the body as a part of the running action `do`: its transaction, its actor, its time."""
        return self.body(do, **facts) or {}

    def _run(self, do: Doing, facts: dict[str, Any]) -> Result:
        result = self.body(do, **facts) or {}
        do.finish()
        return result

    def _admit(self, by: Actor, at: datetime, key: str) -> None:
        if not by.is_system and by.role not in self.roles:
            raise Forbidden(
                Blocked(
                    "platform.role",
                    _("The role {role} may not do {action}.").format(role=by.role, action=self.name),
                )
            )
        if at.tzinfo is None:
            raise ValueError(f"Action {self.name} was given the time {at!r} without a time zone.")
        if len(key) > MAX_KEY:
            raise Invalid(
                Blocked(
                    "platform.key_too_long",
                    _("An idempotency key has at most {max} characters.").format(max=MAX_KEY),
                )
            )


def action(name: str, *, roles: tuple[str, ...] = ()) -> Callable[[Body], Action]:
    """Declare an action. Roles not listed are refused; the system may do everything."""
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"Action {name!r} names unknown roles: {', '.join(sorted(unknown))}.")

    def declare(body: Body) -> Action:
        if name in ACTIONS:
            raise ValueError(f"Action {name!r} is declared twice.")
        ACTIONS[name] = Action(name, frozenset(roles), body)
        return ACTIONS[name]

    return declare


def _digest(name: str, facts: dict[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps([name, facts], sort_keys=True, default=str).encode()).digest()


def _claim(by: Actor, key: str, name: str, digest: bytes, at: datetime) -> Result | None:
    """Take the key, or give the stored result. A second taker waits here until the first commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO platform_idempotencykey (network, actor, key, action, digest, made_at)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [NETWORK, by.code, key, name, digest, at],
        )
        if cursor.rowcount:
            return None
        cursor.execute(
            "SELECT digest, result FROM platform_idempotencykey WHERE network = %s AND actor = %s AND key = %s",
            [NETWORK, by.code, key],
        )
        stored_digest, result = cursor.fetchone()
    if bytes(stored_digest) != digest:
        text = _("The idempotency key {key} was used before with other facts. Send a new key.").format(
            key=key
        )
        raise KeyReused(Blocked("platform.key_reused", text))
    return json.loads(result) if isinstance(result, str) else result


def _keep(by: Actor, key: str, result: Result) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE platform_idempotencykey SET result = %s WHERE network = %s AND actor = %s AND key = %s",
            [json.dumps(result, default=str), NETWORK, by.code, key],
        )


def _constraint_of(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None)
