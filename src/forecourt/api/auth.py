"""Who calls: a program by its bearer token, a customer by their signed link, or somebody signed in by their session (then with
the CSRF token on writes).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from ninja.errors import HttpError

from forecourt.platform import clock
from forecourt.platform.access import user_of_token
from forecourt.platform.actor import Actor
from forecourt.platform.links import person_behind
from forecourt.platform.models import User
from forecourt.platform.scope import set_scope

MAX_KEY = 200
READS = ("GET", "HEAD", "OPTIONS")


def in_one_read(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Run a reading operation, its sign-in and its rendering in one transaction, which the sign-in scopes.

    A writing operation gets none: its action opens and commits its own before the answer is sent.
    """

    @wraps(operation)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method not in READS:
            return operation(request, *args, **kwargs)
        with transaction.atomic():
            return operation(request, *args, **kwargs)

    return run


def signed_in(request: HttpRequest) -> Actor | None:
    """The caller as an actor; puts `account`, `actor`, `at` and `key` on the request. None is answered 401.

    A customer has no account; what they may do is what an action's roles and their own person's scope leave.
    """
    user = None if (customer := _by_link(request)) else _by_account(request)
    actor = customer or (user.actor() if user else None)
    if actor is None:
        return None
    request.account, request.actor, request.at = user, actor, clock.now()  # type: ignore[attr-defined]
    request.key = _key(request)  # type: ignore[attr-defined]
    if request.method in READS:
        set_scope(actor.scope)
    return actor


def _by_link(request: HttpRequest) -> Actor | None:
    """The customer whose signed link it is; nobody when it was altered or is too old."""
    person = person_behind(token) if (token := _credential(request, "link")) else None
    return Actor.customer(person) if person else None


def _by_account(request: HttpRequest) -> User | None:
    """Whoever sends a credential is known by it alone, never by a session that a browser adds."""
    if "Authorization" not in request.headers:
        return _by_session(request)
    token = _credential(request, "bearer")
    return user_of_token(token) if token else None


def _credential(request: HttpRequest, wanted: str) -> str:
    """What follows the scheme in the header, or ''."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == wanted else ""


def _by_session(request: HttpRequest) -> User | None:
    user = request.user
    if not (user.is_authenticated and user.is_active):
        return None
    if request.method not in READS:
        _check_csrf(request)
    return user  # type: ignore[return-value]


def _check_csrf(request: HttpRequest) -> None:
    refusal: Any = CsrfViewMiddleware(lambda r: None).process_view(request, None, (), {})  # type: ignore[arg-type,return-value]
    if refusal is not None:
        raise HttpError(403, "The CSRF token is missing or wrong.")


def _key(request: HttpRequest) -> str:
    """The idempotency key without the quotes that the draft standard puts around it."""
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if len(key) > MAX_KEY or not key.isprintable():
        raise HttpError(422, f"The Idempotency-Key has at most {MAX_KEY} printable characters.")
    return key
