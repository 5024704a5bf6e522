"""Who is at the door: the actor behind a request, and the decorator that every page carries.

`page(roles=...)` signs in, checks the role, opens a transaction in the actor's scope for the whole view (its rendering included) and
puts `request.actor` and `request.at`. Actions called inside run in a savepoint of that transaction.
"""

import hashlib
from collections.abc import Callable
from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import Resolver404
from django.urls import resolve
from django.utils.translation import gettext as _

from forecourt.platform import clock
from forecourt.platform.actor import Actor
from forecourt.platform.models import User
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.roles import EMPLOYED
from forecourt.platform.scope import reading

View = Callable[..., HttpResponse]

# Asked with every request of a program, so below the ORM.
_USER_COLUMNS = [column.attname for column in User._meta.concrete_fields]
_USER_OF_TOKEN = (
    f"SELECT {', '.join(f'u.{name}' for name in _USER_COLUMNS)} FROM platform_apitoken t"  # noqa: S608 - the model's own
    " JOIN platform_user u ON u.id = t.user_id"
    " WHERE t.digest = %s AND u.is_active AND (t.expires_at IS NULL OR t.expires_at > %s)"
)


def actor_of(request: HttpRequest) -> Actor | None:
    """The signed-in user as an actor, or None."""
    user = request.user
    return user.actor() if user.is_authenticated and user.is_active else None  # type: ignore[union-attr]


def user_of_token(token: str) -> User | None:
    """The user behind an API token, or None when it is unknown, revoked or expired."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_USER_OF_TOKEN, [digest, clock.now()])
        row = cursor.fetchone()
    return User.from_db("default", _USER_COLUMNS, row) if row else None


def page(*, roles: Iterable[str] = EMPLOYED) -> Callable[[View], View]:
    """Admit the signed-in people who act in one of `roles`, and show them what their scope sees."""
    admitted = frozenset(roles)

    def declare(view: View) -> View:
        @wraps(view)
        def admit(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if actor is None:
                return redirect_to_login(request.get_full_path())
            if actor.role not in admitted:
                raise PermissionDenied
            return show(request, actor, view, *args, **kwargs)

        admit.access = admitted  # type: ignore[attr-defined]
        return admit

    return declare


def open_to_all(view: View) -> View:
    """A view that nobody needs to sign in for; it sees nothing but what it scopes itself."""
    view.access = frozenset({"anyone"})  # type: ignore[attr-defined]
    return view


def show(request: HttpRequest, actor: Actor, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    """Run `view` in the actor's scope; a refusal becomes a page that says why and what to do."""
    request.actor, request.at = actor, clock.now()  # type: ignore[attr-defined]
    try:
        with reading(actor.scope):
            response = view(request, *args, **kwargs)
            return response.render() if hasattr(response, "render") and not response.is_rendered else response
    except ActionError as refusal:
        context = {"refusal": refusal, "problems": refusal.problems}
        return render(request, "web/refused.html", context, status=refusal.status)


def opened(address: str, role: str) -> str:
    """The address, or '' when its page admits other roles only: nobody is shown a way to a page that refuses them."""
    if not address:
        return ""
    try:
        view = resolve(address.partition("?")[0]).func
    except Resolver404:
        return ""
    admitted = getattr(view, "access", {"anyone"})
    return address if role in admitted or "anyone" in admitted else ""


def only_for(request: HttpRequest, roles: Iterable[str]) -> None:
    """Refuse a route's caller who acts in none of `roles`; for what a scope shows but a role must not read."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in roles:
        text = _("The role {role} may not read this.").format(role=actor.role)
        raise Forbidden(Blocked("platform.reading", text))
