"""Who calls: a bearer token of a program, or the session of somebody signed in (then with the CSRF token on writes)."""

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
    """The caller as an actor; puts `account`, `actor`, `at` and `key` on the request. None is answered 401."""
    user = _by_token(request) if "Authorization" in request.headers else _by_session(request)
    if user is None:
        return None
    actor = user.actor()
    request.account, request.actor, request.at = user, actor, clock.now()  # type: ignore[attr-defined]
    request.key = _key(request)  # type: ignore[attr-defined]
    if request.method in READS:
        set_scope(actor.scope)
    return actor


def _by_token(request: HttpRequest) -> User | None:
    scheme, _, token = request.headers["Authorization"].partition(" ")
    return user_of_token(token.strip()) if scheme.lower() == "bearer" and token else None


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
